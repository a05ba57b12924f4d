import Essentials
import Optimization

/// The largest group mean loss, smoothed: (1/t)·log((1/G)·Σ_g e^{t·L_g}), which is between
/// max L_g − log(G)/t and max L_g. Convex, as log-sum-exp is increasing and each L_g convex.
///
/// Sagawa et al., Distributionally Robust Neural Networks for Group Shifts, ICLR 2020, section 2.
public struct WorstGroupLossPenalty: Penalty {
  public static var name: String { "worst_group_loss" }
  public static var summary: String { "The largest mean loss of a group is small." }
  public static var source: String {
    "Sagawa et al., Distributionally Robust Neural Networks for Group Shifts, ICLR 2020, section 2."
  }

  public init() {}

  public func terms(_ cells: CellIndex) -> [any ScoreTerm] {
    cells.attributes.indices.map { attribute in
      let members = cells.groupMembers(attribute: attribute) { _ in true }
      return SmoothMaximum(groups: members.map { ($0.cells, $0.weight) })
    }
  }
}

/// (1/t)·log((1/G)·Σ_g e^{t·L_g}) of the groups' mean losses L_g.
struct SmoothMaximum: ScoreTerm {
  /// t: the smoothed maximum is low by log(G)/t at most, 0.014 for two groups.
  static let sharpness = 50.0
  let groups: [(cells: [Int], weight: Double)]

  var channels: Set<ScoreChannel> { [.loss] }
  var isConvex: Bool { true }

  private func means(_ sums: ScoreSums) -> [Double] {
    groups.map { group in group.cells.reduce(0) { $0 + sums.loss[$1] } / group.weight }
  }

  /// The largest mean, and each group's share e^{t·L_g}/Σ.
  private func shares(_ means: [Double]) -> (largest: Double, sum: Double, shares: [Double]) {
    let largest = means.max() ?? 0
    let powers = means.map { exp(Self.sharpness * ($0 - largest)) }
    let sum = powers.reduce(0, +)
    return (largest, sum, powers.map { $0 / sum })
  }

  func value(_ sums: ScoreSums) -> Double {
    let all = shares(means(sums))
    return all.largest + log(all.sum / Double(max(1, groups.count))) / Self.sharpness
  }

  func addDerivative(_ sums: ScoreSums, factor: Double, to derivative: inout ScoreSums) {
    for (group, share) in zip(groups, shares(means(sums)).shares) {
      for c in group.cells { derivative.loss[c] += factor * share / group.weight }
    }
  }

  func addCurvature(
    _ sums: ScoreSums, along direction: ScoreSums, factor: Double, to product: inout ScoreSums
  ) {
    let shares = shares(means(sums)).shares
    let moves = means(direction)
    let mean = zip(shares, moves).reduce(0) { $0 + $1.0 * $1.1 }
    for ((group, share), move) in zip(zip(groups, shares), moves) {
      let slope = factor * Self.sharpness * share * (move - mean) / group.weight
      for c in group.cells { product.loss[c] += slope }
    }
  }
}
