import CText
import LinearAlgebra

/// Fills the columns that a plan asks for from the blocks of a packed file.
struct PackedReading<Scalar: KernelScalar>: Sendable {
  private let packed: PackedFile
  private let blocks: Range<Int>
  let plan: TablePlan
  /// How many rows are read, and the first of them in the file.
  let rows: Int
  let firstRow: Int
  /// Whether bytes are compared with their digests.
  private let verifies: Bool
  private let text: PackedRowText
  private let missing: PackedMissing
  /// By column of the file.
  private let lookups: [Int: PackedLookup]
  let dense: Matrix<Scalar>
  let plain: [Int: Buffer<Double>]
  let keys: Buffer<UInt64>?
  let absences: [Int: Buffer<UInt8>]
  /// Of columns that have codes in every block.
  private let coded: [Int: Buffer<UInt16>]

  /// - Parameter blocks: those that are read.
  init(
    _ packed: PackedFile, _ blocks: Range<Int>, _ plan: TablePlan, verifies: Bool,
    as type: Scalar.Type
  ) {
    self.packed = packed
    self.blocks = blocks
    self.plan = plan
    self.verifies = verifies
    text = PackedRowText(packed)
    let contents = packed.contents, rows = contents.rows(of: blocks)
    self.rows = rows
    firstRow = contents.blocks[blocks.lowerBound].firstRow
    let missing = PackedMissing(plan.missingTexts)
    self.missing = missing
    let used = Set(
      plan.numbers.map(\.column) + (plan.codeColumns + plan.plain + plan.watched).map(\.column)
        + [plan.identifier?.column].compactMap(\.self))
    lookups = Dictionary(
      uniqueKeysWithValues: used.map { ($0, PackedLookup(contents.columns[$0], missing)) })
    dense = Matrix(
      buffer: Buffer(uninitialized: rows * plan.numbers.count), rows: rows,
      columns: plan.numbers.count, rowStride: plan.numbers.count)
    plain = Dictionary(
      plan.plain.map { ($0.column, Buffer(uninitialized: rows)) },
      uniquingKeysWith: { first, _ in first })
    keys = plan.identifier.map { _ in Buffer(uninitialized: rows) }
    absences = Dictionary(
      uniqueKeysWithValues: plan.watched.map { ($0.column, Buffer(uninitialized: rows)) })
    let whole = plan.codeColumns.map(\.column).filter { column in
      contents.blocks[blocks].allSatisfy { $0.columns[column].texts.codeSize != nil }
    }
    coded = Dictionary(uniqueKeysWithValues: whole.map { ($0, Buffer(uninitialized: rows)) })
  }

  /// Fills the rows of a block.
  func fill(_ index: Int) -> PackedFindings {
    var found = PackedFindings()
    do throws(PackedFault) {
      if verifies {
        try packed.verify(index, Set(lookups.keys))
        try packed.verifyLines(index)
      }
      for (j, number) in plan.numbers.enumerated() {
        let target = PackedTarget(
          pointer: dense.pointer(row: 0) + j, stride: dense.rowStride, origin: number.origin,
          limit: MemoryLayout<Scalar>.size == 4
            ? Double(Float.greatestFiniteMagnitude) : .infinity)
        try fill(target, number.column, index, isCounted: true, &found)
      }
      for (column, values) in plain {
        let isCounted = !plan.numbers.contains { $0.column == column }
        let target = PackedTarget(
          pointer: values.pointer, stride: 1, origin: 0, limit: Double.infinity)
        try fill(target, column, index, isCounted: isCounted, &found)
      }
      for (column, codes) in coded { try fill(codes, column, index, &found) }
      try fillTexts(index, &found)
    } catch { found.fault = error }
    return found
  }

  // MARK: Numbers

  /// - Parameter isCounted: missing values are; a column that is read twice counts once.
  private func fill<Number: BinaryFloatingPoint>(
    _ target: PackedTarget<Number>, _ column: Int, _ index: Int, isCounted: Bool,
    _ found: inout PackedFindings
  ) throws(PackedFault) {
    let block = packed.contents.blocks[index]
    let numbers =
      block.columns[column].precision == .none ? nil : PackedNumbers(packed, block, column)
    var isCopied = false
    if let numbers {
      // SAFETY: the rows of floats lie inside the block, and the target has a place for each row.
      let isOdd = eqp_packed_copy(
        numbers.pointer, Int32(numbers.size), Int64(numbers.width), Int64(block.rows),
        target.origin, target.limit, target.pointer + (block.firstRow - firstRow) * target.stride,
        Int32(MemoryLayout<Number>.size), Int64(target.stride))
      if isOdd == 0 && missing.numbers.isEmpty { return }
      isCopied = missing.numbers.isEmpty
    }
    for i in 0..<block.rows {
      let row = block.firstRow + i
      let place = target.pointer + (row - firstRow) * target.stride
      // What was copied and is an ordinary number needs no second look.
      if isCopied, place.pointee.magnitude < .greatestFiniteMagnitude { continue }
      switch try reading(i, numbers, column, index) {
      case .number(let value) where abs(value - target.origin) <= target.limit:
        place.pointee = Number(value - target.origin)
      case .missing:
        place.pointee = .nan
        if isCounted { found.addMissing(column, row: row) }
      case let other:
        found.fail(
          .init(
            row: row, column: column, kind: other.failure,
            value: PackedText.plain(try text.field(i, column, block: index))))
        return
      }
    }
  }

