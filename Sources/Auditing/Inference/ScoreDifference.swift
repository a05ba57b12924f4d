import Essentials

extension ContrastIntervals {
  /// Miettinen and Nurminen's interval of p₁ − p₂: the differences that their score test does not
  /// reject, with the variance at the likeliest proportions times N/(N − 1).
  ///
  /// O. Miettinen, M. Nurminen, *Comparative analysis of two rates*, Statistics in Medicine 4, 1985.
  public static func scoreDifference(
    _ first: Proportion, _ second: Proportion, confidence: Double = 0.95
  ) -> Interval {
    let z = -SpecialFunctions.normalQuantile(0.5 * (1 - confidence)), limit = z * z
    let estimate = first.rate - second.rate
    func limitToward(_ end: Double) -> Double {
      var inside = estimate, outside = end
      guard scoreStatistic(first, second, difference: end) > limit else { return end }
      for _ in 0..<100 {
        let middle = 0.5 * (inside + outside)
        if middle == inside || middle == outside { break }
        if scoreStatistic(first, second, difference: middle) > limit {
          outside = middle
        } else {
          inside = middle
        }
      }
      return 0.5 * (inside + outside)
    }
    return Interval(
      low: limitToward(-1), high: limitToward(1),
      method: name("miettinen_nurminen", first, second))
  }

  /// The score test's χ² of p₁ − p₂ = difference.
  static func scoreStatistic(
    _ first: Proportion, _ second: Proportion, difference: Double
  ) -> Double {
    let gap = first.rate - second.rate - difference
    guard gap != 0 else { return 0 }
    let p = restrictedRate(first, second, difference: difference), q = p - difference
    let total = first.trials + second.trials
    let variance =
      (p * (1 - p) / first.trials + q * (1 - q) / second.trials) * total
      / max(total - 1, .leastNormalMagnitude)
    return variance > 0 ? gap * gap / variance : .infinity
  }

  /// The likeliest p₁ when p₁ − p₂ is given: the root of the derivative of the log-likelihood, which
  /// falls everywhere, by bisection, so that nothing cancels as in the closed form of the cubic.
  private static func restrictedRate(
    _ first: Proportion, _ second: Proportion, difference: Double
  ) -> Double {
    let x = first.successes, n = first.trials, y = second.successes, m = second.trials
    var low = max(0, difference), high = min(1, 1 + difference)
    for _ in 0..<80 {
      let p = 0.5 * (low + high), q = p - difference
      if p <= low || p >= high { break }
      let slope =
        (x > 0 ? x / p : 0) - (n > x ? (n - x) / (1 - p) : 0) + (y > 0 ? y / q : 0)
        - (m > y ? (m - y) / (1 - q) : 0)
      if slope > 0 { low = p } else { high = p }
    }
    return 0.5 * (low + high)
  }

  /// Tango's score interval of the difference of two proportions of the same n rows, from the
  /// numbers of rows where only the first, and only the second, succeeds.
  ///
  /// It has width even when the two agree everywhere: ± z²/(n + z²).
  /// T. Tango, *Equivalence test and confidence interval for the difference in proportions for the
  /// paired-sample design*, Statistics in Medicine 17, 1998.
  public static func pairedDifference(
    onlyFirst b: Double, onlySecond c: Double, of n: Double, confidence: Double = 0.95,
    weighted: Bool = false
  ) -> Interval {
    precondition(n > 0 && b >= 0 && c >= 0 && b + c <= n * (1 + 1e-12), "counts of n rows")
    let z = -SpecialFunctions.normalQuantile(0.5 * (1 - confidence)), limit = z * z
    func statistic(_ difference: Double) -> Double {
      let gap = b - c - n * difference
      guard gap != 0 else { return 0 }
      let linear = -b - c + (2 * n - b + c) * difference
      let constant = -c * difference * (1 - difference)
      let root = max(0, linear * linear - 8 * n * constant).squareRoot()
      // The larger root of 2n q² + linear·q + constant, without cancellation.
      let q =
        linear <= 0
        ? (root - linear) / (4 * n) : (linear + root > 0 ? -2 * constant / (linear + root) : 0)
      let variance = n * (2 * max(0, q) + difference * (1 - difference))
      return variance > 0 ? gap * gap / variance : .infinity
    }
    func limitToward(_ end: Double) -> Double {
      var inside = (b - c) / n, outside = end
      guard inside != end, statistic(end) > limit else { return end }
      for _ in 0..<100 {
        let middle = 0.5 * (inside + outside)
        if middle == inside || middle == outside { break }
        if statistic(middle) > limit { outside = middle } else { inside = middle }
      }
      return 0.5 * (inside + outside)
    }
    return Interval(
      low: limitToward(-1), high: limitToward(1), method: weighted ? "tango_kish" : "tango")
  }
}
