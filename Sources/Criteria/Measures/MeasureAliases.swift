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
  static let offered = (Array(metrics) + comparisons.keys + parities.keys).sorted()

  /// Names of a comparison, of the selection rate all: `disparate_impact`.
  static let comparisons: [String: (String, DisparityKind)] = [
    "disparate_impact": ("selection_rate", .ratio),
    "adverse_impact_ratio": ("selection_rate", .ratio),
    "impact_ratio": ("selection_rate", .ratio),
    "statistical_parity_difference": ("selection_rate", .difference),
  ]

  /// Names of criteria, for the metric that is compared.
  static let parities: [String: String] = {
    var parities = ["average_abs_odds": "average_odds"]
    for criterion in Criterion.all {
      let ofRate = criterion.rate.map { [$0.name + "_parity"] } ?? []
      for name in [criterion.name] + criterion.aliases + ofRate
      where parities[name] == nil && comparisons[name] == nil && !metrics.contains(name) {
        parities[name] = criterion.metric
      }
    }
    return parities
  }()

  /// The metric of a name or an alias.
  static func metric(_ name: String) -> String? {
    metrics.contains(name) ? name : parities[name] ?? Metrics.aliases[name]
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
