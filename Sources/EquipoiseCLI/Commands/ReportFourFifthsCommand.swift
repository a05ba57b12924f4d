import ArgumentParser
import Equipoise

struct ReportFourFifthsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: FourFifthsJob.name, abstract: FourFifthsJob.summary,
    usage: "equipoise report four-fifths --data <file> --sensitive <columns>\n  [<options>]",
    discussion: """
      Example:
        equipoise report four-fifths --data applicants.csv --sensitive sex,race \\
          --prediction hired --output rates.html
        equipoise report four-fifths --data applicants.csv --sensitive sex \\
          --prediction hired --strata job,year

      Below or above four fifths is a rule of thumb and no verdict.
      """)

  @OptionGroup var job: TableArguments<FourFifthsJob>
  @OptionGroup(title: CommonArguments.title) var common: CommonArguments

  func run() throws { try common.run(try job.value()) { try $0.shown() } }
}
