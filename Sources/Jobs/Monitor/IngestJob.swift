import Datasets
import Essentials
import Reports
import Store

/// Counts decisions and labels in the folder of a monitor.
///
/// Lines are taken in batches, each counted as a whole or, after an error, not at all. What was counted before is
/// recognized by the file's digest and by the events' ids, so a file may be sent again.
public struct IngestJob: Job {
  public static let name = "ingest"
  public static let summary = "Counts decisions and labels in the folder of a monitor."
  /// Lines of a batch.
  static let batchLines = 10_000
  /// Batches that are made safe on disk together.
  static let batchesACommit = 4

  public var files: [String] = []
  public var folder = ""
  /// A file of JSON that says what a new monitor counts and watches.
  public var settings: String?
  /// Attributes of a new monitor with settings that are not stated.
  public var sensitive: [String] = []
  public var producer: String?
  public var isBackfill = false
  public var isRehearsal = false
  public var isPartial = false
  /// An instant that has passed: ticks that ended before it are closed.
  public var until: String?

  public init() {}

  public static let section: OptionSection? = .measures

  public static let table: [OptionRecord<IngestJob>] = [
    .texts(
      "files", \.files, kind: .entries, value: "file", isPositional: true,
      "Files of events, a JSON object a line; - is standard input."),
    .text(
      "folder", \.folder, value: "folder", isRequired: true,
      "The monitor; made where there is none."),
    .text(
      "settings", \.settings, value: "file",
      "What a new monitor counts and watches, as JSON."),
    .texts(
      "sensitive", \.sensitive, value: "names",
      "Attributes of a new monitor, in place of settings: the selection rate is watched on each."),
    .text(
      "producer", \.producer, value: "name",
      "Who sends the events: its batches are numbered on from the last (default: the file's digest)."
    ),
    .flag("backfill", \.isBackfill, "Events of the past, which fill charts and feed no detector."),
    .flag("dry_run", \.isRehearsal, "Says what would be counted, and counts nothing."),
    .flag("partial", \.isPartial, "Leaves out lines that cannot be read, rather than their batch."),
    .text(
      "until", \.until, value: "instant",
      "An instant that has passed, such as 2026-08-01T00:00:00Z: ticks that ended before it are closed."
    ),
  ]

  public struct Outcome: JobOutcome {
    public var document: IngestReport
  }

  public func check() throws(JobError) {
    guard !files.isEmpty || until != nil else {
      throw .usage("\(option: "files") or \(option: "until") is needed")
    }
    guard settings == nil || sensitive.isEmpty else {
      throw .usage("\(option: "settings") and \(option: "sensitive") exclude each other")
    }
    if let until, Timestamp.milliseconds(Array(until.utf8)) == nil {
      throw .usage("\(set: "until", until): not an instant such as 2026-08-01T00:00:00Z")
    }
  }

  public func run(_ context: JobContext) throws -> Outcome {
    try begin()
    var report = IngestReport(folder: folder, isRehearsal: isRehearsal)
    let plan = try plan()
    if isRehearsal && !FileBytes.isFolder(folder) {
      guard let plan else { throw StoreError.none(folder) }
      try rehearse(EventParser(plan), &report)
      return Outcome(document: report)
    }
    let store = try open(plan)
    if store.cutBytes > 0 {
      context.note(
        "note: \(NumberText.count(store.cutBytes)) bytes of a batch that was being written when the "
          + "last run stopped were cut off; it had not been acknowledged")
    }
    for file in files { try take(file, store, &report, context) }
    if let until, !isRehearsal { try store.advance(to: Timestamp.milliseconds(Array(until.utf8))!) }
    try store.checkpoint()
    report.total(store.summary)
    return Outcome(document: report)
  }

  private func plan() throws -> MonitorPlan? {
    if let settings {
      let bytes = try FileBytes.open(settings)
      return try MonitorPlan.read(bytes.array(0..<bytes.count), settings)
    }
    guard !sensitive.isEmpty else { return nil }
    let plan = MonitorPlan(attributes: sensitive.map { MonitorPlan.Attribute($0) })
    try plan.check()
    return plan
  }

  private func open(_ plan: MonitorPlan?) throws -> MonitorStore {
    if plan == nil && !FileBytes.isFolder(folder + "/journal") {
      throw JobError.usage(
        """
        \(folder): there is no monitor in it; a new one needs \(option: "settings") or \
        \(option: "sensitive")
        """)
    }
    return try MonitorStore.open(folder, plan: plan)
  }

