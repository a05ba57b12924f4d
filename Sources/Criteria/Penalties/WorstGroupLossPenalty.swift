import Optimization

/// The largest group mean loss, smoothed: (1/t)·log((1/G)·Σ_g e^{t·L_g}), which is between
/// max L_g − log(G)/t and max L_g. Convex, as log-sum-exp is increasing and each L_g convex.
///
/// Sagawa et al., Distributionally Robust Neural Networks for Group Shifts, ICLR 2020, section 2.
public struct WorstGroupLossPenalty: Penalty {
  public let name = "worst_group_loss"
  public let summary = "The largest mean loss of a group is small."
  public let source =
    "Sagawa et al., Distributionally Robust Neural Networks for Group Shifts, ICLR 2020, section 2."
  public let criterion = Criterion.errorRateParity

  public let bindsFewRows = true

  public init() {}

  public func terms(_ cells: CellIndex) -> [any ScoreTerm] {
    cells.attributes.indices.compactMap { attribute in
      let members = cells.groupMembers(attribute: attribute)
      guard !members.isEmpty else { return nil }
      return SmoothMaximum(groups: members.map { .init(cells: $0.cells, weight: $0.weight) })
    }
  }
}
