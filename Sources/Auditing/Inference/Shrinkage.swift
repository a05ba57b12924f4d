import Essentials

/// Rates of small cells pulled towards what is common to all, by as much as the data say.
///
/// Cell k has xₖ ~ Binomial(nₖ, θₖ) with θₖ ~ Beta(Mμ, M(1 − μ)); μ and M maximize the beta-binomial
/// likelihood of all cells. The estimate is the posterior mean (xₖ + Mμ)/(nₖ + M), the interval that of
/// the beta distribution with this mean and the posterior's variance plus Bₖ² Var(μ̂), Bₖ = M/(nₖ + M): the
/// common rate is itself estimated, and with a large M it is all there is. M is taken as known, so with
/// very few cells intervals are still a little narrow.
///
/// B. Efron, C. Morris, *Data analysis using Stein's estimator and its generalizations*, JASA 70, 1975;
/// C. Morris, *Parametric empirical Bayes inference*, JASA 78, 1983, §4.
public struct Shrinkage: Sendable, Equatable {
  /// The common rate μ.
  public var mean: Double
  /// How many rows the prior is worth, M: large when the cells do not differ beyond chance.
  public var strength: Double
  /// One for each cell.
  public var estimates: [Estimate]

  static let method = "beta_posterior"
  /// M is sought between these: a prior of no weight, and one that leaves no difference.
  static let strengthRange = 1e-2...1e7
  /// Two cells and a prior of two numbers leave nothing to estimate from.
  static let fewestCells = 3

  /// Nil with fewer than three cells that have trials, or when all or none are successes.
  public init?(_ cells: [Proportion?], confidence: Double = 0.95) {
    let used = cells.compactMap(\.self)
    let successes = used.reduce(0) { $0 + $1.successes }, trials = used.reduce(0) { $0 + $1.trials }
    guard used.count >= Self.fewestCells, successes > 0, successes < trials else { return nil }
    func best(_ logStrength: Double) -> (likelihood: Double, mean: Double) {
      let strength = exp(logStrength), mean = Self.bestMean(used, strength)
      return (Self.logLikelihood(used, strength, mean), mean)
    }
    // Golden section on ln M; the likelihood along it has one hump in practice.
    var low = log(Self.strengthRange.lowerBound), high = log(Self.strengthRange.upperBound)
    let golden = 0.5 * (5.0.squareRoot() - 1)
    var a = high - golden * (high - low), b = low + golden * (high - low)
    var atA = best(a).likelihood, atB = best(b).likelihood
    for _ in 0..<60 {
      if atA >= atB {
        (high, b, atB) = (b, a, atA)
        a = high - golden * (high - low)
        atA = best(a).likelihood
      } else {
        (low, a, atA) = (a, b, atB)
        b = low + golden * (high - low)
        atB = best(b).likelihood
      }
    }
    let logStrength = 0.5 * (low + high)
    let mean = best(logStrength).mean, strength = exp(logStrength)
    self.mean = mean
    self.strength = strength
    let variance = Self.meanVariance(used, strength, mean)
    estimates = cells.map { cell in
      guard let cell else { return .notEstimable("no rows; the common rate is \(mean)") }
      return Self.estimate(cell, mean, strength, variance, confidence)
    }
  }

  /// Var(μ̂) = 1/Σ 1/Var(x/n), Var(x/n) = μ(1 − μ)[1/n + (1 − 1/n)/(M + 1)].
  private static func meanVariance(
    _ cells: [Proportion], _ strength: Double, _ mean: Double
  ) -> Double {
    let information = cells.reduce(0) { sum, cell in
      let n = max(1, cell.trials)
      return sum + 1 / (1 / n + (1 - 1 / n) / (strength + 1))
    }
    return mean * (1 - mean) / information
  }

  private static func estimate(
    _ cell: Proportion, _ mean: Double, _ strength: Double, _ variance: Double,
    _ confidence: Double
  ) -> Estimate {
    let total = cell.trials + strength, pull = strength / total
    let value = (cell.successes + strength * mean) / total
    let spread = value * (1 - value) / (total + 1) + pull * pull * variance
    // The beta distribution of this mean and this spread.
    let size = value * (1 - value) / spread - 1
    let alpha = size * value, beta = size * (1 - value), tail = 0.5 * (1 - confidence)
    return Estimate(
      value: value, low: SpecialFunctions.betaQuantile(tail, alpha, beta),
      high: 1 - SpecialFunctions.betaQuantile(tail, beta, alpha), interval: method)
  }

  /// ln of the chance of the cells' successes but for the binomial coefficients.
  static func logLikelihood(
    _ cells: [Proportion], _ strength: Double, _ mean: Double
  ) -> Double {
    let a = strength * mean, b = strength * (1 - mean)
    return cells.reduce(0) { sum, cell in
      let x = cell.successes, n = cell.trials
      return sum + rising(a, x) + rising(b, n - x) - rising(strength, n)
    }
  }

  /// ln Γ(a + x)/Γ(a) without cancellation when a is large.
  private static func rising(_ a: Double, _ x: Double) -> Double {
    guard x > 0 else { return 0 }
    guard a > 1e3 else { return lgamma(a + x) - lgamma(a) }
    let sum = a + x
    return (sum - 0.5) * log1p(x / a) + x * log(a) - x
      + SpecialFunctions.stirlingError(sum) - SpecialFunctions.stirlingError(a)
  }

  /// The μ that maximizes the likelihood at a strength: it is concave in μ.
  private static func bestMean(_ cells: [Proportion], _ strength: Double) -> Double {
    var low = 1e-12, high = 1 - 1e-12
    for _ in 0..<50 {
      let mean = 0.5 * (low + high), a = strength * mean, b = strength * (1 - mean)
      let slope = cells.reduce(0) { sum, cell in
        let x = cell.successes, rest = cell.trials - x
        return sum + (x > 0 ? SpecialFunctions.digamma(a + x) - SpecialFunctions.digamma(a) : 0)
          - (rest > 0 ? SpecialFunctions.digamma(b + rest) - SpecialFunctions.digamma(b) : 0)
      }
      if slope > 0 { low = mean } else { high = mean }
    }
    return 0.5 * (low + high)
  }
}
