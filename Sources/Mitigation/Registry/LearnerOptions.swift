import Criteria
import Datasets
import LinearAlgebra
import Models
import Optimization

/// The options that every method on logistic regression shares.
enum LearnerOptions {
  static let l2 = MethodOption(
    "l2", .number(0...Double.greatestFiniteMagnitude), default: nil,
    "factor of ½‖w‖² beside the mean loss; by default 1 / (sum of weights)")
  static let tolerance = MethodOption(
    "tolerance", .number(0...1), default: .number(1e-8),
    "stop when the estimated gap to the optimum is this share of the objective")
  static let iterations = MethodOption(
    "max_iterations", .integer(0...1_000_000), default: .integer(200),
    "most iterations of the minimiser")
  static let intercept = MethodOption(
    "fit_intercept", .flag, default: .flag(true), "whether the score has an intercept")
  static let c = MethodOption(
    "c", .number(Double.leastNormalMagnitude...Double.greatestFiniteMagnitude), default: nil,
    "scikit-learn's C instead of l2: l2 = 1 / (C · sum of weights)", excludes: "l2")
  static let all = [l2, c, tolerance, iterations]
  static let names = Set(all.map(\.name))

  /// The learner that the options describe; a missing l2 becomes 1/W and is recorded.
  static func learner(
    _ request: FitRequest, options: inout MethodOptions, totalWeight: Double
  ) -> LogisticRegression {
    let l2 =
      options.number("l2") ?? options.number("c").map { 1 / ($0 * totalWeight) }
      ?? 1 / max(totalWeight, 1)
    options.resolve("l2", .number(l2))
    return LogisticRegression(
      l2: l2, l1: options.number("l1") ?? 0,
      fitsIntercept: options.values[intercept.name] != .flag(false),
      rule: StoppingRule(
        relativeGap: options.number("tolerance") ?? 0,
        iterationLimit: options.integer("max_iterations"), shouldStop: request.shouldStop),
      pool: request.pool)
  }
}
