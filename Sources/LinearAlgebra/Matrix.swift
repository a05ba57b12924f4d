/// A dense matrix in row-major order: element (i, j) is at `offset + i * rowStride + j`.
///
/// A matrix shares its memory: copying the struct copies a reference. `Matrix(copying:)` copies
/// the numbers. A slice of rows is a matrix over the same memory.
public struct Matrix<Scalar: KernelScalar>: Sendable {
  public let buffer: Buffer<Scalar>
  public let offset: Int
  public let rows: Int
  public let columns: Int
  /// Distance in elements between the starts of two neighbouring rows, at least `columns`.
  public let rowStride: Int

  /// A matrix of zeros, shape `(rows, columns)`.
  public init(rows: Int, columns: Int) {
    self.init(
      buffer: Buffer(zeroed: rows * columns), rows: rows, columns: columns, rowStride: columns)
  }

  /// A matrix over existing memory.
  public init(
    buffer: Buffer<Scalar>, offset: Int = 0, rows: Int, columns: Int, rowStride: Int
  ) {
    precondition(rows >= 0 && columns >= 0 && offset >= 0, "a shape cannot be negative")
    precondition(rowStride >= columns, "rows overlap: stride \(rowStride) < columns \(columns)")
    precondition(
      rows == 0 || columns == 0 || offset + (rows - 1) * rowStride + columns <= buffer.count,
      "a matrix of \(rows) x \(columns) does not fit into \(buffer.count) elements")
    self.buffer = buffer
    self.offset = offset
    self.rows = rows
    self.columns = columns
    self.rowStride = rowStride
  }

  /// A matrix of the given rows, which must have one length.
  public init(_ rows: [[Scalar]]) {
    let columns = rows.first?.count ?? 0
    precondition(rows.allSatisfy { $0.count == columns }, "the rows have different lengths")
    self.init(
      buffer: Buffer(rows.flatMap { $0 }), rows: rows.count, columns: columns, rowStride: columns)
  }

  public init(copying other: Matrix) {
    self.init(rows: other.rows, columns: other.columns)
    for i in 0..<rows {
      (pointer(row: i)).update(from: other.pointer(row: i), count: columns)
    }
  }

  public subscript(i: Int, j: Int) -> Scalar {
    get {
      precondition(i >= 0 && i < rows && j >= 0 && j < columns, "index out of range")
      return buffer.pointer[offset + i * rowStride + j]
    }
    nonmutating set {
      precondition(i >= 0 && i < rows && j >= 0 && j < columns, "index out of range")
      buffer.pointer[offset + i * rowStride + j] = newValue
    }
  }

  /// Rows `range` over the same memory.
  public func slice(rows range: Range<Int>) -> Matrix {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "row range out of range")
    return Matrix(
      buffer: buffer, offset: offset + range.lowerBound * rowStride, rows: range.count,
      columns: columns, rowStride: rowStride)
  }

  /// Row `i` as an array: a copy.
  public func row(_ i: Int) -> [Scalar] {
    precondition(i >= 0 && i < rows, "row out of range")
    return Array(UnsafeBufferPointer(start: pointer(row: i), count: columns))
  }

  /// Column `j` as an array: a copy.
  public func column(_ j: Int) -> [Scalar] { (0..<rows).map { self[$0, j] } }

  /// The start of row `i`. For the kernel bridges.
  @inline(__always) public func pointer(row i: Int) -> UnsafeMutablePointer<Scalar> {
    buffer.pointer + (offset + i * rowStride)
  }
}
