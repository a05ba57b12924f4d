import Essentials
import Store
import Testing

@Suite struct CountingTests {
  private func told(_ batches: [[UInt8]], isKeyed: Bool = true) throws -> [String] {
    let world = World()
    let store = try world.open()
    for (k, batch) in batches.enumerated() {
      let key = isKeyed ? BatchKey(producer: "core", sequence: UInt64(k)) : nil
      _ = try store.append(try store.read(batch), key: key)
    }
    return try store.told(world.disk)
  }

  /// Rows shuffled inside ticks, dealt to three shards, and a tenth of the batches sent again.
  @Test(arguments: 1...5)
  func orderInsideTicksShardsAndResentBatchesDoNotMatter(seed: UInt64) throws {
    let stream = Stream(ticks: 20, rows: 30, seed: 8, gap: 0.3)
    var generator = Generator(seed), sent: [[UInt8]] = [], plain: [[UInt8]] = []
    for tick in 0..<25 {
      let lines = stream.lines.filter { $0.tick == tick }.map { $0.text + "\n" }
      if lines.isEmpty { continue }
      plain.append(Array(lines.joined().utf8))
      let shuffled = lines.shuffled(using: &generator)
      for shard in 0..<3 {
        let part = shuffled.enumerated().filter { $0.offset % 3 == shard }.map(\.element)
        sent.append(Array(part.joined().utf8))
        if Int.random(in: 0..<10, using: &generator) == 0 { sent.append(sent.last!) }
      }
    }
    #expect(try told(sent, isKeyed: false) == told(plain))
  }

  /// Cohorts from events that come in reverse, twice, before their decisions and after they were judged.
  @Test func labelsInAnyOrderMakeTheSameCohorts() throws {
    let stream = Stream(ticks: 10, rows: 25, seed: 5)
    let labels = stream.lines.filter { $0.text.contains("\"label\"") }
    let decisions = stream.lines.filter { !$0.text.contains("\"label\"") }
    func batch(_ lines: [Stream.Line]) -> [UInt8] {
      Array(lines.map { $0.text + "\n" }.joined().utf8)
    }
    func cohorts(_ batches: [[UInt8]]) throws -> [String] {
      try told(batches, isKeyed: false).filter { $0.hasPrefix("ages") || $0.hasPrefix("chart") }
    }
    let plain = try cohorts([batch(decisions), batch(labels)])
    #expect(plain.contains { $0.hasPrefix("ages") })
    #expect(try cohorts([batch(labels.reversed()), batch(decisions)]) == plain)
    #expect(try cohorts([batch(labels), batch(labels.reversed()), batch(decisions)]) == plain)
    let half = decisions.count / 2
    #expect(
      try cohorts([
        batch(Array(decisions[..<half])), batch(labels.reversed()),
        batch(Array(decisions[half...])),
        batch(labels),
      ]) == plain)
  }

  @Test func countsAreThoseOfTheRecords() throws {
    let world = World()
    let store = try world.open()
    let lines = """
      {"id":"a","at":"2026-08-01T00:10:00Z","decision":1,"label":1,"groups":{"sex":"f","age":30}}
      {"id":"b","at":"2026-08-01T00:20:00Z","decision":0,"groups":{"sex":"f","age":30}}
      {"id":"b","at":"2026-08-01T00:20:00Z","decision":0,"groups":{"sex":"f","age":30}}
      {"id":"b","at":"2026-08-01T00:20:00Z","decision":1,"revision":1,"groups":{"sex":"m","age":30}}
      {"id":"c","at":"2026-08-01T00:30:00Z","decision":0,"groups":{"sex":"m"}}

      """
    let receipt = try store.append(try store.read(Array(lines.utf8)))
    #expect(
      [receipt.events, receipt.counted, receipt.duplicates, receipt.corrections] == [5, 5, 1, 1])
    let told = try store.told(world.disk).filter { $0.hasPrefix("chart") }
    let tick = World.epoch / 3_600_000
    #expect(
      told == [
        "chart \(tick) f,25–<40  0: [0, 0, 0, 0, 1, 0]",
        "chart \(tick) m,(missing)  0: [0, 0, 1, 0, 0, 0]",
        "chart \(tick) m,25–<40  0: [0, 0, 0, 0, 0, 1]",
      ])
  }

  @Test func aBatchWithItsKeyGetsItsFirstAnswer() throws {
    let world = World()
    let batch = Stream(ticks: 2, rows: 5, seed: 1).batches(of: 100)[0]
    let key = BatchKey(producer: "core", sequence: 4)
    var store: MonitorStore? = try world.open()
    var first = try store!.append(try store!.read(batch), key: key)
    first.isReplay = true
    #expect(try store!.append(try store!.read(batch), key: key) == first)
    try store!.checkpoint()
    store = nil
    store = try world.open()
    #expect(try store!.append(try store!.read(batch), key: key) == first)
    #expect(throws: StoreError.otherBatch(producer: "core", sequence: 4)) {
      try store!.append(try store!.read(batch + batch), key: key)
    }
    #expect(try store!.lastSequence("core") == 4)
  }

  @Test func backfillFillsChartsAndFeedsNoDetector() throws {
    let stream = Stream(ticks: 30, rows: 40, seed: 2, gap: 0.5)
    let world = World()
    let store = try world.open()
    var batch = try store.read(stream.batches(of: 100_000)[0])
    batch.isBackfill = true
    let receipt = try store.append(batch)
    #expect(receipt.counted > 1_000)
    #expect(store.summary.closed == nil)
    #expect(store.watches.allSatisfy { $0.monitor.ticks == 0 })
    let told = try store.told(world.disk)
    #expect(told.contains { $0.hasPrefix("chart") } && !told.contains { $0.hasPrefix("evidence") })
  }

  @Test func aGapRaisesAnAlarmAndFairDecisionsDoNot() throws {
    for (gap, isRaised) in [(0.4, true), (0.0, false)] {
      let world = World()
      let store = try world.open()
      for batch in Stream(ticks: 60, rows: 60, seed: 6, gap: gap).batches(of: 500) {
        _ = try store.append(try store.read(batch))
      }
      #expect(store.watches.contains { $0.monitor.alert.state == .raised } == isRaised)
    }
  }

  @Test func otherSettingsAreRefused() throws {
    let world = World()
    do { _ = try world.open() }
    var plan = World.plan
    plan.leastCell = 5
    #expect(throws: StoreError.otherSettings("m")) {
      try MonitorStore("m", plan, world.surroundings, world.limits)
    }
    #expect(throws: StoreError.none("other")) {
      try MonitorStore("other", nil, world.surroundings, world.limits)
    }
  }
}
