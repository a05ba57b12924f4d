import Optimization

/// Squared gaps of the group means of z among rows with y = 0: convex.
///
/// Bechavod and Ligett, Penalizing Unfairness in Binary Classification, 2017, section 3.
public struct LinearFalsePositiveRatePenalty: Penalty {
  public static var name: String { "linear_false_positive_rate" }
  public static var summary: String {
    "Group means of the linear score are alike among the negatives."
  }
  public static var source: String {
    "Bechavod and Ligett, Penalizing Unfairness in Binary Classification, 2017, section 3."
  }

  public static var comparedLabels: Set<Int> { [0] }

  public init() {}

  public func terms(_ cells: CellIndex) -> [any ScoreTerm] {
    cells.attributes.indices.flatMap { attribute in
      ([{ $0 == 0 }] as [(Int) -> Bool]).map { event in
        SquaredGaps(
          channel: .linear, cells.meanGaps(attribute: attribute, event: event))
      }
    }
  }
}
