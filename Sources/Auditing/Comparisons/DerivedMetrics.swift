import Criteria

/// Fairlearn's metrics of a whole data set: `true_positive_rate_difference` and its like, each an
/// aggregate of a metric frame without controls.
public struct DerivedMetric: Sendable {
  public enum Transform: String, Sendable {
    case difference, ratio
    case groupMin = "group_min"
    case groupMax = "group_max"
  }

  /// How the two rates of equalized odds are joined.
  public enum Joining: Sendable { case worstCase, mean }

  public let metric: String
  public let transform: Transform
  public init(metric: String, transform: Transform) {
    self.metric = metric
    self.transform = transform
  }

  public var name: String { "\(metric)_\(transform.rawValue)" }

  /// Every variant that Fairlearn generates.
  public static let all: [DerivedMetric] =
    [
      "true_positive_rate", "true_negative_rate", "false_positive_rate", "false_negative_rate",
      "selection_rate",
    ].flatMap { variants($0, [.difference, .ratio]) }
    + variants("accuracy_score", [.difference, .ratio, .groupMin])
    + variants("zero_one_loss", [.difference, .ratio, .groupMax])
    + [
      "balanced_accuracy_score", "precision_score", "recall_score", "roc_auc_score", "r2_score",
      "f1_score",
    ].flatMap { variants($0, [.groupMin]) }
    + ["mean_absolute_error", "mean_squared_error", "log_loss"].flatMap {
      variants($0, [.groupMax])
    }

  private static func variants(_ metric: String, _ transforms: [Transform]) -> [DerivedMetric] {
    transforms.map { DerivedMetric(metric: metric, transform: $0) }
  }

  /// The value in a frame; absent when the frame lacks the metric.
  public func value(
    in frame: MetricFrame, _ method: MetricFrame.Method = .betweenGroups
  ) -> MetricFrame.Aggregate {
    let known = Metrics.aliases[metric] ?? metric
    let name = frame.metrics.contains(metric) ? metric : known
    guard frame.metrics.contains(name), frame.strata.count == 1 else {
      return .init(
        value: .absent("the frame has no '\(metric)', or has controls"), groups: 0,
        of: frame.groups.count)
    }
    switch transform {
    case .difference: return frame.difference(name, method)[0]
    case .ratio: return frame.ratio(name, method)[0]
    case .groupMin: return frame.groupMin(name)[0]
    case .groupMax: return frame.groupMax(name)[0]
    }
  }
}

extension MetricFrame {
  private func derived(
    _ metric: String, _ transform: DerivedMetric.Transform, _ method: Method
  ) -> MetricValue {
    DerivedMetric(metric: metric, transform: transform).value(in: self, method).value
  }

  public func demographicParityDifference(_ method: Method = .betweenGroups) -> MetricValue {
    derived("selection_rate", .difference, method)
  }

  public func demographicParityRatio(_ method: Method = .betweenGroups) -> MetricValue {
    derived("selection_rate", .ratio, method)
  }

  public func equalOpportunityDifference(_ method: Method = .betweenGroups) -> MetricValue {
    derived("true_positive_rate", .difference, method)
  }

  public func equalOpportunityRatio(_ method: Method = .betweenGroups) -> MetricValue {
    derived("true_positive_rate", .ratio, method)
  }

  /// The larger, or the mean, of the differences of true and false positive rate.
  public func equalizedOddsDifference(
    _ method: Method = .betweenGroups, _ joining: DerivedMetric.Joining = .worstCase
  ) -> MetricValue {
    odds(.difference, method, joining)
  }

  /// The smaller, or the mean, of the ratios of true and false positive rate.
  public func equalizedOddsRatio(
    _ method: Method = .betweenGroups, _ joining: DerivedMetric.Joining = .worstCase
  ) -> MetricValue {
    odds(.ratio, method, joining)
  }

  private func odds(
    _ kind: DisparityKind, _ method: Method, _ joining: DerivedMetric.Joining
  ) -> MetricValue {
    let transform: DerivedMetric.Transform = kind == .difference ? .difference : .ratio
    let composite: OddsComposite = joining == .worstCase ? .equalizedOdds : .averageOdds
    return composite.join(
      derived("true_positive_rate", transform, method),
      derived("false_positive_rate", transform, method), kind)
  }
}
