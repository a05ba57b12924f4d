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
  /// By column of the file, shape `(n)` each: 1 where the value of a watched column is missing.
  var absences: [Int: Buffer<UInt8>] = [:]
  /// The line of the first missing value of a coded or plain column.
  var firstMissingLine: [Int: Int]
  /// Which records of the table the rows are, and their places.
  var origin: RowOrigin
  /// What a reader of any result must know of how the table was read.
  var notes: [Phrase] = []
  /// Columns that are kept as texts, by record.
  var texts: [(name: String, values: [String?])] = []
  /// The same of single columns, by column of the file.
  var columnNotes: [Int: ColumnNote] = [:]

  func codedColumn(named name: String) -> CodedColumn? {
    plan.codeColumns.first { $0.name == name }.flatMap { coded[$0.column] }
  }

  func plainColumn(named name: String) -> Buffer<Double>? {
    plan.plain.first { $0.name == name }.flatMap { plain[$0.column] }
  }
}

extension RawTable {
  /// Lets all rows go but some, which ascend.
  ///
  /// - Parameter isChoice: the others were not asked for; else values are missing in them.
  mutating func keep(
    _ kept: [Int], isChoice: Bool = false, causes: [(column: String, records: Int)] = []
  ) {
    for (k, i) in kept.enumerated() where k < i && dense.columns > 0 {
      dense.pointer(row: k).update(from: dense.pointer(row: i), count: dense.columns)
    }
    dense = dense.slice(rows: 0..<kept.count)
    for column in coded.keys {
      coded[column]!.codes = Buffer(kept.map { coded[column]!.codes[$0] })
    }
    for column in plain.keys { plain[column] = Buffer(kept.map { plain[column]![$0] }) }
    keys = keys.map { keys in Buffer(kept.map { keys[$0] }) }
    absences = absences.mapValues { flags in Buffer(kept.map { flags[$0] }) }
    origin = origin.keeping(kept, isChoice: isChoice, causes: causes)
    rows = kept.count
    countMissing()
  }

  /// Counts missing values again, and finds the first of each column.
  private mutating func countMissing() {
    firstMissingLine = [:]
    for (j, known) in missingNumbers.enumerated() where known.count > 0 {
      let missing = (0..<rows).filter { dense[$0, j].isNaN }
      missingNumbers[j] = (missing.count, missing.first.map { origin.place(ofRow: $0) } ?? 0)
    }
    for (column, values) in coded where values.missingCount > 0 {
      let missing = (0..<rows).filter { values.codes[$0] == CodedColumn.missing }
      coded[column]!.missingCount = missing.count
      firstMissingLine[column] = missing.first.map { origin.place(ofRow: $0) }
    }
    for (column, values) in plain where firstMissingLine[column] == nil {
      let first = (0..<rows).first { values[$0].isNaN }
      firstMissingLine[column] = first.map { origin.place(ofRow: $0) }
    }
    if let identifier = plan.identifier?.column, firstMissingLine[identifier] == nil, let keys {
      let first = (0..<rows).first { keys[$0] == 0 }
      firstMissingLine[identifier] = first.map { origin.place(ofRow: $0) }
    }
  }
}

/// A table that has been opened: its columns are known, its rows not yet read.
protocol OpenTable {
  var file: String { get }
  var columns: [ColumnSample] { get }
  /// What stands in place of names of columns; nil: names, as far as one can see.
  var valuesAsNames: [String]? { get }

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

extension OpenTable {
  var valuesAsNames: [String]? { nil }
}
