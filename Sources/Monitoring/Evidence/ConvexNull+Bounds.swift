/// Bounds in the words of laws and policies.
extension ConvexNull {
  /// Each rate at least `floor`, over any number of groups.
  public static func floor(_ floor: Double) -> ConvexNull { .each(RateRange(floor, 1)) }

  /// Each rate at most `ceiling`, over any number of groups.
  public static func ceiling(_ ceiling: Double) -> ConvexNull { .each(RateRange(0, ceiling)) }

  /// Each rate of `groups` groups at least `floor`.
  public static func floor(_ floor: Double, groups: Int) -> ConvexNull {
    .ranges(Array(repeating: RateRange(floor, 1), count: groups))
  }

  /// Each rate of `groups` groups at most `ceiling`.
  public static func ceiling(_ ceiling: Double, groups: Int) -> ConvexNull {
    .ranges(Array(repeating: RateRange(0, ceiling), count: groups))
  }

  /// Group 0 not below group 1 by more than `margin`: θ₀ ≥ θ₁ − margin. With a treatment as group 0
  /// and a control as group 1 it is non-inferiority.
  public static func notBelow(by margin: Double) -> ConvexNull {
    .halfSpace(coefficients: [-1, 1], atMost: margin)
  }

  /// Group 0 at least a share of group 1: θ₀ ≥ share · θ₁.
  public static func notBelow(share: Double) -> ConvexNull {
    .halfSpace(coefficients: [-1, share], atMost: 0)
  }

  /// Equalized odds: the rates of `groups` groups among the positives, then those among the
  /// negatives, each with differences of at most `difference`.
  public static func equalizedOdds(groups: Int, atMost difference: Double) -> ConvexNull {
    .blocks([
      Block(groups, .difference(atMost: difference)),
      Block(groups, .difference(atMost: difference)),
    ])
  }

  /// Calibration within groups: the rate of positives in every cell of group and score bin lies
  /// within `distance` of the cell's mean score in this tick.
  public static func calibration(meanScores: [Double], within distance: Double) -> ConvexNull {
    .ranges(meanScores.map { RateRange(max(0, $0 - distance), min(1, $0 + distance)) })
  }

  /// The gap of a new arm is at most `margin` above the gap of the old one. Rates in this order: new arm's
  /// group a, new arm's group b, old arm's a, old arm's b: (θ₀ − θ₁) − (θ₂ − θ₃) ≤ margin.
  public static func gapChange(atMost margin: Double) -> ConvexNull {
    .halfSpace(coefficients: [1, -1, -1, 1], atMost: margin)
  }
}
