import ArgumentParser
import Equipoise

struct ReportDatasheetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: DatasheetJob.name, abstract: DatasheetJob.summary,
    discussion: """
      Example:
        equipoise report datasheet --dataset adult --sensitive sex,race \\
          --output adult.html
      """)

  @OptionGroup var job: TableArguments<DatasheetJob>
  @OptionGroup var common: CommonArguments

  func run() throws { try common.run(try job.value()) { try $0.shown() } }
}
