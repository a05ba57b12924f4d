import Datasets

/// The objective of the reductions: the mean cost of wrong predictions.
///
/// (1/W)·[falseNegative·Σ_{y=1} s(1 − h) + falsePositive·Σ_{y=0} s·h]; with both costs 1 the error.
public struct ErrorCosts: Sendable, Equatable {
  public var falsePositive: Double
  public var falseNegative: Double

  public init(falsePositive: Double = 1, falseNegative: Double = 1) {
    precondition(
      falsePositive >= 0 && falseNegative >= 0 && falsePositive + falseNegative > 0
        && (falsePositive + falseNegative).isFinite, "costs are at least 0, and not both 0")
    self.falsePositive = falsePositive
    self.falseNegative = falseNegative
  }

  /// The mean cost as a function of the sums over cells; the mean loss when these are losses.
  public func functional(_ cells: CellIndex, sums: CellSumKind) -> LinearFunctional {
    let total = cells.totalWeight
    precondition(total > 0, "the rows have no weight")
    var result = LinearFunctional(base: 0, entries: [])
    for cell in 0..<cells.count where cells.weights[cell] > 0 {
      let positive = sums == .positives && CellIndex.label(of: cell) == 1
      if positive { result.base += falseNegative * cells.weights[cell] / total }
      let slope = sums == .losses ? 1 : (positive ? -falseNegative : falsePositive)
      result.entries.append(.init(cell: cell, slope: slope / total))
    }
    return result
  }
}
