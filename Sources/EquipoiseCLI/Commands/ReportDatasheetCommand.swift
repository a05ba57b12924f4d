import ArgumentParser
import Equipoise

struct ReportDatasheetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: DatasheetJob.name, abstract: DatasheetJob.summary,
    usage: "equipoise report datasheet (--data <file> | --dataset <name>) [<options>]",
    discussion: """
      Example:
        equipoise report datasheet --dataset adult --sensitive sex,race \\
          --output adult.html
      """)

  @OptionGroup var job: TableArguments<DatasheetJob>
  @OptionGroup(title: CommonArguments.title) var common: CommonArguments

  func run() throws { try common.run(try job.value()) { try $0.shown() } }
}
