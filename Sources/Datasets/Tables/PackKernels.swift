import CText
import LinearAlgebra

/// The bridge to the kernels that standardize, gather and renumber packed columns.
enum PackKernels {
  /// Rows that a worker takes at once; it does not depend on the number of workers, so sums do not.
  static let chunkRows = 16_384

  /// Replaces each value x of column j by (x + shift[j])·scale[j], and a missing one by 0.
  static func standardize<Scalar: KernelScalar>(
    _ block: Matrix<Scalar>, shift: [Double], scale: [Double], pool: WorkerPool
  ) {
    pool.forEach((block.rows + chunkRows - 1) / chunkRows) { chunk in
      let first = chunk * chunkRows, count = min(chunkRows, block.rows - first)
      pack(block.pointer(row: first), block, nil, count, shift, scale)
    }
  }

  private static func pack<Scalar: KernelScalar>(
    _ start: UnsafeMutablePointer<Scalar>, _ block: Matrix<Scalar>, _ index: [Int64]?,
    _ count: Int, _ shift: [Double], _ scale: [Double]
  ) {
    // SAFETY: the type test makes each rebinding a no-op; rows and columns are the block's.
    let stride = Int64(block.rowStride), columns = Int64(block.columns)
    let raw = UnsafeMutableRawPointer(start)
    if Scalar.self == Float.self {
      let x = raw.assumingMemoryBound(to: Float.self)
      eqp_pack_rows_f32(x, stride, index, Int64(count), columns, shift, scale, x, stride)
    } else {
      let x = raw.assumingMemoryBound(to: Double.self)
      eqp_pack_rows_f64(x, stride, index, Int64(count), columns, shift, scale, x, stride)
    }
  }

  /// Sums over the present values of each column.
  struct ColumnSums: Sendable {
    var weight: [Double]
    var sum: [Double]
    var square: [Double]

    init(columns: Int) {
      weight = [Double](repeating: 0, count: columns)
      sum = weight
      square = weight
    }

    mutating func clear() {
      for j in weight.indices { (weight[j], sum[j], square[j]) = (0, 0, 0) }
    }

    mutating func add(_ other: ColumnSums) {
      for j in weight.indices {
        weight[j] += other.weight[j]
        sum[j] += other.sum[j]
        square[j] += other.square[j]
      }
    }
  }

  /// Σ w, Σ w·d and Σ w·d² with d = x − center[j], over the present values of each column.
  static func columnSums<Scalar: KernelScalar>(
    _ block: Matrix<Scalar>, weights: [Double]?, center: [Double], pool: WorkerPool
  ) -> ColumnSums {
    var total = ColumnSums(columns: block.columns)
    addColumnSums(block, weights: weights, center: center, to: &total, pool: pool)
    return total
  }

  /// Adds the sums of rows chunk by chunk, so that rows in several blocks of whole chunks have the sums
  /// of all in one, to the last bit.
  static func addColumnSums<Scalar: KernelScalar>(
    _ block: Matrix<Scalar>, weights: [Double]?, center: [Double], to total: inout ColumnSums,
    pool: WorkerPool
  ) {
    guard block.columns > 0 else { return }
    pool.orderedReduce(
      (block.rows + chunkRows - 1) / chunkRows,
      makePartial: { ColumnSums(columns: block.columns) },
      body: { chunk, partial in
        partial.clear()
        let first = chunk * chunkRows, count = min(chunkRows, block.rows - first)
        sums(block, first, count, weights, center, &partial)
      },
      merge: { total.add($0) })
  }

  private static func sums<Scalar: KernelScalar>(
    _ block: Matrix<Scalar>, _ first: Int, _ count: Int, _ weights: [Double]?,
    _ center: [Double], _ out: inout ColumnSums
  ) {
    // SAFETY: as in `pack`; the weights have a number for each row of the block.
    let stride = Int64(block.rowStride), columns = Int64(block.columns)
    let raw = UnsafeRawPointer(block.pointer(row: first))
    func run(_ w: UnsafePointer<Double>?) {
      if Scalar.self == Float.self {
        eqp_column_sums_f32(
          raw.assumingMemoryBound(to: Float.self), stride, nil, Int64(count), columns, w, center,
          &out.weight, &out.sum, &out.square)
      } else {
        eqp_column_sums_f64(
          raw.assumingMemoryBound(to: Double.self), stride, nil, Int64(count), columns, w, center,
          &out.weight, &out.sum, &out.square)
      }
    }
    guard let weights else { return run(nil) }
    weights.withUnsafeBufferPointer { run($0.baseAddress! + first) }
  }

  /// codes[i] = map[codes[i]]; the map has an entry for every 16-bit code.
  static func renumber(_ codes: Buffer<UInt16>, map: [UInt16], pool: WorkerPool) {
    precondition(map.count == 65_536, "a map needs an entry for every code")
    pool.forEach((codes.count + chunkRows - 1) / chunkRows) { chunk in
      let first = chunk * chunkRows
      let start = codes.pointer + first
      eqp_pack_codes(start, nil, Int64(min(chunkRows, codes.count - first)), map, start)
    }
  }
}
