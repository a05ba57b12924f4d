import Datasets
import LinearAlgebra
import RowSums

extension LinearModel {
  /// The logistic loss log(1 + eᶻ) − y·z of each row, unweighted, shape `(n)`.
  public func losses<Scalar: KernelScalar>(
    _ rows: ScoreRows<Scalar>, pool: WorkerPool = .default
  ) -> [Double] {
    precondition(
      coefficients.count == rows.features.columns,
      "a model of \(coefficients.count) columns for features of \(rows.features.columns)")
    let kernels = RowKernels(features: rows.features)
    let theta = Buffer<Scalar>(narrowing: theta)
    let size = Blocking.minimumChunk
    let result = Buffer<Double>(zeroed: rows.rows)
    pool.forEach((rows.rows + size - 1) / size) { chunk in
      // SAFETY: each chunk writes its own part of the result; the scratch holds a chunk.
      let first = chunk * size
      let count = min(size, rows.rows - first)
      let scratch = TileScratch<Scalar>(rows: size)
      let offset = rows.offset.map { UnsafePointer($0.pointer + first) }
      Scalar.Kernels.startScores(offset, count, theta[theta.count - 1], scratch.z)
      kernels.addScores(first: first, count: count, coefficients: theta.pointer, to: scratch.z)
      Scalar.Kernels.sigmoidSoftplus(scratch.z, count, scratch.p, scratch.softplus)
      for i in 0..<count {
        let label = rows.labels[Int(rows.cells.pointer[first + i])]
        result.pointer[first + i] = Double(scratch.softplus[i]) - label * Double(scratch.z[i])
      }
    }
    return result.array
  }
}
