import Auditing
import Datasets
import Essentials
import LinearAlgebra
import Mitigation
import Models

/// A table of scores that a postprocessor is fitted or applied to, whatever made the scores.
public struct ScoreFile: Sendable {
  public let data: Dataset<Float>
  /// The column with the scores.
  public let column: String

  /// - Parameters:
  ///   - options: roles of columns; features are not needed.
  public init(
    _ location: DataLocation, options: DataOptions, column: String, pool: WorkerPool
  ) throws(DataError) {
    var options = options
    options.plain = [column]
    options.packsFeatures = false
    data = try DataReader(options: options, pool: pool).read(location)
    self.column = column
  }

  public var scores: [Double] { data.columns[column] ?? [] }

  /// Fits a method to the rows, which need labels.
  public func fit(
    _ method: any Postprocessor.Type, unseen: UnseenGroupPolicy, _ request: FitRequest
  ) throws -> (rule: RuleDocument, report: FitReport) {
    let rows = try ScoredRows(data, scores: scores, column: column, for: method)
    let (rule, fit) = try GroupedRule.fit(method, rows, unseen: unseen, request)
    return (
      RuleDocument(
        method: method.name, options: fit.options.values, seed: request.seed, rule: rule),
      fit.report
    )
  }

  /// What a rule says about the rows.
  ///
  /// - Parameter threshold: a new score at least this is positive; rules that decide have their own.
  public func apply(_ document: RuleDocument, threshold: Double) throws -> Predictions {
    let values = try document.rule.values(scores: scores, attributes: data.attributes)
    let decides = document.rule.meaning == .decisions
    return Predictions(
      scores: decides ? scores : values, probabilities: values,
      decisions: decides && RuleDraw.isRandom(values)
        ? RuleDraw.decisions(values, draws: data.uniformDraws(key: document.seed))
        : values.map { $0 >= (decides ? 1 : threshold) ? 1 : 0 })
  }

  /// Accuracy and differences between groups, of the scores cut at a threshold.
  public func metrics(threshold: Double, pool: WorkerPool) throws -> [String: Double?] {
    try FitMetrics(
      data, scores: scores, mixture: [(1, scores.map { $0 >= threshold ? 1 : 0 })], pool: pool
    ).values
  }

  /// The same of a rule's decisions, in expectation where they are drawn.
  public func metrics(
    _ predictions: Predictions, of document: RuleDocument, pool: WorkerPool
  ) throws -> [String: Double?] {
    let mixture =
      document.rule.meaning == .decisions
      ? RuleDraw.mixture(predictions.probabilities) : [(1, predictions.decisions)]
    return try FitMetrics(
      data, scores: predictions.scores, mixture: mixture, pool: pool
    ).values
  }
}

/// A fitted rule as a JSON file: `equipoise.rule/1`.
public struct RuleDocument: Sendable, Codable {
  public static let schemaName = "equipoise.rule/1"

  public var schema = RuleDocument.schemaName
  public var method: String
  public var options: [String: OptionValue]
  public var seed: UInt64
  public var rule: GroupedRule

  public init(method: String, options: [String: OptionValue], seed: UInt64, rule: GroupedRule) {
    self.method = method
    self.options = options
    self.seed = seed
    self.rule = rule
  }

  public func write(to path: String) throws(DataError) {
    let file = try AtomicFile(path)
    try file.write(StoredJSON.text(self) + "\n")
    try file.commit()
  }

  public static func read(_ path: String) throws(DataError) -> RuleDocument {
    let bytes = try FileBytes.open(path)
    do {
      let document = try JSONDecoder().decode(
        RuleDocument.self, from: Data(bytes.array(0..<bytes.count)))
      guard document.schema == schemaName else {
        throw DataError.unreadable(file: path, reason: "not a rule: schema '\(document.schema)'")
      }
      return document
    } catch let error as DataError {
      throw error
    } catch { throw .unreadable(file: path, reason: "not a rule: \(error)") }
  }
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
  public var certificate: RunDocument.ProvedBound?
  public var seconds: Seconds
  public var rows: Int
  /// Metrics of the scores at the threshold, and of the rule; nil without labels.
  public var before: [String: Double?]?
  public var after: [String: Double?]?
  public var rule: GroupedRule

  public init(
    _ document: RuleDocument, report: FitReport?, seconds: Seconds, rows: Int,
    before: [String: Double?]?, after: [String: Double?]?
  ) {
    method = document.method
    options = document.options
    status = report?.status.rawValue
    objective = report?.objective
    certificate = report?.certificate.map {
      RunDocument.ProvedBound(
        kind: $0.kind, value: $0.value, boundOnSuboptimality: $0.boundOnSuboptimality)
    }
    self.seconds = seconds
    self.rows = rows
    self.before = before
    self.after = after
    rule = document.rule
  }
}
