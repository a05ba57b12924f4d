import Auditing
import Datasets
import Essentials
import LinearAlgebra
import Mitigation
import Models
import Reports

/// A table of scores that a postprocessor is fitted or applied to, whatever made the scores.
public struct ScoreFile: Sendable {
  public let data: Dataset<Float>
  /// The column with the scores.
  public let column: String

  /// - Parameters:
  ///   - options: roles of columns; features are not needed.
  ///   - unknown: what becomes of rows whose sensitive attributes are not all known.
  public init(
    _ location: DataLocation, options: DataOptions, column: String,
    unknown: UnknownGroups = .exclude, pool: WorkerPool
  ) throws(DataError) {
    var options = options
    options.mode.numbers = [column]
    options.mode.packsFeatures = false
    var read: Dataset<Float> = try DataReader(options: options, pool: pool).read(location)
    read.unknown = unknown
    data = read
    self.column = column
  }

  public var scores: [Double] { data.columns[column] ?? [] }

  /// Fits a method to the rows, which need labels.
  public func fit(
    _ method: any Postprocessor.Type, _ policy: GroupPolicy, _ request: FitRequest
  ) throws -> FittedRule {
    let rows = try ScoredRows(data, scores: scores, column: column, for: method)
    let (rule, fit) = try GroupedRule.fit(method, rows, policy, request)
    return FittedRule(
      method: method.name, options: fit.options.values, seed: request.seed, report: fit.report,
      rule: rule)
  }

  public func fit(
    _ method: any Postprocessor.Type, unseen: UnseenGroupPolicy, _ request: FitRequest
  ) throws -> FittedRule {
    try fit(method, GroupPolicy(unseen: unseen), request)
  }

  /// What a rule says about the rows.
  ///
  /// - Parameter threshold: a new score at least this is positive; rules that decide have their own.
  public func apply(_ fitted: FittedRule, threshold: Double) throws -> Predictions {
    let values = try fitted.rule.values(scores: scores, attributes: data.attributes)
    let decides = fitted.rule.meaning == .decisions
    return Predictions(
      scores: decides ? scores : values, probabilities: values,
      decisions: decides && RuleDraw.isRandom(values)
        ? RuleDraw.decisions(values, draws: data.uniformDraws(key: fitted.seed))
        : values.map { $0 >= (decides ? 1 : threshold) ? 1 : 0 })
  }

  /// What a rule's decisions come to.
  func review(
    _ fitted: FittedRule, _ predictions: Predictions, threshold: Double
  ) throws -> DecisionReview {
    try fitted.review(
      scores: scores, values: predictions.probabilities, decisions: predictions.decisions,
      attributes: data.attributes, label: data.labels.map { labels in { labels[$0] } },
      threshold: threshold)
  }

  /// Accuracy and differences between groups, of the scores cut at a threshold.
  public func metrics(threshold: Double, pool: WorkerPool) throws -> FitMetrics {
    try FitMetrics(
      data, scores: scores, mixture: [(1, scores.map { $0 >= threshold ? 1 : 0 })], pool: pool)
  }

  /// The same of a rule's decisions, in expectation where they are drawn.
  public func metrics(
    _ predictions: Predictions, of fitted: FittedRule, pool: WorkerPool
  ) throws -> FitMetrics {
    let mixture =
      fitted.rule.meaning == .decisions
      ? RuleDraw.mixture(predictions.probabilities) : [(1, predictions.decisions)]
    return try FitMetrics(
      data, scores: predictions.scores, mixture: mixture, pool: pool)
  }
}

@available(*, deprecated, renamed: "FittedRule")
public typealias RuleDocument = FittedRule

extension FittedRule {
  @available(*, deprecated, message: "use RuleStore.write(_:to:)")
  public func write(to path: String) throws { try RuleStore.write(self, to: path) }

  @available(*, deprecated, message: "use RuleStore.read(_:)")
  public static func read(_ path: String) throws -> FittedRule { try RuleStore.read(path) }
}

/// A fit of a rule and what it changes, as the document `equipoise.postprocess/1`.
public struct PostprocessDocument: Sendable, Encodable {
  /// Of reading the scores, fitting the rule and applying it.
  public struct Seconds: Sendable, Encodable {
    public var load: Double
    /// nil when a rule was applied, not fitted.
    public var fit: Double?
    public var apply: Double

    public init(load: Double, fit: Double?, apply: Double) {
      self.load = load
      self.fit = fit
      self.apply = apply
    }
  }

  public var schema = "equipoise.postprocess/1"
  public var method: String
  public var options: [String: OptionValue]
  /// nil when a rule was applied, not fitted.
  public var status: String?
  public var objective: Double?
  public var certificate: FitRecord.ProvedBound?
  public var seconds: Seconds
  public var rows: Int
  /// Metrics of the scores at the threshold, and of the rule; nil without labels.
  public var before: FitMetrics?
  public var after: FitMetrics?
  /// Why a metric is absent, or over how many groups it was taken, before and after; nil where there is
  /// nothing to say.
  public var reasons: [String: [String: String]]?
  public var rule: GroupedRule
  /// The label with its positive value.
  public var positives: PositiveValues?
  /// What the decisions come to.
  public var decisions: DecisionReview?

  public init(
    _ fitted: FittedRule, report: FitReport?, seconds: Seconds, rows: Int,
    before: FitMetrics?, after: FitMetrics?
  ) {
    method = fitted.method
    options = fitted.options
    status = report?.status.rawValue
    objective = report?.objective
    certificate = report?.certificate.map { FitRecord.ProvedBound($0) }
    self.seconds = seconds
    self.rows = rows
    self.before = before
    self.after = after
    let told = ["before": before, "after": after].compactMapValues { $0?.reasons }.filter {
      !$0.value.isEmpty
    }
    reasons = told.isEmpty ? nil : told
    rule = fitted.rule
  }
}
