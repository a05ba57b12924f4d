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
    guard minimum.status != .converged || tried.largest > Self.decided else { return nil }
    var steps: [[Double]] = []
    if let factor = Cholesky(try hessian(at: minimum.point)) {
      steps.append(factor.solve(minimum.gradient).scaled(by: -1))
    }
    if let before = previousPoint(to: minimum.point) {
      steps.append(minimum.point.adding(-1, times: before))
    }
    return try steps.lazy.map(cleaned).first { try separation(along: $0).separates }
  }

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
