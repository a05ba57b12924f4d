import Datasets
import LinearAlgebra
import Mitigation
import Models

/// Turns a file of scores, whatever made them, into decisions or better scores.
public struct PostprocessJob: MethodJob {
  public static let name = "postprocess"
  public static let summary = "Turns a file of any model's scores into decisions or better scores."

  /// The method to fit; nil with ``apply``.
  public var method = MethodInput()
  public var data = DataInput()
  /// The column with the scores.
  public var score = ""
  /// A rule to apply instead of fitting one.
  public var apply: String?
  /// A file to write the fitted rule to.
  public var rule: String?
  /// A CSV file; `-` for standard output.
  public var output: String?
  /// Columns of the table to write beside decisions.
  public var keep: [String] = []
  public var unseenGroup = UnseenGroupPolicy.error
  /// A group of fewer rows takes the pooled rule; nil: as usual for the method.
  public var leastGroup: Int?
  public var unknown = UnknownInput()
  public var threshold = Decisions.usualThreshold

  public init() {}

  public static let table: [OptionRecord<PostprocessJob>] =
    [
      .text(
        "method", \.method.name, isPositional: true,
        "Name of a postprocessing method; 'equipoise methods' lists them.")
    ] + DataInput.table.map { $0.nested(in: \.data) } + [
      .text(
        "score", \.score, value: "column", isRequired: true, "Column with the scores."),
      .text(
        "apply", \.apply, kind: .input, value: "file",
        "A rule to apply instead of fitting one."),
      .text(
        "rule", \.rule, kind: .output, value: "file", "File to write the fitted rule to."),
      .text(
        "output", \.output, kind: .output, value: "file",
        "CSV file to write; - for standard output."),
      .keep(\.keep),
      .choice(
        "unseen_group", \.unseenGroup,
        "Groups that the rule was not fitted to: error, or the rule of all rows pooled."),
      .integer(
        "least_group", \.leastGroup, in: 0...Int.max,
        "A group of fewer rows gets the rule of all rows as one group and binds nobody (default: "
          + "\(GroupPolicy.usualLeastGroup), for rules whose groups bind each other)."),
      .number(
        "threshold", \.threshold,
        "A score at least this is positive, for rules that make scores."),
    ] + UnknownInput.table.map { $0.nested(in: \.unknown) }

  public func check() throws(JobError) {
    try data.check()
    try unknown.check(data)
    if (method.name == nil) == (apply == nil) {
      throw .usage("a METHOD to fit or \(set: "apply", "RULE") is needed, and not both")
    }
    if apply != nil, let first = method.options.keys.min() {
      throw .usage(
        "\(option: first) is an option of fitting; \(option: "apply") takes a rule as it is")
    }
  }

  public struct Outcome: JobOutcome {
    public var document: PostprocessDocument
    public var rule: FittedRule
    public var table: JobTable?
    public var ending: JobEnding
  }

  public func run(_ context: JobContext) throws -> Outcome {
    try begin()
    let chosen = try method.name.map { name throws(DataError) in
      try Postprocessors.named(name)
    }
    let options = try chosen.map { try method.checked($0.options, of: $0.name, Self.self) }
    var roles = try data.options()
    roles.mode.keepsIdentifier = true
    roles.mode.texts = keep
    let file = try ScoreFile(
      try data.location(context), options: roles, column: score,
      unknown: unknown.policy, pool: context.pool)
    try context.checkStopped()
    let clock = ContinuousClock()
    var times = [clock.now]
    let fitted = try fitted(chosen, options, file, context)
    let report = apply == nil ? fitted.report : nil
    times.append(clock.now)
    let predictions = try file.apply(fitted, threshold: threshold)
    times.append(clock.now)
    try context.checkStopped()
    try write(fitted, predictions, file)
    context.tell(file.data, leftOut: "left out: their fields in the output are empty")
    if apply == nil { context.noteUnknown([file.data], unknown.policy) }
    for phrase in report?.smallGroups?.phrases(of: fitted.method) ?? [] {
      context.note("note: \(phrase.text(context.dialect))")
    }
    context.notePooled(try fitted.rule.pooledRows(file.data.attributes))
    let seconds = PostprocessDocument.Seconds(
      load: file.data.seconds.load + file.data.seconds.pack,
      fit: report.map { _ in (times[1] - times[0]) / .seconds(1) },
      apply: (times[2] - times[1]) / .seconds(1))
    return Outcome(
      document: try told(fitted, report, seconds, file, predictions, context),
      rule: fitted,
      table: JobTable(columns: file.data.keptColumns + JobTable(predictions).columns),
      ending: JobEnding(fitted.method, report, options: fitted.options))
  }

  /// The rule of a method fitted to the scores, or that of a file.
  private func fitted(
    _ chosen: (any Postprocessor.Type)?, _ options: MethodOptions?, _ file: ScoreFile,
    _ context: JobContext
  ) throws -> FittedRule {
    guard let chosen, let options else { return try RuleStore.read(apply ?? "") }
    let request = FitRequest(
      options: options, seed: context.seed, pool: context.pool, shouldStop: context.shouldStop)
    return try file.fit(
      chosen, GroupPolicy(unseen: unseenGroup, leastGroup: leastGroup), request)
  }

  private func write(
    _ fitted: FittedRule, _ predictions: Predictions, _ file: ScoreFile
  ) throws {
    if let rule { try RuleStore.write(fitted, to: rule) }
    if let output {
      try PredictionFile.write(
        predictions, leftOut: file.data.leftOut, kept: file.data.texts,
        to: output == "-" ? "/dev/stdout" : output)
    }
  }

  /// The numbers before and after, where there are labels.
  private func told(
    _ fitted: FittedRule, _ report: FitReport?, _ seconds: PostprocessDocument.Seconds,
    _ file: ScoreFile, _ predictions: Predictions, _ context: JobContext
  ) throws -> PostprocessDocument {
    let isLabelled = file.data.labels != nil
    var document = PostprocessDocument(
      fitted, report: report, seconds: seconds, rows: file.data.rows,
      before: isLabelled
        ? try file.metrics(threshold: threshold, pool: context.pool) : nil,
      after: isLabelled
        ? try file.metrics(predictions, of: fitted, pool: context.pool) : nil)
    document.positives = file.data.positives.isEmpty ? nil : file.data.positives
    let review = try file.review(fitted, predictions, threshold: threshold)
    document.decisions = review
    context.noteDraws(review, by: data.stated.identifier)
    return document
  }
}
