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
        equipoise watch --data monday.csv --sensitive sex,race \\
          --prediction decision --state days.watch --detector --tolerance 0.05 \\
          --false-alarms 0.05

      Reads records in order and adds them to the state. However often it is run and \
      whenever it is stopped, groups that are treated alike raise an alarm with chance at \
      most --alpha. Exit code 5 says that a gap was found.

      With --detector every batch is a tick, and the question is whether a bound on rates has \
      begun to be broken. A breach is found soon even if it begins late, at a stated rate of \
      false alarms a year over all attributes and crosses.
      """)

  @OptionGroup var job: TableArguments<WatchJob>
  @OptionGroup(title: CommonArguments.title) var common: CommonArguments

  func run() throws {
    try common.run(try job.value()) { WatchText.describe($0.document) }
  }
}
