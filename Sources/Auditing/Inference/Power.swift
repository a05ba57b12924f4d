import Essentials

/// What a comparison of two proportions of given sizes can find.
///
/// The two-sided test of the pooled z; with p̄ = (n₁p₁ + n₂p₂)/(n₁ + n₂), σ₀² = p̄(1 − p̄)(1/n₁ + 1/n₂) and
/// σ₁² = p₁(1 − p₁)/n₁ + p₂(1 − p₂)/n₂, power = Φ((Δ − z σ₀)/σ₁) + Φ((−Δ − z σ₀)/σ₁), Δ = |p₁ − p₂|.
/// J. Fleiss, B. Levin, M. Paik, *Statistical Methods for Rates and Proportions*, 2003, ch. 4.
public enum Power {
  /// The usual chance of finding what is there.
  public static let defaultPower = 0.8

  /// The chance that the test rejects at level `alpha` when the proportions are p₁ and p₂.
  public static func ofTwoProportions(
    _ p: Double, of n: Double, _ q: Double, of m: Double, alpha: Double = 0.05
  ) -> Double {
    precondition(n > 0 && m > 0, "power needs rows in both groups")
    let z = -SpecialFunctions.normalQuantile(0.5 * alpha)
    let pooled = (n * p + m * q) / (n + m)
    let null = (pooled * (1 - pooled) * (1 / n + 1 / m)).squareRoot()
    let real = (p * (1 - p) / n + q * (1 - q) / m).squareRoot(), gap = abs(p - q)
    guard real > 0 else { return gap > z * null ? 1 : 0 }
    return SpecialFunctions.normalCDF((gap - z * null) / real)
      + SpecialFunctions.normalCDF((-gap - z * null) / real)
  }

  /// The smallest drop, and the smallest rise, from the second group's proportion q that the test
  /// finds with the given power; nil where even 0 or 1 would be missed.
  public static func minimumDetectable(
    from q: Double, of m: Double, group n: Double, alpha: Double = 0.05,
    power: Double = defaultPower
  ) -> (drop: Double?, rise: Double?) {
    func smallest(toward end: Double) -> Double? {
      guard end != q, ofTwoProportions(end, of: n, q, of: m, alpha: alpha) >= power else {
        return nil
      }
      var missed = q, found = end
      for _ in 0..<60 {
        let middle = 0.5 * (missed + found)
        if ofTwoProportions(middle, of: n, q, of: m, alpha: alpha) >= power {
          found = middle
        } else {
          missed = middle
        }
      }
      return abs(found - q)
    }
    return (smallest(toward: 0), smallest(toward: 1))
  }

  /// The rows that each of two equal groups needs for the test to find p against q.
  public static func rowsPerGroup(
    _ p: Double, against q: Double, alpha: Double = 0.05, power: Double = defaultPower
  ) -> Double? {
    guard p != q else { return nil }
    var low = 1.0, high = 2.0
    while ofTwoProportions(p, of: high, q, of: high, alpha: alpha) < power && high < 1e15 {
      low = high
      high *= 2
    }
    while high - low > 0.5 {
      let middle = 0.5 * (low + high)
      if ofTwoProportions(p, of: middle, q, of: middle, alpha: alpha) >= power {
        high = middle
      } else {
        low = middle
      }
    }
    return high.rounded(.up)
  }
}
