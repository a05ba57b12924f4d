import ArgumentParser
import Equipoise

struct MonitorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: MonitorJob.name, abstract: MonitorJob.summary,
    usage: "equipoise monitor <view> --folder <folder> [<options>]",
    discussion: """
      Examples:
        equipoise monitor status --folder credit.monitor
        equipoise monitor alerts --folder credit.monitor
        equipoise monitor rates --folder credit.monitor --by sex,age
        equipoise monitor cohorts --folder credit.monitor --by sex
        equipoise monitor verify --folder credit.monitor

      Groups of few rows are withheld, and so is the tick that has not ended. Exit code 5 says \
      that a bound is broken, or that counts are not as the journal says.
      """)

  @OptionGroup var job: TableArguments<MonitorJob>
  @OptionGroup(title: CommonArguments.title) var common: CommonArguments

  func run() throws {
    try common.run(try job.value()) { MonitorText.describe($0.document) }
  }
}
