import Essentials

/// How far apart the distributions of the scores of two groups lie, whatever the threshold.
public enum ScoreDistance {
  /// What audits call the distances of two groups.
  public static let names = ["abroca", "abcc", "abpc", "standardized_mean_difference"]

  /// ABCC = ∫ |F_a(s) − F_b(s)| ds: the area between the distribution functions, which is the
  /// 1-Wasserstein distance. On the scale of the scores.
  ///
  /// X. Han et al., *Retiring ΔDP: new distribution-level metrics for demographic parity*, TMLR
  /// 2023.
  public static func betweenDistributions(_ a: ScorePoints, _ b: ScorePoints) -> MetricValue {
    let first = a.totalPositive + a.totalNegative, second = b.totalPositive + b.totalNegative
    guard first > 0 && second > 0 else { return .absent("a group has no rows") }
    var i = 0, j = 0, below = (0.0, 0.0), area = 0.0, last: Double?
    while i < a.count || j < b.count {
      let next = min(
        i < a.count ? a.scores[i] : .infinity, j < b.count ? b.scores[j] : .infinity)
      if let last { area += (next - last) * abs(below.0 / first - below.1 / second) }
      while i < a.count && a.scores[i] == next {
        below.0 += a.positives[i] + a.negatives[i]
        i += 1
      }
      while j < b.count && b.scores[j] == next {
        below.1 += b.positives[j] + b.negatives[j]
        j += 1
      }
      last = next
    }
    return .value(area)
  }

  /// Cohen's standardized mean difference (m_a − m_b) / s with the pooled standard deviation
  /// s² = ((n_a − 1) s_a² + (n_b − 1) s_b²) / (n_a + n_b − 2); with weights n is Kish's effective
  /// size.
  ///
  /// J. Cohen, *Statistical power analysis for the behavioral sciences*, 2nd ed. 1988, §2.2.
  public static func standardizedMeanDifference(_ a: Tally, _ b: Tally) -> MetricValue {
    guard let first = ScoreMoments(a), let second = ScoreMoments(b) else {
      return .absent("a group has no rows")
    }
    let degrees = first.size + second.size - 2
    guard degrees > 0 else { return .absent("fewer than two rows more than groups") }
    let pooled =
      ((first.size - 1) * first.variance + (second.size - 1) * second.variance) / degrees
    guard pooled > 0 else { return .absent("the scores do not vary within the groups") }
    return .value((first.mean - second.mean) / pooled.squareRoot())
  }
}

/// Mean and sample variance of a tally's scores.
private struct ScoreMoments {
  let size: Double
  let mean: Double
  let variance: Double

  /// A variance below this share of the mean square is rounding.
  private static let rounding = 1e-14

  init?(_ tally: Tally) {
    guard let scores = tally.scores, tally.totalWeight > 0 else { return nil }
    let weight = tally.totalWeight
    size = tally.effectiveCount(of: .all)
    mean = scores.sums.sum() / weight
    let square = scores.squares.sum() / weight
    let spread = square - mean * mean
    variance = spread > Self.rounding * square && size > 1 ? spread * size / (size - 1) : 0
  }
}
