import LinearAlgebra

/// Minimizes F(θ) + Σⱼ l1ⱼ·|θⱼ| with Hessian products only, for more columns than can be factored.
///
/// Each iteration takes a proximal step scaled by the Hessian's diagonal, which says what coefficients
/// are 0, and then a step of Newton's method by conjugate gradients over the others, along which a
/// coefficient that would change its sign stops at 0.
///
/// Chen, Curtis and Robinson, A reduced-space algorithm for minimizing ℓ1-regularized convex functions,
/// SIAM J. Optim. 2017; the two kinds of steps are both taken here, instead of one of them.
struct ReducedSpaceNewton {
  /// Proximal steps are lengthened so much from one to the next, and shortened where they fail.
  private static let lengthening = 2.0
  private static let shortening = 0.5

  let l1: [Double]

  func minimize<O: TwiceDifferentiable>(
    _ objective: O, from start: [Double], rule: StoppingRule
  ) throws(O.Failure) -> Minimum {
    var current = try Iterate(objective, at: start)
    var evaluations = 1, length = 1.0
    var watch = StallWatch()
    for iteration in 0..<rule.iterationLimit {
      if rule.shouldStop() { return minimum(current, .stopped, iteration, evaluations) }
      let scale = try scale(objective, at: current.point)
      let gain = try shrink(objective, &current, scale, &length, &evaluations)
      let decrement = try descend(objective, &current, scale, &evaluations)
      let total = total(current), gap = gain + decrement
      let enough = rule.relativeGap * max(abs(total), StoppingRule.floor)
      let isIdle = watch.isStalled(value: total, gap: gap, resolution: objective.resolution)
      guard gap <= enough || isIdle else { continue }
      var last = current
      last.value = total
      let status = StallWatch.status(
        last, gap: gap, enough: enough, resolution: objective.resolution)
      return minimum(current, status, iteration + 1, evaluations)
    }
    return minimum(current, .iterationLimit, rule.iterationLimit, evaluations)
  }

  private func scale<O: TwiceDifferentiable>(
    _ objective: O, at point: [Double]
  ) throws(O.Failure) -> [Double] {
    guard let diagonal = try objective.hessianDiagonal(at: point) else {
      return point.map { _ in 1 }
    }
    return diagonal.map { $0 > 0 ? $0 : 1 }
  }

  private func penalty(_ x: [Double]) -> Double { zip(l1, x).reduce(0) { $0 + $1.0 * abs($1.1) } }

  private func total(_ at: Iterate) -> Double { at.value + penalty(at.point) }

  /// A proximal step; returns by how much its model lowers the objective.
  private func shrink<O: TwiceDifferentiable>(
    _ objective: O, _ current: inout Iterate, _ scale: [Double], _ length: inout Double,
    _ evaluations: inout Int
  ) throws(O.Failure) -> Double {
    length *= Self.lengthening
    var gain = 0.0
    for _ in 0..<LineSearch.halvings {
      let point = current.point.indices.map { j in
        let step = length / scale[j], threshold = step * l1[j]
        let target = current.point[j] - step * current.gradient[j]
        return target > threshold ? target - threshold : min(target + threshold, 0)
      }
      let step = point.adding(-1, times: current.point)
      let linear = current.gradient.dot(step)
      gain = -(linear + penalty(point) - penalty(current.point))
      let square = zip(step, scale).reduce(0) { $0 + $1.0 * $1.0 * $1.1 } / (2 * length)
      let next = try Iterate(objective, at: point)
      evaluations += 1
      let noise = objective.resolution * abs(current.value)
      if next.isFinite, next.value <= current.value + linear + square + noise {
        current = next
        break
      }
      length *= Self.shortening
    }
    return gain
  }

  /// A step over the coefficients that are not 0; returns half its decrement.
  private func descend<O: TwiceDifferentiable>(
    _ objective: O, _ current: inout Iterate, _ scale: [Double], _ evaluations: inout Int
  ) throws(O.Failure) -> Double {
    let isFree = current.point.indices.map { l1[$0] == 0 || current.point[$0] != 0 }
    let slope = current.point.indices.map { j in
      guard isFree[j] else { return 0.0 }
      return current.gradient[j] + (current.point[j] < 0 ? -l1[j] : l1[j])
    }
    let solver = NewtonCG(preconditioner: { zip($0, scale).map { $0 / $1 } })
    let direction = try solver.step(
      objective, at: current.point, slope: slope,
      tolerance: NewtonCG.loosestForcing * slope.norm, isFree: isFree)
    let before = total(current)
    let noise = objective.resolution * abs(before)
    var t = 1.0
    for _ in 0..<LineSearch.halvings {
      let point = current.point.indices.map { j in
        let moved = current.point[j] + t * direction[j]
        return l1[j] > 0 && moved * current.point[j] < 0 ? 0 : moved
      }
      let next = try Iterate(objective, at: point)
      evaluations += 1
      let predicted = slope.dot(point.adding(-1, times: current.point))
      if next.isFinite,
        total(next) <= before + LineSearch.sufficientDecrease * predicted + noise
      {
        current = next
        break
      }
      t *= 0.5
    }
    return -0.5 * slope.dot(direction)
  }

  private func minimum(
    _ at: Iterate, _ status: FitStatus, _ iterations: Int, _ evaluations: Int
  ) -> Minimum {
    Minimum(
      point: at.point, value: total(at), gradient: at.gradient, status: status,
      iterations: iterations, evaluations: evaluations)
  }
}
