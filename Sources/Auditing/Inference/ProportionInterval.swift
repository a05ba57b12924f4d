/// Confidence intervals of one proportion.
public enum ProportionInterval: String, Sendable, Codable, CaseIterable {
  /// Inverts the score test. Mean coverage is nominal, but at single points with p near 0 or 1 it
  /// falls to 0.84 for a nominal 0.95: take Clopper–Pearson where every point counts.
  ///
  /// E. Wilson, *Probable inference, the law of succession, and statistical inference*, JASA 1927.
  case wilson
  /// Inverts two one-sided binomial tests: never covers less than it says, and is wider for it.
  ///
  /// C. Clopper, E. Pearson, *The use of confidence or fiducial limits*, Biometrika 1934.
  case clopperPearson = "clopper_pearson"
  /// Clopper–Pearson under 40 trials, Wilson from there.
  case automatic

  /// L. Brown, T. Cai, A. DasGupta (Statistical Science 2001) draw the line at 40.
  static let smallTrials = 40.0

  public func callAsFunction(_ proportion: Proportion, confidence: Double = 0.95) -> Interval {
    precondition(confidence > 0 && confidence < 1, "a confidence is between 0 and 1")
    switch self {
    case .wilson: return Self.wilson(proportion, confidence)
    case .clopperPearson: return Self.exact(proportion, confidence)
    case .automatic:
      return proportion.trials < Self.smallTrials
        ? Self.exact(proportion, confidence) : Self.wilson(proportion, confidence)
    }
  }

  private static func wilson(_ proportion: Proportion, _ confidence: Double) -> Interval {
    let z = -SpecialFunctions.normalQuantile(0.5 * (1 - confidence))
    let n = proportion.trials, x = proportion.successes
    let centre = x + 0.5 * z * z
    let half = z * (x * (n - x) / n + 0.25 * z * z).squareRoot()
    return Interval(
      low: x == 0 ? 0 : max(0, (centre - half) / (n + z * z)),
      high: x == n ? 1 : min(1, (centre + half) / (n + z * z)), method: proportion.named("wilson"))
  }

  private static func exact(_ proportion: Proportion, _ confidence: Double) -> Interval {
    let n = proportion.trials, x = proportion.successes, tail = 0.5 * (1 - confidence)
    // The upper limit of a small rate as such: 1 minus its complement would lose its digits.
    var high = 1.0
    if 2 * x < n {
      high = SpecialFunctions.betaQuantile(1 - tail, x + 1, n - x)
    } else if x < n {
      high = 1 - SpecialFunctions.betaQuantile(tail, n - x, x + 1)
    }
    return Interval(
      low: x > 0 ? SpecialFunctions.betaQuantile(tail, x, n - x + 1) : 0, high: high,
      method: proportion.named("clopper_pearson"))
  }
}
