import Essentials
import Monitoring

/// A folder in which decisions and labels are counted and bounds on the rates of groups are watched.
///
/// What is acknowledged (``commit()`` has returned) is counted exactly once, whatever happens to the process or the
/// machine; what is not is counted once or not at all, and sending the batch again with its key counts it once. Every
/// batch is first written to the journal, from which all counts can be made again; the state holds counts,
/// detectors and the offset of the journal that they reflect, in one transaction each time.
///
/// One writer has a folder at a time, from one thread; a ``MonitorReader`` reads beside it.
public final class MonitorStore {
  /// Batches of a producer that are remembered.
  static let rememberedBatches: UInt64 = 10_000
  /// Rows after which ``commit()`` brings the state up to date as well.
  static let rowsACheckpoint = 500_000

  public let folder: String
  public let plan: MonitorPlan
  public internal(set) var summary: Summary
  /// Bytes of a batch that was being written when the last writer stopped, and was not acknowledged.
  public private(set) var cutBytes = 0
  /// What a folder's parts need for tests: the longest segment and the records of the index in memory.
  package struct Limits {
    package var segment: Int
    package var tail: Int

    package init(segment: Int = Journal.defaultLimit, tail: Int = RecordIndex.defaultTail) {
      self.segment = segment
      self.tail = tail
    }
  }

  let surroundings: Surroundings
  let key: RecordHash.Key
  /// Of a tick, in milliseconds.
  let tickLength: Int64
  package let journal: Journal
  let state: any StateStore
  let index: RecordIndex
  var blocks = CountBlocks()
  package internal(set) var watches: [BoundWatch]
  var batches: [BatchKey: BatchRecord] = [:]
  var changes: [AlertChange] = []
  var changedWatches = false
  var rowsSinceCheckpoint = 0
  private let lock: AnyObject

  /// Opens the monitor in a folder, and counts what was acknowledged and not counted.
  ///
  /// - Parameters:
  ///   - plan: makes a monitor where there is none; otherwise it must be the one that it was made with.
  public static func open(
    _ folder: String, plan: MonitorPlan? = nil, in surroundings: Surroundings = .machine
  ) throws(StoreError) -> MonitorStore {
    try MonitorStore(folder, plan, surroundings, Limits())
  }

  /// Counts the journal of a folder once more, into another folder.
  static func recounted(
    _ folder: String, into derived: String, _ surroundings: Surroundings
  ) throws(StoreError) -> MonitorStore {
    try MonitorStore(folder, nil, surroundings, Limits(), derived: derived)
  }

  package init(
    _ folder: String, _ asked: MonitorPlan?, _ surroundings: Surroundings, _ limits: Limits,
    derived: String? = nil
  ) throws(StoreError) {
    self.folder = folder
    self.surroundings = surroundings
    let journalFolder = folder + "/journal"
    guard asked != nil || surroundings.files.exists(journalFolder) else { throw .none(folder) }
    try asked?.check()
    lock = try Self.lock(derived ?? folder, surroundings.files)
    state = try Self.state(derived ?? folder, surroundings)
    journal = try Journal(journalFolder, surroundings.files, limit: limits.segment)
    let stored = try state.document("summary")
    var applied = 0
    if let stored { applied = try Self.decode(Applied.self, stored, folder).applied }
    cutBytes = try journal.recover(from: applied)
    let heading = try Self.heading(journal, asked, surroundings)
    guard let heading else { throw .none(folder) }
    plan = heading.plan
    key = heading.key
    tickLength = heading.plan.tickLength
    if let asked, asked != plan { throw .otherSettings(folder) }
    summary = Summary(plan)
    if let stored {
      summary = try Self.decode(Summary.self, stored, folder)
      summary.names = NameTable(plan, stored: summary.names)
    }
    index = try RecordIndex(
      (derived ?? folder) + "/index", summary.runs, surroundings.files, limit: limits.tail)
    watches = BoundWatch.all(plan)
    for k in watches.indices {
      guard let text = try state.document("watch/\(k)") else { continue }
      watches[k].monitor = try Self.decode(BoundMonitor.self, text, folder)
    }
    try restore()
  }

  private struct Applied: Decodable { var applied: Int }

