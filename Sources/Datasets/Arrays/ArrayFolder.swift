import Essentials
import LinearAlgebra

/// A folder of arrays: `X.npy` (n, d) numbers, and beside it, each optional, `C.npy` (n, k) codes of
/// categorical columns, `group.npy`, `label.npy` and `weight.npy` (n).
///
/// Their columns are called `x0…`, `c0…`, `group`, `label` and `weight`.
enum ArrayFolder: TableSource {
  static let name = "arrays"

  static func open(
    _ location: DataLocation, _ reading: TableReading, pool: WorkerPool
  ) throws(DataError) -> (any OpenTable)? {
    guard case .path(let path) = location, path != "-", FileBytes.isFolder(path) else {
      return nil
    }
    return try ArrayTable(folder: path)
  }
}

struct ArrayTable: OpenTable {
  let file: String
  let columns: [ColumnSample]
  let rows: Int
  /// The array and the column of it that each column of the table is.
  private let places: [(array: NPYArray, column: Int, width: Int)]

  init(folder: String) throws(DataError) {
    file = folder
    let parts: [(name: String, prefix: String, many: Bool, numeric: Bool)] = [
      ("X", "x", true, true), ("C", "c", true, false), ("group", "group", false, false),
      ("label", "label", false, true), ("weight", "weight", false, true),
    ]
    var columns: [ColumnSample] = []
    var places: [(array: NPYArray, column: Int, width: Int)] = []
    var rows: Int?
    for part in parts {
      let path = "\(folder)/\(part.name).npy"
      guard FileManager.default.fileExists(atPath: path) else { continue }
      let array = try NPYArray(path)
      let width = array.shape.count == 2 ? array.shape[1] : 1
      guard array.shape.count == (part.many ? 2 : 1) else {
        throw .corruptArray(file: path, detail: "\(array.shape.count) dimensions")
      }
      guard rows == nil || rows == array.shape[0] else {
        throw .corruptArray(
          file: path, detail: "\(array.shape[0]) rows where the others have \(rows!)")
      }
      rows = array.shape[0]
      for j in 0..<width {
        columns.append(
          ColumnSample(
            name: part.many ? "\(part.prefix)\(j)" : part.prefix, isNumeric: part.numeric, mean: 0))
        places.append((array, j, width))
      }
    }
    guard let rows else { throw .unreadable(file: folder, reason: "no X.npy in this folder") }
    guard rows > 0 else { throw .headerOnly(file: folder) }
    self.rows = rows
    self.columns = columns
    self.places = places
  }

  func read<Scalar: KernelScalar>(
    _ plan: TablePlan, as type: Scalar.Type, pool: WorkerPool
  ) throws(DataError) -> RawTable<Scalar> {
    var table = RawTable<Scalar>(
      file: file, rows: rows, plan: plan,
      dense: Matrix(
        buffer: Buffer(uninitialized: rows * plan.numbers.count), rows: rows,
        columns: plan.numbers.count, rowStride: plan.numbers.count),
      missingNumbers: [], coded: [:], plain: [:], firstMissingLine: [:],
      origin: RowOrigin(source: file, rows: rows))
    table.missingNumbers = try NumberColumns(
      plan.numbers.map { number in
        let place = places[number.column]
        return NumberColumns.Column(
          array: place.array, column: place.column, width: place.width, name: number.name,
          origin: number.origin)
      }
    ).fill(table.dense, pool: pool)
    for category in plan.codeColumns {
      table.coded[category.column] = try codes(category)
    }
    for category in plan.plain where table.plain[category.column] == nil {
      let place = places[category.column]
      let values = Buffer<Double>(uninitialized: rows)
      for i in 0..<rows { values.pointer[i] = place.array.value(i * place.width + place.column) }
      if let first = (0..<rows).first(where: { values.pointer[$0].isNaN }) {
        table.firstMissingLine[category.column] = first + 1
      }
      table.plain[category.column] = values
    }
    for category in plan.watched {
      table.absences[category.column] = Buffer(
        (0..<rows).map { value($0, column: category.column).isNaN ? 1 : 0 })
    }
    table.keys = plan.identifier.map(keys)
    return table
  }

  func value(_ row: Int, column: Int) -> Double {
    let place = places[column]
    return place.array.value(row * place.width + place.column)
  }

  /// The hash of each number's shortest text, as of a text file's field.
  private func keys(_ identifier: TablePlan.Category) -> Buffer<UInt64> {
    let place = places[identifier.column]
    let keys = Buffer<UInt64>(uninitialized: rows)
    for i in 0..<rows {
      let value = place.array.value(i * place.width + place.column)
      keys.pointer[i] =
        value.isNaN ? 0 : RecordKey.of(Self.text(value))
    }
    return keys
  }

  private static func text(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 0x1p53 ? "\(Int(value))" : "\(value)"
  }

  private func codes(_ category: TablePlan.Category) throws(DataError) -> CodedColumn {
    let place = places[category.column]
    var position: [Double: UInt16] = [:]
    var values: [Double] = []
    let codes = Buffer<UInt16>(uninitialized: rows)
    for i in 0..<rows {
      let value = place.array.value(i * place.width + place.column)
      guard value.isFinite else {
        throw .notFinite(
          file: place.array.file, row: i + 1, column: category.name, value: "\(value)")
      }
      if let known = position[value] {
        codes.pointer[i] = known
      } else {
        guard values.count < Int(CodedColumn.missing) else {
          throw .tooManyLevels(
            file: place.array.file, column: category.name, limit: Int(CodedColumn.missing))
        }
        position[value] = UInt16(values.count)
        codes.pointer[i] = UInt16(values.count)
        values.append(value)
      }
    }
    let names = values.map(Self.text)
    let order = names.indices.sorted { names[$0] < names[$1] }
    var rank = [UInt16](repeating: 0, count: names.count)
    for (position, index) in order.enumerated() { rank[index] = UInt16(position) }
    for i in 0..<rows { codes.pointer[i] = rank[Int(codes.pointer[i])] }
    return CodedColumn(
      name: category.name, levels: order.map { names[$0] }, codes: codes, missingCount: 0)
  }
}
