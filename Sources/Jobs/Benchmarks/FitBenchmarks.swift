import Criteria
import Datasets
import LinearAlgebra
import Mitigation
import Models
import Optimization

extension BenchmarkSuite {
  /// Logistic regressions with l2 = 1/n from the rows as they lie in memory.
  fileprivate func fits<Scalar: KernelScalar>(
    _ recipe: SyntheticData, as type: Scalar.Type
  ) throws -> BenchmarkFigures {
    let data = recipe.dataset(as: type, pool: pool)
    let learner = LogisticRegression(l2: 1 / Double(data.rows), pool: pool)
    var fit: LinearFit?
    let times = try times { fit = try learner.fit(data.labelledRows) }
    return BenchmarkFigures(
      seconds: times, rows: data.rows, columns: data.features.columns,
      passes: fit?.report.passes, status: fit?.report.status.rawValue)
  }
}

/// A logistic regression on 100 well-conditioned dense columns.
public enum DenseFitBenchmark<Scalar: KernelScalar>: BenchmarkCase {
  public static var name: String { "fit-dense-\(Scalar.storageName.lowercased())" }
  public static var summary: String { "logistic regression, 100 dense columns" }

  public static func measure(_ suite: BenchmarkSuite) throws -> BenchmarkFigures {
    try suite.fits(
      SyntheticData(rows: suite.rows(400_000), features: 100, seed: suite.seed),
      as: Scalar.self)
  }
}

/// The same on columns whose covariance has condition number 1e4.
public enum IllConditionedFitBenchmark: BenchmarkCase {
  public static let name = "fit-ill-conditioned"
  public static let summary = "logistic regression, 100 dense columns of condition 1e4"

  public static func measure(_ suite: BenchmarkSuite) throws -> BenchmarkFigures {
    try suite.fits(
      SyntheticData(
        rows: suite.rows(400_000), features: 100, condition: 1e4, seed: suite.seed),
      as: Float.self)
  }
}

/// A logistic regression on categorical columns, which are never expanded.
public enum CodesFitBenchmark: BenchmarkCase {
  public static let name = "fit-codes"
  public static let summary = "logistic regression, 2 dense columns and 6 of 100 levels"

  public static func measure(_ suite: BenchmarkSuite) throws -> BenchmarkFigures {
    try suite.fits(
      SyntheticData(
        rows: suite.rows(400_000), features: 2, categorical: 6, levels: 100, seed: suite.seed),
      as: Float.self)
  }
}

/// Twenty strengths of a demographic-parity penalty, each from its neighbour's solution.
public enum PathBenchmark: BenchmarkCase {
  public static let name = "penalized-path"
  public static let summary = "20 strengths of the demographic-parity penalty, 50 dense columns"

  /// How near the optimum each fit ends: that of the comparisons with other libraries.
  static let relativeGap = 1e-6
  /// From where the penalty changes nothing visible to where it decides everything.
  static let strengths = (0..<20).map { 0.01 * exp10Step($0) }
  private static func exp10Step(_ k: Int) -> Double {
    // Four decades in 19 steps.
    var value = 1.0
    for _ in 0..<k { value *= 1.6237767391887217 }
    return value
  }

  public static func measure(_ suite: BenchmarkSuite) throws -> BenchmarkFigures {
    let data = try SyntheticData(rows: suite.rows(400_000), features: 50, seed: suite.seed)
      .dataset(as: Float.self, pool: suite.pool)
    let cells = CellIndex(attributes: data.attributes, labels: data.labels!)
    let problem = PenalizedLogisticRegression.Problem(features: data.features, cells: cells)
    let learner = PenalizedLogisticRegression(
      penalty: GroupMeansPenalty(.probability, .demographicParity),
      base: LogisticRegression(
        l2: 1 / Double(data.rows), rule: StoppingRule(relativeGap: relativeGap), pool: suite.pool))
    var fits: [LinearFit] = []
    let times = try suite.times { fits = try learner.path(problem, strengths: strengths) }
    // What one evaluation with the penalty takes is the unit of the path's cost.
    let objective = learner.objective(problem, strength: 1)
    var theta = fits[0].theta, gradient: [Double] = []
    let evaluation = try suite.times {
      theta[0] += 1e-3
      _ = try objective.evaluate(at: theta, gradient: &gradient)
    }
    let worst = fits.first { $0.report.status != .converged } ?? fits[0]
    return BenchmarkFigures(
      seconds: times, rows: data.rows, columns: data.features.columns,
      passes: times.median / evaluation.median, status: worst.report.status.rawValue)
  }
}
