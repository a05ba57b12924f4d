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

/// A kind of place that tables come from.
protocol TableSource: Sendable {
  static var name: String { get }
  /// The table when the location is of this kind, else nil.
  static func open(
    _ location: DataLocation, missingTexts: [String], pool: WorkerPool
  ) throws(DataError) -> (any OpenTable)?
}

/// Every kind of place that tables come from: one line each; the first that fits is taken.
public enum TableSources {
  static let all: [any TableSource.Type] = [
    BundledTables.self,
    ArrowTables.self,
    ArrayFolder.self,
    CSVFile.self,
  ]

  public static var names: [String] { all.map { $0.name } }

  static func open(
    _ location: DataLocation, missingTexts: [String], pool: WorkerPool
  ) throws(DataError) -> any OpenTable {
    for source in all {
      if let table = try source.open(location, missingTexts: missingTexts, pool: pool) {
        return table
      }
    }
    preconditionFailure("every path is at least a CSV file")
  }
}
