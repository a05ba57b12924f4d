import Optimization

/// The two linear penalties for true and false positives added: convex.
///
/// Bechavod and Ligett, Penalizing Unfairness in Binary Classification, 2017, section 3.
public struct LinearEqualizedOddsPenalty: Penalty {
  public static var name: String { "linear_equalized_odds" }
  public static var summary: String {
    "Group means of the linear score are alike among positives and among negatives."
  }
  public static var source: String {
    "Bechavod and Ligett, Penalizing Unfairness in Binary Classification, 2017, section 3."
  }

  public static var comparedLabels: Set<Int> { [0, 1] }

  public init() {}

  public func terms(_ cells: CellIndex) -> [any ScoreTerm] {
    cells.attributes.indices.flatMap { attribute in
      ([{ $0 == 0 }, { $0 == 1 }] as [(Int) -> Bool]).map { event in
        SquaredGaps(
          channel: .linear, cells.meanGaps(attribute: attribute, event: event))
      }
    }
  }
}
