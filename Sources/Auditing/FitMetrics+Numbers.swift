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
    let audit = try RegressionAudit(
      options: AuditOptions(confidence: Self.confidence, unknown: data.unknown)
    ).run(
      attributes: attributes, labels: Buffer(targets), predictions: Buffer(predictions),
      weights: data.sampleWeights.map { Buffer($0) }, pool: pool)
    var estimates: [MeasureName: Estimate] = [
      .accuracy: .notEstimable("numbers are predicted, not classes")
    ]
    for name in Self.numberMetrics { estimates[MeasureName(name, nil)] = audit.overall[name] }
    self.init(estimates)
    guard !data.attributes.isEmpty else { return }
    add(
      audit.disparities.filter {
        $0.method == .betweenGroups && Self.numberGaps.contains($0.metric)
      }.map { ($0, audit.restsOnFew($0)) }, attributes: attributes.map(\.attribute))
  }
}
