import Auditing
import Criteria

/// How accurate and how far from alike a run is, with how sure that is.
struct ParetoPoint {
  /// A number with half the width of its interval; nil where there is none.
  struct Measured {
    var value: Double
    var margin: Double?

    init(value: Double, margin: Double?) {
      self.value = value
      self.margin = margin
    }

    /// A number of a run as it is written, with half the width of its interval; nil where it has none.
    init?(_ run: FitRecord, _ measure: MeasureName) {
      let estimate = run.measured[measure]
      guard let value = estimate.value else { return nil }
      let half = FitInterval(estimate).map { abs($0.high - $0.low) / 2 }
      self.init(value: measure.kind == .difference ? abs(value) : value, margin: half)
    }

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
  /// A point covers another if that one is surely better in neither number, and itself is surely better
  /// in one or, where nothing is sure, more accurate. Points that nobody left covers keep their mark,
  /// and those they cover lose it: so each that lost it did so to one that keeps its own.
  static func untold(
    _ points: [ParetoPoint?], among isPareto: [Bool]
  ) -> [(index: Int, better: Int)] {
    // The most accurate first; of equals the first.
    var left = points.indices.filter { isPareto[$0] && points[$0] != nil }.sorted {
      (points[$1]!.accuracy.value, $0) < (points[$0]!.accuracy.value, $1)
    }
    func covers(_ index: Int, _ other: Int) -> Bool {
      let isFirst = left.firstIndex(of: index)! < left.firstIndex(of: other)!
      return index != other && points[index]!.coversUp(points[other]!, comesFirst: isFirst)
    }
    var lost: [(index: Int, better: Int)] = []
    while !left.isEmpty {
      // In a circle of points each of which covers the next, the most accurate stays.
      let kept = left.first { one in !left.contains { covers($0, one) } } ?? left[0]
      let covered = left.filter { covers(kept, $0) }
      lost += covered.map { ($0, kept) }
      left.removeAll { $0 == kept || covered.contains($0) }
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
