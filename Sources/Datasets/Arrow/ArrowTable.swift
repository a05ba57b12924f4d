import CText
import Essentials
import LinearAlgebra

/// A table that came through the Arrow C stream interface: batches of columns in the memory of
/// whoever made them, which is released with the table.
public struct ArrowTable: Sendable {
  public static let file = RowPlace.table
  /// Rows from which the mean of a column is guessed.
  static let sampledRows = 1000
  /// Rows that one worker packs at once: their block of the design matrix stays in the cache.
  static let blockRows = 1024

  let fields: [ArrowField]
  let batches: [Batch]
  public let rows: Int
  /// The decimal mark of numbers in texts, where the user names it.
  var decimal: DecimalMark?

  struct Batch: Sendable {
    var firstRow: Int
    var rows: Int
    var columns: [ArrowChunk]
    /// Keeps the memory.
    var owner: ArrowOwner
  }

  /// Reads a stream to its end and releases it.
  ///
  /// - Parameter stream: an `ArrowArrayStream`, which is left released.
  public init(consuming stream: UnsafeMutableRawPointer) throws(DataError) {
    do throws(ArrowError) {
      let reader = try ArrowReader(stream)
      fields = try reader.fields()
      batches = try reader.batches(fields)
    } catch { throw .unreadable(file: Self.file, reason: error.description) }
    rows = batches.reduce(0) { $0 + $1.rows }
    guard rows > 0 else { throw .headerOnly(file: Self.file) }
  }

  init(fields: [ArrowField], batches: [Batch]) {
    self.fields = fields
    self.batches = batches
    rows = batches.reduce(0) { $0 + $1.rows }
  }

  public var columnNames: [String] { fields.map(\.name) }
}

/// Tables of the caller's, as they came through the Arrow C stream interface.
enum ArrowTables: TableSource {
  static let name = "arrow"

  static func open(
    _ location: DataLocation, _ reading: TableReading, pool: WorkerPool
  ) throws(DataError) -> (any OpenTable)? {
    guard case .arrow(var table) = location else { return nil }
    table.decimal = reading.form.decimal
    return table
  }
}

extension ArrowTable: Equatable {
  /// Whether both are the same table in memory.
  public static func == (a: ArrowTable, b: ArrowTable) -> Bool {
    a.rows == b.rows && a.batches.first?.owner === b.batches.first?.owner
  }
}

extension ArrowTable: OpenTable {
  func rewrite(
    _ changes: TableChanges, missingTexts: Set<String>, to path: String, pool: WorkerPool
  ) throws(DataError) {
    throw .option(
      "output", value: path, "a table in memory has no text to write again; give it as a file")
  }

  var file: String { Self.file }

  var columns: [ColumnSample] {
    fields.indices.map { j in
      var sample = ColumnSample(
        name: fields[j].name, isNumeric: fields[j].isNumeric, mean: 0,
        unusable: fields[j].unusable,
        isDeclared: fields[j].dictionary != nil && fields[j].isDeclared)
      if fields[j].isNumeric { addNumbers(j, to: &sample) }
      return sample
    }
  }

  private func addNumbers(_ j: Int, to sample: inout ColumnSample) {
    guard let batch = batches.first(where: { $0.rows > 0 }) else { return }
    let step = max(1, batch.rows / Self.sampledRows)
    var sum = 0.0, count = 0.0, wholes = 0.0
    var first: Int?
    for i in stride(from: 0, to: batch.rows, by: step) {
      let value = batch.columns[j].number(i)
      guard value.isFinite else { continue }
      first = first ?? i
      sum += value
      count += 1
      if value == value.rounded() { wholes += 1 }
    }
    sample.isWhole = count > 0 && wholes == count
    // What cannot be read is an error where it is used.
    sample.example = first.flatMap { try? batch.columns[j].text($0) }
    // Single-precision columns stand as they are: their memory is what a model sees.
    guard fields[j].type != .number(.float32), count > 0, sum.isFinite else { return }
    sample.mean = sum / count
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
    let texts = try numbersOfTexts(plan, notes: &table.columnNotes)
    table.missingNumbers = try ArrowPacking(
      table: self, plan: plan, texts: texts, dense: table.dense
    ).run(pool)
    for category in plan.codeColumns {
      let (column, first) = try codes(category, plan.missingTexts)
      table.coded[category.column] = column
      table.firstMissingLine[category.column] = first.map { $0 + 1 }
    }
    for category in plan.plain where table.plain[category.column] == nil {
      let values = texts[category.column] ?? plain(category.column)
      table.plain[category.column] = values
      if let first = (0..<rows).first(where: { values.pointer[$0].isNaN }) {
        table.firstMissingLine[category.column] = first + 1
      }
    }
    for category in plan.watched {
      table.absences[category.column] = try absences(
        category.column, missingTexts: Set(plan.missingTexts))
    }
    if let identifier = plan.identifier { table.keys = try keys(identifier.column) }
    return table
  }

  private func plain(_ j: Int) -> Buffer<Double> {
    let values = Buffer<Double>(uninitialized: rows)
    for batch in batches {
      let chunk = batch.columns[j], target = values.pointer + batch.firstRow
      for i in 0..<batch.rows { target[i] = chunk.number(i) }
    }
    return values
  }

  /// Where a column has no value; nobody looks at those that no model can use.
  private func absences(
    _ j: Int, missingTexts: Set<String>
  ) throws(DataError) -> Buffer<UInt8> {
    let flags = Buffer<UInt8>(zeroed: rows)
    let isNumeric = fields[j].isNumeric
    for batch in batches where fields[j].unusable == nil {
      let chunk = batch.columns[j]
      for i in 0..<batch.rows {
        let isMissing =
          try isNumeric
          ? chunk.number(i).isNaN
          : reading { () throws(ArrowError) in
            try chunk.text(i).map { missingTexts.contains($0.trimmingBlanks) } ?? true
          }
        if isMissing { flags[batch.firstRow + i] = 1 }
      }
    }
    return flags
  }

  private func keys(_ j: Int) throws(DataError) -> Buffer<UInt64> {
    let keys = Buffer<UInt64>(uninitialized: rows)
    for batch in batches {
      for i in 0..<batch.rows {
        let text = try reading { () throws(ArrowError) in try batch.columns[j].text(i) }
        keys.pointer[batch.firstRow + i] = text.map { RecordKey.of($0) } ?? 0
      }
    }
    return keys
  }

  func texts(
    _ column: Int, missingTexts: Set<String>, pool: WorkerPool
  ) throws(DataError) -> [String?] {
    var texts: [String?] = []
    texts.reserveCapacity(rows)
    for batch in batches {
      for i in 0..<batch.rows {
        texts.append(try reading { () throws(ArrowError) in try batch.columns[column].text(i) })
      }
    }
    return texts
  }

  func reading<Value>(_ body: () throws(ArrowError) -> Value) throws(DataError) -> Value {
    do throws(ArrowError) { return try body() } catch {
      throw .unreadable(file: file, reason: error.description)
    }
  }
}
