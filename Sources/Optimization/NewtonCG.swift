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
    var watch = StallWatch()
    for iteration in 0..<rule.iterationLimit {
      if rule.shouldStop() { return minimum(current, .stopped, iteration, evaluations, nil) }
      let forcing = min(Self.loosestForcing, (current.gradient.norm / firstNorm).squareRoot())
      let direction = try step(
        objective, at: current.point, slope: current.gradient,
        tolerance: forcing * current.gradient.norm)
      let gap = -0.5 * current.gradient.dot(direction)
      let enough = rule.relativeGap * max(abs(current.value), StoppingRule.floor)
      let isIdle = watch.isStalled(
        value: current.value, gap: gap, resolution: objective.resolution)
      guard !isIdle,
        let next = try LineSearch.search(
          objective, from: current, direction: direction, evaluations: &evaluations)
      else {
        let status = StallWatch.status(
          current, gap: gap, enough: enough, resolution: objective.resolution)
        return minimum(current, status, iteration, evaluations, gap)
      }
      current = next
      if gap <= enough { return minimum(current, .converged, iteration + 1, evaluations, gap) }
    }
    return minimum(current, .iterationLimit, rule.iterationLimit, evaluations, nil)
  }

  /// −H⁻¹·s for a slope s of F, until the residual's norm is at most `tolerance`.
  ///
  /// - Parameter isFree: which coordinates may move; nil for all of them.
  func step<O: TwiceDifferentiable>(
    _ objective: O, at point: [Double], slope: [Double], tolerance: Double, isFree: [Bool]? = nil
  ) throws(O.Failure) -> [Double] {
    func masked(_ v: [Double]) -> [Double] {
      guard let isFree else { return v }
      return zip(v, isFree).map { $1 ? $0 : 0 }
    }
    func precondition(_ r: [Double]) -> [Double] { preconditioner?(r) ?? r }
    var x = [Double](repeating: 0, count: point.count)
    var r = masked(slope.scaled(by: -1))
    var z = precondition(r)
    var p = z
    var rz = r.dot(z)
    for _ in 0..<min(Self.innerLimit, 2 * point.count) where r.norm > tolerance {
      let product = masked(try objective.hessianProduct(at: point, p))
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
    return x.norm == 0 ? precondition(masked(slope.scaled(by: -1))) : x
  }

  private func minimum(
    _ at: Iterate, _ status: FitStatus, _ iterations: Int, _ evaluations: Int, _ gap: Double?
  ) -> Minimum {
    Minimum(
      point: at.point, value: at.value, gradient: at.gradient, status: status,
      iterations: iterations, evaluations: evaluations, estimatedGap: gap)
  }
}
