import Datasets
import Essentials

/// A p-value with the name of its test.
public struct TestResult: Sendable, Equatable {
  /// Never 0: a chance below the smallest normal number is reported as that number, a bound.
  public var pValue: Double
  public var test: String

  public static let smallestPValue = Double.leastNormalMagnitude

  public init(pValue: Double, test: String) {
    self.pValue = min(1, max(pValue, Self.smallestPValue))
    self.test = test
  }

  /// The two-sided test of a standard normal statistic.
  init(z: Double, test: String) {
    self.init(pValue: erfc(abs(z) * 0.5.squareRoot()), test: test)
  }
}

/// Tests that two or more groups have one proportion.
public enum ProportionTests {
  /// Cochran's rule: below this expected count the χ² distribution does not hold.
  package static let smallestExpected = 5.0

  /// Fisher's exact test, two-sided by ordering tables by probability. Its size is at most the
  /// level at every common chance.
  ///
  /// R. Fisher, *The logic of inductive inference*, JRSS 98, 1935.
  public static func fisher(_ x: Int, of n: Int, against y: Int, of m: Int) -> Double {
    exp(FisherTest(x, of: n, against: y, of: m).logPValue)
  }

  /// Fisher's test with half the probability of tables as likely as the observed one: less
  /// conservative, its size is on average the nominal one but not below it everywhere.
  ///
  /// H. Lancaster, *Significance tests in discrete distributions*, JASA 56, 1961.
  public static func midP(_ x: Int, of n: Int, against y: Int, of m: Int) -> Double {
    exp(FisherTest(x, of: n, against: y, of: m).logMidP)
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
    let weighted = first.weighted || second.weighted
    if !weighted && smallest < smallestExpected {
      return TestResult(
        pValue: fisher(
          Int(first.successes), of: Int(first.trials), against: Int(second.successes),
          of: Int(second.trials)), test: "fisher_exact")
    }
    let name = weighted ? "pooled_z_kish" : "pooled_z"
    guard let z = standardDeviations(first, second) else {
      return TestResult(pValue: 1, test: name)
    }
    return TestResult(z: z, test: name)
  }

  /// A test that all groups have one proportion: Pearson's χ² with k − 1 degrees of freedom where
  /// every expected count is at least 5; else, without weights, the smallest p-value of Fisher's
  /// test of a group against the rest, times the number of groups, which is exact (its size never
  /// exceeds the level). Nil with weights and small expected counts, or for fewer than two groups.
  public static func homogeneity(_ groups: [Proportion]) -> TestResult? {
    guard groups.count > 1 else { return nil }
    let weighted = groups.contains(where: \.weighted)
    let trials = groups.reduce(0) { $0 + $1.trials }
    let successes = groups.reduce(0) { $0 + $1.successes }
    let pooled = successes / trials
    let isLarge = groups.allSatisfy { $0.trials * min(pooled, 1 - pooled) >= smallestExpected }
    guard isLarge else { return weighted ? nil : eachAgainstTheRest(groups) }
    let statistic = groups.reduce(0) { sum, group in
      let gap = group.rate - pooled
      return sum + group.trials * gap * gap / (pooled * (1 - pooled))
    }
    return TestResult(
      pValue: SpecialFunctions.chiSquaredTail(statistic, degrees: groups.count - 1),
      test: weighted ? "chi_squared_kish" : "chi_squared")
  }

  private static func eachAgainstTheRest(_ groups: [Proportion]) -> TestResult {
    let trials = groups.reduce(0) { $0 + Int($1.trials) }
    let successes = groups.reduce(0) { $0 + Int($1.successes) }
    let smallest = groups.map { group in
      let n = Int(group.trials), x = Int(group.successes)
      return fisher(x, of: n, against: successes - x, of: trials - n)
    }.min()!
    return TestResult(
      pValue: min(1, Double(groups.count) * smallest), test: "fisher_exact_bonferroni")
  }

  /// A permutation test that all groups have one proportion, of whole counts: the share of random
  /// allocations of the successes whose χ² is at least the observed one, itself counted.
  ///
  /// p = (b + 1)/(m + 1), which is never 0. B. Phipson, G. Smyth, *Permutation p-values should never
  /// be zero*, Statistical Applications in Genetics and Molecular Biology 9, 2010.
  public static func permutation(
    _ groups: [Proportion], replicates: Int = 9_999, seed: UInt64 = 0
  ) -> TestResult {
    precondition(groups.count > 1 && replicates > 0, "a test needs two groups and a replicate")
    precondition(!groups.contains(where: \.weighted), "weighted rows are not exchangeable counts")
    let sizes = groups.map { Int($0.trials) }, total = sizes.reduce(0, +)
    let successes = groups.reduce(0) { $0 + Int($1.successes) }
    // With fixed margins χ² is an increasing function of Σ x²/n.
    func statistic(_ x: Int, _ n: Int) -> Double { Double(x) * Double(x) / Double(n) }
    let observed = zip(groups, sizes).reduce(0) { $0 + statistic(Int($1.0.successes), $1.1) }
    var extreme = 0
    for replicate in 0..<replicates {
      var random = CounterRandom(seed: seed, stream: UInt64(replicate))
      var left = successes, rest = total, sum = 0.0
      for n in sizes {
        let x = RandomCounts.hypergeometric(drawn: n, marked: left, total: rest, using: &random)
        sum += statistic(x, n)
        left -= x
        rest -= n
      }
      if sum >= observed * (1 - permutationTies) { extreme += 1 }
    }
    return permutationResult(extreme: extreme, replicates: replicates)
  }

  /// Statistics this close are equal: their difference is rounding.
  static let permutationTies = 1e-12

  /// (b + 1)/(m + 1) of a count of replicates at least as extreme as what was observed.
  public static func permutationResult(extreme: Int, replicates: Int) -> TestResult {
    TestResult(pValue: Double(extreme + 1) / Double(replicates + 1), test: "permutation")
  }

  /// McNemar's exact test that two decisions on the same rows succeed as often, from the numbers of
  /// rows where only the first, and only the second, succeeds.
  ///
  /// Q. McNemar, *Note on the sampling error of the difference between correlated proportions*,
  /// Psychometrika 12, 1947.
  public static func mcNemar(onlyFirst b: Int, onlySecond c: Int) -> TestResult {
    let n = b + c, k = min(b, c)
    guard n > 0 else { return TestResult(pValue: 1, test: "mcnemar_exact") }
    // P(X ≤ k) of a binomial with chance ½ is I_½(n − k, k + 1).
    let tail = SpecialFunctions.incompleteBeta(Double(n - k), Double(k + 1), 0.5)
    return TestResult(pValue: 2 * k == n ? 1 : 2 * tail, test: "mcnemar_exact")
  }
}
