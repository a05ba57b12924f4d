import LinearAlgebra

/// Moments of numbers over rows that come a few at a time: the sums of `TablePart.moments(center:)` of
/// all of them in one table, to the last bit.
public struct PartSums<Scalar: KernelScalar> {
  private let center: [Double]
  private var total = 0.0
  private var sums: PackKernels.ColumnSums
  /// The rows of a chunk that is not whole yet.
  private var rest: Matrix<Scalar>
  private var restWeights: [Double] = []
  private var restRows = 0

  /// - Parameter center: shape `(numbers)`.
  public init(center: [Double]) {
    self.center = center
    sums = PackKernels.ColumnSums(columns: center.count)
    rest = Matrix(rows: PackKernels.chunkRows, columns: center.count)
  }

  /// Adds the rows that come next: differences from the origins, a missing value not a number.
  mutating func add(_ block: Matrix<Scalar>, weights: [Double]?, pool: WorkerPool) {
    total = weights?.reduce(total, +) ?? total + Double(block.rows)
    var first = 0
    if restRows > 0 {
      first = min(block.rows, PackKernels.chunkRows - restRows)
      keep(block, 0..<first, weights)
      if restRows == PackKernels.chunkRows { spend(pool) }
    }
    let whole = first + (block.rows - first) / PackKernels.chunkRows * PackKernels.chunkRows
    PackKernels.addColumnSums(
      block.slice(rows: first..<whole), weights: weights.map { Array($0[first..<whole]) },
      center: center, to: &sums, pool: pool)
    keep(block, whole..<block.rows, weights)
  }

  private mutating func keep(_ block: Matrix<Scalar>, _ rows: Range<Int>, _ weights: [Double]?) {
    for i in rows {
      rest.pointer(row: restRows).update(from: block.pointer(row: i), count: block.columns)
      restRows += 1
    }
    if let weights { restWeights += weights[rows] }
  }

  private mutating func spend(_ pool: WorkerPool) {
    PackKernels.addColumnSums(
      rest.slice(rows: 0..<restRows), weights: restWeights.isEmpty ? nil : restWeights,
      center: center, to: &sums, pool: pool)
    restRows = 0
    restWeights = []
  }

  /// Σ w, then of each number Σ w, Σ w·d and Σ w·d² with d = x − origin − center.
  public mutating func finish(pool: WorkerPool) -> [Double] {
    if restRows > 0 { spend(pool) }
    return [total] + sums.weight + sums.sum + sums.square
  }
}
