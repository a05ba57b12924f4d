import Essentials

/// Confidence intervals of a contrast of two independent proportions.
public enum ContrastIntervals {
  /// Newcombe's hybrid score interval of p₁ − p₂: the Wilson limits of both, combined.
  ///
  /// R. Newcombe, *Interval estimation for the difference between independent proportions*,
  /// Statistics in Medicine 17, 1998, method 10.
  public static func newcombe(
    _ first: Proportion, _ second: Proportion, confidence: Double = 0.95
  ) -> Interval {
    let a = ProportionInterval.wilson(first, confidence: confidence)
    let b = ProportionInterval.wilson(second, confidence: confidence)
    let p = first.rate, q = second.rate
    let down = hypot(p - a.low, b.high - q), up = hypot(a.high - p, q - b.low)
    return Interval(
      low: max(-1, p - q - down), high: min(1, p - q + up),
      method: Self.name("newcombe", first, second))
  }

  /// With weights in either, the method says so.
  static func name(_ method: String, _ first: Proportion, _ second: Proportion) -> String {
    first.weighted || second.weighted ? method + "_kish" : method
  }

  /// The interval of p₁/p₂: Katz's, and the score interval where a count is zero or both groups
  /// have nothing but successes, for Katz's would have no width there.
  ///
  /// Nil when both counts are zero: 0/0 says nothing about a ratio. `high` is infinite when p₂ may
  /// be zero.
  ///
  /// D. Katz et al., *Obtaining confidence intervals for the risk ratio in cohort studies*,
  /// Biometrics 34, 1978; P. Koopman, *Confidence intervals for the ratio of two binomial
  /// proportions*, Biometrics 40, 1984.
  public static func ratio(
    _ first: Proportion, _ second: Proportion, confidence: Double = 0.95
  ) -> Interval? {
    guard first.successes > 0 || second.successes > 0 else { return nil }
    let isFull = first.successes == first.trials && second.successes == second.trials
    guard first.successes > 0 && second.successes > 0 && !isFull else {
      return scoreRatio(first, second, confidence: confidence)
    }
    return katz(first, second, confidence: confidence)
  }

  /// Katz's interval as it is written, at every count but zero: exp(ln RR ± z·√(1/a − 1/n + 1/c − 1/m)).
  public static func katz(
    _ first: Proportion, _ second: Proportion, confidence: Double = 0.95
  ) -> Interval? {
    guard first.successes > 0 && second.successes > 0 else { return nil }
    let z = -SpecialFunctions.normalQuantile(0.5 * (1 - confidence))
    let variance =
      1 / first.successes - 1 / first.trials + 1 / second.successes - 1 / second.trials
    let centre = log(first.rate / second.rate), half = z * max(0, variance).squareRoot()
    return Interval(
      low: exp(centre - half), high: exp(centre + half), method: name("katz", first, second))
  }

  /// Koopman's interval: the ratios that the score test of p₁ = ρ p₂ does not reject.
  public static func scoreRatio(
    _ first: Proportion, _ second: Proportion, confidence: Double = 0.95
  ) -> Interval? {
    guard first.successes > 0 || second.successes > 0 else { return nil }
    let z = -SpecialFunctions.normalQuantile(0.5 * (1 - confidence))
    let limit = z * z
    func rejected(_ ratio: Double) -> Bool { scoreStatistic(first, second, ratio: ratio) > limit }
    let estimate =
      second.successes > 0 ? first.rate / second.rate : Double.greatestFiniteMagnitude
    let low = first.successes == 0 ? 0 : boundary(from: min(estimate, 1e12), step: 0.5, rejected)
    let high =
      second.successes == 0
      ? Double.infinity : boundary(from: max(estimate, 1e-12), step: 2, rejected)
    return Interval(low: low, high: high, method: name("koopman", first, second))
  }

  /// χ² of the hypothesis p₁ = ratio · p₂, at the proportions that maximize the likelihood.
  static func scoreStatistic(_ first: Proportion, _ second: Proportion, ratio: Double) -> Double {
    let n1 = first.trials, n2 = second.trials, x1 = first.successes, x2 = second.successes
    let a = (n1 + n2) * ratio
    let b = -(ratio * (n1 + x2) + x1 + n2)
    let c = x1 + x2
    // The smaller root of a p² + b p + c is p₂; written so that nothing cancels.
    let root = max(0, b * b - 4 * a * c).squareRoot()
    let p2 = 2 * c / (-b + root), p1 = min(1, ratio * p2)
    let variance = p1 * (1 - p1) / n1 + ratio * ratio * p2 * (1 - min(1, p2)) / n2
    let gap = first.rate - ratio * second.rate
    guard variance > 0 else { return abs(gap) < 1e-12 ? 0 : .infinity }
    return gap * gap / variance
  }

  /// Walks away from an accepted ratio until it is rejected, then halves the bracket.
  private static func boundary(
    from start: Double, step: Double, _ rejected: (Double) -> Bool
  ) -> Double {
    var inside = start, outside = start * step
    var tries = 0
    while !rejected(outside) && tries < 200 {
      inside = outside
      outside *= step
      tries += 1
    }
    for _ in 0..<80 {
      let middle = (inside * outside).squareRoot()
      if rejected(middle) { outside = middle } else { inside = middle }
    }
    return (inside * outside).squareRoot()
  }
}
