/// The names of metrics that audits and fits have, and what else people call them.
enum MeasureAliases {
  /// Disparities that join the true and the false positive rate.
  static let composites = OddsComposite.allCases.map(\.rawValue)

  /// Metrics of audits of two values, of several classes and of numbers, and distances of scores.
  static let metrics = Set(
    Metrics.all.map(\.name) + RegressionMetrics.all.map(\.name) + composites
      + ScoreDistance.names
      + ["precision_score", "recall_score", "f1_score"].map { "macro_" + $0 })

  /// What is offered for a name that is not known.
  static let offered = (Array(metrics) + comparisons.keys + criteria.keys).sorted()

  /// Names of a comparison rather than of a metric.
  static let comparisons: [String: MeasureName] = [
    "disparate_impact": .selectionRate.ratio, "adverse_impact": .selectionRate.ratio,
    "impact_ratio": .selectionRate.ratio,
  ]

  /// Criteria by all their names, for the metric whose disparity says how far groups are apart.
  static let criteria: [String: String] = {
    var names: [String: String] = [:]
    for criterion in Criterion.all {
      let parity = criterion.rate.map { [$0.name + "_parity"] } ?? []
      for name in [criterion.name] + criterion.aliases + parity { names[name] = criterion.metric }
    }
    // Between groups every gap is positive, so the mean of their sizes is their mean.
    names["average_abs_odds"] = OddsComposite.averageOdds.rawValue
    return names
  }()

  /// The metric of a name or an alias.
  static func metric(_ name: String) -> String? {
    metrics.contains(name) ? name : criteria[name] ?? Metrics.aliases[name]
  }
}

/// A disparity that joins the true and the false positive rate.
///
/// M. Hardt, E. Price, N. Srebro, *Equality of opportunity in supervised learning*, NeurIPS 2016.
public enum OddsComposite: String, Sendable, CaseIterable {
  /// The larger of both differences, the smaller of both ratios.
  case equalizedOdds = "equalized_odds"
  /// The mean of both.
  case averageOdds = "average_odds"
  /// The true positive rate alone.
  case equalOpportunity = "equal_opportunity"

  /// Both rates' disparities as one; absent where a rate that counts is. Disparities against a group
  /// keep their signs, which the mean can cancel.
  ///
  /// - Parameters:
  ///   - hit: of the true positive rate.
  ///   - alarm: of the false positive rate.
  public func join(
    _ hit: MetricValue, _ alarm: MetricValue, _ kind: DisparityKind
  ) -> MetricValue {
    guard let a = hit.value, self != .equalOpportunity else { return hit }
    guard let b = alarm.value else { return alarm }
    return .value(
      self == .averageOdds ? 0.5 * (a + b) : kind.size(a) >= kind.size(b) ? a : b)
  }
}
