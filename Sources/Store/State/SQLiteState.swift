import Essentials

/// The state of a store in a file of SQLite, which others may read beside its writer.
final class SQLiteState: StateStore {
  static let format = 1
  static let fileName = "state.sqlite"
  private static let tables = """
    CREATE TABLE IF NOT EXISTS documents(name TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS counts(
      kind INTEGER, tick INTEGER, cell INTEGER, model INTEGER, arm INTEGER, age INTEGER,
      c0 INTEGER, c1 INTEGER, c2 INTEGER, c3 INTEGER, c4 INTEGER, c5 INTEGER,
      PRIMARY KEY(kind, tick, cell, model, arm, age)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS batches(
      producer TEXT, sequence INTEGER, digest TEXT NOT NULL, receipt TEXT NOT NULL,
      PRIMARY KEY(producer, sequence)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS changes(
      number INTEGER PRIMARY KEY, tick INTEGER, bound TEXT, comparison TEXT, was TEXT, becomes TEXT);
    """

  let database: Database

  /// - Parameter isWriter: whether it is made where there is none.
  init(_ folder: String, isWriter: Bool) throws(StoreError) {
    database = try Database(folder + "/" + Self.fileName, isWriter: isWriter)
    var format = 0
    try database.run("PRAGMA user_version", []) { format = Int($0.integer(0)) }
    guard format == 0 || format == Self.format else {
      throw .otherFormat(database.path, found: format, known: Self.format)
    }
    guard isWriter else { return }
    try database.run("PRAGMA journal_mode=WAL", [])
    try database.run("PRAGMA synchronous=FULL")
    if format == 0 {
      try database.transaction { () throws(StoreError) in
        try database.run(Self.tables)
        try database.run("PRAGMA user_version=\(Self.format)")
      }
    }
  }

  func document(_ name: String) throws(StoreError) -> String? {
    var text: String?
    try database.run("SELECT text FROM documents WHERE name=?", [.text(name)]) { text = $0.text(0) }
    return text
  }

  func counts(_ block: CountBlock.Name) throws(StoreError) -> [CountKey: DecisionCounts] {
    var counts: [CountKey: DecisionCounts] = [:]
    try database.run(
      """
      SELECT cell, model, arm, age, c0, c1, c2, c3, c4, c5 FROM counts WHERE kind=? AND tick=?
      """, [.integer(Int64(block.kind.rawValue)), .integer(Int64(block.tick))]
    ) { row in
      let key = CountKey(
        cell: UInt64(bitPattern: row.integer(0)), model: UInt16(row.integer(1)),
        arm: UInt8(row.integer(2)), age: UInt8(row.integer(3)))
      counts[key] = DecisionCounts((4..<10).map { Int(row.integer($0)) })
    }
    return counts
  }

  func batch(_ key: BatchKey) throws(StoreError) -> BatchRecord? {
    var found: BatchRecord?
    try database.run(
      "SELECT digest, receipt FROM batches WHERE producer=? AND sequence=?",
      [.text(key.producer), .integer(Int64(bitPattern: key.sequence))]
    ) { row in
      let receipt: Receipt? = try? CanonicalJSON.value(from: row.text(1).utf8)
      found = BatchRecord(key: key, digest: row.text(0), receipt: receipt ?? Receipt())
    }
    return found
  }

  func lastSequence(_ producer: String) throws(StoreError) -> UInt64? {
    var last: UInt64?
    try database.run(
      "SELECT sequence FROM batches WHERE producer=? ORDER BY sequence DESC LIMIT 1",
      [.text(producer)]
    ) { last = UInt64(bitPattern: $0.integer(0)) }
    return last
  }

  func commit(_ change: StateChange) throws(StoreError) {
    try database.transaction { () throws(StoreError) in
      for (block, counts) in change.counts { try put(block, counts) }
      for batch in change.batches {
        let receipt = (try? CanonicalJSON.text(batch.receipt)) ?? "{}"
        try database.run(
          "INSERT OR REPLACE INTO batches VALUES(?,?,?,?)",
          [
            .text(batch.key.producer), .integer(Int64(bitPattern: batch.key.sequence)),
            .text(batch.digest), .text(receipt),
          ])
      }
      for (producer, sequence) in change.forgotten {
        try database.run(
          "DELETE FROM batches WHERE producer=? AND sequence<=?",
          [.text(producer), .integer(Int64(bitPattern: sequence))])
      }
      for step in change.changes {
        try database.run(
          "INSERT OR REPLACE INTO changes VALUES(?,?,?,?,?,?)",
          [
            .integer(Int64(step.number)), .integer(Int64(step.tick)), .text(step.bound),
            .text(step.comparison), .text(step.from), .text(step.to),
          ])
      }
      for (name, text) in change.documents {
        try database.run(
          "INSERT OR REPLACE INTO documents VALUES(?,?)", [.text(name), .text(text)])
      }
    }
  }

  private func put(
    _ block: CountBlock.Name, _ counts: [CountKey: DecisionCounts]
  ) throws(StoreError) {
    for (key, outcomes) in counts {
      let place: [Int64] = [
        Int64(block.kind.rawValue), Int64(block.tick), Int64(bitPattern: key.cell),
        Int64(key.model), Int64(key.arm), Int64(key.age),
      ]
      if outcomes.isEmpty {
        try database.run(
          "DELETE FROM counts WHERE kind=? AND tick=? AND cell=? AND model=? AND arm=? AND age=?",
          place.map { .integer($0) })
      } else {
        try database.run(
          "INSERT OR REPLACE INTO counts VALUES(?,?,?,?,?,?,?,?,?,?,?,?)",
          (place + outcomes.counts.map { Int64($0) }).map { .integer($0) })
      }
    }
  }
}
