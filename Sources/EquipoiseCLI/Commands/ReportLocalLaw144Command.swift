import ArgumentParser
import Equipoise

struct ReportLocalLaw144Command: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: LocalLaw144Job.name, abstract: LocalLaw144Job.summary,
    usage: "equipoise report ll144 --data <file> --sensitive <columns> [<options>]",
    discussion: """
      Examples:
        equipoise report ll144 --data applicants.csv --sensitive sex,race \\
          --prediction moved --notes notes.yaml --output audit.html
        equipoise report ll144 --data scored.csv --sensitive sex,race --score score

      Decisions (--prediction) give selection rates, scores (--score) scoring rates: the share \
      strictly above the sample's median. Ratios are to the highest rate within each table. The law sets no limit on \
      them and the document draws none.
      """)

  @OptionGroup var job: TableArguments<LocalLaw144Job>
  @OptionGroup(title: CommonArguments.title) var common: CommonArguments

  func run() throws { try common.run(try job.value()) { try $0.shown() } }
}
