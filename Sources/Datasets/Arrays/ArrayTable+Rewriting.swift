import Essentials
import LinearAlgebra

extension ArrayTable {
  /// Writes a folder of `X.npy`, `C.npy`, `group.npy`, `label.npy` and `weight.npy`, as far as their
  /// columns exist; new numeric columns follow those of `X.npy`. Numbers are doubles. Arrays of these
  /// names that an earlier table left in the folder go.
  func rewrite(
    _ changes: TableChanges, missingTexts: Set<String>, to folder: String, pool: WorkerPool
  ) throws(DataError) {
    guard folder != "-" else {
      throw .option("output", value: "-", "a table of arrays is written to a folder: name one")
    }
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw .unwritable(file: folder, reason: "\(error)")
    }
    var files: [AtomicFile] = [], stale: [String] = []
    for (name, prefix, many) in [
      ("X", "x", true), ("C", "c", true), ("group", "group", false), ("label", "label", false),
      ("weight", "weight", false),
    ] {
      let own = columns.indices.filter { column in
        let text = columns[column].name
        return (many ? text.hasPrefix(prefix) && Int(text.dropFirst()) != nil : text == prefix)
          && !changes.dropped.contains(text)
      }
      var parts = own.map { column in
        (column: Optional(column), values: changes.replaced[columns[column].name])
      }
      for (new, values) in changes.added where many ? name == "X" && !isRole(new) : new == name {
        parts.append((nil, values))
      }
      guard !parts.isEmpty else {
        stale.append("\(folder)/\(name).npy")
        continue
      }
      files.append(
        try array(parts, many: many, records: changes.records, to: "\(folder)/\(name).npy"))
    }
    for file in files { try file.commit() }
    for path in stale where FileManager.default.fileExists(atPath: path) {
      do {
        try FileManager.default.removeItem(atPath: path)
      } catch { throw .unwritable(file: path, reason: "\(error)") }
    }
  }

  func texts(
    _ column: Int, missingTexts: Set<String>, pool: WorkerPool
  ) throws(DataError) -> [String?] {
    (0..<rows).map { record in
      let number = value(record, column: column)
      return number.isNaN ? nil : ColumnValues.text(number)
    }
  }

  private func isRole(_ name: String) -> Bool { ["group", "label", "weight"].contains(name) }

  private func array(
    _ parts: [(column: Int?, values: ColumnValues?)], many: Bool, records: [Int], to path: String
  ) throws(DataError) -> AtomicFile {
    let file = try AtomicFile(path)
    let shape = many ? [records.count, parts.count] : [records.count]
    try file.write(NPYArray.header(kind: .float64, shape: shape))
    var row = [Double](repeating: 0, count: parts.count)
    for (place, record) in records.enumerated() {
      for (k, part) in parts.enumerated() {
        let old = part.column.map { value(record, column: $0) } ?? .nan
        let new = part.values?.number(place)
        row[k] = part.column != nil && old.isNaN ? old : new ?? old
      }
      try file.write(row.withUnsafeBytes { Array($0) })
    }
    return file
  }
}
