import Essentials
import Optimization

/// Kamishima's prejudice index, the mutual information of prediction and group:
/// (1/W)·Σᵢ sᵢ·[pᵢ·ln(q_g/r) + (1 − pᵢ)·ln((1 − q_g)/(1 − r))], q_g the mean of p in the group of i
/// and r over all. In the sums only: Σ_g (W_g/W)·KL(q_g ‖ r).
///
/// Kamishima et al., Fairness-Aware Classifier with Prejudice Remover Regularizer, ECML PKDD 2012,
/// section 3.2.
public struct PrejudicePenalty: Penalty {
  public let name = "prejudice"
  public let summary = "Prediction and group share little information."
  public let source =
    "Kamishima et al., Prejudice Remover Regularizer, ECML PKDD 2012, section 3.2."
  public let criterion = Criterion.demographicParity

  public init() {}

  public func terms(_ cells: CellIndex) -> [any ScoreTerm] {
    cells.attributes.indices.compactMap { attribute in
      let members = cells.groupMembers(attribute: attribute)
      guard !members.isEmpty else { return nil }
      return PrejudiceIndex(groups: members.map { ($0.cells, $0.weight) })
    }
  }
}

/// The prejudice index as a function of the groups' sums of p.
public struct PrejudiceIndex: ScoreTerm {
  public let groups: [(cells: [Int], weight: Double)]
  /// What the sum is divided by: W, or 1 for the sum form of the paper.
  public let divisor: Double
  private let total: Double

  /// - Parameter divisor: nil means the total weight, the mean form.
  public init(groups: [(cells: [Int], weight: Double)], divisor: Double? = nil) {
    self.groups = groups
    total = groups.reduce(0) { $0 + $1.weight }
    self.divisor = divisor ?? total
  }

  /// Probabilities are kept this far from 0 and 1 inside logarithms.
  static let margin = 1e-15

  public var channels: Set<ScoreChannel> { [.probability] }
  public var isConvex: Bool { false }

  private func rates(_ sums: ScoreSums) -> (groups: [Double], all: Double) {
    let sums = groups.map { group in group.cells.reduce(0) { $0 + sums.probability[$1] } }
    func clip(_ p: Double) -> Double { min(max(p, Self.margin), 1 - Self.margin) }
    return (zip(sums, groups).map { clip($0 / $1.weight) }, clip(sums.reduce(0, +) / total))
  }

  public func value(_ sums: ScoreSums) -> Double {
    let (q, r) = rates(sums)
    var sum = 0.0
    for (group, q) in zip(groups, q) {
      sum += group.weight * (q * log(q / r) + (1 - q) * log((1 - q) / (1 - r)))
    }
    return sum / divisor
  }

  public func addDerivative(_ sums: ScoreSums, factor: Double, to derivative: inout ScoreSums) {
    let (q, r) = rates(sums)
    for (group, q) in zip(groups, q) {
      let slope = factor * (log(q / r) - log((1 - q) / (1 - r))) / divisor
      for c in group.cells { derivative.probability[c] += slope }
    }
  }

  public func addCurvature(
    _ sums: ScoreSums, along direction: ScoreSums, factor: Double, to product: inout ScoreSums
  ) {
    let (q, r) = rates(sums)
    let moves = groups.map { group in
      group.cells.reduce(0) { $0 + direction.probability[$1] }
    }
    let all = moves.reduce(0, +) / total / (r * (1 - r))
    for ((group, q), move) in zip(zip(groups, q), moves) {
      let slope = factor * (move / group.weight / (q * (1 - q)) - all) / divisor
      for c in group.cells { product.probability[c] += slope }
    }
  }
}
