import Criteria
import Datasets
import LinearAlgebra

extension FitMetrics {
  /// What is told of all rows of a model of numbers.
  static let numberMetrics = [
    "r2_score", "mean_absolute_error", "mean_squared_error", "root_mean_squared_error",
    "mean_prediction",
  ]
  /// What is told of the groups, as `NAME.difference` and for errors `NAME.ratio`.
  static let numberGaps = [
    "mean_prediction", "mean_error", "mean_absolute_error", "mean_squared_error",
  ]

  /// How near numbers come to the targets, and how far apart groups lie; `accuracy_score` does not
  /// exist.
  ///
  /// - Parameters:
  ///   - targets: shape `(n)`, finite.
  ///   - predictions: shape `(n)`, finite.
  public init<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, targets: [Double], predictions: [Double], pool: WorkerPool = .default
  ) throws(AuditError) {
    let attributes =
      data.attributes.isEmpty
      ? [GroupIndex(attribute: "", codes: Buffer(zeroed: data.rows), names: ["all"])]
      : data.attributes
    let audit = try RegressionAudit(options: AuditOptions(confidence: Self.confidence)).run(
      attributes: attributes, labels: Buffer(targets), predictions: Buffer(predictions),
      weights: data.sampleWeights.map { Buffer($0) }, pool: pool)
    var values: [String: Double?] = ["accuracy_score": nil]
    var intervals: [String: FitInterval] = [:]
    for name in Self.numberMetrics {
      values.updateValue(audit.overall[name]?.value, forKey: name)
      intervals[name] = audit.overall[name].flatMap(FitInterval.init)
    }
    self.init(values: values, intervals: intervals)
    guard !data.attributes.isEmpty else { return }
    addGaps(audit.disparities, attributes: attributes.map(\.attribute))
  }

  /// The gaps of each attribute, merged into the worst over the attributes.
  private mutating func addGaps(_ disparities: [Disparity], attributes: [String]) {
    var values = values, intervals = intervals
    for disparity in disparities
    where disparity.method == .betweenGroups && Self.numberGaps.contains(disparity.metric) {
      let name = "\(disparity.metric).\(disparity.kind.rawValue)"
      let isFirst = disparity.attribute == attributes[0], before = values[name] ?? nil
      let worst = Self.worse(
        before, disparity.value, disparity.kind == .ratio, isFirst: isFirst)
      let band = FitInterval(disparity)
      if isFirst || worst != before { intervals[name] = band }
      values.updateValue(worst, forKey: name)
      guard attributes.count > 1 else { continue }
      values.updateValue(disparity.value, forKey: "\(disparity.attribute).\(name)")
      intervals["\(disparity.attribute).\(name)"] = band
    }
    self = FitMetrics(values: values, intervals: intervals)
  }
}

extension FitInterval {
  fileprivate init?(_ estimate: Estimate) {
    guard let low = estimate.low, let high = estimate.high, let interval = estimate.interval else {
      return nil
    }
    self.init(low: low, high: high, interval: interval)
  }

  fileprivate init?(_ disparity: Disparity) {
    guard let low = disparity.low, let high = disparity.high, let interval = disparity.interval
    else { return nil }
    self.init(low: low, high: high, interval: interval)
  }
}
