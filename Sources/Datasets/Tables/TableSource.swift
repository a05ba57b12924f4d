import CBundledData
import LinearAlgebra

/// Where a table is.
public enum DataLocation: Sendable, Equatable {
  /// A file, a folder of arrays, or `-` for standard input.
  case path(String)
  case bundled(BundledDataset, BundledDataset.Part)
  /// A table in memory.
  case arrow(ArrowTable)
}

/// What is known of a table before it is opened.
struct TableReading: Sendable {
  /// Texts that mean a missing value.
  var missingTexts: [String]
  var form: TextForm
  /// Where text goes that cannot be mapped as it is; nil: into memory.
  var spoolFolder: String?

  init(_ options: DataOptions) {
    missingTexts = DataOptions.usualMissing + options.missingTexts
    form = options.form
  }
}

/// A kind of place that tables come from.
protocol TableSource: Sendable {
  static var name: String { get }
  /// The table when the location is of this kind, else nil.
  static func open(
    _ location: DataLocation, _ reading: TableReading, pool: WorkerPool
  ) throws(DataError) -> (any OpenTable)?
}

/// Every kind of place that tables come from: one line each; the first that fits is taken.
public enum TableSources {
  static let all: [any TableSource.Type] = [
    BundledTables.self,
    ArrowTables.self,
    ArrayFolder.self,
    PackedTables.self,
    CSVFile.self,
  ]

  public static var names: [String] { all.map { $0.name } }

  static func open(
    _ location: DataLocation, _ reading: TableReading, pool: WorkerPool
  ) throws(DataError) -> any OpenTable {
    for source in all {
      if let table = try source.open(location, reading, pool: pool) {
        return table
      }
    }
    preconditionFailure("every path is at least a CSV file")
  }
}
