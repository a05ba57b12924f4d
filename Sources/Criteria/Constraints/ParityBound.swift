/// How far apart rates may be.
///
/// With ρ the ratio (1 for a difference) and ε the bound or the slack, the constraint is
/// ρ·a − b ≤ ε for all pairs of rates (a, b) compared. The bound to overall is the one of Agarwal
/// et al., ICML 2018; the one between groups is what the metrics report, max − min and min / max.
public struct ParityBound: Sendable, Equatable {
  public enum Comparison: String, Sendable, CaseIterable {
    /// Each group's rate against the rate over all groups, in both directions.
    case toOverall = "to_overall"
    /// Each group's rate against every other group's.
    case betweenGroups = "between_groups"
  }

  /// ρ in (0, 1].
  public let ratio: Double
  /// ε ≥ 0.
  public let slack: Double
  public let comparison: Comparison

  private init(ratio: Double, slack: Double, comparison: Comparison) {
    precondition(ratio > 0 && ratio <= 1, "a ratio bound is above 0 and at most 1")
    precondition(slack >= 0 && slack.isFinite, "a bound on a difference cannot be negative")
    self.ratio = ratio
    self.slack = slack
    self.comparison = comparison
  }

  /// |a − b| ≤ bound
  public static func difference(_ bound: Double, _ comparison: Comparison = .toOverall)
    -> ParityBound
  {
    ParityBound(ratio: 1, slack: bound, comparison: comparison)
  }

  /// a / b ≥ ratio up to a slack: ratio·b − a ≤ slack.
  public static func ratio(
    _ ratio: Double, slack: Double = 0, _ comparison: Comparison = .toOverall
  ) -> ParityBound {
    ParityBound(ratio: ratio, slack: slack, comparison: comparison)
  }

  /// The same kind of bound with another number: the difference, or the ratio.
  public func withLimit(_ limit: Double) -> ParityBound {
    ratio == 1
      ? .difference(limit, comparison) : .ratio(limit, slack: slack, comparison)
  }
}
