import Criteria
import Essentials

/// ε such that e^{−ε} ≤ P(v | g)/P(v | h) ≤ e^{ε} for every outcome v and all groups g, h.
///
/// Rates are (w₁ + c/2)/(w + c): a Dirichlet prior of concentration c keeps empty cells finite.
/// J. Foulds, R. Islam, K. Keya, S. Pan, *An intersectional definition of fairness*, ICDE 2020.
public enum DifferentialFairness {
  public static let defaultConcentration = 1.0

  /// - Parameter outcome: what is looked at: the selected, or the positive.
  public static func epsilon(
    of groups: some Sequence<Tally>, _ outcome: OutcomeSet,
    concentration: Double = defaultConcentration
  ) -> MetricValue {
    precondition(concentration > 0, "a prior has a positive concentration")
    var rates: [Double] = []
    for group in groups where group.totalWeight > 0 {
      rates.append(
        (group.weight(of: outcome) + 0.5 * concentration) / (group.totalWeight + concentration))
    }
    guard rates.count > 1, let low = rates.min(), let high = rates.max() else {
      return .absent("fewer than two groups")
    }
    return .value(max(log(high / low), log((1 - low) / (1 - high))))
  }

  /// ε of the predictions minus ε of the labels: how much a model adds.
  public static func biasAmplification(
    of groups: some Sequence<Tally>, concentration: Double = defaultConcentration
  ) -> MetricValue {
    let labels = epsilon(of: groups, .positives, concentration: concentration)
    guard let before = labels.value else { return labels }
    return epsilon(of: groups, .selected, concentration: concentration).map { $0 - before }
  }
}

extension FairnessIndex {
  public static let differentialFairness = FairnessIndex(
    name: "differential_fairness",
    summary: "Largest |ln ratio| of an outcome's smoothed rates between two crossed groups.",
    needs: []
  ) { counts in
    if counts.inputs.contains(.predictions) {
      DifferentialFairness.epsilon(of: counts.tallies, .selected)
    } else if counts.inputs.contains(.labels) {
      DifferentialFairness.epsilon(of: counts.tallies, .positives)
    } else {
      .absent("neither predictions nor labels")
    }
  }

  public static let labelDifferentialFairness = FairnessIndex(
    name: "smoothed_empirical_differential_fairness",
    summary: "Differential fairness of the labels.", needs: .labels
  ) { DifferentialFairness.epsilon(of: $0.tallies, .positives) }

  public static let biasAmplification = FairnessIndex(
    name: "differential_fairness_bias_amplification",
    summary: "Differential fairness of the predictions minus that of the labels.",
    needs: [.labels, .predictions]
  ) { DifferentialFairness.biasAmplification(of: $0.tallies) }
}
