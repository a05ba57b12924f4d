import LinearAlgebra

/// A column of texts as codes into the sorted list of its values.
struct CodedColumn: Sendable {
  /// The code of a missing value.
  static let missing = UInt16.max

  var name: String
  /// Distinct values in code-point order.
  var levels: [String]
  /// Shape `(n)`.
  var codes: Buffer<UInt16>
  var missingCount: Int
}

/// A table in packed form: what a plan asked for, and nothing else.
struct RawTable<Scalar: KernelScalar>: Sendable {
  var file: String
  var rows: Int
  var plan: TablePlan
  /// Shape `(rows, numbers)`: value − origin; a missing value is NaN.
  var dense: Matrix<Scalar>
  /// The missing values of each numeric feature, and the line of the first.
  var missingNumbers: [(count: Int, firstLine: Int)]
  /// By column of the file.
  var coded: [Int: CodedColumn]
  var plain: [Int: Buffer<Double>]
  /// The hash of each row's identifier, 0 where it is missing; nil when none was asked for.
  var keys: Buffer<UInt64>? = nil
  /// The line of the first missing value of a coded or plain column.
  var firstMissingLine: [Int: Int]
  /// Which records of the table the rows are, and their places.
  var origin: RowOrigin
  /// What a reader of any result must know of how the table was read.
  var notes: [Phrase] = []
  /// Columns that are kept as texts, by record.
  var texts: [(name: String, values: [String?])] = []
  /// The columns that a note is about.
  var notedColumns: Set<Int> = []

  func codedColumn(named name: String) -> CodedColumn? {
    plan.codeColumns.first { $0.name == name }.flatMap { coded[$0.column] }
  }

  func plainColumn(named name: String) -> Buffer<Double>? {
    plan.plain.first { $0.name == name }.flatMap { plain[$0.column] }
  }
}

/// A table that has been opened: its columns are known, its rows not yet read.
protocol OpenTable {
  var file: String { get }
  var columns: [ColumnSample] { get }

  func read<Scalar: KernelScalar>(
    _ plan: TablePlan, as type: Scalar.Type, pool: WorkerPool
  ) throws(DataError) -> RawTable<Scalar>

  /// The texts of a column, one a record; nil for a missing value.
  func texts(
    _ column: Int, missingTexts: Set<String>, pool: WorkerPool
  ) throws(DataError) -> [String?]

  /// Writes the table again with changes.
  func rewrite(
    _ changes: TableChanges, missingTexts: Set<String>, to path: String, pool: WorkerPool
  ) throws(DataError)
}
