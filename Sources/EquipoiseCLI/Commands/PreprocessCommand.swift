import ArgumentParser
import Equipoise

struct PreprocessCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: PreprocessJob.name, abstract: PreprocessJob.summary,
    usage: "equipoise preprocess (<method> | --apply <file>) --data <file>\n  [<options>]",
    discussion: """
      Examples:
        equipoise preprocess reweighing --data loans.csv --label repaid \\
          --sensitive sex --output weighed.csv
        equipoise preprocess disparate-impact-remover --data train.csv \\
          --label repaid --sensitive sex --repair-level 0.8 \\
          --transform repair.eqp --output train-repaired.csv
        equipoise preprocess --apply repair.eqp --data test.csv \\
          --output test-repaired.csv

      'equipoise methods disparate-impact-remover' lists the options of a method. Columns that a \
      method does not change keep their very text; a folder of arrays gives a folder of arrays.
      """)

  @OptionGroup var job: TableArguments<PreprocessJob>
  @OptionGroup(title: CommonArguments.title) var common: CommonArguments
  @Argument(parsing: .allUnrecognized, help: .hidden) var methodOptions: [String] = []

  func validate() throws {
    if try job.value().output == "-" && common.format == .json {
      throw ValidationError("--format json needs --output FILE: the table is not JSON")
    }
  }

  func run() throws {
    let job = try job.value(with: methodOptions)
    try common.run(job, isShown: job.output != "-") { describe($0.document, job) }
  }

  private func describe(_ summary: PreprocessDocument, _ job: PreprocessJob) -> String {
    var lines = [
      "\(summary.method): \(summary.status ?? "applied"), "
        + NumberText.counted(summary.rowsBefore, "row")
        + (summary.rowsAfter == summary.rowsBefore
          ? "" : " to \(NumberText.count(summary.rowsAfter))")
        + ", \(Tables.number((summary.seconds.fit ?? 0) + summary.seconds.transform, decimals: 4)) s"
    ]
    lines += PositivesText.lines(summary.positives)
    for (verb, names) in [
      ("changed", summary.changed), ("added", summary.added), ("left out", summary.dropped),
    ] where !names.isEmpty {
      let shown = names.prefix(Self.shownNames).joined(separator: ", ")
      let rest = names.count - Self.shownNames
      lines.append("\(verb): \(shown)" + (rest > 0 ? " and \(rest) more" : ""))
    }
    let rows = [
      (
        "difference in positive labels", summary.before.baseRateDifference,
        summary.after.baseRateDifference
      ),
      ("association of a feature", summary.before.association, summary.after.association),
    ].filter { $0.1 != nil }.map { name, before, after in
      [name, Tables.number(before, decimals: 4), Tables.number(after, decimals: 4)]
    }
    if !rows.isEmpty {
      lines.append(Tables.text(["largest", "before", "after"], rows, alignedRight: [1, 2]))
    }
    if let transform = job.transform { lines.append("transform written to \(transform)") }
    if let output = job.output { lines.append("table written to \(output)") }
    return lines.joined(separator: "\n")
  }

  private static let shownNames = 8
}
