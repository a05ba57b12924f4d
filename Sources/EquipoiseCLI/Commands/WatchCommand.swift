import ArgumentParser
import Equipoise

struct WatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: WatchJob.name, abstract: WatchJob.summary,
    usage: "equipoise watch --data <file> --prediction <column> --state <file>\n  [<options>]",
    discussion: """
      Examples:
        equipoise watch --data monday.csv --sensitive sex --prediction decision \\
          --state sex.watch
        equipoise watch --data tuesday.csv --sensitive sex --prediction decision \\
          --state sex.watch

      Reads records in order and adds them to the state. However often it is run and \
      whenever it is stopped, groups that are treated alike raise an alarm with chance at \
      most --alpha. Exit code 5 says that a gap was found.
      """)

  @OptionGroup var job: TableArguments<WatchJob>
  @OptionGroup(title: CommonArguments.title) var common: CommonArguments

  func run() throws {
    try common.run(try job.value()) { WatchText.describe($0.document) }
  }
}
