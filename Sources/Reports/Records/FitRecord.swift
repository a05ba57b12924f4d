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

  public struct ProvedBound: Sendable, Codable {
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
    advice = model.advice
    groupLosses = report.groupLosses
    smallGroups = report.smallGroups
    objective = report.objective
    certificate = report.certificate.map(ProvedBound.init)
    seconds = Seconds(load: load, pack: pack, fit: fit)
    peakMemoryBytes = peakMemory
    train = FitMetrics()
    if !model.encoder.positives.isEmpty { positives = model.encoder.positives }
  }

  /// How many rows a fit by itself was made and measured on, as `train` and `test`, and the columns
  /// that its model uses; nil among others, whose document says so once.
  public var rows: [String: Int]?
  public var features: Int?
  /// What a reader of a fit by itself must know; in documents as pipelines name options.
  public var notes: [Phrase] = []
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
  /// Which option to turn where the fit did not come to its end; in documents as pipelines name it.
  public var advice: Phrase?
  /// From methods that weigh groups.
  public var groupLosses: GroupLosses?
  /// Groups of few training rows, from methods that treat groups apart.
  public var smallGroups: [SmallGroup]?
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
  /// The share of all rows that the scores would select which a rule decides on, at the threshold; nil
  /// for methods without a rule.
  public var selectionBefore: Double?
  /// The Pareto point that this one is no better than by what the data tell; nil where it is one by
  /// itself.
  public var notToldApartFrom: String?

  enum CodingKeys: String, CodingKey {
    case schema, method, options, status, seed, iterations, objective, certificate, seconds, train
    case rows, features, notes, test, pareto, passes, intervals, reasons, constraint, positives
    case decisions
    case gapGroups = "gap_groups"
    case stopReason = "stop_reason"
    case advice
    case groupLosses = "group_losses"
    case smallGroups = "small_groups"
    case selectionBefore = "selection_rate_before"
    case notToldApartFrom = "not_told_apart_from"
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
    try container.encodeIfPresent(rows, forKey: .rows)
    try container.encodeIfPresent(features, forKey: .features)
    if !notes.isEmpty { try container.encode(notes.map { $0.text(.yaml) }, forKey: .notes) }
    try container.encode(iterations, forKey: .iterations)
    try container.encode(oracleCalls, forKey: .oracleCalls)
    try container.encode(passes, forKey: .passes)
    try container.encodeIfPresent(stopReason, forKey: .stopReason)
    try container.encodeIfPresent(advice?.text(.yaml), forKey: .advice)
    try container.encode(objective, forKey: .objective)
    try container.encode(certificate, forKey: .certificate)
    try container.encode(train, forKey: .train)
    try container.encode(test, forKey: .test)
    try container.encode(
      ["train": train.intervals, "test": test?.intervals ?? [:]], forKey: .intervals)
    let sides = ["train": train.gapGroups, "test": test?.gapGroups ?? [:]]
    if sides.values.contains(where: { !$0.isEmpty }) {
      try container.encode(sides, forKey: .gapGroups)
    }
    let reasons = ["train": train.reasons, "test": test?.reasons ?? [:]]
    if reasons.values.contains(where: { !$0.isEmpty }) {
      try container.encode(reasons, forKey: .reasons)
    }
    let constraints = ["train": trainConstraint, "test": testConstraint].compactMapValues(\.self)
    if !constraints.isEmpty { try container.encode(constraints, forKey: .constraint) }
    try container.encodeIfPresent(groupLosses, forKey: .groupLosses)
    try container.encodeIfPresent(smallGroups, forKey: .smallGroups)
    try container.encodeIfPresent(positives, forKey: .positives)
    try container.encodeIfPresent(decisions, forKey: .decisions)
    try container.encodeIfPresent(pareto, forKey: .pareto)
    try container.encodeIfPresent(selectionBefore, forKey: .selectionBefore)
    try container.encodeIfPresent(notToldApartFrom, forKey: .notToldApartFrom)
  }
}

extension FitRecord {
  /// Of the test rows, or of the training rows without test rows.
  public var measured: FitMetrics { test ?? train }

  /// The share of all rows that are selected; nil for a model of numbers.
  public var selection: Double? { measured[.selectionRate].value }

  /// Whether every row gets the same decision.
  public var isConstant: Bool { selection == 0 || selection == 1 }

  /// How the share of selected rows went from the scores to the rule's decisions, or what it is.
  public func selectionText(_ text: (Double?) -> String) -> String {
    (selectionBefore.map { text($0) + " → " } ?? "") + text(selection)
  }

  /// That every row gets the same decision; nil where some do not.
  public func remark(_ name: String) -> String? {
    guard isConstant else { return nil }
    return
      "\(name) selects \(selection == 0 ? "no row" : "every row"): a decision that is the same "
      + "for all is no Pareto point"
  }

  /// Confidence intervals at 95 % of the main metrics, by metric.
  @available(*, deprecated, renamed: "train.intervals")
  public var trainIntervals: [String: FitInterval] { train.intervals }
  @available(*, deprecated, message: "use test.intervals")
  public var testIntervals: [String: FitInterval] { test?.intervals ?? [:] }
}

@available(*, deprecated, renamed: "FitRecord")
public typealias RunDocument = FitRecord
