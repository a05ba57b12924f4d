import Essentials
import LinearAlgebra

/// What stands in a column of a written table: a value for each row.
public enum ColumnValues: Sendable {
  /// Shape `(n)`; NaN keeps what stood there, and is an empty field in a new column.
  case numbers([Double])
  /// A text for each row by its position in a list, shape `(n)`; −1 keeps what stood there.
  case texts(codes: [Int], names: [String])
}

/// A table as it was, with some columns changed, added or left out, and its records chosen.
public struct TableChanges: Sendable {
  /// The record of the old table that each row of the new one is made from, counted from 0.
  public var records: [Int]
  /// By name; a missing value of the old table stays missing.
  public var replaced: [String: ColumnValues]
  /// New columns, after the others.
  public var added: [(name: String, values: ColumnValues)]
  public var dropped: Set<String>

  public init(
    records: [Int], replaced: [String: ColumnValues] = [:],
    added: [(name: String, values: ColumnValues)] = [], dropped: Set<String> = []
  ) {
    self.records = records
    self.replaced = replaced
    self.added = added
    self.dropped = dropped
  }
}

/// Writes a table again with changes: what does not change keeps its very bytes.
public struct TableRewriter: Sendable {
  public let location: DataLocation
  private let reading: TableReading
  public let pool: WorkerPool

  public init(_ location: DataLocation, options: DataOptions, pool: WorkerPool) {
    self.location = location
    reading = TableReading(options)
    self.pool = pool
  }

  public func columnNames() throws(DataError) -> [String] {
    try TableSources.open(location, reading, pool: pool).columns.map(\.name)
  }

  /// Writes a comma-separated file, or for a folder of arrays a folder of arrays.
  ///
  /// - Parameter path: `-` is standard output.
  public func write(_ changes: TableChanges, to path: String) throws(DataError) {
    try TableSources.open(location, reading, pool: pool).rewrite(
      changes, missingTexts: Set(reading.missingTexts), to: path, pool: pool)
  }
}

extension ColumnValues {
  /// The shortest text that reads back as the same number; whole numbers without a point.
  static func text(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 0x1p53 ? "\(Int(value))" : "\(value)"
  }

  /// The field of a row, nil to keep the old one.
  func field(_ row: Int) -> String? {
    switch self {
    case .numbers(let values): values[row].isNaN ? nil : Self.text(values[row])
    case .texts(let codes, let names): codes[row] < 0 ? nil : names[codes[row]]
    }
  }

  /// The value of a row as a number, nil where its text is none.
  func number(_ row: Int) -> Double? {
    switch self {
    case .numbers(let values): values[row].isNaN ? nil : values[row]
    case .texts(let codes, let names): codes[row] < 0 ? nil : Double(names[codes[row]])
    }
  }
}
