import LinearAlgebra
import Optimization

extension LinearObjective {
  /// What can be proved of a fit: the gradient's norm, and for a convex objective with l2 > 0 that
  /// F(w, b) − F* ≤ ‖∇_w F‖² / (2·l2) where b is the exact minimizer for the given w.
  ///
  /// φ(w) = min_b F(w, b) is l2-strongly convex and ∇φ = ∇_w F at that b. The intercept is moved
  /// there first, by Newton steps in one variable, unless ∂F/∂b is already too small to matter; what
  /// is left of it is added to the bound with a curvature a hundred times smaller than measured.
  func certify(_ minimum: inout Minimum) throws -> Certificate {
    let provable = l2 > 0 && terms.allSatisfy { $0.term.isConvex || $0.factor == 0 }
    guard provable, sets == 1 else {
      return Certificate(kind: .gradientNorm, value: minimum.gradient.norm)
    }
    guard fitsIntercept, !penalizesIntercept else {
      let norm = minimum.gradient.norm
      return Certificate(
        kind: .gradientNorm, value: norm, boundOnSuboptimality: norm * norm / (2 * l2))
    }
    var curvature = 0.0
    for _ in 0..<Self.interceptSteps {
      let slope = minimum.gradient[dimension - 1]
      if curvature == 0 { curvature = try interceptCurvature(minimum.point) }
      guard curvature > 0, slope * slope / curvature > Self.negligible * bound(minimum.gradient)
      else { break }
      minimum.point[dimension - 1] -= slope / curvature
      var gradient = minimum.gradient
      let value = try evaluate(at: minimum.point, gradient: &gradient)
      minimum.evaluations += 1
      minimum.gradient = gradient
      minimum.value = value
      curvature = 0
    }
    let slope = minimum.gradient[dimension - 1]
    let rest = curvature > 0 ? slope * slope / (2 * curvature * Self.curvatureMargin) : 0
    return Certificate(
      kind: .gradientNorm, value: minimum.gradient.norm,
      boundOnSuboptimality: bound(minimum.gradient) + rest)
  }

  private static var interceptSteps: Int { 4 }
  /// ∂F/∂b matters when what it can still gain is above this share of the bound.
  private static var negligible: Double { 1e-3 }
  private static var curvatureMargin: Double { 0.01 }

  private func bound(_ gradient: [Double]) -> Double {
    let w = gradient.dropLast()
    return w.reduce(0) { $0 + $1 * $1 } / (2 * l2)
  }

  /// ∂²F/∂b², on a sample of the rows where there are many.
  private func interceptCurvature(_ point: [Double]) throws -> Double {
    var unit = [Double](repeating: 0, count: dimension)
    unit[dimension - 1] = 1
    let cheap = try sample(rows: SampledNewton.smallestSample) ?? self
    return try cheap.hessianProduct(at: point, unit)[dimension - 1]
  }
}
