import Criteria
import Foundation

extension FairnessIndex {
  /// ε such that e^{−ε} ≤ P(v | g)/P(v | h) ≤ e^{ε} for every outcome v and all groups g, h of the
  /// crossed attributes; of predictions, or of labels where there are none.
  ///
  /// Rates are (w₁ + ½)/(w + 1): a Dirichlet prior of concentration 1 keeps empty cells finite.
  /// Foulds, Islam, Keya, Pan, *An intersectional definition of fairness*, ICDE 2020.
  public static let differentialFairness = FairnessIndex(
    name: "differential_fairness",
    summary: "Largest |ln ratio| of an outcome's smoothed rates between two crossed groups.",
    needs: []
  ) { counts in
    let outcome: OutcomeSet
    if counts.inputs.contains(.predictions) {
      outcome = .selected
    } else if counts.inputs.contains(.labels) {
      outcome = .positives
    } else {
      return .absent("neither predictions nor labels")
    }
    let rates = counts.tallies.filter { $0.totalWeight > 0 }.map {
      ($0.weight(of: outcome) + 0.5 * concentration) / ($0.totalWeight + concentration)
    }
    guard rates.count > 1, let low = rates.min(), let high = rates.max() else {
      return .absent("fewer than two groups")
    }
    return .value(max(log(high / low), log((1 - low) / (1 - high))))
  }

  private static let concentration = 1.0
}
