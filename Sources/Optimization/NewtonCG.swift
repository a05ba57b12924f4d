import LinearAlgebra

/// Newton's method whose steps are solved by conjugate gradients, which need Hessian products only:
/// for more columns than a Gram matrix is worth. A direction of negative curvature ends the inner
/// loop (Nocedal and Wright, Numerical Optimization, 2006, algorithm 7.1).
public struct NewtonCG: Minimizer {
  public static var name: String { "newton-cg" }
  /// The inner loop's share of the gradient: √ of the outer reduction, at most this.
  static let loosestForcing = 0.1
  static let innerLimit = 200

  public var preconditioner: (@Sendable ([Double]) -> [Double])?

  public init(preconditioner: (@Sendable ([Double]) -> [Double])? = nil) {
    self.preconditioner = preconditioner
  }

  public func minimize<O: TwiceDifferentiable>(
    _ objective: O, from start: [Double], rule: StoppingRule
  ) throws(O.Failure) -> Minimum {
    var current = try Iterate(objective, at: start)
    var evaluations = 1
    let firstNorm = max(current.gradient.norm, .leastNormalMagnitude)
    for iteration in 0..<rule.iterationLimit {
      if rule.shouldStop() { return minimum(current, .stopped, iteration, evaluations, nil) }
      let forcing = min(Self.loosestForcing, (current.gradient.norm / firstNorm).squareRoot())
      let direction = try step(objective, current, tolerance: forcing * current.gradient.norm)
      let gap = -0.5 * current.gradient.dot(direction)
      let enough = rule.relativeGap * max(abs(current.value), StoppingRule.floor)
      guard
        let next = try LineSearch.search(
          objective, from: current, direction: direction, evaluations: &evaluations)
      else {
        let status: FitStatus = gap <= enough ? .converged : .stalled
        return minimum(current, status, iteration, evaluations, gap)
      }
      current = next
      if gap <= enough { return minimum(current, .converged, iteration + 1, evaluations, gap) }
    }
    return minimum(current, .iterationLimit, rule.iterationLimit, evaluations, nil)
  }

  private func step<O: TwiceDifferentiable>(
    _ objective: O, _ at: Iterate, tolerance: Double
  ) throws(O.Failure) -> [Double] {
    func precondition(_ r: [Double]) -> [Double] { preconditioner?(r) ?? r }
    var x = [Double](repeating: 0, count: at.point.count)
    var r = at.gradient.scaled(by: -1)
    var z = precondition(r)
    var p = z
    var rz = r.dot(z)
    for _ in 0..<min(Self.innerLimit, 2 * at.point.count) where r.norm > tolerance {
      let product = try objective.hessianProduct(at: at.point, p)
      let curvature = p.dot(product)
      if curvature <= 0 { return x.norm == 0 ? p : x }
      let alpha = rz / curvature
      x.add(alpha, times: p)
      r.add(-alpha, times: product)
      z = precondition(r)
      let next = r.dot(z)
      p = z.adding(next / rz, times: p)
      rz = next
    }
    return x.norm == 0 ? precondition(at.gradient.scaled(by: -1)) : x
  }

  private func minimum(
    _ at: Iterate, _ status: FitStatus, _ iterations: Int, _ evaluations: Int, _ gap: Double?
  ) -> Minimum {
    Minimum(
      point: at.point, value: at.value, gradient: at.gradient, status: status,
      iterations: iterations, evaluations: evaluations, estimatedGap: gap)
  }
}
