import LinearAlgebra

/// Minimizes F(θ) + Σⱼ l1ⱼ·|θⱼ| for a smooth F: Newton steps whose quadratic models with the
/// absolute values are solved by coordinate descent, then a line search on the whole; where there are
/// more columns than can be factored, `ReducedSpaceNewton`
/// (Lee, Sun and Saunders, Proximal Newton-type methods, SIAM J. Optim. 2014).
public struct ProximalNewton: Sendable {
  static let sweeps = 1_000
  /// Sweeps end when no coordinate moves by more than this share of the largest in the model.
  static let sweepTolerance = 1e-12

  public init() {}

  /// - Parameter l1: the factor of |θⱼ| of each coordinate, at least 0, shape `(dimension)`.
  public func minimize<O: TwiceDifferentiable>(
    _ objective: O, l1: [Double], from start: [Double], rule: StoppingRule
  ) throws(O.Failure) -> Minimum {
    precondition(l1.count == objective.dimension, "an l1 factor for each coordinate")
    guard objective.isFactorable, objective.dimension <= Cholesky.mostColumns else {
      return try ReducedSpaceNewton(l1: l1).minimize(objective, from: start, rule: rule)
    }
    func penalty(_ x: [Double]) -> Double { zip(l1, x).reduce(0) { $0 + $1.0 * abs($1.1) } }
    var current = try Iterate(objective, at: start)
    var evaluations = 1
    for iteration in 0..<rule.iterationLimit {
      if rule.shouldStop() { return minimum(current, penalty, .stopped, iteration, evaluations) }
      let hessian = try objective.hessian(at: current.point)
      let step = Self.solveModel(hessian, current.gradient, current.point, l1)
      let total = current.value + penalty(current.point)
      let predicted =
        current.gradient.dot(step) + penalty(current.point.adding(1, times: step))
        - penalty(current.point)
      let enough = rule.relativeGap * max(abs(total), StoppingRule.floor)
      var t = 1.0
      var accepted = false
      for _ in 0..<LineSearch.halvings {
        let next = try Iterate(objective, at: current.point.adding(t, times: step))
        evaluations += 1
        if next.isFinite,
          next.value + penalty(next.point)
            <= total + LineSearch.sufficientDecrease * t * predicted + LineSearch.rounding * total
        {
          current = next
          accepted = true
          break
        }
        t *= 0.5
      }
      if -predicted <= enough || !accepted {
        let status: FitStatus = -predicted <= enough ? .converged : .stalled
        return minimum(current, penalty, status, iteration + 1, evaluations)
      }
    }
    return minimum(current, penalty, .iterationLimit, rule.iterationLimit, evaluations)
  }

  /// argmin_d gᵀd + ½dᵀHd + Σ l1ⱼ|xⱼ + dⱼ| by cyclic coordinate descent on the lower triangle.
  private static func solveModel(
    _ h: Matrix<Double>, _ g: [Double], _ x: [Double], _ l1: [Double]
  ) -> [Double] {
    let n = g.count
    var d = [Double](repeating: 0, count: n)
    var slope = g
    for _ in 0..<sweeps {
      var largestMove = 0.0, largest = 0.0
      for j in 0..<n {
        let curvature = max(h[j, j], 1e-12)
        let target = x[j] + d[j] - slope[j] / curvature
        let threshold = l1[j] / curvature
        let shrunk = target > threshold ? target - threshold : min(target + threshold, 0)
        let move = shrunk - (x[j] + d[j])
        largest = max(largest, abs(shrunk))
        guard move != 0 else { continue }
        largestMove = max(largestMove, abs(move))
        d[j] += move
        for k in 0..<n { slope[k] += move * (k <= j ? h[j, k] : h[k, j]) }
      }
      if largestMove <= sweepTolerance * max(largest, 1e-300) { break }
    }
    return d
  }

  private func minimum(
    _ at: Iterate, _ penalty: ([Double]) -> Double, _ status: FitStatus, _ iterations: Int,
    _ evaluations: Int
  ) -> Minimum {
    Minimum(
      point: at.point, value: at.value + penalty(at.point), gradient: at.gradient, status: status,
      iterations: iterations, evaluations: evaluations)
  }
}
