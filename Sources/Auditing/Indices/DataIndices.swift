import Criteria
import Essentials

/// How the labels of the data themselves differ between groups, before any model.
public enum DataImbalance {
  /// (N_b − N_a) / (N_b + N_a): −1 … 1, positive when group a is the smaller.
  ///
  /// S. Hardt et al., *Amazon SageMaker Clarify: machine learning bias detection and explainability
  /// in the cloud*, KDD 2021, table 1.
  public static func classImbalance(_ a: Tally, _ b: Tally) -> MetricValue {
    let total = a.totalWeight + b.totalWeight
    guard total > 0 else { return .absent("no rows") }
    return .value((b.totalWeight - a.totalWeight) / total)
  }

  /// Σ_y P_a(y) ln(P_a(y)/P_b(y)) of the labels, in nats; infinite where b lacks a label of a.
  ///
  /// S. Kullback, R. Leibler, *On information and sufficiency*, Ann. Math. Stat. 22, 1951.
  public static func divergence(_ a: Tally, from b: Tally) -> MetricValue {
    guard a.totalWeight > 0 && b.totalWeight > 0 else { return .absent("a group has no rows") }
    var sum = 0.0
    for outcome in [OutcomeSet.positives, .negatives] {
      let p = a.weight(of: outcome) / a.totalWeight, q = b.weight(of: outcome) / b.totalWeight
      guard p > 0 else { continue }
      guard q > 0 else {
        return .absent("unbounded: the other group lacks a label that this one has")
      }
      sum += p * log(p / q)
    }
    return .value(sum)
  }

  /// DD_g = N⁻_g/N⁻ − N⁺_g/N⁺: the group's share of the rejected minus its share of the accepted.
  ///
  /// S. Wachter, B. Mittelstadt, C. Russell, *Why fairness cannot be automated*, Computer Law &
  /// Security Review 41, 2021, §6.
  public static func demographicDisparity(
    _ group: Tally, among all: Tally, _ accepted: OutcomeSet = .positives
  ) -> MetricValue {
    let rejected = OutcomeSet.all.subtracting(accepted)
    guard all.weight(of: accepted) > 0 else { return .absent("nobody is accepted") }
    guard all.weight(of: rejected) > 0 else { return .absent("nobody is rejected") }
    return .value(
      group.weight(of: rejected) / all.weight(of: rejected)
        - group.weight(of: accepted) / all.weight(of: accepted))
  }

  /// CDD_g = Σ_i N_i·DD_{g,i} / Σ_i N_i over strata i of another attribute; strata in which nobody
  /// is accepted, or nobody rejected, say nothing and are left out of both sums.
  public static func conditionalDemographicDisparity(
    _ strata: [(group: Tally, all: Tally)], _ accepted: OutcomeSet = .positives
  ) -> MetricValue {
    var sum = 0.0, weight = 0.0
    for stratum in strata {
      let found = demographicDisparity(stratum.group, among: stratum.all, accepted)
      guard let value = found.value else { continue }
      sum += stratum.all.totalWeight * value
      weight += stratum.all.totalWeight
    }
    guard weight > 0 else { return .absent("no stratum has both accepted and rejected rows") }
    return .value(sum / weight)
  }

  /// Σ_g N_g·DD_g / Σ_g N_g over the groups themselves, which AIF360 calls conditional demographic
  /// disparity.
  public static func weightedDemographicDisparity(
    _ groups: [Tally], _ accepted: OutcomeSet = .positives
  ) -> MetricValue {
    let all = groups.reduce(into: Tally()) { $0 += $1 }
    var sum = 0.0
    for group in groups {
      let found = demographicDisparity(group, among: all, accepted)
      guard let value = found.value else { return found }
      sum += group.totalWeight * value
    }
    return .value(sum / all.totalWeight)
  }
}

extension FairnessIndex {
  /// The largest of all pairs, which is that of the smallest and the largest group.
  public static let classImbalance = FairnessIndex(
    name: "class_imbalance",
    summary: "(N_large − N_small)/(N_large + N_small) of the largest and the smallest group.",
    needs: []
  ) { counts in
    let groups = counts.tallies.lazy.filter { $0.totalWeight > 0 }
    guard groups.dropFirst().first != nil,
      let small = groups.min(by: { $0.totalWeight < $1.totalWeight }),
      let large = groups.max(by: { $0.totalWeight < $1.totalWeight })
    else { return .absent("fewer than two groups") }
    return DataImbalance.classImbalance(small, large)
  }

  public static let divergence = FairnessIndex(
    name: "kl_divergence",
    summary: "Largest Σ_y P_a(y) ln(P_a(y)/P_b(y)) of the labels over pairs of crossed groups.",
    needs: .labels
  ) { counts in
    let groups = counts.tallies.lazy.filter { $0.totalWeight > 0 }
    guard groups.dropFirst().first != nil else { return .absent("fewer than two groups") }
    // The divergence from a fixed distribution is convex in the other: the extremes are enough.
    func rank(_ a: Tally, _ b: Tally) -> Bool {
      a.weight(of: .positives) * b.totalWeight < b.weight(of: .positives) * a.totalWeight
    }
    let low = groups.min(by: rank)!, high = groups.max(by: rank)!
    let both = [
      DataImbalance.divergence(low, from: high), DataImbalance.divergence(high, from: low),
    ]
    if let missing = both.first(where: { $0.value == nil }) { return missing }
    return .value(both.compactMap(\.value).max()!)
  }
}
