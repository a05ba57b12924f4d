import Auditing
import Criteria

/// How accurate and how far from alike a run is, with how sure that is.
struct ParetoPoint {
  /// A number with half the width of its interval; nil where there is none.
  struct Measured {
    var value: Double
    var margin: Double?

    /// Whether a difference is larger than what two independent errors of these sizes leave: on the
    /// same rows errors go together, so that the true margin of the difference is smaller.
    func isSurelyAbove(_ other: Measured) -> Bool {
      guard let a = margin, let b = other.margin else { return value > other.value }
      return value - other.value > (a * a + b * b).squareRoot()
    }
  }

  let accuracy: Measured
  let disparity: Measured

  /// nil for a run that lacks one of the numbers, or that decides alike for every row.
  init?(_ run: FitRecord, _ disparity: MeasureName) {
    let kind = disparity.kind ?? .difference
    guard !run.isConstant,
      let accuracy = Self.measured(run.measured[.accuracy], { $0 }),
      let gap = Self.measured(run.measured[disparity], kind.size)
    else { return nil }
    self.accuracy = accuracy
    self.disparity = gap
  }

  private static func measured(
    _ estimate: Estimate, _ size: (Double) -> Double
  ) -> Measured? {
    guard let value = estimate.value else { return nil }
    let limits = FitInterval(estimate).map { (size($0.low), size($0.high)) }
    return Measured(value: size(value), margin: limits.map { abs($0.1 - $0.0) / 2 })
  }

  func beats(_ other: ParetoPoint) -> Bool {
    accuracy.value >= other.accuracy.value && disparity.value <= other.disparity.value
      && (accuracy.value > other.accuracy.value || disparity.value < other.disparity.value)
  }

  /// Pareto points that others are as good as by what the data tell: places of both.
  ///
  /// A point loses its mark to one that keeps its own if it is surely better in neither number, and
  /// the other is surely better in one or, where nothing is sure, more accurate. So one point of each
  /// crowd keeps its mark.
  static func untold(
    _ points: [ParetoPoint?], among isPareto: [Bool]
  ) -> [(index: Int, better: Int)] {
    let order = points.indices.filter { isPareto[$0] && points[$0] != nil }.sorted {
      (points[$1]!.accuracy.value, $0) < (points[$0]!.accuracy.value, $1)
    }
    var lost: [(index: Int, better: Int)] = []
    for (rank, index) in order.enumerated() {
      let better = order.enumerated().first { otherRank, other in
        other != index && !lost.contains { $0.index == other }
          && points[other]!.coversUp(points[index]!, comesFirst: otherRank < rank)
      }
      if let better { lost.append((index, better.element)) }
    }
    return lost
  }

  private func coversUp(_ other: ParetoPoint, comesFirst: Bool) -> Bool {
    if other.accuracy.isSurelyAbove(accuracy) || disparity.isSurelyAbove(other.disparity) {
      return false
    }
    return comesFirst || accuracy.isSurelyAbove(other.accuracy)
      || other.disparity.isSurelyAbove(disparity)
  }
}