  /// What stands in a row where a number is wanted.
  private func reading(
    _ i: Int, _ numbers: PackedNumbers?, _ column: Int, _ index: Int
  ) throws(PackedFault) -> PackedLookup.Reading {
    let lookup = lookups[column]!
    guard let numbers else {
      return lookup.reading(try text.field(i, column, block: index))
    }
    let (value, word) = numbers[i]
    if value.isInfinite { return .notFinite }
    if !value.isNaN { return missing.contains(value) ? .missing : .number(value) }
    guard word > 0, word <= lookup.readings.count else {
      _ = try text.known(Int(word) - 1, column)
      return .notANumber
    }
    return lookup.readings[Int(word) - 1]
  }

  // MARK: Texts

  private func fill(
    _ codes: Buffer<UInt16>, _ column: Int, _ index: Int, _ found: inout PackedFindings
  ) throws(PackedFault) {
    let block = packed.contents.blocks[index], part = block.columns[column]
    let map = lookups[column]!.codes
    var bad: Int64 = -1
    // SAFETY: the codes lie inside the block, and the target has a place for each row.
    let count = eqp_packed_map(
      packed.memory(block) + part.offset, Int32(part.texts.codeSize ?? 1), Int64(block.rows), map,
      Int64(map.count), codes.pointer + block.firstRow - firstRow, &bad)
    if bad >= 0 { _ = try text.field(Int(bad), column, block: index) }
    guard count > 0, !isNumber(column) else { return }
    let rows = block.firstRow..<block.firstRow + block.rows
    let first =
      rows.first { codes.pointer[$0 - firstRow] == CodedColumn.missing } ?? rows.lowerBound
    found.addMissing(column, row: first, count: Int(count))
  }

  private func isNumber(_ column: Int) -> Bool {
    plain[column] != nil || plan.numbers.contains { $0.column == column }
  }

  /// Names of rows, and where values are missing.
  private func fillTexts(_ index: Int, _ found: inout PackedFindings) throws(PackedFault) {
    let block = packed.contents.blocks[index]
    if let column = plan.identifier?.column, let keys {
      let isCounted = !isNumber(column) && !plan.codeColumns.contains { $0.column == column }
      try eachText(column, index) { i, known, value in
        let key = known?.key ?? lookups[column]!.known(value).key
        keys.pointer[block.firstRow - firstRow + i] = key
        if key == 0, isCounted { found.addMissing(column, row: block.firstRow + i) }
      }
    }
    for (column, flags) in absences {
      try eachText(column, index) { i, known, value in
        let isAbsent = known?.isAbsent ?? lookups[column]!.known(value).isAbsent
        flags.pointer[block.firstRow - firstRow + i] = isAbsent ? 1 : 0
      }
    }
  }

  /// Calls with each row of a block, and with what is known of its text, or with the text.
  private func eachText(
    _ column: Int, _ index: Int,
    _ body: (_ row: Int, _ known: PackedLookup.Known?, _ text: [UInt8]) -> Void
  ) throws(PackedFault) {
    let block = packed.contents.blocks[index], part = block.columns[column]
    let all = lookups[column]!.all
    for i in 0..<block.rows {
      if part.texts.codeSize == nil {
        body(i, nil, try text.field(i, column, block: index))
      } else {
        let code = text.code(i, part, block)
        if code >= all.count { _ = try text.known(code, column) }
        body(i, all[code], [])
      }
    }
  }

  /// The codes of a column, and where they are missing when no block has told.
  func codes(
    _ category: TablePlan.Category, _ pool: WorkerPool
  ) throws(DataError) -> ([String], Buffer<UInt16>, PackedFindings.Missing?) {
    let lookup = lookups[category.column]!
    if let codes = coded[category.column] {
      guard !lookup.hasTooManyLevels else { throw tooMany(category) }
      return (lookup.levels, codes, nil)
    }
    return try numbered(category)
  }

  private func tooMany(_ category: TablePlan.Category) -> DataError {
    .tooManyLevels(
      file: packed.path, column: category.name, limit: Int(CodedColumn.missing))
  }

  /// The codes of texts that the file has not numbered.
  private func numbered(
    _ category: TablePlan.Category
  ) throws(DataError) -> ([String], Buffer<UInt16>, PackedFindings.Missing?) {
    let column = category.column, codes = Buffer<UInt16>(uninitialized: rows)
    var places: [[UInt8]: UInt16] = [:], found = PackedFindings()
    do throws(PackedFault) {
      for index in blocks {
        let block = packed.contents.blocks[index]
        for i in 0..<block.rows {
          let value = PackedText.plainBytes(try text.field(i, column, block: index))
          let row = block.firstRow - firstRow + i
          guard !missing.contains(value) else {
            codes.pointer[row] = CodedColumn.missing
            found.addMissing(column, row: firstRow + row)
            continue
          }
          if let known = places[value] {
            codes.pointer[row] = known
            continue
          }
          guard places.count < Int(CodedColumn.missing) else { throw PackedFault.notPacked }
          codes.pointer[row] = UInt16(places.count)
          places[value] = UInt16(places.count)
        }
      }
    } catch { throw error == .notPacked ? tooMany(category) : .packed(file: packed.path, error) }
    let sorted = places.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    var rank = [UInt16](repeating: CodedColumn.missing, count: 1 << 16)
    for (place, entry) in sorted.enumerated() { rank[Int(entry.value)] = UInt16(place) }
    for row in 0..<codes.count { codes.pointer[row] = rank[Int(codes.pointer[row])] }
    return (
      sorted.map { String(decoding: $0.key, as: UTF8.self) }, codes,
      isNumber(column) ? nil : found.missing[column]
    )
  }
}

/// Where the numbers of a column go.
private struct PackedTarget<Number: BinaryFloatingPoint> {
  var pointer: UnsafeMutablePointer<Number>
  var stride: Int
  /// Subtracted from each number.
  var origin: Double
  /// Of the difference.
  var limit: Double
}
