import Criteria

/// Unprivileged against privileged groups, as AIF360 compares them: D = m(unprivileged) −
/// m(privileged) and R = m(unprivileged) / m(privileged), the groups of each side taken together.
///
/// R. Bellamy et al., *AI Fairness 360: an extensible toolkit for detecting and mitigating
/// algorithmic bias*, IBM J. Research and Development 63, 2019.
public struct PrivilegedComparison: Sendable {
  public let privileged: Tally
  public let unprivileged: Tally

  public init(privileged: Tally, unprivileged: Tally) {
    self.privileged = privileged
    self.unprivileged = unprivileged
  }

  /// - Parameter privileged: names of the privileged groups; the others are unprivileged.
  public init(_ marginal: OutcomeCounts.Marginal, privileged names: Set<String>) {
    func sum(_ isPrivileged: Bool) -> Tally {
      zip(marginal.names, marginal.tallies).filter { names.contains($0.0) == isPrivileged }
        .reduce(into: Tally()) { $0 += $1.1 }
    }
    self.init(privileged: sum(true), unprivileged: sum(false))
  }

  /// D of a metric of `Metrics.all`.
  public func difference(_ metric: String) -> MetricValue {
    join(measure(metric)) { $0 - $1 }
  }

  /// R of a metric; absent when the privileged value is 0.
  public func ratio(_ metric: String) -> MetricValue {
    let both = measure(metric)
    if both.1.value == 0 { return .absent("the privileged value is 0") }
    return join(both) { $0 / $1 }
  }

  public var statisticalParityDifference: MetricValue { difference("selection_rate") }
  public var disparateImpact: MetricValue { ratio("selection_rate") }
  /// Of the labels alone.
  public var labelParityDifference: MetricValue { difference("base_rate") }
  public var labelDisparateImpact: MetricValue { ratio("base_rate") }
  public var equalOpportunityDifference: MetricValue { difference("true_positive_rate") }

  /// ½ (D FPR + D TPR): gaps of opposite sign cancel.
  public var averageOddsDifference: MetricValue { odds { 0.5 * ($0 + $1) } }
  /// ½ (|D FPR| + |D TPR|)
  public var averageAbsoluteOddsDifference: MetricValue { odds { 0.5 * (abs($0) + abs($1)) } }
  /// max(|D FPR|, |D TPR|)
  public var equalizedOddsDifference: MetricValue { odds { max(abs($0), abs($1)) } }
  /// max of |D| of the generalized rates, in which a row counts by its score.
  public var generalizedEqualizedOddsDifference: MetricValue {
    join(
      (
        difference("generalized_false_positive_rate"),
        difference("generalized_true_positive_rate")
      )
    ) { max(abs($0), abs($1)) }
  }
  /// ½ (D PPV + D FOR)
  public var averagePredictiveValueDifference: MetricValue {
    join((difference("precision_score"), difference("false_omission_rate"))) { 0.5 * ($0 + $1) }
  }

  private func odds(_ function: (Double, Double) -> Double) -> MetricValue {
    join((difference("false_positive_rate"), difference("true_positive_rate")), function)
  }

  private func measure(_ name: String) -> (MetricValue, MetricValue) {
    guard let metric = Metrics.named(name) else {
      let unknown = MetricValue.absent("there is no metric '\(name)'")
      return (unknown, unknown)
    }
    return (metric.measure(unprivileged), metric.measure(privileged))
  }

  private func join(
    _ both: (MetricValue, MetricValue), _ function: (Double, Double) -> Double
  ) -> MetricValue {
    guard let a = both.0.value else { return both.0 }
    guard let b = both.1.value else { return both.1 }
    return .value(function(a, b))
  }
}
