import CText
import LinearAlgebra

/// Packed tables, told by their first bytes whatever they are called.
enum PackedTables: TableSource {
  static let name = "packed"

  static func open(
    _ location: DataLocation, _ reading: TableReading, pool: WorkerPool
  ) throws(DataError) -> (any OpenTable)? {
    guard case .path(let path) = location, path != "-", FileBytes.isRegularFile(path) else {
      return nil
    }
    let bytes = try FileBytes.open(path)
    guard PackedHeader.isFound(in: bytes) else { return nil }
    return try PackedTable(PackedFile(bytes, path: path), reading)
  }
}

/// A packed table: the same columns, numbers, texts and places as the text that it was packed from.
struct PackedTable: OpenTable {
  let packed: PackedFile
  let columns: [ColumnSample]

  init(_ packed: PackedFile, _ reading: TableReading) throws(DataError) {
    self.packed = packed
    columns = try Self.columns(packed, reading)
  }

  var file: String { packed.path }
  var contents: PackedContents { packed.contents }
  var valuesAsNames: [String]? { contents.isUnnamed ? columns.map(\.name) : nil }

  /// What columns are, told again from the same rows where other texts mean a missing value.
  private static func columns(
    _ packed: PackedFile, _ reading: TableReading
  ) throws(DataError) -> [ColumnSample] {
    let contents = packed.contents, sample = contents.sample
    let known = contents.columns.map(\.sample)
    guard !sample.starts.isEmpty, Set(sample.missingTexts) != Set(reading.missingTexts) else {
      return known
    }
    let rows = contents.rows, missing = Set(reading.missingTexts)
    let text = PackedRowText(packed)
    var sampled: [Int] = [], examples: [Int: String] = [:]
    do throws(PackedFault) {
      for start in sample.starts where start < rows {
        sampled += Array(start..<min(rows, start + min(sample.limit, CSVTable.mostSampled)))
      }
      for row in sample.examples where row < rows {
        for j in known.indices where examples[j] == nil {
          let value = PackedText.plain(try text.field(row, j))
          if !missing.contains(value) { examples[j] = value }
        }
      }
      let bytes = FileBytes(try text.records(sampled).text)
      return CSVTable.sample(
        bytes, known.map(\.name), starts: [0], limit: sampled.count,
        missingTexts: reading.missingTexts, examples: examples)
    } catch { throw .packed(file: packed.path, error) }
  }

  func read<Scalar: KernelScalar>(
    _ plan: TablePlan, as type: Scalar.Type, pool: WorkerPool
  ) throws(DataError) -> RawTable<Scalar> {
    let rows = contents.rows
    let reading = PackedReading(packed, plan, as: Scalar.self)
    var found = PackedFindings()
    pool.orderedReduce(
      contents.blocks.count, makePartial: { PackedFindings() },
      body: { index, part in part = reading.fill(index) }, merge: { found.add($0) })
    if let error = found.error(packed) { throw error }
    let packed = packed
    var table = RawTable<Scalar>(
      file: file, rows: rows, plan: plan, dense: reading.dense, missingNumbers: [], coded: [:],
      plain: reading.plain, keys: reading.keys, absences: reading.absences, firstMissingLine: [:],
      origin: RowOrigin(source: file, rows: rows) { packed.line(ofRow: $0) })
    func line(_ missing: PackedFindings.Missing?) -> Int {
      missing.map { packed.line(ofRow: $0.first) } ?? 0
    }
    for number in plan.numbers {
      let missing = found.missing[number.column]
      table.missingNumbers.append((missing?.count ?? 0, line(missing)))
    }
    for category in plan.codeColumns {
      let (levels, codes, missing) = try reading.codes(category, pool)
      let known = found.missing[category.column] ?? missing
      table.coded[category.column] = CodedColumn(
        name: category.name, levels: levels, codes: codes, missingCount: known?.count ?? 0)
      if known != nil { table.firstMissingLine[category.column] = line(known) }
    }
    for column in Array(reading.plain.keys) + [plan.identifier?.column].compactMap(\.self) {
      if let missing = found.missing[column] { table.firstMissingLine[column] = line(missing) }
    }
    return table
  }
}
