import Essentials

/// Two groups compared within strata: is the odds of success the same in both, whatever the stratum?
///
/// Strata in which a margin is empty say nothing about the odds ratio and are left out; `used` says
/// how many remain. N. Mantel, W. Haenszel, *Statistical aspects of the analysis of data from
/// retrospective studies of disease*, JNCI 22, 1959.
public struct StratifiedTables: Sendable {
  /// A stratum: the two groups' successes and trials.
  public struct Stratum: Sendable, Equatable {
    public var first: Proportion
    public var second: Proportion

    public init(_ first: Proportion, _ second: Proportion) {
      self.first = first
      self.second = second
    }

    var total: Double { first.trials + second.trials }
    var successes: Double { first.successes + second.successes }
    var isInformative: Bool { successes > 0 && successes < total }
    var expected: Double { first.trials * successes / total }
    /// Variance of the first group's successes given the margins.
    var variance: Double {
      first.trials * second.trials * successes * (total - successes)
        / (total * total * max(total - 1, .leastNormalMagnitude))
    }
  }

  /// The strata with two outcomes and both groups.
  public let strata: [Stratum]
  public let of: Int
  public var used: Int { strata.count }

  public init(_ strata: [Stratum]) {
    self.strata = strata.filter(\.isInformative)
    of = strata.count
  }

  private var suffix: String {
    strata.contains { $0.first.weighted || $0.second.weighted } ? "_kish" : ""
  }

  /// The Cochran–Mantel–Haenszel test that the common odds ratio is 1; nil when no stratum is left.
  ///
  /// χ² = (|Σ(a − E a)| − c)²/Σ Var a with one degree of freedom; c = ½ with the continuity correction.
  public func test(continuityCorrection: Bool = false) -> TestResult? {
    let variance = strata.reduce(0) { $0 + $1.variance }
    guard variance > 0 else { return nil }
    let gap = abs(strata.reduce(0) { $0 + $1.first.successes - $1.expected })
    let corrected = continuityCorrection ? max(0, gap - 0.5) : gap
    return TestResult(
      z: corrected / variance.squareRoot(), test: "cochran_mantel_haenszel" + suffix)
  }

  /// Exact strata may have together this many values of Σ a.
  static let exactSupport = 4_000

  /// The exact conditional test of whole counts: the chance, given all margins, of a Σ a no more
  /// likely than the observed one. Nil with weights, with no stratum left or when the support is
  /// beyond some thousand values, where the χ² test is as good.
  public func exactTest() -> TestResult? {
    guard !strata.isEmpty, suffix.isEmpty else { return nil }
    let laws = strata.map {
      Hypergeometric(
        drawn: Int($0.first.trials), marked: Int($0.successes), total: Int($0.total))
    }
    guard laws.reduce(0, { $0 + $1.high - $1.low }) <= Self.exactSupport else { return nil }
    var sums = [1.0]
    for law in laws {
      let terms = (law.low...law.high).map { exp(law.logProbability($0)) }
      var next = [Double](repeating: 0, count: sums.count + terms.count - 1)
      for (i, p) in sums.enumerated() {
        for (j, q) in terms.enumerated() { next[i + j] += p * q }
      }
      sums = next
    }
    let offset = laws.reduce(0) { $0 + $1.low }
    let observed = sums[strata.reduce(0) { $0 + Int($1.first.successes) } - offset]
    let limit = observed * (1 + FisherTest.tieTolerance)
    return TestResult(
      pValue: sums.reduce(0) { $1 <= limit ? $0 + $1 : $0 },
      test: "cochran_mantel_haenszel_exact")
  }

  /// The Mantel–Haenszel odds ratio Σ a d/n ÷ Σ b c/n with the interval of Robins, Breslow and
  /// Greenland; no interval when the estimate is 0 or infinite, nil when it is 0/0.
  ///
  /// J. Robins, N. Breslow, S. Greenland, *Estimators of the Mantel–Haenszel variance consistent in
  /// both sparse data and large-strata limiting models*, Biometrics 42, 1986.
  public func oddsRatio(confidence: Double = 0.95) -> (value: Double, interval: Interval?)? {
    var r = 0.0, s = 0.0, pr = 0.0, mixed = 0.0, qs = 0.0
    for stratum in strata {
      let n = stratum.total
      let a = stratum.first.successes, b = stratum.first.trials - a
      let c = stratum.second.successes, d = stratum.second.trials - c
      let up = a * d / n, down = b * c / n, p = (a + d) / n, q = (b + c) / n
      r += up
      s += down
      pr += p * up
      mixed += p * down + q * up
      qs += q * down
    }
    guard r > 0 || s > 0 else { return nil }
    guard r > 0 && s > 0 else { return (r > 0 ? .infinity : 0, nil) }
    let variance = pr / (2 * r * r) + mixed / (2 * r * s) + qs / (2 * s * s)
    let half = -SpecialFunctions.normalQuantile(0.5 * (1 - confidence)) * variance.squareRoot()
    let value = r / s
    return (
      value,
      Interval(
        low: value * exp(-half), high: value * exp(half),
        method: "robins_breslow_greenland" + suffix)
    )
  }

  /// The test of Breslow and Day, with Tarone's correction, that the odds ratio is the same in all
  /// strata; nil for fewer than two, or when the common odds ratio is not a positive number.
  ///
  /// R. Tarone, *On heterogeneity tests based on efficient scores*, Biometrika 72, 1985.
  public func homogeneity() -> TestResult? {
    guard used > 1, let ratio = oddsRatio()?.value, ratio > 0, ratio.isFinite else { return nil }
    var statistic = 0.0, gaps = 0.0, variances = 0.0
    for stratum in strata {
      let fitted = Self.fittedSuccesses(stratum, oddsRatio: ratio)
      let n = stratum.first.trials, m = stratum.successes, rest = stratum.second.trials
      let variance =
        1 / (1 / fitted + 1 / (n - fitted) + 1 / (m - fitted) + 1 / (rest - m + fitted))
      let gap = stratum.first.successes - fitted
      guard variance > 0 else { continue }
      statistic += gap * gap / variance
      gaps += gap
      variances += variance
    }
    statistic -= gaps * gaps / variances
    return TestResult(
      pValue: SpecialFunctions.chiSquaredTail(statistic, degrees: used - 1),
      test: "breslow_day_tarone" + suffix)
  }

  /// The first group's successes at which a table with these margins has the odds ratio: bisection
  /// of a(n₂ − m + a) − ψ(n₁ − a)(m − a), which rises with a.
  private static func fittedSuccesses(_ stratum: Stratum, oddsRatio ratio: Double) -> Double {
    let n = stratum.first.trials, m = stratum.successes, rest = stratum.second.trials
    var low = max(0, m - rest), high = min(n, m)
    for _ in 0..<200 {
      let a = 0.5 * (low + high)
      if a <= low || a >= high { break }
      if a * (rest - m + a) < ratio * (n - a) * (m - a) { low = a } else { high = a }
    }
    return 0.5 * (low + high)
  }
}
