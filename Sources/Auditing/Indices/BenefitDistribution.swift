import Criteria
import Essentials

/// How unequally a benefit is spread over persons: the weights of its distinct values.
///
/// All indices are 0 when everybody has the same benefit, and do not change when all benefits are
/// multiplied by one number.
public struct BenefitDistribution: Sendable, Equatable {
  public let benefits: [Double]
  public let weights: [Double]

  public var total: Double { weights.reduce(0, +) }
  /// μ = E[b]
  public var mean: Double { zip(benefits, weights).reduce(0) { $0 + $1.0 * $1.1 } / total }

  /// - Parameters:
  ///   - benefits: at least 0 each.
  ///   - weights: how many persons have each; nil means one.
  public init(_ benefits: [Double], weights: [Double]? = nil) {
    precondition(weights == nil || weights!.count == benefits.count, "a weight for each benefit")
    let kept = benefits.indices.filter { weights == nil || weights![$0] > 0 }
    self.benefits = kept.map { benefits[$0] }
    self.weights = kept.map { weights?[$0] ?? 1 }
  }

  /// b = ŷ − y + 1 of a tally: 0 for a person wrongly rejected, 1 for one judged rightly, 2 for one
  /// wrongly selected.
  ///
  /// T. Speicher et al., *A unified approach to quantifying algorithmic unfairness*, KDD 2018, §3.
  public init(decisionsOf tally: Tally) {
    let parts: [OutcomeSet] = [.falseNegative, .correct, .falsePositive]
    self.init([0, 1, 2], weights: parts.map { tally.weight(of: $0) })
  }

  /// Every person with the mean benefit of its group: what inequality between groups is.
  public init(groupMeans tallies: some Sequence<Tally>) {
    var means: [Double] = [], totals: [Double] = []
    for tally in tallies where tally.totalWeight > 0 {
      // As the three benefits 0, 1 and 2, without a distribution for each of millions of cells.
      let sum = tally.weight(of: .correct) + 2 * tally.weight(of: .falsePositive)
      means.append(sum / tally.totalWeight)
      totals.append(tally.totalWeight)
    }
    self.init(means, weights: totals)
  }

  /// GE(α) = E[(b/μ)^α − 1] / (α(α − 1)); α = 1 is Theil's T, α = 0 the mean log deviation.
  ///
  /// F. Cowell, K. Kuga, *Additivity and the entropy concept*, J. Economic Theory 25, 1981.
  public func generalizedEntropy(_ alpha: Double) -> MetricValue {
    let infinite = "unbounded: a person has a benefit of 0"
    if alpha == 1 { return expectation { $0 > 0 ? $0 * log($0) : 0 } }
    if alpha == 0 { return expectation(otherwise: infinite) { -log($0) } }
    return expectation(otherwise: infinite) { (pow($0, alpha) - 1) / (alpha * (alpha - 1)) }
  }

  /// T = E[(b/μ) ln(b/μ)], 0·ln 0 = 0. H. Theil, *Economics and information theory*, 1967.
  public var theil: MetricValue { generalizedEntropy(1) }

  /// Standard deviation over mean: √(2·GE(2)).
  public var coefficientOfVariation: MetricValue {
    generalizedEntropy(2).map { (2 * max(0, $0)).squareRoot() }
  }

  /// A(ε) = 1 − E[(b/μ)^{1−ε}]^{1/(1−ε)}; for ε = 1 one minus geometric over arithmetic mean.
  ///
  /// A. Atkinson, *On the measurement of inequality*, J. Economic Theory 2, 1970.
  ///
  /// - Parameter epsilon: above 0; how much inequality is minded.
  public func atkinson(_ epsilon: Double) -> MetricValue {
    precondition(epsilon > 0, "Atkinson's ε is positive")
    if epsilon == 1 {
      if benefits.contains(0) && total > 0 && mean > 0 { return .value(1) }
      return expectation { log($0) }.map { 1 - exp($0) }
    }
    if epsilon > 1 && benefits.contains(0) && total > 0 && mean > 0 { return .value(1) }
    return expectation { pow($0, 1 - epsilon) }.map { 1 - pow($0, 1 / (1 - epsilon)) }
  }

  private func expectation(
    otherwise reason: String = "not a finite number", _ function: (Double) -> Double
  ) -> MetricValue {
    guard total > 0 else { return .absent("no rows") }
    let mean = mean
    guard mean > 0 else { return .absent("no person has a benefit") }
    let sum = zip(benefits, weights).reduce(0) { $0 + $1.1 * function($1.0 / mean) }
    return MetricValue.value(sum / total).map(otherwise: reason) { $0 }
  }
}
