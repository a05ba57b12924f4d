import CEquipoise
import Datasets
import LinearAlgebra

/// A dense block of the caller's, used in place where its layout allows.
enum OutsideMatrix {
  case float(Matrix<Float>)
  case double(Matrix<Double>)

  var rows: Int {
    switch self {
    case .float(let matrix): matrix.rows
    case .double(let matrix): matrix.rows
    }
  }

  var columns: Int {
    switch self {
    case .float(let matrix): matrix.columns
    case .double(let matrix): matrix.columns
    }
  }

  /// Most columns: a square of doubles of this size still fits the address space of a Gram matrix.
  static let mostColumns = 1 << 20

  /// - Parameter release: called once, when the caller's memory is not needed any more.
  init(
    _ matrix: eqp_matrix, rows: Int, pool: WorkerPool, release: @escaping @Sendable () -> Void
  ) throws(CallError) {
    guard let n = Int(exactly: matrix.rows), let d = Int(exactly: matrix.columns), n >= 0, d >= 0,
      d <= Self.mostColumns
    else {
      throw .argument("features have a shape of \(matrix.rows) × \(matrix.columns)")
    }
    guard n == rows else { throw .argument("features have \(n) rows for \(rows)") }
    guard n == 0 || d == 0 || matrix.data != nil else {
      throw .argument("the data of features are NULL")
    }
    let rowStride = Int(matrix.row_stride), columnStride = Int(matrix.column_stride)
    let type = try OutsideNumbers.type(matrix.dtype, "features")
    try OutsideNumbers.checkReach(n - 1, rowStride, type, "features")
    try OutsideNumbers.checkReach(d - 1, columnStride, type, "features")
    let inPlace = n > 0 && d > 0 && columnStride == 1 && rowStride >= d
    switch matrix.dtype {
    case EQP_FLOAT32 where inPlace:
      self = .float(Self.borrowed(matrix, n, d, rowStride, release))
    case EQP_FLOAT64 where inPlace:
      self = .double(Self.borrowed(matrix, n, d, rowStride, release))
    case EQP_FLOAT32:
      self = .float(try Self.copied(matrix, type, pool))
      release()
    default:
      self = .double(try Self.copied(matrix, type, pool))
      release()
    }
  }

  private static func borrowed<Scalar: KernelScalar>(
    _ matrix: eqp_matrix, _ n: Int, _ d: Int, _ stride: Int,
    _ release: @escaping @Sendable () -> Void
  ) -> Matrix<Scalar> {
    let count = (n - 1) * stride + d
    // SAFETY: the caller keeps this memory until `release`; the engine only reads features.
    let pointer = UnsafeMutableRawPointer(mutating: matrix.data!).assumingMemoryBound(
      to: Scalar.self)
    return Matrix(
      buffer: Buffer(borrowing: pointer, count: count, release: release), rows: n, columns: d,
      rowStride: stride)
  }

  private static func copied<Scalar: KernelScalar>(
    _ matrix: eqp_matrix, _ type: NumberType, _ pool: WorkerPool
  ) throws(CallError) -> Matrix<Scalar> {
    let n = Int(matrix.rows), d = Int(matrix.columns)
    try MemoryGuard.require(bytes: n * d * MemoryLayout<Scalar>.stride, for: "the features")
    guard n > 0, d > 0, let data = matrix.data else { return Matrix<Scalar>(rows: n, columns: d) }
    let result = Matrix<Scalar>(
      buffer: Buffer(uninitialized: n * d), rows: n, columns: d, rowStride: d)
    // SAFETY: the interface asks for a matrix of this shape, type and strides.
    type.visit(
      data, count: n, stride: Int(matrix.row_stride),
      MatrixReader(target: result, columnStride: Int(matrix.column_stride), pool: pool))
    return result
  }
}

/// Copies a matrix of any strides into rows, tile by tile, so that neither order of storage walks
/// through memory by columns.
private struct MatrixReader<Scalar: KernelScalar>: NumberVisitor {
  var target: Matrix<Scalar>
  var columnStride: Int
  var pool: WorkerPool

  /// A tile of the result fits a core's cache, and is as high as it can be: long stretches of a
  /// column are what memory reads fast.
  private static var tileBytes: Int { 1 << 17 }
  private static var chunkRows: Int { 4096 }

  private var tileRows: Int {
    let rows = Self.tileBytes / max(1, target.columns * MemoryLayout<Scalar>.stride)
    return min(Self.chunkRows, max(16, rows))
  }

  func visit<Number: OutsideNumber>(_ rows: StridedNumbers<Number>) {
    let chunk = Self.chunkRows
    pool.forEach((target.rows + chunk - 1) / chunk) { k in
      let range = k * chunk..<min(target.rows, (k + 1) * chunk)
      if columnStride.magnitude <= rows.stride.magnitude {
        copyRows(rows, range)
      } else {
        copyColumns(rows, range)
      }
    }
  }

  private func copyRows<Number: OutsideNumber>(
    _ rows: StridedNumbers<Number>, _ range: Range<Int>
  ) {
    for i in range {
      let from = StridedNumbers<Number>(
        rows.address(i), count: target.columns, stride: columnStride)
      let to = target.pointer(row: i)
      from.scan(0..<target.columns) { columns, element in
        for j in columns { to[j] = Scalar(element(j).number) }
      }
    }
  }

  private func copyColumns<Number: OutsideNumber>(
    _ rows: StridedNumbers<Number>, _ range: Range<Int>
  ) {
    let width = target.rowStride
    for first in stride(from: range.lowerBound, to: range.upperBound, by: tileRows) {
      let count = min(tileRows, range.upperBound - first)
      for j in 0..<target.columns {
        let from = StridedNumbers<Number>(
          rows.address(first) + j * columnStride * MemoryLayout<Number>.stride, count: count,
          stride: rows.stride)
        let to = target.pointer(row: first) + j
        from.scan(0..<count) { tile, element in
          for i in tile { to[i * width] = Scalar(element(i).number) }
        }
      }
    }
  }
}
