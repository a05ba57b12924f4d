import Foundation

/// A p-value with the name of its test.
public struct TestResult: Sendable, Equatable {
  public var pValue: Double
  public var test: String

  public init(pValue: Double, test: String) {
    self.pValue = pValue
    self.test = test
  }
}

/// Tests that two or more groups have one proportion.
public enum ProportionTests {
  /// Tables whose probabilities are within this factor count as equally likely: rounding of lgamma.
  static let tieTolerance = 1e-7
  /// From this many rows Fisher's test costs more than it gives, and the z test is exact enough.
  static let exactLimit = 100_000
  /// Cochran's rule: below this expected count the χ² distribution does not hold.
  static let smallestExpected = 5.0

  /// Fisher's exact test, two-sided by ordering tables by probability.
  ///
  /// R. Fisher, *The logic of inductive inference*, JRSS 98, 1935.
  public static func fisher(_ x: Int, of n: Int, against y: Int, of m: Int) -> Double {
    let (tail, equal) = hypergeometricTail(x, n, y, m)
    return min(1, tail + equal)
  }

  /// Fisher's test with half the probability of tables as likely as the observed one: less
  /// conservative, its size is on average the nominal one but not below it everywhere.
  ///
  /// H. Lancaster, *Significance tests in discrete distributions*, JASA 56, 1961.
  public static func midP(_ x: Int, of n: Int, against y: Int, of m: Int) -> Double {
    let (tail, equal) = hypergeometricTail(x, n, y, m)
    return min(1, tail + 0.5 * equal)
  }

  /// Probability of tables less likely than the observed one, and of those as likely.
  private static func hypergeometricTail(
    _ x: Int, _ n: Int, _ y: Int, _ m: Int
  ) -> (less: Double, equal: Double) {
    let marked = x + y, total = n + m
    let observed = SpecialFunctions.hypergeometric(x, drawn: n, marked: marked, total: total)
    var less = 0.0, equal = 0.0
    for k in max(0, n + marked - total)...min(n, marked) {
      let p = SpecialFunctions.hypergeometric(k, drawn: n, marked: marked, total: total)
      if p < observed * (1 - tieTolerance) {
        less += p
      } else if p <= observed * (1 + tieTolerance) {
        equal += p
      }
    }
    return (less, equal)
  }

  /// The number of standard deviations between two proportions, with the pooled variance.
  ///
  /// Nil when all or none are successes: there is no variance.
  public static func standardDeviations(_ first: Proportion, _ second: Proportion) -> Double? {
    let pooled = (first.successes + second.successes) / (first.trials + second.trials)
    let variance = pooled * (1 - pooled) * (1 / first.trials + 1 / second.trials)
    guard variance > 0 else { return nil }
    return (first.rate - second.rate) / variance.squareRoot()
  }

  /// Fisher's test where an expected count is small, the pooled z test elsewhere and with weights.
  public static func twoGroups(_ first: Proportion, _ second: Proportion) -> TestResult {
    let total = first.trials + second.trials
    let pooled = (first.successes + second.successes) / total
    let smallest = min(first.trials, second.trials) * min(pooled, 1 - pooled)
    if !first.weighted && !second.weighted && smallest < smallestExpected
      && total <= Double(exactLimit)
    {
      return TestResult(
        pValue: fisher(
          Int(first.successes), of: Int(first.trials), against: Int(second.successes),
          of: Int(second.trials)), test: "fisher_exact")
    }
    guard let z = standardDeviations(first, second) else {
      return TestResult(pValue: 1, test: first.named("pooled_z"))
    }
    return TestResult(pValue: erfc(abs(z) * 0.5.squareRoot()), test: first.named("pooled_z"))
  }

  /// Pearson's χ² that all groups have one proportion; nil when an expected count is below 5, or
  /// all or none are successes.
  public static func homogeneity(_ groups: [Proportion]) -> TestResult? {
    let trials = groups.reduce(0) { $0 + $1.trials }
    let pooled = groups.reduce(0) { $0 + $1.successes } / trials
    guard groups.count > 1, pooled > 0, pooled < 1 else { return nil }
    guard groups.allSatisfy({ $0.trials * min(pooled, 1 - pooled) >= smallestExpected }) else {
      return nil
    }
    let statistic = groups.reduce(0) { sum, group in
      let gap = group.rate - pooled
      return sum + group.trials * gap * gap / (pooled * (1 - pooled))
    }
    return TestResult(
      pValue: SpecialFunctions.chiSquaredTail(statistic, degrees: groups.count - 1),
      test: groups[0].named("chi_squared"))
  }
}
