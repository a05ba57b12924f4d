import Criteria
import Foundation

/// Inequality of benefits b = ŷ − y + 1 between persons: 0 for a person wrongly rejected, 1 for one
/// judged rightly, 2 for one wrongly selected.
///
/// Speicher et al., *A unified approach to quantifying algorithmic unfairness*, KDD 2018.
extension FairnessIndex {
  private static let both: Inputs = [.labels, .predictions]

  public static let generalizedEntropy = FairnessIndex(
    name: "generalized_entropy_index",
    summary: "½·E[(b/μ)² − 1], μ = E[b]: the generalized entropy at α = 2.", needs: both
  ) { counts in
    of(counts) { 0.5 * $0.mean { ratio in ratio * ratio - 1 } }
  }

  public static let theil = FairnessIndex(
    name: "theil_index", summary: "E[(b/μ)·ln(b/μ)], 0·ln 0 = 0.", needs: both
  ) { counts in
    of(counts) { $0.mean { ratio in ratio > 0 ? ratio * log(ratio) : 0 } }
  }

  public static let coefficientOfVariation = FairnessIndex(
    name: "coefficient_of_variation",
    summary: "Standard deviation of the benefits over their mean.", needs: both
  ) { counts in
    of(counts) { max(0, $0.mean { ratio in ratio * ratio - 1 }).squareRoot() }
  }

  /// Weights of the three benefits over their total, and the mean benefit.
  private struct Benefits {
    var shares: [Double]
    var average: Double

    func mean(_ function: (Double) -> Double) -> Double {
      shares.indices.reduce(0) { $0 + shares[$1] * function(Double($1) / average) }
    }
  }

  private static func of(
    _ counts: OutcomeCounts, _ index: (Benefits) -> Double
  ) -> MetricValue {
    let tally = counts.overall, total = tally.totalWeight
    guard total > 0 else { return .absent("no rows") }
    let parts: [OutcomeSet] = [.falseNegative, .correct, .falsePositive]
    let shares = parts.map { tally.weight(of: $0) / total }
    let average = shares[1] + 2 * shares[2]
    guard average > 0 else { return .absent("no person has a benefit") }
    return .value(index(Benefits(shares: shares, average: average)))
  }
}