  private func rehearse(_ parser: EventParser, _ report: inout IngestReport) throws {
    for file in files {
      let stream = try LineStream(file)
      while let lines = try stream.next(Self.batchLines) {
        let batch = try read(lines, stream, parser, MonitorStore.machineNow)
        var receipt = Receipt()
        receipt.events = batch.count
        report.take(batch, receipt)
      }
    }
  }

  private func read(
    _ lines: [UInt8], _ stream: LineStream, _ parser: EventParser, _ now: Int64
  ) throws -> EventBatch {
    do throws(EventFault) {
      var batch = try parser.read(
        lines, source: stream.name, firstLine: stream.first, now: now, isPartial: isPartial)
      batch.isBackfill = isBackfill
      return batch
    } catch { throw StoreError.event(error) }
  }

  private static func key(_ sender: String?, _ sequence: UInt64) -> BatchKey? {
    guard let sender else { return nil }
    return BatchKey(producer: sender, sequence: sequence)
  }

  /// What was counted stays counted, and is told.
  private func halted(_ store: MonitorStore, _ report: IngestReport) throws -> JobError {
    guard report.counted > 0, !isRehearsal else { return .stopped }
    try store.commit()
    try store.checkpoint()
    return .halted(
      """
      stopped: \(NumberText.counted(report.counted, "event")) of this call \
      \(report.counted == 1 ? "is" : "are") counted and \(report.counted == 1 ? "stays" : "stay") so; \
      the same command goes on
      """)
  }

  private func take(
    _ file: String, _ store: MonitorStore, _ report: inout IngestReport, _ context: JobContext
  ) throws {
    let sender = try producer ?? (file == "-" ? nil : "file:" + LineStream.digest(file))
    var sequence: UInt64 = 0
    if let producer { sequence = try store.lastSequence(producer).map { $0 + 1 } ?? 0 }
    let stream = try LineStream(file), parser = store.parser
    var open = 0
    while let lines = try stream.next(Self.batchLines) {
      if context.shouldStop() { throw try halted(store, report) }
      let batch = try read(lines, stream, parser, store.now)
      let key = Self.key(sender, sequence)
      let receipt = isRehearsal ? try store.rehearse(batch) : try store.append(batch, key: key)
      report.take(batch, receipt)
      sequence += 1
      open += 1
      if open % Self.batchesACommit == 0 { try store.commit() }
    }
    try store.commit()
  }
}

/// What was counted.
public struct IngestReport: Sendable, Equatable, Encodable {
  static let mostRefused = 20

  public var folder: String
  public var isRehearsal: Bool
  public var events = 0
  public var counted = 0
  public var corrections = 0
  public var duplicates = 0
  public var late = 0
  /// Batches that had come before.
  public var replayed = 0
  /// Lines that were left out, and the first of them.
  public var refused = 0
  public var refusedFirst: [String] = []
  /// Members of events that nothing is made of.
  public var unused: [String: Int] = [:]
  /// Over everything in the folder.
  public var decisions = 0
  public var labels = 0
  public var waitingLabels = 0

  enum CodingKeys: String, CodingKey {
    case folder, events, counted, corrections, duplicates, late, replayed, refused, unused
    case decisions, labels
    case isRehearsal = "dry_run"
    case refusedFirst = "refused_first"
    case waitingLabels = "waiting_labels"
  }

  init(folder: String, isRehearsal: Bool) {
    self.folder = folder
    self.isRehearsal = isRehearsal
  }

  mutating func take(_ batch: EventBatch, _ receipt: Receipt) {
    events += receipt.events
    counted += receipt.isReplay ? 0 : receipt.counted
    corrections += receipt.isReplay ? 0 : receipt.corrections
    duplicates += receipt.isReplay ? 0 : receipt.duplicates
    late += receipt.isReplay ? 0 : receipt.late
    replayed += receipt.isReplay ? 1 : 0
    refused += batch.refused.count
    refusedFirst += batch.refused.prefix(Self.mostRefused - refusedFirst.count).map(\.description)
    for (name, count) in batch.unusedMembers { unused[name, default: 0] += count }
  }

  mutating func total(_ summary: Summary) {
    decisions = summary.decisions
    labels = summary.labels
    waitingLabels = summary.waitingLabels
  }
}
