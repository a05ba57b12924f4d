import Criteria
import Synchronization

/// An interval of max − min, or of min / max, over several groups that counts for having looked for
/// the extremes.
///
/// With intervals of all pairwise contrasts that hold together, the largest contrast lies between the
/// largest lower and the largest upper limit. A percentile interval of the maximum itself would be
/// biased upwards and could never reach 0. The pairs hold together at the quantile of Tukey's
/// studentized range, which is exact for groups of one size and wide enough for others.
///
/// C. Kramer, *Extension of multiple range tests to group means with unequal numbers of replications*,
/// Biometrics 12, 1956; A. Hayter, *A proof of the conjecture that the Tukey–Kramer multiple
/// comparisons procedure is conservative*, Annals of Statistics 12, 1984.
struct SimultaneousBand {
  let metric: Metric
  let groups: [AuditedGroup]
  let confidence: Double

  /// With more groups than this the pairs are too many; the groups' own intervals are combined.
  static let pairwiseLimit = 32

  func difference() -> Interval? {
    guard groups.count <= Self.pairwiseLimit else { return differenceOfExtremes() }
    guard let pairs = intervals({ $0.difference(confidence: $1) }) else { return nil }
    let low = pairs.map { max($0.low, -$0.high) }.max() ?? 0
    let high = pairs.map { max($0.high, -$0.low) }.max() ?? 0
    return Interval(low: max(0, low), high: high, method: name(pairs[0].method))
  }

  func ratio() -> Interval? {
    guard groups.count <= Self.pairwiseLimit else { return ratioOfExtremes() }
    guard let pairs = intervals({ $0.ratio(confidence: $1) }) else { return nil }
    func inverse(_ x: Double) -> Double { x > 0 ? 1 / x : .infinity }
    let low = pairs.map { min($0.low, inverse($0.high)) }.min() ?? 0
    let high = pairs.map { min($0.high, inverse($0.low)) }.min() ?? 1
    return Interval(low: low, high: min(1, high), method: name(pairs[0].method))
  }

  /// The level of each pair at which all pairs of k groups hold together: 2Φ(q/√2) − 1 with q the
  /// quantile of the range of k standard normals.
  static func pairLevel(_ k: Int, confidence: Double) -> Double {
    guard k > 2 else { return confidence }
    let key = LevelKey(groups: k, confidence: confidence)
    if let level = levels.withLock({ $0[key] }) { return level }
    let q = SpecialFunctions.studentizedRangeQuantile(confidence, groups: k)
    let level = 1 - 2 * SpecialFunctions.normalCDF(-q * 0.5.squareRoot())
    levels.withLock { $0[key] = level }
    return level
  }

  private struct LevelKey: Hashable {
    var groups: Int
    var confidence: Double
  }

  /// An audit asks for the same few levels thousands of times, and a quantile takes a millisecond.
  private static let levels = Mutex<[LevelKey: Double]>([:])

  private func name(_ method: String) -> String {
    groups.count == 2 ? method : method + "_tukey"
  }

  /// Intervals of all pairs at a level at which they hold together; nil if one is missing.
  private func intervals(_ interval: (Contrast, Double) -> Interval?) -> [Interval]? {
    let level = Self.pairLevel(groups.count, confidence: confidence)
    var result: [Interval] = []
    for i in groups.indices {
      for j in groups.indices where j > i {
        let contrast = Contrast(metric: metric, first: groups[i], second: groups[j])
        guard let limits = interval(contrast, level) else { return nil }
        result.append(limits)
      }
    }
    return result
  }

  private func limits() -> [Interval]? {
    let level = 1 - (1 - confidence) / Double(groups.count)
    let limits = groups.compactMap { group in
      group.proportion(metric).map { ProportionInterval.wilson($0, confidence: level) }
    }
    return limits.count == groups.count ? limits : nil
  }

  private func differenceOfExtremes() -> Interval? {
    guard let limits = limits() else { return nil }
    let lows = limits.map(\.low), highs = limits.map(\.high)
    return Interval(
      low: max(0, lows.max()! - highs.min()!), high: highs.max()! - lows.min()!,
      method: limits[0].method + "_bonferroni")
  }

  private func ratioOfExtremes() -> Interval? {
    guard let limits = limits() else { return nil }
    let lows = limits.map(\.low), highs = limits.map(\.high)
    return Interval(
      low: lows.min()! / highs.max()!,
      high: lows.max()! > 0 ? min(1, highs.min()! / lows.max()!) : 1,
      method: limits[0].method + "_bonferroni")
  }
}
