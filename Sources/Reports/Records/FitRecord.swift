import Auditing
import Criteria
import Datasets
import Mitigation
import Models

/// One fit and how it does, encoded as the document `equipoise.fit/1`.
public struct FitRecord: Sendable, Encodable {
  public static let schemaName = "equipoise.fit/1"

  public struct Seconds: Sendable, Encodable {
    public var load: Double
    public var pack: Double
    public var fit: Double
  }

  public struct ProvedBound: Sendable, Encodable {
    public var kind: Certificate.Kind
    public var value: Double
    public var boundOnSuboptimality: Double?

    enum CodingKeys: String, CodingKey {
      case kind, value
      case boundOnSuboptimality = "bound_on_suboptimality"
    }

    package init(_ certificate: Certificate) {
      kind = certificate.kind
      value = certificate.value
      boundOnSuboptimality = certificate.boundOnSuboptimality
    }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(kind, forKey: .kind)
      try container.encode(value, forKey: .value)
      try container.encode(boundOnSuboptimality, forKey: .boundOnSuboptimality)
    }
  }

  /// What is told of a fitted model, without how it does on any rows.
  package init(_ model: TrainedModel, load: Double, pack: Double, fit: Double, peakMemory: Int) {
    let report = model.report
    method = model.method
    options = model.options
    status = report.status.rawValue
    seed = report.seed
    iterations = report.iterations
    oracleCalls = report.oracleCalls
    passes = report.passes
    stopReason = report.stopReason
    groupLosses = report.groupLosses
    objective = report.objective
    certificate = report.certificate.map(ProvedBound.init)
    seconds = Seconds(load: load, pack: pack, fit: fit)
    peakMemoryBytes = peakMemory
    train = FitMetrics()
    if !model.encoder.positives.isEmpty { positives = model.encoder.positives }
  }

  /// What the run is called among others, where that is not its method; no part of the document.
  public var label: String?
  public var method: String
  public var options: [String: OptionValue]
  public var status: String
  public var seed: UInt64
  public var iterations: Int
  public var oracleCalls: Int
  /// Times that the features were read from end to end, a sample counted by its share.
  public var passes: Double
  /// Why a search ended, in words.
  public var stopReason: String?
  /// From methods that weigh groups.
  public var groupLosses: GroupLosses?
  public var objective: Double?
  public var certificate: ProvedBound?
  public var seconds: Seconds
  public var peakMemoryBytes: Int
  /// How accurate and how far apart the fit is on the training rows; a number of them is plain in the
  /// document, with its interval and its reason beside it.
  public var train: FitMetrics
  /// The same of the test rows; nil without test rows.
  public var test: FitMetrics?
  /// How the constraints of the method are met; nil for methods without.
  public var trainConstraint: ConstraintMeasure?
  public var testConstraint: ConstraintMeasure?
  /// The label with its positive value.
  public var positives: PositiveValues?
  /// What the decisions on the test rows, or else on the training rows, come to.
  public var decisions: DecisionReview?
  /// Whether no other run is at least as accurate and as fair, and better in one; nil for one run.
  public var pareto: Bool?

  enum CodingKeys: String, CodingKey {
    case schema, method, options, status, seed, iterations, objective, certificate, seconds, train
    case test, pareto, passes, intervals, reasons, constraint, positives, decisions
    case stopReason = "stop_reason"
    case groupLosses = "group_losses"
    case oracleCalls = "oracle_calls"
    case peakMemoryBytes = "peak_memory_bytes"
  }

  /// The document without what two runs of the same input do not have in common: seconds and
  /// memory.
  public struct Timeless: Sendable, Encodable {
    public var run: FitRecord

    public init(_ run: FitRecord) { self.run = run }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try run.encodeResults(to: &container)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try encodeResults(to: &container)
    try container.encode(seconds, forKey: .seconds)
    try container.encode(peakMemoryBytes, forKey: .peakMemoryBytes)
  }

  private func encodeResults(to container: inout KeyedEncodingContainer<CodingKeys>) throws {
    try container.encode(Self.schemaName, forKey: .schema)
    try container.encode(method, forKey: .method)
    try container.encode(options, forKey: .options)
    try container.encode(status, forKey: .status)
    try container.encode(seed, forKey: .seed)
    try container.encode(iterations, forKey: .iterations)
    try container.encode(oracleCalls, forKey: .oracleCalls)
    try container.encode(passes, forKey: .passes)
    try container.encodeIfPresent(stopReason, forKey: .stopReason)
    try container.encode(objective, forKey: .objective)
    try container.encode(certificate, forKey: .certificate)
    try container.encode(train, forKey: .train)
    try container.encode(test, forKey: .test)
    try container.encode(
      ["train": train.intervals, "test": test?.intervals ?? [:]], forKey: .intervals)
    let reasons = ["train": train.reasons, "test": test?.reasons ?? [:]]
    if reasons.values.contains(where: { !$0.isEmpty }) {
      try container.encode(reasons, forKey: .reasons)
    }
    let constraints = ["train": trainConstraint, "test": testConstraint].compactMapValues(\.self)
    if !constraints.isEmpty { try container.encode(constraints, forKey: .constraint) }
    try container.encodeIfPresent(groupLosses, forKey: .groupLosses)
    try container.encodeIfPresent(positives, forKey: .positives)
    try container.encodeIfPresent(decisions, forKey: .decisions)
    try container.encodeIfPresent(pareto, forKey: .pareto)
  }
}

