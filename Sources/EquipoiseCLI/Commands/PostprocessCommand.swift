import ArgumentParser
import Equipoise

extension UnseenGroupPolicy: ExpressibleByArgument {}

struct PostprocessCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "postprocess",
    abstract: "Turns a file of scores, whatever made them, into decisions or better scores.",
    discussion: """
      Examples:
        equipoise postprocess group-thresholds --data scored.csv --label repaid --sensitive race \\
          --score p --bound 0.02 --rule rule.json --output decided.csv
        equipoise postprocess --apply rule.json --data new.csv --sensitive race --score p \\
          --output decided.csv

      'equipoise methods group-thresholds' lists the options of a method. The output has score,
      probability and prediction of each row: the probability is that of a positive decision, or
      the new score of methods that make scores.
      """)

  @Argument(help: "Name of a postprocessing method; 'equipoise methods' lists them.")
  var method: String?
  @OptionGroup var data: DataArguments
  @Option(help: ArgumentHelp("Column with the scores.", valueName: "column")) var score: String
  @Option(help: ArgumentHelp("A rule to apply instead of fitting one.", valueName: "file"))
  var apply: String?
  @Option(help: ArgumentHelp("File to write the fitted rule to.", valueName: "file"))
  var rule: String?
  @Option(help: ArgumentHelp("CSV file to write; - for standard output.", valueName: "file"))
  var output: String?
  @Option(help: "Groups that the rule was not fitted to: error, or the rule of all rows pooled.")
  var unseenGroup: UnseenGroupPolicy = .error
  @Option(help: "A score at least this is positive, for rules that make scores.") var threshold =
    Decisions.usualThreshold
  @OptionGroup var common: CommonArguments
  @Argument(parsing: .allUnrecognized, help: .hidden) var methodOptions: [String] = []

  func validate() throws {
    if (method == nil) == (apply == nil) {
      throw ValidationError("a METHOD to fit or --apply RULE is needed, and not both")
    }
    if apply != nil, let first = methodOptions.first {
      throw ValidationError("'\(first)' is an option of fitting; --apply takes a rule as it is")
    }
  }

  func run() throws {
    Interruption.watch()
    try Destinations.check([output, rule], against: [data.data, apply])
    let chosen = try method.map { name throws(DataError) in try Postprocessors.named(name) }
    let options = try chosen.map {
      try MethodOptions(
        try MethodArguments.parse(methodOptions), from: $0.options, of: $0.name)
    }
    let file = try ScoreFile(
      try data.location(), options: try data.options(), column: score, pool: common.pool)
    try Interruption.check()
    let clock = ContinuousClock()
    var times = [clock.now]
    let fitted: FittedRule
    if let chosen, let options {
      let request = FitRequest(
        options: options, seed: common.seed, pool: common.pool,
        shouldStop: Interruption.shouldStop)
      fitted = try file.fit(chosen, unseen: unseenGroup, request)
    } else {
      fitted = try RuleStore.read(apply ?? "")
    }
    let report = apply == nil ? fitted.report : nil
    times.append(clock.now)
    let predictions = try file.apply(fitted, threshold: threshold)
    times.append(clock.now)
    try Interruption.check()
    if let rule { try RuleStore.write(fitted, to: rule) }
    if let output {
      try PredictionFile.write(
        predictions, leftOut: file.data.leftOut, to: output == "-" ? "/dev/stdout" : output)
    }
    common.noteLeftOut(file.data.leftOut, "left out: their fields in the output are empty")
    let isLabelled = file.data.labels != nil
    let summary = PostprocessDocument(
      fitted, report: report,
      seconds: .init(
        load: file.data.seconds.load + file.data.seconds.pack,
        fit: report.map { _ in (times[1] - times[0]) / .seconds(1) },
        apply: (times[2] - times[1]) / .seconds(1)), rows: file.data.rows,
      before: isLabelled ? try file.metrics(threshold: threshold, pool: common.pool) : nil,
      after: isLabelled
        ? try file.metrics(predictions, of: fitted, pool: common.pool) : nil)
    try show(summary)
    if let status = report?.status, status != .converged {
      throw CommandFailure(.notConverged, "\(fitted.method): \(status.rawValue)")
    }
  }

  private func show(_ summary: PostprocessDocument) throws {
    guard output != "-" else { return }
    switch common.format {
    case .json: try Console.json(summary)
    case .table: try Console.output(describe(summary))
    }
  }

  private func describe(_ summary: PostprocessDocument) -> String {
    var lines = [
      "\(summary.method): \(summary.status ?? "applied"), \(summary.rows) rows, "
        + "\(Tables.number(summary.seconds.fit ?? summary.seconds.apply, decimals: 4)) s"
    ]
    if let rule = summary.rule.rule as? ThresholdRule {
      let rows = zip(summary.rule.groups, rule.thresholds).map { [$0, $1.description] }
      lines.append(Tables.text(["group", "selected"], rows, alignedRight: []))
    }
    if let before = summary.before, let after = summary.after {
      let rows = before.names.map { name in
        [name.description] + [before, after].map { Tables.number($0[name].value, decimals: 4) }
      }
      lines.append(Tables.text(["metric", "before", "after"], rows, alignedRight: [1, 2]))
      lines += Tables.reasons([("before", before), ("after", after)])
    }
    if let bound = summary.certificate?.boundOnSuboptimality {
      lines.append("proved: the objective is at most \(bound) above its minimum")
    }
    if let rule { lines.append("rule written to \(rule)") }
    if let output { lines.append("decisions written to \(output)") }
    return lines.joined(separator: "\n")
  }
}
