import Essentials
import Store
import Testing

/// Stores in folders of the machine, with SQLite.
@Suite struct FolderTests {
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = Folders.folder()
    defer { Folders.remove(folder) }
    try body(folder)
  }

  private func filled(_ folder: String, _ stream: Stream) throws {
    let store = try MonitorStore.open(folder, plan: World.plan)
    for batch in stream.batches(of: 300) { _ = try store.append(try store.read(batch)) }
    try store.checkpoint()
  }

  @Test func aFolderIsReadBesideItsWriterAndVerified() throws {
    try withFolder { folder in
      let stream = Stream(ticks: 60, rows: 60, seed: 6, gap: 0.4)
      try filled(folder, stream)
      let store = try MonitorStore.open(folder)
      let reader = try MonitorReader(folder)
      #expect(reader.summary.decisions == 3_600)
      let rates = try reader.rates(.selection, by: ["sex"])
      #expect(rates.groups.map(\.group) == [["f"], ["m"]])
      // All but the last tick, which has not ended.
      #expect(rates.groups.reduce(0) { $0 + $1.rows! } == 59 * 60)
      #expect(try reader.alerts().contains { $0.reading.state == .raised })
      #expect(try !reader.changes().isEmpty)
      let cohorts = try reader.cohorts(by: [])
      #expect(cohorts.cohorts.reduce(0) { $0 + ($1.decisions ?? 0) } == 59 * 60)
      #expect(throws: StoreError.locked(folder)) { try MonitorStore.open(folder) }
      _ = store.folder
    }
  }

  @Test func aChangedCountIsFoundAndMadeAgain() throws {
    try withFolder { folder in
      try filled(folder, Stream(ticks: 10, rows: 40, seed: 4))
      let clean = try MonitorStore.verify(folder)
      #expect(clean.differences == [] && clean.counts > 100)
      let database = try Database(folder + "/state.sqlite", isWriter: true)
      try database.run("UPDATE counts SET c2 = c2 + 1 WHERE kind = 0 AND c2 = 1")
      #expect(try MonitorStore.verify(folder).differences == ["the counts differ"])
      do { _ = try MonitorStore.rebuild(folder) }
      #expect(try MonitorStore.verify(folder).differences == [])
    }
  }

  @Test func aLaterFormatOfTheStateIsRefused() throws {
    try withFolder { folder in
      try filled(folder, Stream(ticks: 2, rows: 4, seed: 4))
      let path = folder + "/state.sqlite"
      do { try Database(path, isWriter: true).run("PRAGMA user_version=2") }
      #expect(throws: StoreError.otherFormat(path, found: 2, known: 1)) {
        try MonitorStore.open(folder)
      }
      #expect(throws: StoreError.otherFormat(path, found: 2, known: 1)) {
        try MonitorReader(folder)
      }
    }
  }

  @Test func smallGroupsAreWithheldWithOthers() {
    func withheld(_ rows: [Int]) -> [Bool] {
      SmallCells.withheld(rows, rows.indices.map { ["\($0)"] }, least: 10)
    }
    #expect(withheld([50, 40, 30]) == [false, false, false])
    #expect(withheld([50, 4, 30]) == [false, true, true])
    #expect(withheld([50, 4, 3, 30]) == [false, true, true, true])
    #expect(withheld([50, 8, 7, 30]) == [false, true, true, false])
    // In a table of two attributes every row and column has none or at least two that are withheld.
    var generator = Generator(9)
    for _ in 0..<200 {
      let places = (0..<4).flatMap { a in (0..<3).map { ["a\(a)", "b\($0)"] } }
      let rows = places.map { _ in Int.random(in: 0..<60, using: &generator) }
      let found = SmallCells.withheld(rows, places, least: 10)
      for attribute in 0..<2 {
        for line in Dictionary(grouping: places.indices, by: { places[$0][1 - attribute] }).values {
          let hidden = line.filter { found[$0] }
          #expect(hidden.count != 1)
          let sum = hidden.reduce(0) { $0 + rows[$1] }
          #expect(hidden.isEmpty || sum >= 10 || hidden.count == line.count)
        }
      }
      for k in rows.indices where rows[k] < 10 { #expect(found[k]) }
    }
  }
}

/// Folders for a test.
private enum Folders {
  static func folder() -> String {
    var template = Array("/tmp/equipoise-store-XXXXXX".utf8CString)
    return template.withUnsafeMutableBufferPointer { String(cString: mkdtemp($0.baseAddress!)) }
  }

  static func remove(_ folder: String) { try? FileManager.default.removeItem(atPath: folder) }
}
