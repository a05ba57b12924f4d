import CBundledData
import LinearAlgebra

/// Where a table is.
public enum DataLocation: Sendable, Equatable {
  /// A file, a folder of arrays, or `-` for standard input.
  case path(String)
  case bundled(BundledDataset, BundledDataset.Part)
  /// A table in memory.
  case arrow(ArrowTable)
  /// Some blocks of a packed file.
  case blocks(PackedPiece)
}

/// What is known of a table before it is opened.
struct TableReading: Sendable {
  /// Texts that mean a missing value.
  var missingTexts: [String]
  var form: TextForm
  /// Columns that hold numbers, however they are written.
  var numbers: Set<String>
  /// Where text goes that cannot be mapped as it is; nil: into memory.
  var spoolFolder: String?

  /// - Parameter encoder: of a model that the rows are read for: it knows its numbers.
  init(_ options: DataOptions, for encoder: FeatureEncoder? = nil) {
    missingTexts = options.missingTexts(for: encoder)
    form = options.form
    numbers = options.numberColumns.union((encoder?.numeric ?? []).map(\.name))
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
