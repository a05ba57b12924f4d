import LinearAlgebra

/// Newton's method with the exact Hessian, factored by Cholesky; a ridge is added where the Hessian
/// is not positive definite. Affine invariant: badly scaled columns do not slow it down. Where there
/// are more columns than can be factored, conjugate gradients solve for the steps.
///
/// Stops when ½·gᵀH⁻¹g ≤ tolerance·max(|F|, floor), after taking that last step. The last step makes
/// the result far more exact than the tolerance, since convergence is quadratic there.
/// (Boyd and Vandenberghe, Convex Optimization, 2004, section 9.5.)
public struct NewtonCholesky: Minimizer {
  public static var name: String { "newton-cholesky" }

  public init() {}

  public func minimize<O: TwiceDifferentiable>(
    _ objective: O, from start: [Double], rule: StoppingRule
  ) throws(O.Failure) -> Minimum {
    guard objective.isFactorable else {
      return try NewtonCG(preconditioner: objective.diagonalSolve(at: start)).minimize(
        objective, from: start, rule: rule)
    }
    var current = try Iterate(objective, at: start)
    var evaluations = 1
    var watch = StallWatch()
    for iteration in 0..<rule.iterationLimit {
      if rule.shouldStop() { return minimum(current, .stopped, iteration, evaluations, nil) }
      guard let factor = try objective.factor(at: current.point) else {
        return minimum(current, .stalled, iteration, evaluations, nil)
      }
      let direction = factor.solve(current.gradient).scaled(by: -1)
      let gap = -0.5 * current.gradient.dot(direction)
      let enough = rule.relativeGap * max(abs(current.value), StoppingRule.floor)
      if watch.isStalled(value: current.value, gap: gap, resolution: objective.resolution) {
        let status = StallWatch.status(
          current, gap: gap, enough: enough, resolution: objective.resolution)
        return minimum(current, status, iteration, evaluations, gap)
      }
      guard
        let next = try LineSearch.search(
          objective, from: current, direction: direction, evaluations: &evaluations)
      else {
        if !factor.isExact {
          return try onward(objective, from: current, factor, rule: rule, iteration, evaluations)
        }
        let status = StallWatch.status(
          current, gap: gap, enough: enough, resolution: objective.resolution)
        return minimum(current, status, iteration, evaluations, gap)
      }
      current = next
      guard gap <= enough else { continue }
      if factor.isExact { return minimum(current, .converged, iteration + 1, evaluations, gap) }
      return try onward(objective, from: current, factor, rule: rule, iteration + 1, evaluations)
    }
    return minimum(current, .iterationLimit, rule.iterationLimit, evaluations, nil)
  }

  /// Where the Hessian is not positive definite its solution measures no gap: quasi-Newton steps take
  /// over, whose model is built from what the gradient does.
  private func onward<O: TwiceDifferentiable>(
    _ objective: O, from point: Iterate, _ factor: Cholesky,
    rule: StoppingRule, _ iterations: Int, _ evaluations: Int
  ) throws(O.Failure) -> Minimum {
    var left = rule
    left.iterationLimit = max(0, rule.iterationLimit - iterations)
    var result = try LBFGS(preconditioner: { factor.solve($0) }, isModel: false)
      .minimizeFirstOrder(objective, from: point.point, rule: left)
    result.iterations += iterations
    result.evaluations += evaluations
    return result
  }

  private func minimum(
    _ at: Iterate, _ status: FitStatus, _ iterations: Int, _ evaluations: Int, _ gap: Double?
  ) -> Minimum {
    Minimum(
      point: at.point, value: at.value, gradient: at.gradient, status: status,
      iterations: iterations, evaluations: evaluations, estimatedGap: gap)
  }
}
