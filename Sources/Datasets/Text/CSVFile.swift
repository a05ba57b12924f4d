import Essentials
import LinearAlgebra

/// Comma-separated text in a file, compressed or not, or on standard input.
enum CSVFile: TableSource {
  static let name = "csv"

  static func open(
    _ location: DataLocation, _ reading: TableReading, pool: WorkerPool
  ) throws(DataError) -> (any OpenTable)? {
    guard case .path(let path) = location else { return nil }
    let file = path == "-" ? "standard input" : path
    guard path == "-", let folder = reading.spoolFolder else {
      return try CSVTable(FileBytes.open(path), file: file, reading, pool: pool)
    }
    let spool = try Spool(in: folder)
    try spool.take(STDIN_FILENO, name: file)
    return try CSVTable(spool.finish(), file: file, reading, pool: pool)
  }
}
