import Auditing
import Datasets
import Mitigation
import Models

/// One fit and how it does, encoded as the document `equipoise.fit/1`.
public struct RunDocument: Sendable, Encodable {
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

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(kind, forKey: .kind)
      try container.encode(value, forKey: .value)
      try container.encode(boundOnSuboptimality, forKey: .boundOnSuboptimality)
    }
  }

  private struct Parts<Value: Encodable>: Encodable {
    var train: Value
    var test: Value
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
  /// By metric; nil is a metric that cannot be estimated.
  public var train: [String: Double?]
  public var test: [String: Double?]?
  /// Confidence intervals at 95 % of the main metrics, by metric.
  public var trainIntervals: [String: FitInterval] = [:]
  public var testIntervals: [String: FitInterval] = [:]
  /// How the constraints of the method are met; nil for methods without.
  public var trainConstraint: ConstraintMeasure?
  public var testConstraint: ConstraintMeasure?
  /// Whether no other run is at least as accurate and as fair, and better in one; nil for one run.
  public var pareto: Bool?

  enum CodingKeys: String, CodingKey {
    case schema, method, options, status, seed, iterations, objective, certificate, seconds, train
    case test, pareto, passes, intervals, constraint
    case stopReason = "stop_reason"
    case groupLosses = "group_losses"
    case oracleCalls = "oracle_calls"
    case peakMemoryBytes = "peak_memory_bytes"
  }

  /// The document without what two runs of the same input do not have in common: seconds and
  /// memory.
  public struct Timeless: Sendable, Encodable {
    public var run: RunDocument

    public init(_ run: RunDocument) { self.run = run }

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
    try container.encode(Parts(train: trainIntervals, test: testIntervals), forKey: .intervals)
    if trainConstraint != nil || testConstraint != nil {
      try container.encode(
        Parts(train: trainConstraint, test: testConstraint), forKey: .constraint)
    }
    try container.encodeIfPresent(groupLosses, forKey: .groupLosses)
    try container.encodeIfPresent(pareto, forKey: .pareto)
  }
}

/// Several runs on one split, encoded as the document `equipoise.runs/1`.
public struct RunsDocument: Sendable, Encodable {
  public static let schemaName = "equipoise.runs/1"

  public let schema = RunsDocument.schemaName
  public var runs: [RunDocument]

  enum CodingKeys: String, CodingKey { case schema, runs }

  /// What to say of a disparity that no run has; nil for one that there is.
  public static func advice(for name: String, in runs: [RunDocument]) -> String? {
    let known = Set(runs.flatMap { $0.train.keys }).filter {
      $0.hasSuffix(".difference") || $0.hasSuffix(".ratio")
    }.sorted()
    guard !known.isEmpty, !known.contains(name) else { return nil }
    return "no such disparity\(NearestName.suggestionOrList(for: name, among: known))"
  }

  /// - Parameter disparity: the metric that fairness is measured by: smaller in size is better.
  public init(_ runs: [RunDocument], disparity: String) {
    self.runs = runs
    let points = runs.map { run -> (accuracy: Double, disparity: Double)? in
      let metrics = run.test ?? run.train
      guard let accuracy = metrics["accuracy_score"] ?? nil, let gap = metrics[disparity] ?? nil
      else { return nil }
      return (accuracy, abs(gap))
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
