import ArgumentParser
import Equipoise

/// The hash-chained audit log.
struct LogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "Appends to, or verifies, a tamper-evident log.",
    discussion: """
      Examples:
        equipoise log append audit.log --message 'threshold set to 0.6' \\
          --date 2026-08-01
        equipoise log verify audit.log --head 5f1c…
        equipoise log verify evidence-folder
      """,
    subcommands: [LogAppendCommand.self, LogVerifyCommand.self])
}

struct LogAppendCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "append", abstract: LogAppendJob.summary,
    usage: "equipoise log append <log> [<options>]",
    discussion: """
      Example:
        equipoise log append audit.log --message 'model approved' --file m.eqp
      """)

  @OptionGroup var job: TableArguments<LogAppendJob>
  @OptionGroup var common: CommonArguments

  func run() throws {
    try common.run(try job.value()) { "entry \($0.document.entries): \($0.document.head)" }
  }
}

struct LogVerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: LogVerifyJob.summary,
    usage: "equipoise log verify <log or folder> [<options>]",
    discussion: """
      Example:
        equipoise log verify audit.log --head 5f1c…

      The chain shows changes, gaps and insertions. That entries are missing at the end shows only \
      against a head that was kept elsewhere: --head. Exit code 3 when something is wrong.
      """)

  @OptionGroup var job: TableArguments<LogVerifyJob>
  @OptionGroup var common: CommonArguments

  func run() throws {
    try common.run(try job.value()) { outcome in
      let told = outcome.document
      return outcome.isPack
        ? NumberText.counted(told.entries, "file is as it was", "files are as they were")
          + " written: \(told.head)"
        : NumberText.counted(told.entries, "entry holds", "entries hold together")
          + "; the head is \(told.head)"
    }
  }
}
