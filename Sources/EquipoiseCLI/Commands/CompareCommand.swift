import ArgumentParser
import Equipoise

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: CompareJob.name, abstract: CompareJob.summary,
    usage: "equipoise compare (--data <file> | --dataset <name>) [<options>]",
    discussion: """
      Examples:
        equipoise compare --dataset adult --sensitive sex
        equipoise compare --data loans.csv --label repaid --sensitive sex,age \\
          --bins age=25,40 --methods logistic,penalized
        equipoise compare --dataset german --sensitive sex --report methods.html
        equipoise compare --dataset german --sensitive sex \\
          --methods logistic,logistic+group-calibration+group-thresholds

      Stages are joined by +: preprocessing methods, one method, postprocessing methods.

      Gaps are the largest difference between groups, ratios the smallest over the largest; \
      a gap of 0 and a ratio of 1 mean that groups are treated alike. A method is marked \
      Pareto when no other is at least as accurate and as fair, and better in one.
      """)

  @OptionGroup var job: TableArguments<CompareJob>
  @OptionGroup(title: CommonArguments.title) var common: CommonArguments

  func run() throws {
    try common.run(try job.value(), title: "comparing", describe: describe)
  }

  private func describe(_ outcome: RunsOutcome) -> String {
    let part = outcome.split.test == nil ? "training rows" : "test rows"
    return [
      TextWrap.paragraph(
        "\(DisplayText.name(outcome.source)): \(RunText.rows(outcome.split)); groups of "
          + RunText.groups(outcome.split), indent: "  "),
      RunsTable(
        document: outcome.document, disparity: outcome.disparity, title: "method",
        label: { $0.method }
      ).text(),
      TextWrap.paragraph(
        "Measured on the \(part). Gap: largest difference between groups, 0 is alike. Ratio: "
          + "smallest over largest, 1 is alike."
          + (outcome.document.compares
            ? " Pareto: no other is at least as accurate and as fair by \(outcome.disparity)." : "")
      ),

    ].joined(separator: "\n")
  }
}