  private static func lock(
    _ folder: String, _ files: any FileSystem
  ) throws(StoreError) -> AnyObject {
    do {
      try files.makeFolder(folder)
      guard let lock = try files.lock(folder + "/lock") else { throw StoreError.locked(folder) }
      return lock
    } catch let fault as FileFault { throw StoreError(fault) } catch let error as StoreError {
      throw error
    } catch { preconditionFailure("\(error)") }
  }

  private static func state(
    _ folder: String, _ surroundings: Surroundings
  ) throws(StoreError) -> any StateStore {
    do { return try surroundings.state(folder) } catch let error as StoreError { throw error } catch
    {
      throw .state(folder, reason: "\(error)")
    }
  }

  static func decode<Value: Decodable>(
    _ type: Value.Type, _ text: String, _ folder: String
  ) throws(StoreError) -> Value {
    do { return try CanonicalJSON.value(from: text.utf8) } catch {
      throw .state(folder, reason: "the state is damaged: \(error)")
    }
  }

  /// The journal's first frame, which is made where there is none.
  private static func heading(
    _ journal: Journal, _ asked: MonitorPlan?, _ surroundings: Surroundings
  ) throws(StoreError) -> Heading? {
    if let frame = try journal.frame(at: 0) {
      guard let heading = Heading(frame.payload) else {
        throw .corrupt(journal.segments[0].path, offset: 0, reason: "the settings are damaged")
      }
      return heading
    }
    guard let asked else { return nil }
    let heading = Heading(plan: asked, keyBytes: surroundings.random(16))
    _ = try journal.append(heading.payload)
    try journal.sync()
    return heading
  }

  /// Puts the latest records into memory again, and counts what is beyond the state.
  private func restore() throws(StoreError) {
    var place = max(summary.indexed, 0)
    while let frame = try journal.frame(at: place) {
      place = frame.end
      if frame.payload.first != BatchFrame.mark { continue }
      let batch = try decoded(frame)
      if frame.end <= summary.applied {
        remember(batch.rows, frame)
      } else {
        try replay(batch, frame)
        if rowsSinceCheckpoint >= Self.rowsACheckpoint || index.isTailFull { try checkpoint() }
      }
    }
    if summary.applied < journal.end {
      summary.applied = journal.end
      try checkpoint()
    }
  }

  func decoded(_ frame: Frame) throws(StoreError) -> BatchFrame {
    do { return try BatchFrame(frame.payload) } catch {
      throw .corrupt(journal.folder, offset: frame.offset, reason: "a batch is damaged")
    }
  }

  /// Reads lines as events: from any thread.
  public var parser: EventParser { EventParser(plan, key) }

  /// Milliseconds since 1970.
  public var now: Int64 { surroundings.now() }

  /// The highest sequence of a producer's batches.
  public func lastSequence(_ producer: String) throws(StoreError) -> UInt64? {
    let known = batches.keys.filter { $0.producer == producer }.map(\.sequence).max()
    return [known, try state.lastSequence(producer)].compactMap(\.self).max()
  }

  /// Makes everything that was appended last through a loss of power: then it may be acknowledged.
  public func commit() throws(StoreError) {
    try journal.sync()
    if rowsSinceCheckpoint >= Self.rowsACheckpoint || index.isTailFull { try checkpoint() }
  }

  /// What the journal begins with.
  struct Heading {
    static let mark: UInt8 = 1

    var plan: MonitorPlan
    var keyBytes: [UInt8]

    var key: RecordHash.Key { RecordHash.Key(keyBytes) }

    var payload: [UInt8] {
      var writer = ByteWriter()
      writer.put(Self.mark)
      writer.put(raw: keyBytes)
      writer.put(raw: Array((try? CanonicalJSON.text(plan).utf8) ?? "".utf8))
      return writer.bytes
    }

    init(plan: MonitorPlan, keyBytes: [UInt8]) {
      self.plan = plan
      self.keyBytes = keyBytes
    }

    init?(_ payload: [UInt8]) {
      guard payload.count > 17, payload[0] == Self.mark,
        let plan: MonitorPlan = try? CanonicalJSON.value(from: payload[17...])
      else { return nil }
      self.plan = plan
      keyBytes = Array(payload[1..<17])
    }
  }
}

extension Surroundings {
  /// The machine's files, clock and chance.
  public static let machine = Surroundings(
    files: DiskFiles(),
    now: { Int64(Date().timeIntervalSince1970 * 1_000) },
    random: { count in
      var generator = SystemRandomNumberGenerator()
      return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    },
    state: { try SQLiteState($0, isWriter: true) })
}
