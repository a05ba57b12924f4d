import LinearAlgebra

/// Packed tables, told by their first bytes whatever they are called.
enum PackedTables: TableSource {
  static let name = "packed"

  static func open(
    _ location: DataLocation, _ reading: TableReading, pool: WorkerPool
  ) throws(DataError) -> (any OpenTable)? {
    if case .blocks(let piece) = location {
      return try PackedTable(piece.file.packed, reading, piece: piece)
    }
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

  /// Columns that write numbers in another form than plain ones, by their place.
  private let disguised: [Int: DisguisedColumn]
  /// The rows that are read; nil: all.
  private let piece: PackedPiece?

  init(
    _ packed: PackedFile, _ reading: TableReading, piece: PackedPiece? = nil
  ) throws(DataError) {
    self.packed = packed
    self.piece = piece
    do throws(PackedFault) {
      let found = try PackedColumns(packed, reading)
      columns = found.samples
      disguised = found.disguised
    } catch { throw .packed(file: packed.path, error) }
  }

  var file: String { packed.path }
  var contents: PackedContents { packed.contents }
  /// Those that are read.
  var blocks: Range<Int> { piece?.blocks ?? 0..<contents.blocks.count }
  var valuesAsNames: [String]? { contents.isUnnamed ? columns.map(\.name) : nil }

  func read<Scalar: KernelScalar>(
    _ plan: TablePlan, as type: Scalar.Type, pool: WorkerPool
  ) throws(DataError) -> RawTable<Scalar> {
    let blocks = blocks
    let reading = PackedReading(
      packed, blocks, plan, verifies: !(piece?.isTrusted ?? false), as: Scalar.self)
    var found = PackedFindings()
    pool.orderedReduce(
      blocks.count, makePartial: { PackedFindings() },
      body: { k, part in part = reading.fill(blocks.lowerBound + k) }, merge: { found.add($0) })
    if let error = found.error(packed) { throw error }
    var table = try table(reading, found, pool)
    if let piece {
      piece.file.discard(blocks)
      if let kept = piece.keptRows { table.keep(kept, isChoice: true) }
    }
    return table
  }

  /// What was read, with what was found besides.
  private func table<Scalar: KernelScalar>(
    _ reading: PackedReading<Scalar>, _ found: PackedFindings, _ pool: WorkerPool
  ) throws(DataError) -> RawTable<Scalar> {
    let packed = packed, plan = reading.plan, rows = reading.rows, first = reading.firstRow
    var table = RawTable<Scalar>(
      file: file, rows: rows, plan: plan, dense: reading.dense, missingNumbers: [], coded: [:],
      plain: reading.plain, keys: reading.keys, absences: reading.absences, firstMissingLine: [:],
      origin: RowOrigin(source: file, rows: rows) { packed.line(ofRow: first + $0) })
    for (column, found) in disguised where plan.uses(column, inDisguise: found) {
      table.columnNotes[column] = ColumnNote(column: found.name, kind: .numbers, text: found.note)
    }
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
