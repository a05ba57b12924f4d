import Essentials
import LinearAlgebra

/// A method that minimizes a twice differentiable objective.
public protocol Minimizer: Sendable {
  /// The name by which options choose it.
  static var name: String { get }

  func minimize<O: TwiceDifferentiable>(
    _ objective: O, from start: [Double], rule: StoppingRule
  ) throws(O.Failure) -> Minimum
}

/// Every minimizer: one line each.
public enum Minimizers {
  public static let all: [any Minimizer] = [
    NewtonCholesky(),
    NewtonCG(),
    LBFGS(),
  ]
}

/// A point that a minimizer stands on: value and gradient there.
struct Iterate {
  var point: [Double]
  var value: Double
  var gradient: [Double]

  init<O: Objective>(_ objective: O, at point: [Double]) throws(O.Failure) {
    self.point = point
    var gradient = [Double](repeating: 0, count: point.count)
    value = try objective.evaluate(at: point, gradient: &gradient)
    self.gradient = gradient
  }

  var isFinite: Bool { value.isFinite && gradient.allFinite }
}

/// Notices that steps no longer lead anywhere: rounding of F hides what is left.
struct StallWatch {
  /// Neither F nor the estimated gap moves for this many iterations.
  static let patience = 5
  private var gap = Double.infinity
  private var value = Double.infinity
  private var idle = 0

  /// Tells the watch of an iterate; true when the last ones were all idle.
  mutating func isStalled(value: Double, gap: Double, resolution: Double) -> Bool {
    if gap < 0.5 * self.gap || value < self.value - resolution * abs(value) {
      self.gap = min(gap, self.gap)
      self.value = min(value, self.value)
      idle = 0
    } else {
      idle += 1
    }
    return idle >= Self.patience
  }

  /// A fit that ends so has converged when the gap is below what F can tell. A mean loss F = log(1 + e⁻ᶻ)
  /// that is small comes of scores z ≈ −log F, whose rounding is a share of z: F is known to z·ε.
  static func status(_ at: Iterate, gap: Double, enough: Double, resolution: Double) -> FitStatus {
    let value = max(abs(at.value), StoppingRule.floor)
    return gap <= max(enough, resolution * value * max(1, -log(value))) ? .converged : .stalled
  }
}

/// Notices that steps shrink the gap so slowly that a new Hessian would be cheaper.
///
/// At the rate of the last steps the gap needs log(enough/gap)/log(rate) more evaluations; a new model
/// costs `renewal` of them and the few that are left after it.
struct ContractionWatch {
  /// Steps that a rate is taken from.
  static let span = 3
  /// What is left to do with a new model.
  static let after = 4.0

  /// What a new Hessian costs, in evaluations.
  let renewal: Double
  private(set) var foundSlow = false
  private var steps: [(gap: Double, evaluations: Int)] = []

  init(renewal: Double) { self.renewal = renewal }

  mutating func isSlow(gap: Double, enough: Double, evaluations: Int) -> Bool {
    guard renewal.isFinite else { return false }
    steps.append((gap, evaluations))
    guard steps.count > Self.span, gap > 0 else { return false }
    let before = steps[steps.count - 1 - Self.span]
    let rate = log(gap / before.gap) / Double(evaluations - before.evaluations)
    let left = rate < 0 ? log(max(enough, .leastNormalMagnitude) / gap) / rate : .infinity
    foundSlow = left > renewal + Self.after
    return foundSlow
  }
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
  static func search<O: Objective>(
    _ objective: O, from: Iterate, direction: [Double], evaluations: inout Int
  ) throws(O.Failure) -> Iterate? {
    let slope = from.gradient.dot(direction)
    guard slope < 0 else { return nil }
    var step = 1.0
    for _ in 0..<halvings {
      let next = try Iterate(objective, at: from.point.adding(step, times: direction))
      evaluations += 1
      if next.isFinite {
        if next.value <= from.value + sufficientDecrease * step * slope { return next }
        let noise = max(rounding * max(abs(from.value), 1), objective.resolution * abs(from.value))
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
