import Criteria

/// A decision by one threshold, as a point (x, y) of two rates.
struct TradeoffPoint: Sendable, Equatable {
  var x: Double
  var y: Double
  var cut: Int
  /// True for the decision 1[score < cut].
  var isBelow: Bool
}

/// The upper convex hull of the points that thresholds reach.
///
/// Points are ordered by (x, y) and a middle one is dropped when it is on or below the line through
/// its neighbours (Andrew, *Another efficient algorithm for convex hulls in two dimensions*, 1979).
/// x moves one way along the cuts, so that no sort of all points is needed: only of those with
/// equal x, and of the two sequences that flipping makes.
struct TradeoffHull: Sendable {
  private(set) var points: [TradeoffPoint] = []

  init(
    _ curve: ThresholdCurve, x xRate: Rate, flips: Bool,
    y: (_ truePositives: Double, _ falsePositives: Double) -> Double
  ) {
    let falls = xRate.countedPrediction == 0
    let cuts = falls ? Array((0..<curve.count).reversed()) : Array(0..<curve.count)
    func point(_ cut: Int, _ isBelow: Bool) -> TradeoffPoint {
      let hits = curve.truePositives[cut], alarms = curve.falsePositives[cut]
      let truePositives = isBelow ? curve.positives - hits : hits
      let falsePositives = isBelow ? curve.negatives - alarms : alarms
      let x =
        xRate.value(
          truePositives: truePositives, falsePositives: falsePositives,
          positives: curve.positives, negatives: curve.negatives) ?? 0
      return TradeoffPoint(x: x, y: y(truePositives, falsePositives), cut: cut, isBelow: isBelow)
    }
    var above = cuts.makeIterator(), below = cuts.reversed().makeIterator()
    var nextAbove = above.next().map { point($0, false) }
    var nextBelow = flips ? below.next().map { point($0, true) } : nil
    var run: [TradeoffPoint] = []
    while nextAbove != nil || nextBelow != nil {
      let takesBelow = nextBelow.map { $0.x < nextAbove?.x ?? .infinity } ?? false
      let next = takesBelow ? nextBelow! : nextAbove!
      if takesBelow {
        nextBelow = below.next().map { point($0, true) }
      } else {
        nextAbove = above.next().map { point($0, false) }
      }
      if let first = run.first, first.x < next.x { close(&run) }
      run.append(next)
    }
    close(&run)
  }

  /// Takes the points of one x, by y and then in the order in which thresholds are tried: from
  /// the highest score, above before below.
  private mutating func close(_ run: inout [TradeoffPoint]) {
    if run.count > 1 {
      run.sort { ($0.y, $0.cut, $0.isBelow ? 1 : 0) < ($1.y, $1.cut, $1.isBelow ? 1 : 0) }
    }
    for point in run { add(point) }
    run.removeAll(keepingCapacity: true)
  }

  private mutating func add(_ next: TradeoffPoint) {
    while points.count >= 2 {
      let first = points[points.count - 2], middle = points[points.count - 1]
      guard
        (middle.y - first.y) * (next.x - first.x) <= (next.y - first.y) * (middle.x - first.x)
      else { break }
      points.removeLast()
    }
    points.append(next)
  }

  /// A point between two of the hull: `weight` of the first, the rest of the second.
  struct Interpolation: Sendable, Equatable {
    var first: TradeoffPoint
    var second: TradeoffPoint
    var weight: Double
    var y: Double
  }

  /// The hull at each x of an ascending grid from 0 to 1: between x_k < x ≤ x_{k+1}.
  func interpolated(_ grid: [Double]) -> [Interpolation] {
    var k = 0
    while k + 2 < points.count, points[k + 1].x <= grid[0] { k += 1 }
    return grid.enumerated().map { index, x in
      if index > 0 { while k + 2 < points.count, points[k + 1].x < x { k += 1 } }
      let first = points[k], second = points[k + 1]
      let weight = (second.x - x) / (second.x - first.x)
      return Interpolation(
        first: first, second: second, weight: weight,
        y: weight * first.y + (1 - weight) * second.y)
    }
  }
}
