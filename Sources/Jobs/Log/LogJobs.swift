import Datasets
import Reports

/// Adds an entry to a hash-chained log, which is made if there is none.
public struct LogAppendJob: Job {
  public static let name = "log-append"
  public static let summary = "Appends an entry to a log, and creates the log if there is none."

  /// The log.
  public var path = ""
  public var message: String?
  /// Files whose digests are recorded.
  public var files: [String] = []
  /// An evidence pack to verify and record.
  public var evidence: String?
  /// A word for what the entry is.
  public var kind = "note"
  public var date: String?

  public init() {}

  public static let table: [OptionRecord<LogAppendJob>] = [
    .text("path", \.path, isRequired: true, isPositional: true, "The log."),
    .text("message", \.message, value: "text", "What is to be recorded."),
    .texts("file", \.files, kind: .entries, value: "file", "Records the file's SHA-256."),
    .text(
      "evidence", \.evidence, kind: .input, value: "folder",
      "Verifies an evidence pack and records it."),
    .text("kind", \.kind, value: "word", "A word for what the entry is."),
    .text("date", \.date, "Date of the entry; none is taken from the clock."),
  ]

  public func check() throws(JobError) {
    guard message != nil || !files.isEmpty || evidence != nil else {
      throw .usage("\(option: "message"), \(option: "file") or \(option: "evidence") is needed")
    }
  }

  public func run(_ context: JobContext) throws -> LogOutcome {
    try begin()
    var content: [String: String] = [:]
    if let message { content["message"] = message }
    for path in files { content["sha256 of \(path)"] = try EvidencePack.file(path).sha256 }
    if let evidence { content["evidence_sha256"] = try EvidencePack.verify(evidence).digest }
    let chain = try AuditLog(path).append(kind: kind, content: content, date: date)
    return LogOutcome(
      document: .init(entries: chain.entries.count, head: chain.head), isPack: false)
  }
}

/// Checks every entry of a log, or every file of an evidence pack.
///
/// The chain shows changes, gaps and insertions. That entries are missing at the end shows only
/// against a head that was kept elsewhere.
public struct LogVerifyJob: Job {
  public static let name = "log-verify"
  public static let summary = "Checks every entry of a log, or every file of an evidence pack."

  /// A log, or the folder of an evidence pack.
  public var path = ""
  /// A digest that an entry must have.
  public var head: String?

  public init() {}

  public static let table: [OptionRecord<LogVerifyJob>] = [
    .text(
      "path", \.path, isRequired: true, isPositional: true,
      "A log, or the folder of an evidence pack."),
    .text("head", \.head, value: "digest", "Digest that an entry must have."),
  ]

  public func run(_ context: JobContext) throws -> LogOutcome {
    try begin()
    if FileBytes.isFolder(path) {
      let pack = try EvidencePack.verify(path)
      return LogOutcome(
        document: .init(entries: pack.files.count, head: pack.digest), isPack: true)
    }
    let chain = try AuditLog(path).verify()
    if let head, !chain.digests.contains(head) {
      throw AuditLogError.missingHead(file: path, head: head)
    }
    return LogOutcome(
      document: .init(entries: chain.entries.count, head: chain.head), isPack: false)
  }
}

/// How a log, or an evidence pack, stands.
public struct LogOutcome: JobOutcome {
  public struct Document: Encodable, Sendable {
    /// Entries of a log, files of a pack.
    public var entries: Int
    /// The digest that stands for all of them.
    public var head: String
  }

  public var document: Document
  public var isPack: Bool
}
