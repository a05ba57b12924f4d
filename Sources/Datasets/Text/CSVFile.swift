import LinearAlgebra

/// Comma-separated text in a file, compressed or not, or on standard input.
enum CSVFile: TableSource {
  static let name = "csv"

  static func open(
    _ location: DataLocation, _ reading: TableReading, pool: WorkerPool
  ) throws(DataError) -> (any OpenTable)? {
    guard case .path(let path) = location else { return nil }
    let file = path == "-" ? "standard input" : path
    return try CSVTable(FileBytes.open(path), file: file, reading, pool: pool)
  }
}
