import LinearAlgebra

/// A method that minimises a twice differentiable objective.
public protocol Minimizer: Sendable {
  /// The name by which options choose it.
  static var name: String { get }

  func minimize(
    _ objective: some TwiceDifferentiable, from start: [Double], rule: StoppingRule
  ) -> Minimum
}

/// Every minimiser: one line each.
public enum Minimizers {
  public static let all: [any Minimizer] = [
    NewtonCholesky(),
    NewtonCG(),
    LBFGS(),
  ]
}

/// A point that a minimiser stands on: value and gradient there.
struct Iterate {
  var point: [Double]
  var value: Double
  var gradient: [Double]

  init(_ objective: some Objective, at point: [Double]) {
    self.point = point
    var gradient = [Double](repeating: 0, count: point.count)
    value = objective.evaluate(at: point, gradient: &gradient)
    self.gradient = gradient
  }

  var isFinite: Bool { value.isFinite && gradient.allFinite }
}

/// Backtracking along a descent direction until the Armijo condition holds
/// (Nocedal and Wright, Numerical Optimization, 2006, algorithm 3.1).
enum LineSearch {
  static let sufficientDecrease = 1e-4
  static let halvings = 40
  /// Near the minimum differences of F are rounding; a step that lowers the gradient is accepted
  /// while F stays within this share.
  static let rounding = 1e-13

  /// The first acceptable point on `from + t·direction`, t = 1, then by quadratic interpolation.
  static func search(
    _ objective: some Objective, from: Iterate, direction: [Double], evaluations: inout Int
  ) -> Iterate? {
    let slope = from.gradient.dot(direction)
    guard slope < 0 else { return nil }
    var step = 1.0
    for _ in 0..<halvings {
      let next = Iterate(objective, at: from.point.adding(step, times: direction))
      evaluations += 1
      if next.isFinite {
        if next.value <= from.value + sufficientDecrease * step * slope { return next }
        let noise = rounding * max(abs(from.value), 1)
        if next.value <= from.value + noise
          && next.gradient.maximumNorm < from.gradient.maximumNorm
        {
          return next
        }
        let curvature = next.value - from.value - step * slope
        let ideal = curvature > 0 ? -slope * step * step / (2 * curvature) : step / 2
        step = min(max(ideal, 0.1 * step), 0.5 * step)
      } else {
        step *= 0.1
      }
    }
    return nil
  }
}
