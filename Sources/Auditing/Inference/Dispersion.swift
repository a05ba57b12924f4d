import Essentials

/// How much the rates of many groups differ beyond what chance alone makes them differ.
///
/// The variance of observed rates is biased upwards by the noise of each. Corrected twice, for the
/// estimated mean and for the noise: D = 1/(K − 1) Σ(p̂ₖ − p̄)² − 1/K Σ p̂ₖ(1 − p̂ₖ)/(nₖ − 1), unbiased, so
/// it can be negative. The interval is of the variance between groups: the values τ² at which
/// Σ(p̂ₖ − p̄_w)²/(vₖ + τ²) is no extreme χ² value.
///
/// K. Lum, Y. Zhang, A. Bower, *De-biasing "bias" measurement*, FAccT 2022; W. Viechtbauer,
/// *Confidence intervals for the amount of heterogeneity in meta-analysis*, Statistics in Medicine
/// 26, 2007 (Q-profile).
public struct Dispersion: Sendable, Equatable {
  /// D, which may be negative.
  public var variance: Double
  /// √max(0, D).
  public var deviation: Double
  /// √ of the plain variance of the observed rates, noise included.
  public var naiveDeviation: Double
  /// An interval of the standard deviation between groups.
  public var interval: Interval
  /// Groups of at least two trials, and all.
  public var groups: Int
  public var of: Int

  /// Nil with fewer than two groups of at least two trials.
  public init?(_ proportions: [Proportion], confidence: Double = 0.95) {
    let used = proportions.filter { $0.trials > 1 }, k = Double(used.count)
    guard used.count > 1 else { return nil }
    let mean = used.reduce(0) { $0 + $1.rate } / k
    let plain = used.reduce(0) { $0 + ($1.rate - mean) * ($1.rate - mean) } / (k - 1)
    let noise = used.reduce(0) { $0 + $1.rate * (1 - $1.rate) / ($1.trials - 1) } / k
    variance = plain - noise
    deviation = max(0, variance).squareRoot()
    naiveDeviation = plain.squareRoot()
    groups = used.count
    of = proportions.count
    let rates = used.map(\.rate)
    // A group of nothing but successes has noise too: two are added on either side.
    let noises = used.map { group in
      let p = (group.successes + 2) / (group.trials + 4)
      return p * (1 - p) / group.trials
    }
    func limit(_ quantile: Double) -> Double {
      min(largest, Self.variance(whereSpreadIs: quantile, rates, noises).squareRoot())
    }
    let tail = 0.5 * (1 - confidence), degrees = used.count - 1
    // Rates lie between 0 and 1: half of them at either end vary most.
    let largest = 0.5 * (k / (k - 1)).squareRoot()
    interval = Interval(
      low: limit(SpecialFunctions.chiSquaredQuantile(1 - tail, degrees: degrees)),
      high: limit(SpecialFunctions.chiSquaredQuantile(tail, degrees: degrees)),
      method: used[0].named("q_profile"))
  }

  /// The τ² ≥ 0 at which the weighted spread has the given value; the spread falls with τ².
  private static func variance(
    whereSpreadIs value: Double, _ rates: [Double], _ noises: [Double]
  ) -> Double {
    func spread(_ between: Double) -> Double {
      let weights = noises.map { 1 / ($0 + between) }, total = weights.reduce(0, +)
      let mean = zip(weights, rates).reduce(0) { $0 + $1.0 * $1.1 } / total
      return zip(weights, rates).reduce(0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) }
    }
    guard spread(0) > value else { return 0 }
    var low = 0.0, high = 1.0
    while spread(high) > value && high < 1e12 { high *= 4 }
    for _ in 0..<100 {
      let middle = 0.5 * (low + high)
      if spread(middle) > value { low = middle } else { high = middle }
    }
    return 0.5 * (low + high)
  }
}
