import Essentials

/// What a check of a folder found.
public struct StoreCheck: Sendable, Equatable, Codable {
  public var frames: Int
  public var bytes: Int
  public var segments: Int
  /// Counts that were made once more and compared.
  public var counts: Int
  /// What is not as the journal says; empty where all is.
  public var differences: [String]
}

extension MonitorStore {
  /// Reads the whole journal and the index, counts everything once more and compares.
  ///
  /// Throws for bytes that have changed; counts, detectors and totals that differ are told.
  public static func verify(
    _ folder: String, in surroundings: Surroundings = .machine
  ) throws(StoreError) -> StoreCheck {
    let store = try open(folder, in: surroundings)
    try store.checkpoint()
    let (frames, bytes) = try store.journal.verify()
    for run in store.index.runs where try run.check() != run.record.check {
      throw .corrupt(
        folder + "/index/" + run.record.name, offset: 0, reason: "a part of the index has changed")
    }
    let derived = folder + "/verify"
    try remove(derived, surroundings)
    let again = try recounted(folder, into: derived, surroundings)
    try again.checkpoint()
    var check = StoreCheck(
      frames: frames, bytes: bytes, segments: store.journal.segments.count, counts: 0,
      differences: [])
    if again.summary != store.summary { check.differences.append("the totals differ") }
    for (k, watch) in store.watches.enumerated() where again.watches[k].monitor != watch.monitor {
      check.differences.append("the detector of \(watch.comparison) differs: \(watch.bound.words)")
    }
    let found = try digest(folder), expected = try digest(derived)
    check.counts = expected.count
    if found.text != expected.text { check.differences.append("the counts differ") }
    try remove(derived, surroundings)
    return check
  }

  /// Makes all counts, detectors and the index again from the journal.
  public static func rebuild(
    _ folder: String, in surroundings: Surroundings = .machine
  ) throws(StoreError) -> MonitorStore {
    guard surroundings.files.exists(folder + "/journal") else { throw .none(folder) }
    do {
      guard let lock = try surroundings.files.lock(folder + "/lock") else {
        throw StoreError.locked(folder)
      }
      try withExtendedLifetime(lock) { try removeDerived(folder, surroundings.files) }
    } catch let fault as FileFault { throw StoreError(fault) } catch let error as StoreError {
      throw error
    } catch { preconditionFailure("\(error)") }
    return try open(folder, in: surroundings)
  }

  private static func removeDerived(_ folder: String, _ files: any FileSystem) throws(FileFault) {
    for ending in ["-wal", "-shm", ""] {
      try files.remove(folder + "/" + SQLiteState.fileName + ending)
    }
    guard files.exists(folder + "/index") else { return }
    for name in try files.list(folder + "/index") { try files.remove(folder + "/index/" + name) }
  }

  private static func remove(
    _ derived: String, _ surroundings: Surroundings
  ) throws(StoreError) {
    guard surroundings.files.exists(derived) else { return }
    do {
      try removeDerived(derived, surroundings.files)
      try surroundings.files.remove(derived + "/lock")
      for folder in [derived + "/index", derived] { rmdir(folder) }
    } catch { throw StoreError(error) }
  }

  /// All counts of a state in one order.
  private static func digest(_ folder: String) throws(StoreError) -> (count: Int, text: String) {
    let state = try SQLiteState(folder, isWriter: false)
    var digest = Digest(), count = 0
    try state.database.run(
      """
      SELECT kind, tick, cell, model, arm, age, c0, c1, c2, c3, c4, c5 FROM counts
      ORDER BY kind, tick, cell, model, arm, age
      """, []
    ) { row in
      var writer = ByteWriter()
      for place in 0..<Int32(12) { writer.put(row.integer(place)) }
      digest.update(writer.bytes)
      count += 1
    }
    return (count, digest.hexadecimal)
  }
}
