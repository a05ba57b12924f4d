import Essentials
import Monitoring
import Store

/// A machine in memory with a store on it, and events to count.
final class World {
  let files = MemoryFiles()
  let disk = MemoryState.Disk()
  let plan: MonitorPlan
  var limits = MonitorStore.Limits(segment: 4_000, tail: 60)

  init(_ plan: MonitorPlan = World.plan) { self.plan = plan }

  static var plan: MonitorPlan {
    var plan = MonitorPlan(attributes: [.init("sex"), .init("age", cuts: [25, 40])])
    plan.bounds = [.init(.selection, difference: 0.1), .init(.precision, difference: 0.2)]
    plan.horizon = "3h"
    plan.cohort = "2h"
    return plan
  }

  static let epoch: Int64 = 1_785_542_400_000

  var surroundings: Surroundings {
    Surroundings(
      files: files, now: { World.epoch + 1_000 * 86_400_000 },
      random: { [UInt8](repeating: 7, count: $0) },
      state: { [disk, files] _ in MemoryState(disk, files) })
  }

  func open() throws(StoreError) -> MonitorStore {
    try MonitorStore("m", plan, surroundings, limits)
  }
}

struct Generator: RandomNumberGenerator {
  var state: UInt64
  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}

/// A stream of decisions with labels and corrections.
struct Stream {
  struct Line {
    var tick: Int
    var text: String
  }

  /// In the order of ticks.
  var lines: [Line] = []

  init(ticks: Int, rows: Int, seed: UInt64, gap: Double = 0) {
    var generator = Generator(seed)
    var number = 0
    for tick in 0..<ticks {
      for _ in 0..<rows {
        number += 1
        let sex = Bool.random(using: &generator) ? "f" : "m"
        let chance = sex == "f" ? 0.5 - gap : 0.5
        let decision = Double.random(in: 0..<1, using: &generator) < chance ? 1 : 0
        let age = Int.random(in: 18..<70, using: &generator)
        let at =
          World.epoch + Int64(tick) * 3_600_000 + Int64.random(in: 0..<3_600_000, using: &generator)
        lines.append(
          Line(
            tick: tick,
            text:
              #"{"id":"p\#(number)","at":"\#(Timestamp.text(at))","model":"credit","version":"7","#
              + #""decision":\#(decision),"attributes":{"sex":"\#(sex)","age":\#(age)}}"#))
        if Int.random(in: 0..<3, using: &generator) > 0 {
          let delay = Int.random(in: 0..<5, using: &generator)
          let value = Int.random(in: 0..<4, using: &generator) > 0 ? 1 : 0
          lines.append(
            Line(
              tick: tick + delay,
              text:
                #"{"kind":"label","id":"p\#(number)","at":\#((at + Int64(delay) * 3_600_000) / 1_000),"label":\#(value)}"#
            ))
        }
        if number % 11 == 0 {
          lines.append(
            Line(
              tick: tick,
              text:
                #"{"id":"p\#(number)","at":"\#(Timestamp.text(at))","revision":1,"model":"credit","version":"7","#
                + #""decision":\#(1 - decision),"attributes":{"sex":"\#(sex)","age":\#(age)}}"#))
        }
      }
    }
    lines = lines.enumerated().sorted { ($0.1.tick, $0.0) < ($1.1.tick, $1.0) }.map(\.1)
  }

  /// Batches of so many lines.
  func batches(of size: Int) -> [[UInt8]] {
    stride(from: 0, to: lines.count, by: size).map { start in
      Array(lines[start..<min(lines.count, start + size)].map { $0.text + "\n" }.joined().utf8)
    }
  }
}

extension MonitorStore {
  func read(_ lines: [UInt8]) throws -> EventBatch {
    try parser.read(lines, source: "lines", now: now)
  }

  /// Everything that was counted, by names, as text: equal for equal counts, detectors and alerts.
  func told(_ disk: MemoryState.Disk) throws -> [String] {
    try checkpoint()
    let names = summary.names
    let attributes = Array(plan.attributes.indices)
    var lines: [String] = []
    for (block, counts) in disk.counts {
      for (key, outcomes) in counts {
        let group = attributes.map { names.text(key.code(of: $0), of: $0) }.joined(separator: ",")
        lines.append(
          "\(block.kind) \(block.tick) \(group) \(names.models[Int(key.model)]) \(key.age): \(outcomes.counts)"
        )
      }
    }
    for watch in watches {
      lines.append("\(watch.bound.words) \(try CanonicalJSON.text(watch.monitor))")
    }
    lines += disk.changes.values.map { "\($0)" }
    lines.append("closed \(summary.closed ?? -1), \(summary.decisions), \(summary.labels)")
    return lines.sorted()
  }
}
