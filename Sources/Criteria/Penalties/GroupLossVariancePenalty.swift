import Optimization

/// The variance of the groups' mean losses: Σ_g π_g·(L_g − L)², π_g the share of weight.
///
/// Williamson and Menon, Fairness Risk Measures, ICML 2019, section 4.
public struct GroupLossVariancePenalty: Penalty {
  public let name = "group_loss_variance"
  public let summary = "Mean losses of the groups are alike."
  public let source =
    "Williamson and Menon, Fairness Risk Measures, ICML 2019, section 4."
  public let criterion = Criterion.errorRateParity

  public init() {}

  public func terms(_ cells: CellIndex) -> [any ScoreTerm] {
    cells.attributes.indices.map { attribute in
      let members = cells.groupMembers(attribute: attribute) { _ in true }
      let total = members.reduce(0) { $0 + $1.weight }
      let all = members.flatMap(\.cells)
      return SquaredGaps(
        channel: .loss,
        MeanGaps(
          own: members.map { member in
            let root = (member.weight / total).squareRoot()
            return member.cells.map { ($0, root / member.weight) }
          },
          shared: all.map { ($0, -1 / total) },
          shares: members.map { ($0.weight / total).squareRoot() }))
    }
  }
}
