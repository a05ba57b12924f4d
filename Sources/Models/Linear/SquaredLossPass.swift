import Datasets
import LinearAlgebra
import RowSums

/// Sums over rows for squared loss, in `Double` whatever the features' type, of features shifted by
/// a constant a column: x̃ = (x − shift, 1).
///
/// Shifting to about the mean keeps the Gram matrix exact where a column's mean is large beside its
/// spread. Each chunk of rows is converted to `Double` while it is in cache.
struct SquaredLossPass<Scalar: KernelScalar>: Sendable {
  let features: DesignMatrix<Scalar>
  /// Shape `(n)`.
  let targets: Buffer<Scalar>
  /// Shape `(n)`; nil means 1 for each row.
  let weights: Buffer<Scalar>?
  /// Shape `(dense columns)`.
  let shift: [Double]
  let pool: WorkerPool

  /// A converted chunk should fit the second-level cache, yet have rows enough for `syrk` and for
  /// adding a whole Gram matrix a chunk. Depends on the columns only.
  static var chunkBytes: Int { 1 << 20 }
  static var chunkRange: ClosedRange<Int> { 1_024...16_384 }

  private var chunkRows: Int {
    let rows = Self.chunkBytes / (MemoryLayout<Double>.size * max(1, features.dense.columns))
    return min(max(rows, Self.chunkRange.lowerBound), Self.chunkRange.upperBound)
  }

  private var chunks: Int { (features.rows + chunkRows - 1) / chunkRows }
  var width: Int { features.columns + 1 }

  /// One chunk of rows in `Double`.
  private struct Chunk {
    var kernels: RowKernels<Double>
    var targets: Buffer<Double>
    var weights: Buffer<Double>
  }

  private func chunk(_ index: Int) -> Chunk {
    let first = index * chunkRows
    let count = min(chunkRows, features.rows - first)
    let dense = Matrix<Double>(rows: count, columns: features.dense.columns)
    // SAFETY: every pointer stays inside the rows first..<first + count; the borrowed codes live as
    // long as the features, which this pass keeps.
    for i in 0..<count {
      let source = features.dense.pointer(row: first + i)
      let target = dense.pointer(row: i)
      for j in shift.indices { target[j] = Double(source[j]) - shift[j] }
    }
    let codes = features.categorical.map {
      CodeColumn(
        codes: Buffer(borrowing: $0.codes.pointer + first, count: count), levels: $0.levels)
    }
    let y = Buffer<Double>(zeroed: count)
    let s = Buffer<Double>(zeroed: count)
    for i in 0..<count {
      y.pointer[i] = Double(targets.pointer[first + i])
      s.pointer[i] = weights.map { Double($0.pointer[first + i]) } ?? 1
    }
    return Chunk(
      kernels: RowKernels(features: DesignMatrix(dense: dense, categorical: codes)), targets: y,
      weights: s)
  }

  /// The lower triangle of Σ s·x̃x̃ᵀ, shape `(width, width)`.
  func gram() -> Matrix<Double> {
    let total = Matrix<Double>(rows: width, columns: width)
    pool.orderedReduce(
      chunks, makePartial: { nil as GramAccumulator<Double>? },
      body: { index, partial in
        let chunk = chunk(index)
        let sums = GramAccumulator<Double>(chunk.kernels, tileRows: chunk.targets.count)
        sums.add(first: 0, count: chunk.targets.count, curvature: chunk.weights.pointer)
        sums.flush()
        partial = sums
      },
      merge: { partial in
        partial?.add(to: total, at: 0)
        partial = nil
      })
    return total
  }

  /// What the residuals say at θ.
  struct Residuals {
    /// Σ s·(z − y)²
    var squares: Double
    /// Σ s·(z − y)·x̃, shape `(width)`.
    var gradient: [Double]
  }

  func residuals(at theta: [Double]) -> Residuals {
    precondition(theta.count == width, "coefficients of another shape")
    var total = Residuals(squares: 0, gradient: [Double](repeating: 0, count: width))
    let coefficients = Buffer(theta)
    pool.orderedReduce(
      chunks, makePartial: { Residuals(squares: 0, gradient: []) },
      body: { index, partial in partial = residuals(chunk(index), coefficients) },
      merge: { partial in
        total.squares += partial.squares
        total.gradient.add(1, times: partial.gradient)
      })
    return total
  }

  private func residuals(_ chunk: Chunk, _ coefficients: Buffer<Double>) -> Residuals {
    let count = chunk.targets.count
    let dense = features.dense.columns
    let z = Buffer<Double>(zeroed: count)
    let g = Buffer<Double>(zeroed: dense)
    let wide = Buffer<Double>(zeroed: width)
    // SAFETY: z has a number for each row of the chunk, g one a dense column, wide one an entry of θ.
    Double.Kernels.startScores(nil, count, coefficients.pointer[width - 1], z.pointer)
    chunk.kernels.addScores(
      first: 0, count: count, coefficients: coefficients.pointer, to: z.pointer)
    var squares = 0.0
    var sum = 0.0
    for i in 0..<count {
      let residual = z.pointer[i] - chunk.targets.pointer[i]
      let weighted = chunk.weights.pointer[i] * residual
      squares += weighted * residual
      sum += weighted
      z.pointer[i] = weighted
    }
    chunk.kernels.addRows(
      first: 0, count: count, values: z.pointer, dense: g.pointer, wide: wide.pointer)
    for j in 0..<dense { wide.pointer[j] = g.pointer[j] }
    wide.pointer[width - 1] = sum
    return Residuals(squares: squares, gradient: wide.array)
  }
}
