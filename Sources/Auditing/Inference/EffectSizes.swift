import Essentials

/// How large a gap between two proportions is, in the measures that people decide by.
public enum EffectSizes {
  /// (x₁/(n₁ − x₁)) / (x₂/(n₂ − x₂)); nil when it is 0/0 or ∞/∞, infinite when only the denominator is 0.
  public static func oddsRatio(_ first: Proportion, _ second: Proportion) -> Double? {
    let up = first.successes * (second.trials - second.successes)
    let down = second.successes * (first.trials - first.successes)
    guard up > 0 || down > 0 else { return nil }
    return down > 0 ? up / down : .infinity
  }

  /// Cohen's h = 2 asin √p₁ − 2 asin √p₂. J. Cohen, *Statistical Power Analysis*, 1988, §6.2.
  public static func cohensH(_ first: Proportion, _ second: Proportion) -> Double {
    2 * asin(first.rate.squareRoot()) - 2 * asin(second.rate.squareRoot())
  }

  /// How many more of the group would have to succeed for it to have the reference's rate:
  /// n(p_ref − p); negative for a group that is ahead.
  public static func shortfall(_ group: Proportion, reference: Proportion) -> Double {
    group.trials * (reference.rate - group.rate)
  }

  /// Whether one more success in the group, and one fewer in the reference, turns the verdict of a
  /// ratio below `limit` round: a small sample whose flag hangs on one person. Nil when the
  /// ratio is not below the limit, or does not exist.
  public static func flips(
    _ group: Proportion, reference: Proportion, limit: Double
  ) -> Bool? {
    guard reference.successes > 0, group.rate / reference.rate < limit else { return nil }
    guard group.successes + 1 <= group.trials, reference.successes >= 1 else { return false }
    let after = (group.successes + 1) / group.trials
    let other = (reference.successes - 1) / reference.trials
    return other == 0 || after / other >= limit
  }
}
