import Optimization

/// Squared gaps of the group means of σ(z) among rows with y = 1.
///
/// Squared gaps of group mean scores: Berk et al., A Convex Framework for Fair Regression, 2017, section 2.
public struct EqualOpportunityPenalty: Penalty {
  public static var name: String { "equal_opportunity" }
  public static var summary: String {
    "Group means of the probability are alike among the positives."
  }
  public static var source: String {
    "Squared gaps of group mean scores: Berk et al., A Convex Framework for Fair Regression, 2017, section 2."
  }

  public static var comparedLabels: Set<Int> { [1] }

  public init() {}

  public func terms(_ cells: CellIndex) -> [any ScoreTerm] {
    cells.attributes.indices.flatMap { attribute in
      ([{ $0 == 1 }] as [(Int) -> Bool]).map { event in
        SquaredGaps(
          channel: .probability, cells.meanGaps(attribute: attribute, event: event))
      }
    }
  }
}
