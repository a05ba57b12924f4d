import LinearAlgebra

/// A categorical column as one code a row; it is never expanded to 0/1 columns.
public struct CodeColumn: Sendable {
  public static let maximumLevels = 65_536

  /// Shape `(n)`, values in `0..<levels`.
  public let codes: Buffer<UInt16>
  public let levels: Int

  public init(codes: Buffer<UInt16>, levels: Int) {
    precondition(levels <= Self.maximumLevels, "more than \(Self.maximumLevels) levels")
    self.codes = codes
    self.levels = levels
  }
}

/// The features X, shape `(rows, columns)`: a dense row-major block of the numeric columns, and
/// one column of codes for each categorical one, which stands for `levels` 0/1 columns.
///
/// Columns are numbered: the dense ones first, then the levels of each categorical column in turn.
public struct DesignMatrix<Scalar: KernelScalar>: Sendable {
  public let rows: Int
  public let dense: Matrix<Scalar>
  public let categorical: [CodeColumn]
  /// The number of the first level of each categorical column.
  public let firstColumns: [Int]
  /// All columns, levels counted one by one.
  public let columns: Int

  public init(dense: Matrix<Scalar>, categorical: [CodeColumn] = []) {
    precondition(
      categorical.allSatisfy { $0.codes.count == dense.rows },
      "a column of codes with another number of rows than the dense block")
    self.dense = dense
    self.categorical = categorical
    rows = dense.rows
    var next = dense.columns
    firstColumns = categorical.map { column in
      defer { next += column.levels }
      return next
    }
    columns = next
  }

  /// Row `i` spelled out, shape `(columns)`: for tests and small jobs.
  public func expandedRow(_ i: Int) -> [Double] {
    var row = [Double](repeating: 0, count: columns)
    for j in 0..<dense.columns { row[j] = Double(dense[i, j]) }
    for (column, first) in zip(categorical, firstColumns) { row[first + Int(column.codes[i])] = 1 }
    return row
  }

  /// The given rows, copied.
  public func selecting(_ indices: [Int]) -> DesignMatrix { RowChoice.rows(indices).of(self) }
}
