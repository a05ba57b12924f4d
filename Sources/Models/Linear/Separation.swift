import LinearAlgebra
import Optimization

extension LinearObjective {
  /// A direction d along which no row's loss rises and some row's falls for ever, so that the loss has
  /// no minimum: (2yᵢ − 1)·(dᵀxᵢ) ≥ 0 for all rows of positive weight, and > 0 for one; nil where none
  /// was found. A row whose label is between 0 and 1 needs dᵀxᵢ = 0.
  ///
  /// The classes are separated where it is > 0 for all rows, and quasi-separated otherwise: a level
  /// whose rows all have one label is enough. (Albert and Anderson, On the Existence of Maximum
  /// Likelihood Estimates in Logistic Regression Models, Biometrika 1984.)
  ///
  /// Where there is such a d, coefficients grow along it: it is the point itself for separated classes,
  /// and for quasi-separated ones what Newton's steps tend to, as the other coefficients have come to
  /// rest. Each candidate is held against every row.
  func separatingDirection(_ minimum: Minimum) throws -> [Double]? {
    let others = terms.filter { $0.factor != 0 && !($0.term is MeanLoss) }
    guard l2 == 0, others.isEmpty, sets == 1, minimum.point.allFinite else { return nil }
    let tried = try separation(along: minimum.point)
    if tried.separates { return minimum.point }
    if let direction = try cleanLevels() { return direction }
    guard minimum.status != .converged || tried.largest > Self.decided else { return nil }
    let last = previousPoint(to: minimum.point).map { minimum.point.adding(-1, times: $0) }
    if let direction = try newtonDirection(minimum) { return direction }
    guard let step = last.map(cleaned), try separation(along: step).separates else { return nil }
    return step
  }

  /// The levels whose rows all have one label, each with the sign of its label; nil if there is none.
  /// No row of such a level contradicts another, so that they separate together.
  private func cleanLevels() throws -> [Double]? {
    guard !shape.levels.isEmpty else { return nil }
    // Of each level the largest label below 1 and above 0, as it were: 1 where there is one.
    let found = try reader.extremes(.levelLabels)
    var direction = [Double](repeating: 0, count: dimension)
    for level in 0..<shape.levels.reduce(0, +) {
      let down = found[2 * level] > 0, up = found[2 * level + 1] > 0
      if down != up { direction[shape.denseColumns + level] = down ? -1 : 1 }
    }
    return direction.contains { $0 != 0 } ? direction : nil
  }

  /// A step of Newton's that separates. Quasi-Newton steps may end before the other coefficients
  /// have come to rest: where the first moves scores as no step from a minimum does, the
  /// second is asked.
  private func newtonDirection(_ minimum: Minimum) throws -> [Double]? {
    var point = minimum.point, gradient = minimum.gradient
    for _ in 0..<Self.newtonSteps {
      guard let factor = try factor(at: point) else { return nil }
      let step = factor.solve(gradient).scaled(by: -1)
      let direction = cleaned(step)
      if try separation(along: direction).separates { return direction }
      guard try separation(along: step).largest > Self.farStep else { return nil }
      point.add(1, times: step)
      _ = try evaluate(at: point, gradient: &gradient)
    }
    return nil
  }

  private static var newtonSteps: Int { 3 }
  /// A step along which the loss falls for ever moves scores by about 1.
  private static var farStep: Double { 0.1 }
  /// Scores above this in size give probabilities that could be those of no minimum.
  private static var decided: Double { 8 }
  /// Margins within this share of the largest are rounding, and so are coefficients.
  private static var rounding: Double { 1e-6 }

  /// A step without the rounding of the coefficients that have come to rest.
  private func cleaned(_ step: [Double]) -> [Double] {
    let largest = step.reduce(0) { max($0, abs($1)) }
    guard largest > 0, largest.isFinite else { return step }
    return step.map { abs($0) < Self.rounding * largest ? 0 : $0 / largest }
  }

  /// Whether a direction separates, and the largest score along it.
  private func separation(along direction: [Double]) throws -> (separates: Bool, largest: Double) {
    guard direction.allFinite else { return (false, 0) }
    let found = try reader.extremes(.margins(direction))
    let largest = max(found[0], 0)
    guard largest > 0, largest.isFinite else { return (false, 0) }
    return (found[1] <= Self.rounding * largest, largest)
  }
}
