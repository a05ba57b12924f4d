import Datasets
import LinearAlgebra
import Models
import Optimization
import RowSums

/// The settings that every method on logistic regression shares.
public struct LearnerSettings: OptionTable {
  /// Factor of ½‖w‖² beside the mean loss; nil: from `c`, or 1 / (sum of weights).
  public var l2: Double?
  /// scikit-learn's C instead of `l2`: l2 = 1 / (C · sum of weights).
  public var c: Double?
  /// The share of the objective at which the estimated gap to the optimum ends the fit.
  public var tolerance = 1e-8
  public var iterationLimit = 200
  /// Whether the score has an intercept; an option of some methods only.
  public var fitsIntercept = true
  /// Whether l2 is the factor of ½b² too, as in liblinear; an option of some methods only.
  public var penalizesIntercept = false

  public init() {}

  public init(l2: Double?) { self.l2 = l2 }

  public static let table: [OptionRecord<LearnerSettings>] = [l2, c, tolerance, iterations]

  static let names = Set(table.map(\.name))

  static let l2 = OptionRecord<LearnerSettings>.number(
    "l2", \.l2, in: 0...Double.greatestFiniteMagnitude,
    "factor of ½‖w‖² beside the mean loss"
  ).derived("1 / (sum of weights)")
  static let c = OptionRecord<LearnerSettings>.number(
    "c", \.c, in: Double.leastNormalMagnitude...Double.greatestFiniteMagnitude,
    "scikit-learn's C instead of l2: l2 = 1 / (C · sum of weights)"
  ).excluding("l2")
  static let tolerance = OptionRecord<LearnerSettings>.number(
    "tolerance", \.tolerance, in: 0...1,
    "stop when the estimated gap to the optimum is this share of the objective")
  static let iterations = OptionRecord<LearnerSettings>.integer(
    "max_iterations", \.iterationLimit, in: 0...1_000_000, "most iterations of the minimizer")
  static let intercept = OptionRecord<LearnerSettings>.flag(
    "fit_intercept", \.fitsIntercept, "whether the score has an intercept")

  static let interceptPenalty = OptionRecord<LearnerSettings>.flag(
    "penalize_intercept", \.penalizesIntercept,
    "whether l2 is the factor of the squared intercept too, as in liblinear")

  /// The options as those of a value that has the settings.
  static func table<Whole>(
    in part: WritableKeyPath<Whole, LearnerSettings> & Sendable, withIntercept: Bool = false,
    withInterceptPenalty: Bool = false
  ) -> [OptionRecord<Whole>] {
    (table + (withIntercept ? [intercept] : []) + (withInterceptPenalty ? [interceptPenalty] : []))
      .map { $0.nested(in: part) }
  }

  /// The learner that the settings describe; a missing l2 becomes what it stands for.
  mutating func learner(
    totalWeight: Double, l1: Double = 0, _ context: FitContext
  ) -> LogisticRegression {
    let l2 = l2 ?? c.map { 1 / ($0 * totalWeight) } ?? 1 / max(totalWeight, 1)
    self.l2 = l2
    return LogisticRegression(
      l2: l2, l1: l1, fitsIntercept: fitsIntercept,
      rule: StoppingRule(
        relativeGap: tolerance, iterationLimit: iterationLimit, shouldStop: context.shouldStop),
      pool: context.pool)
  }

  /// The same for the requests of a reduction, over rows wherever they are.
  mutating func requestLearner(
    _ source: any RowSource, totalWeight: Double, _ context: FitContext
  ) -> LogisticLearner {
    let base = learner(totalWeight: totalWeight, context)
    return LogisticLearner(
      source, l2: base.l2, penalizesIntercept: penalizesIntercept, rule: base.rule,
      pool: base.pool)
  }
}
