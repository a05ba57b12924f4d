import Optimization

/// Squared gaps of the group means of the linear score z: convex.
///
/// Bechavod and Ligett, Penalizing Unfairness in Binary Classification, 2017, section 3.
public struct LinearDemographicParityPenalty: Penalty {
  public static var name: String { "linear_demographic_parity" }
  public static var summary: String { "Group means of the linear score are alike." }
  public static var source: String {
    "Bechavod and Ligett, Penalizing Unfairness in Binary Classification, 2017, section 3."
  }

  public init() {}

  public func terms(_ cells: CellIndex) -> [any ScoreTerm] {
    cells.attributes.indices.flatMap { attribute in
      ([{ _ in true }] as [(Int) -> Bool]).map { event in
        SquaredGaps(
          channel: .linear, cells.meanGaps(attribute: attribute, event: event))
      }
    }
  }
}
