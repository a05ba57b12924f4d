import Datasets
import LinearAlgebra
import Models
import Optimization
import RowSums

extension Dataset {
  /// Plain rows for a logistic regression: the cells are the labels.
  var labelledRows: ScoreRows<Scalar> {
    ScoreRows(features: features, labels: labels!, sampleWeights: sampleWeights)
  }

  /// The mean logistic loss with l2 = 1/n, scikit-learn's C = 1.
  func logisticObjective(_ pool: WorkerPool) -> LinearObjective {
    LinearObjective(
      LocalRows(labelledRows, pool: pool),
      terms: [.init(1, MeanLoss(totalWeight: Double(rows)))], l2: 1 / Double(rows))
  }
}

/// A value and gradient of the logistic loss of 100 dense columns.
public enum EvaluationBenchmark<Scalar: KernelScalar>: BenchmarkCase {
  public static var name: String { "evaluate-\(Scalar.storageName.lowercased())" }
  public static var summary: String { "objective and gradient, 100 dense columns" }

  public static func measure(_ suite: BenchmarkSuite) throws -> BenchmarkFigures {
    let data = try SyntheticData(rows: suite.rows(400_000), features: 100, seed: suite.seed)
      .dataset(as: Scalar.self, pool: suite.pool)
    let objective = data.logisticObjective(suite.pool)
    var gradient: [Double] = []
    var theta = [Double](repeating: 0, count: objective.dimension)
    var reading: [Double] = []
    // Interleaved, so that both see the same machine.
    let times = try suite.times {
      theta[0] += 1e-3
      _ = try objective.evaluate(at: theta, gradient: &gradient)
    }
    reading = suite.times { _ = MemorySpeed.read(data.features.dense, pool: suite.pool) }
    return BenchmarkFigures(
      seconds: times, rows: data.rows, columns: data.features.columns,
      readings: times.median / reading.median)
  }
}

/// The Hessian of the logistic loss of 100 dense columns.
public enum CurvatureBenchmark<Scalar: KernelScalar>: BenchmarkCase {
  public static var name: String { "hessian-\(Scalar.storageName.lowercased())" }
  public static var summary: String { "Hessian, 100 dense columns" }

  public static func measure(_ suite: BenchmarkSuite) throws -> BenchmarkFigures {
    let data = try SyntheticData(rows: suite.rows(400_000), features: 100, seed: suite.seed)
      .dataset(as: Scalar.self, pool: suite.pool)
    let objective = data.logisticObjective(suite.pool)
    let theta = [Double](repeating: 0, count: objective.dimension)
    let times = try suite.times { _ = try objective.hessian(at: theta) }
    let reading = suite.times { _ = MemorySpeed.read(data.features.dense, pool: suite.pool) }
    return BenchmarkFigures(
      seconds: times, rows: data.rows, columns: data.features.columns,
      readings: times.median / reading.median)
  }
}

extension [Double] {
  var median: Double { sorted()[count / 2] }
}
