import Essentials

/// Limits of a rate that hold at all times together: P(the rate is ever outside of them) ≤ α.
public enum RateSequence {
  /// Limits of a rate that stays the same, exact and from the counts alone.
  ///
  /// M(p) = B(½ + s, ½ + n − s)/(B(½, ½) pˢ(1 − p)ⁿ⁻ˢ) is a mean of likelihood ratios, a martingale from 1 at the true p;
  /// the limits enclose the p with M(p) < 1/α.
  ///
  /// H. Robbins, *Statistical methods related to the law of the iterated logarithm*, Annals of Mathematical
  /// Statistics 41, 1970; S. Howard, A. Ramdas, J. McAuliffe, J. Sekhon, *Time-uniform, nonparametric,
  /// nonasymptotic confidence sequences*, Annals of Statistics 49, 2021.
  public static func ofConstantRate(_ counts: RateCounts, alpha: Double) -> ClosedRange<Double> {
    precondition(alpha > 0 && alpha < 1, "α is between 0 and 1")
    let n = Double(counts.rows), s = Double(counts.successes), f = n - s
    guard n > 0 else { return 0...1 }
    let mixture = lgamma(0.5 + s) + lgamma(0.5 + f) - lgamma(1 + n) - log(Double.pi)
    func isOutside(_ p: Double) -> Bool {
      mixture - (s == 0 ? 0 : s * log(p)) - (f == 0 ? 0 : f * log1p(-p)) >= -log(alpha)
    }
    let mid = s / n
    return edge(from: mid, to: 0, isOutside)...edge(from: mid, to: 1, isOutside)
  }

  /// Limits of the mean chance of the rows so far, whose chances may differ and drift.
  ///
  /// |s − Σpᵢ| ≤ √((V + ρ)(ln(1 + V/ρ) + 2 ln(1/α))) with V = n/4, the normal mixture for outcomes in [0, 1].
  /// S. Howard, A. Ramdas, J. McAuliffe, J. Sekhon, as above.
  ///
  /// - Parameter best: the rows at which the limits are to be as close as they can be.
  public static func ofMeanChance(
    _ counts: RateCounts, alpha: Double, best: Double = 1_000
  ) -> ClosedRange<Double> {
    precondition(alpha > 0 && alpha < 1, "α is between 0 and 1")
    guard let rate = counts.rate else { return 0...1 }
    let n = Double(counts.rows), variance = 0.25 * n, doubt = -2 * log(alpha)
    let rho = 0.25 * best / (doubt + log1p(doubt))
    let half = ((variance + rho) * (log1p(variance / rho) + doubt)).squareRoot() / n
    return max(0, rate - half)...min(1, rate + half)
  }

  /// Limits of the largest difference of several rates: the union of limits at α/G each.
  ///
  /// - Returns: nil with fewer than two groups that have rows.
  public static func ofLargestDifference(
    _ counts: [RateCounts], alpha: Double
  ) -> ClosedRange<Double>? {
    let present = counts.filter { $0.rows > 0 }
    guard present.count > 1 else { return nil }
    let limits = present.map { ofMeanChance($0, alpha: alpha / Double(present.count)) }
    let low = limits.map(\.lowerBound).max()! - limits.map(\.upperBound).min()!
    let high = limits.map(\.upperBound).max()! - limits.map(\.lowerBound).min()!
    return max(0, low)...high
  }

  /// The last point inside on the way from `start`, which is inside, to `end`.
  private static func edge(
    from start: Double, to end: Double, _ isOutside: (Double) -> Bool
  ) -> Double {
    guard start != end, isOutside(end) else { return end }
    var inside = start, outside = end
    for _ in 0..<100 {
      let mid = 0.5 * (inside + outside)
      if mid == inside || mid == outside { break }
      if isOutside(mid) { outside = mid } else { inside = mid }
    }
    return outside
  }
}