extension FitRecord {
  /// Of the test rows, or of the training rows without test rows.
  public var measured: FitMetrics { test ?? train }

  /// Confidence intervals at 95 % of the main metrics, by metric.
  @available(*, deprecated, renamed: "train.intervals")
  public var trainIntervals: [String: FitInterval] { train.intervals }
  @available(*, deprecated, message: "use test.intervals")
  public var testIntervals: [String: FitInterval] { test?.intervals ?? [:] }
}

/// Several runs on one split, encoded as the document `equipoise.runs/1`.
public struct RunsDocument: Sendable, Encodable {
  public static let schemaName = "equipoise.runs/1"
  /// The metric that fairness is measured by when no other is asked for.
  public static let usualDisparity = MeasureName.selectionRate.difference

  public let schema = RunsDocument.schemaName
  public var runs: [FitRecord]

  enum CodingKeys: String, CodingKey { case schema, runs }

  /// What to say of a disparity that no fit has; nil for one that fits have.
  public static func advice(for name: MeasureName) -> String? {
    FitMetrics.compared.contains(name.of(nil)) ? nil : advice(name, FitMetrics.compared)
  }

  /// What to say of a disparity that no run has; nil for one that there is.
  public static func advice(for name: MeasureName, in runs: [FitRecord]) -> String? {
    let known = Set(runs.flatMap { $0.train.names }).filter { $0.kind != nil }
    return known.isEmpty || runs.contains { $0.train.has(name) } ? nil : advice(name, Array(known))
  }

  private static func advice(_ name: MeasureName, _ known: [MeasureName]) -> String {
    let texts = known.map(\.description).sorted()
    return "no such disparity"
      + NearestName.suggestionOrList(for: name.description, among: texts)
  }

  /// - Parameter disparity: the metric that fairness is measured by: the nearer to alike, the better. A
  ///   run that lacks it is no Pareto point and beats no other.
  public init(_ runs: [FitRecord], disparity: MeasureName) {
    self.runs = runs
    let points = runs.map { run -> (accuracy: Double, disparity: Double)? in
      guard let accuracy = run.measured[.accuracy].value, let gap = run.measured[disparity].value
      else { return nil }
      return (accuracy, (disparity.kind ?? .difference).size(gap))
    }
    for (index, point) in points.enumerated() {
      guard let point else {
        self.runs[index].pareto = false
        continue
      }
      self.runs[index].pareto = !points.contains { other in
        guard let other else { return false }
        return other.accuracy >= point.accuracy && other.disparity <= point.disparity
          && (other.accuracy > point.accuracy || other.disparity < point.disparity)
      }
    }
  }
}

@available(*, deprecated, renamed: "FitRecord")
public typealias RunDocument = FitRecord
