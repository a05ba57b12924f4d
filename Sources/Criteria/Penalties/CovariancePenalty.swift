import Optimization

/// Squared covariance of membership and linear score: Σ_g [(1/W)·Σᵢ sᵢ(aᵢ − ā)zᵢ]², one 0/1 column a
/// for two groups (the later one), one a group for more. Convex.
///
/// The constrained form |cov| ≤ c of the paper has the same solutions: each is the minimum for
/// some strength, which the bisection to a target finds.
///
/// Zafar et al., Fairness Constraints, AISTATS 2017, section 3.
public struct CovariancePenalty: Penalty {
  public let name = "covariance"
  public let summary = "Membership and linear score are uncorrelated."
  public let source =
    "Zafar et al., Fairness Constraints, AISTATS 2017, section 3."
  public let criterion = Criterion.demographicParity

  public init() {}

  public func terms(_ cells: CellIndex) -> [any ScoreTerm] {
    cells.attributes.indices.map { attribute in
      let members = cells.groupMembers(attribute: attribute) { _ in true }
      let total = members.reduce(0) { $0 + $1.weight }
      let all = members.flatMap(\.cells)
      let columns = members.count == 2 ? [members[1]] : members.count > 2 ? members : []
      return SquaredGaps(
        channel: .linear,
        MeanGaps(
          own: columns.map { member in member.cells.map { ($0, 1 / total) } },
          shared: all.map { ($0, -1 / total) }, shares: columns.map { $0.weight / total }))
    }
  }

  public func continuousTerms(totalWeight: Double) -> [any ScoreTerm]? {
    [ContinuousCovariance(totalWeight: totalWeight)]
  }
}
