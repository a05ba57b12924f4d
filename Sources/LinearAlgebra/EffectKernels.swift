/// What is taken from each row: a row of a table for the code of each attribute, and multiples of
/// fixed rows.
public struct RowEffects: Sendable {
  public let columns: Int
  /// One for each attribute, shape `(codes, columns)`.
  public let tables: [Matrix<Double>]
  /// Shape `(numbers, columns)`.
  public let slopes: Matrix<Double>

  public init(columns: Int, tables: [Matrix<Double>], slopes: Matrix<Double>) {
    precondition(
      tables.allSatisfy { $0.columns == columns && $0.rowStride == columns }
        && slopes.columns == columns && slopes.rowStride == columns, "an effect for each column")
    self.columns = columns
    self.tables = tables
    self.slopes = slopes
  }

  /// out[i] = x[i] − Σ_a tables[a][codes[a][i]] − Σ_k numbers[i, k]·slopes[k], summed in `Double`,
  /// for rows `range`. `x` and `out` may be the same matrix.
  ///
  /// - Parameters:
  ///   - codes: one of shape `(n)` for each table, below its rows.
  ///   - numbers: shape `(n, numbers)`.
  public func subtract<Scalar: KernelScalar>(
    _ range: Range<Int>, from x: Matrix<Scalar>, codes: [Buffer<UInt16>],
    numbers: Matrix<Double>, into out: Matrix<Scalar>, byReference: Bool = false
  ) {
    precondition(codes.count == tables.count && numbers.columns == slopes.rows, "an effect each")
    precondition(x.columns == columns && out.columns == columns, "an effect for each column")
    guard !range.isEmpty, columns > 0 else { return }
    precondition(range.upperBound <= x.rows && range.upperBound <= out.rows, "rows out of range")
    let first = range.lowerBound
    let starts = codes.map { UnsafePointer($0.pointer + first) }
    let effects = tables.map { UnsafePointer($0.pointer(row: 0)) }
    let own = numbers.columns == 0 ? nil : UnsafePointer(numbers.pointer(row: first))
    let fixed = slopes.rows == 0 ? nil : UnsafePointer(slopes.pointer(row: 0))
    let run = byReference ? Scalar.Kernels.rowsSubtractReference : Scalar.Kernels.rowsSubtract
    // SAFETY: the rows lie inside both matrices; codes are below the tables' rows.
    run(
      x.pointer(row: first), range.count, columns, x.rowStride, starts, effects, tables.count, own,
      fixed, slopes.rows, out.pointer(row: first), out.rowStride)
  }
}

extension Matrix {
  /// Rows `range` less a fixed row, in `Double`, packed into the front of a buffer.
  ///
  /// - Parameter center: shape `(columns)`.
  public func center(
    _ range: Range<Int>, by center: [Double], into out: Buffer<Double>
  ) {
    precondition(center.count == columns && out.count >= range.count * columns, "shapes differ")
    precondition(range.upperBound <= rows, "rows out of range")
    guard !range.isEmpty, columns > 0 else { return }
    // SAFETY: the rows lie inside the matrix; the buffer has room for them.
    Scalar.Kernels.rowsCenter(
      pointer(row: range.lowerBound), range.count, columns, rowStride, center, out.pointer)
  }
}
