import Optimization

/// The equal-opportunity penalty plus the false-positive-rate penalty.
///
/// Squared gaps of group mean scores: Berk et al., A Convex Framework for Fair Regression, 2017, section 2.
public struct EqualizedOddsPenalty: Penalty {
  public static var name: String { "equalized_odds" }
  public static var summary: String {
    "Group means of the probability are alike among the positives and among the negatives."
  }
  public static var source: String {
    "Squared gaps of group mean scores: Berk et al., A Convex Framework for Fair Regression, 2017, section 2."
  }

  public static var comparedLabels: Set<Int> { [0, 1] }

  public init() {}

  public func terms(_ cells: CellIndex) -> [any ScoreTerm] {
    cells.attributes.indices.flatMap { attribute in
      ([{ $0 == 0 }, { $0 == 1 }] as [(Int) -> Bool]).map { event in
        SquaredGaps(
          channel: .probability, cells.meanGaps(attribute: attribute, event: event))
      }
    }
  }
}
