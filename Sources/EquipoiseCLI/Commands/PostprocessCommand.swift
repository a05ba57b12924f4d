import ArgumentParser
import Equipoise

struct PostprocessCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: PostprocessJob.name, abstract: PostprocessJob.summary,
    usage:
      "equipoise postprocess (<method> | --apply <file>) --data <file>\n  --score <column> [<options>]",
    discussion: """
      Examples:
        equipoise postprocess group-thresholds --data scored.csv --label repaid \\
          --sensitive race --score p --bound 0.02 --rule rule.json \\
          --output decided.csv
        equipoise postprocess --apply rule.json --data new.csv --sensitive race \\
          --score p --output decided.csv

      'equipoise methods group-thresholds' lists the options of a method. The output has \
      score, probability and prediction of each row: the probability is that of a positive \
      decision, or the new score of methods that make scores.
      """)

  @OptionGroup var job: TableArguments<PostprocessJob>
  @Flag(help: "Show every number in the terminal; JSON always has them.")
  var all = false
  @OptionGroup(title: CommonArguments.title) var common: CommonArguments
  @Argument(parsing: .allUnrecognized, help: .hidden) var methodOptions: [String] = []

  func run() throws {
    let job = try job.value(with: methodOptions)
    if job.output == "-" && common.format == .json {
      throw ValidationError("--format json needs --output FILE: decisions are not JSON")
    }
    try common.run(job, isShown: job.output != "-") { describe($0.document, job) }
  }

  private func describe(_ summary: PostprocessDocument, _ job: PostprocessJob) -> String {
    let seconds = Tables.number(summary.seconds.fit ?? summary.seconds.apply, decimals: 4)
    var lines = [
      "\(summary.method): \(summary.status?.replacing("_", with: " ") ?? "applied"), "
        + "\(NumberText.counted(summary.rows, "row")), \(seconds) s"
    ]
    lines += PositivesText.lines(summary.positives)
    lines += DecisionText.lines(summary.decisions)
    if let before = summary.before, let after = summary.after {
      let leading = RunText.leading.filter { before.has($0) }
      let names = all || leading.isEmpty ? before.names : leading
      let rows = names.map { name in
        [name.description] + [before, after].map { Tables.number($0[name].value, decimals: 4) }
      }
      lines.append(Tables.text(["metric", "before", "after"], rows, alignedRight: [1, 2]))
      lines += Tables.reasons([("before", before), ("after", after)])
    }
    if let bound = summary.certificate?.boundOnSuboptimality {
      lines.append("proved: the objective is at most \(NumberText.small(bound)) above its minimum")
    }
    if let rule = job.rule { lines.append("rule written to \(rule)") }
    if let output = job.output { lines.append("decisions written to \(output)") }
    return lines.joined(separator: "\n")
  }
}
