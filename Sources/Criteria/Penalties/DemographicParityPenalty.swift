import Optimization

/// Squared gaps of the group means of σ(z): (m₁ − m₀)² for two groups, Σ_g (m_g − m)² for more.
///
/// Squared gaps of group mean scores: Berk et al., A Convex Framework for Fair Regression, 2017, section 2.
public struct DemographicParityPenalty: Penalty {
  public static var name: String { "demographic_parity" }
  public static var summary: String { "Group means of the probability are alike." }
  public static var source: String {
    "Squared gaps of group mean scores: Berk et al., A Convex Framework for Fair Regression, 2017, section 2."
  }

  public init() {}

  public func terms(_ cells: CellIndex) -> [any ScoreTerm] {
    cells.attributes.indices.flatMap { attribute in
      ([{ _ in true }] as [(Int) -> Bool]).map { event in
        SquaredGaps(
          channel: .probability, cells.meanGaps(attribute: attribute, event: event))
      }
    }
  }
}
