import Criteria
import Datasets
import LinearAlgebra
import Models
import Optimization
import RowSums

/// Fits that read the rows once a step, and learn from each reading for every request to come.
extension LogisticLearner {
  public func fitFamily(_ request: CellRequest, effort: FitEffort) throws -> HypothesisFamily {
    guard try prepare(request), let weighting = surrogate?.weighting(request) else {
      return try families([add(try solve(request, tightRule))])[0]
    }
    renewFactor(request, weighting)
    var passed: [Int] = []
    for _ in 0..<(effort == .rough ? 1 : Self.tightSteps) {
      guard try step(request, weighting, &passed) else { break }
    }
    if effort == .tight, sight(weighting) != .known {
      let fit = try solve(request, tightRule)
      passes += fit.passes
      gramPasses += fit.gramPasses
      passed.append(try read(fit.theta, request, like: nil))
    }
    return family(weighting, passed, isSolved: effort == .tight)
  }

  public func foresight(_ request: CellRequest) -> Foresight? {
    guard let surrogate, !surrogate.points.isEmpty else { return nil }
    guard let weighting = surrogate.weighting(request) else { return .known }
    return sight(weighting)
  }

  private func sight(_ weighting: SurrogateModel.Weighting) -> Foresight {
    guard let factor, let prospect = surrogate?.prospect(weighting, factor),
      prospect.gap.isFinite
    else { return .far }
    let share = prospect.gap / max(abs(prospect.value), StoppingRule.floor)
    return share <= Self.tightGap ? .known : share <= Self.sight ? .near : .far
  }

  /// One step from the best reading, shortened while it leads uphill; false at the solution.
  private func step(
    _ request: CellRequest, _ weighting: SurrogateModel.Weighting, _ passed: inout [Int]
  ) throws -> Bool {
    guard let factor, let prospect = surrogate?.prospect(weighting, factor),
      prospect.gap > Self.tightGap * max(abs(prospect.value), StoppingRule.floor),
      prospect.direction.allFinite
    else { return false }
    let from = surrogate!.points[prospect.start]
    var share = 1.0
    for _ in 0...Self.shortenings {
      passed.append(
        try read(from.theta.adding(share, times: prospect.direction), request, like: from))
      let index = surrogate!.points.count - 1
      if surrogate!.value(index, weighting) <= prospect.value { break }
      // The first reading may have been dropped for this one.
      guard let start = surrogate!.points.firstIndex(where: { $0.identifier == from.identifier })
      else { break }
      var moved = prospect
      moved.start = start
      share *= surrogate!.shortened(moved, to: index, weighting)
    }
    if let left = surrogate?.prospect(weighting, factor)?.gap,
      left > Self.poorShare * prospect.gap
    {
      poor += 1
      if poor >= Self.poorSteps {
        try renewCurvature(at: surrogate!.points.last!.theta)
        renewFactor(request, weighting)
      }
    }
    return true
  }

  /// Reads the rows at θ; the identifier of the hypothesis.
  private func read(
    _ theta: [Double], _ request: CellRequest, like start: SurrogateModel.Point?
  ) throws -> Int {
    let scale = start.map { Self.scale($0.histogram, $0.binWidth, shape.cells) }
    let width = Self.binWidth(try scale ?? scoreScale(theta))
    fits.append(Fit(request: signed(request), theta: theta, binWidth: width))
    passes += 1
    let scan = try reader.scan(ScoreBins(theta: theta, width: width, bins: Self.bins))
    surrogate?.add(theta, scan, identifier: fits.count - 1, binWidth: width)
    return fits.count - 1
  }

  /// The root mean square of a score from its histogram.
  private static func scale(_ histogram: [Double], _ width: Double, _ cells: Int) -> Double {
    var squares = 0.0, total = 0.0
    for k in 0..<bins {
      let middle = width * (Double(k - bins / 2) + 0.5)
      let weight = histogram[(k * cells)..<((k + 1) * cells)].reduce(0, +)
      squares += weight * middle * middle
      total += weight
    }
    return total > 0 ? (squares / total).squareRoot() : 0
  }

  /// The best reading for a request, beside what else was read for it.
  private func family(
    _ weighting: SurrogateModel.Weighting, _ passed: [Int], isSolved: Bool
  ) -> HypothesisFamily {
    let surrogate = surrogate!
    let points = surrogate.points
    let best = points.indices.min {
      surrogate.value($0, weighting) < surrogate.value($1, weighting)
    }!
    func family(_ point: SurrogateModel.Point) -> HypothesisFamily {
      HypothesisFamily(
        identifier: point.identifier, members: Self.cumulated(point.histogram, shape.cells))
    }
    var result = family(points[best])
    result.isSolved = isSolved || sight(weighting) == .known
    result.others = points.filter {
      passed.contains($0.identifier) && $0.identifier != result.identifier
    }.map(family)
    return result
  }

  private func renewFactor(_ request: CellRequest, _ weighting: SurrogateModel.Weighting) {
    if let next = curvature?.factor(weights: request.weights, l2: weighting.l2) { factor = next }
  }

  /// Makes the first reading; false where there are too many columns for second derivatives.
  private func prepare(_ request: CellRequest) throws -> Bool {
    guard shape.columns < SampledNewton.gramLimit else { return false }
    if let surrogate, !surrogate.points.isEmpty { return true }
    guard let objective = weightedObjective(request) else { return false }
    surrogate = SurrogateModel(
      shape, moments: try reader.moments(), l2: l2, penalizesIntercept: penalizesIntercept)
    passes += 1
    var start = nearest(signed(request))?.theta ?? zero
    if curvature == nil {
      let found = try startingPoint(objective, tightRule)
      passes += found.passes + objective.passes
      gramPasses += found.grams + Double(objective.hessians)
      try renewCurvature(at: found.theta)
      start = found.theta
    }
    _ = try read(start, request, like: nil)
    return true
  }
}
