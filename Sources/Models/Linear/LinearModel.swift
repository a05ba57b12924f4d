import Datasets
import Essentials
import LinearAlgebra
import RowSums

/// A linear score z = x·w + b: what every linear method returns.
public struct LinearModel: Sendable, Equatable, Codable {
  /// Shape `(columns)`, in the order of the design matrix.
  public var coefficients: [Double]
  public var intercept: Double

  public init(coefficients: [Double], intercept: Double) {
    self.coefficients = coefficients
    self.intercept = intercept
  }

  /// θ = (w, b).
  public init(theta: [Double]) {
    self.init(coefficients: Array(theta.dropLast()), intercept: theta.last ?? 0)
  }

  public var theta: [Double] { coefficients + [intercept] }

  /// The score of each row, shape `(n)`, in the rows' order.
  public func scores<Scalar: KernelScalar>(
    _ features: DesignMatrix<Scalar>, pool: WorkerPool = .default
  ) -> [Double] {
    rowValues(features, pool: pool, probabilities: false)
  }

  /// σ(z) of each row, shape `(n)`.
  public func probabilities<Scalar: KernelScalar>(
    _ features: DesignMatrix<Scalar>, pool: WorkerPool = .default
  ) -> [Double] {
    rowValues(features, pool: pool, probabilities: true)
  }

  private func rowValues<Scalar: KernelScalar>(
    _ features: DesignMatrix<Scalar>, pool: WorkerPool, probabilities: Bool
  ) -> [Double] {
    precondition(
      coefficients.count == features.columns,
      "a model of \(coefficients.count) columns for features of \(features.columns)")
    let kernels = RowKernels(features: features)
    let theta = Buffer<Scalar>(narrowing: theta)
    let size = Blocking.minimumChunk
    let result = Buffer<Double>(zeroed: features.rows)
    let chunks = (features.rows + size - 1) / size
    pool.forEach(chunks) { chunk in
      // SAFETY: each chunk writes its own part of the result.
      let first = chunk * size
      let count = min(size, features.rows - first)
      let scratch = TileScratch<Scalar>(rows: size)
      Scalar.Kernels.startScores(nil, count, theta[theta.count - 1], scratch.z)
      kernels.addScores(first: first, count: count, coefficients: theta.pointer, to: scratch.z)
      if probabilities {
        Scalar.Kernels.sigmoidSoftplus(scratch.z, count, scratch.p, scratch.softplus)
      }
      Scalar.Kernels.widenAdd(probabilities ? scratch.p : scratch.z, count, result.pointer + first)
    }
    return result.array
  }
}

extension RowShape {
  /// The best model without features: its intercept is the log odds of the mean label; all 0 where
  /// there is one label only.
  var constantModel: LinearModel {
    let positive = zip(cellWeights, labels).reduce(0) { $0 + $1.0 * $1.1 }
    let odds = positive / (totalWeight - positive)
    let intercept = odds > 0 && odds.isFinite ? log(odds) : 0
    return LinearModel(
      coefficients: [Double](repeating: 0, count: columns), intercept: intercept)
  }
}
