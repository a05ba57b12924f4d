import CEquipoise
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
    try OutsideNumbers.checkReach(n - 1, rowStride, matrix.dtype, "features")
    try OutsideNumbers.checkReach(d - 1, columnStride, matrix.dtype, "features")
    let inPlace = n > 0 && d > 0 && columnStride == 1 && rowStride >= d
    switch matrix.dtype {
    case EQP_FLOAT32 where inPlace:
      self = .float(Self.borrowed(matrix, n, d, rowStride, release))
    case EQP_FLOAT64 where inPlace:
      self = .double(Self.borrowed(matrix, n, d, rowStride, release))
    case EQP_FLOAT32:
      self = .float(try Self.copied(matrix, n, d, rowStride, columnStride, pool))
      release()
    default:
      self = .double(try Self.copied(matrix, n, d, rowStride, columnStride, pool))
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
    _ matrix: eqp_matrix, _ n: Int, _ d: Int, _ rowStride: Int, _ columnStride: Int,
    _ pool: WorkerPool
  ) throws(CallError) -> Matrix<Scalar> {
    try MemoryGuard.require(bytes: n * d * MemoryLayout<Scalar>.stride, for: "the features")
    let result = Matrix<Scalar>(rows: n, columns: d)
    guard n > 0 && d > 0 else { return result }
    let read = try OutsideNumbers.reader(matrix.data, matrix.dtype, "features")
    // A tile of rows at a time, so that neither order of storage walks through memory by columns.
    let tile = 64
    for first in stride(from: 0, to: n, by: tile) {
      let last = min(n, first + tile)
      for j in 0..<d {
        for i in first..<last {
          result.pointer(row: i)[j] = Scalar(read(i * rowStride + j * columnStride))
        }
      }
    }
    return result
  }
}
