import ArgumentParser
import Equipoise
import Foundation

/// The hash-chained audit log.
struct LogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "Appends to and verifies a log that cannot be changed unnoticed.",
    discussion: """
      Examples:
        equipoise log append audit.log --message 'threshold set to 0.6' --date 2026-08-01
        equipoise log verify audit.log --head 5f1c…
        equipoise log verify evidence-folder
      """,
    subcommands: [LogAppendCommand.self, LogVerifyCommand.self])
}

struct LogAppendCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "append", abstract: "Adds an entry to a log, which is made if there is none.",
    discussion: """
      Example:
        equipoise log append audit.log --message 'model approved' --file m.eqp
      """)

  @Argument(help: "The log.") var path: String
  @Option(help: ArgumentHelp("What is to be recorded.", valueName: "text")) var message: String?
  @Option(help: ArgumentHelp("Records the file's SHA-256.", valueName: "file"))
  var file: [String] = []
  @Option(help: ArgumentHelp("Verifies an evidence pack and records it.", valueName: "folder"))
  var evidence: String?
  @Option(help: ArgumentHelp("A word for what the entry is.", valueName: "word"))
  var kind = "note"
  @Option(help: "Date of the entry; none is taken from the clock.") var date: String?
  @OptionGroup var common: CommonArguments

  func validate() throws {
    guard message != nil || !file.isEmpty || evidence != nil else {
      throw ValidationError("--message, --file or --evidence is needed")
    }
  }

  func run() throws {
    var content: [String: String] = [:]
    if let message { content["message"] = message }
    for path in file { content["sha256 of \(path)"] = try EvidencePack.file(path).sha256 }
    if let evidence { content["evidence_sha256"] = try EvidencePack.verify(evidence).digest }
    let chain = try AuditLog(path).append(kind: kind, content: content, date: date)
    switch common.format {
    case .json: try Console.json(LogSummary(entries: chain.entries.count, head: chain.head))
    case .table: try Console.output("entry \(chain.entries.count): \(chain.head)")
    }
  }
}

private struct LogSummary: Encodable {
  var entries: Int
  var head: String
}

struct LogVerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Checks every entry of a log, or every file of an evidence pack.",
    discussion: """
      Example:
        equipoise log verify audit.log --head 5f1c…

      The chain shows changes, gaps and insertions. That entries are missing at the end shows only
      against a head that was kept elsewhere: --head. Exit code 3 when something is wrong.
      """)

  @Argument(help: "A log, or the folder of an evidence pack.") var path: String
  @Option(help: ArgumentHelp("Digest that an entry must have.", valueName: "digest"))
  var head: String?
  @OptionGroup var common: CommonArguments

  func run() throws {
    let kind = try? URL(fileURLWithPath: path).resourceValues(forKeys: [.isDirectoryKey])
    if kind?.isDirectory == true {
      let pack = try EvidencePack.verify(path)
      switch common.format {
      case .json: try Console.json(LogSummary(entries: pack.files.count, head: pack.digest))
      case .table:
        try Console.output("\(pack.files.count) files are as they were written: \(pack.digest)")
      }
      return
    }
    let chain = try AuditLog(path).verify()
    if let head, !chain.digests.contains(head) {
      throw AuditLogError.missingHead(file: path, head: head)
    }
    switch common.format {
    case .json: try Console.json(LogSummary(entries: chain.entries.count, head: chain.head))
    case .table:
      try Console.output("\(chain.entries.count) entries hold together; the head is \(chain.head)")
    }
  }
}
