import CText
import LinearAlgebra

/// A comma-separated file: RFC 4180 with either line end, a byte order mark, gzip, and blanks
/// around fields forgiven.
///
/// Numbers go straight into the packed block and texts into codes; no table of strings exists.
struct CSVTable: OpenTable {
  let file: String
  let columns: [ColumnSample]
  private let bytes: FileBytes
  private let layout: TextLayout

  /// For writing the table again.
  var textBytes: FileBytes { bytes }
  var textLayout: TextLayout { layout }

  /// Where the sample that types are inferred from is taken, and how many records at each place:
  /// the start alone would miss what a sorted file holds later.
  static let samplePlaces = 16
  static let recordsAPlace = 500
  /// Records at one place at most.
  static var mostSampled: Int { samplePlaces * recordsAPlace }
  /// Records that an example of a value is looked for in.
  static let exampleRecords = 16

  /// What a reader of the table must know of the whole file.
  let notes: [Phrase]
  let disguised: [Int: DisguisedColumn]

  init(
    _ bytes: FileBytes, file: String, _ reading: TableReading, pool: WorkerPool
  ) throws(DataError) {
    self.file = file
    var text = try PlainText(bytes, name: file, reading)
    var layout = try TextLayout(text.bytes, name: file, pool: pool)
    var columns = Self.sample(text.bytes, layout, missingTexts: reading.missingTexts)
    let disguised = DisguisedColumns(columns, text, layout, reading).found
    if !disguised.isEmpty {
      try text.makePlain(disguised)
      layout = try TextLayout(text.bytes, name: file, pool: pool)
      columns = Self.sample(text.bytes, layout, missingTexts: reading.missingTexts)
    }
    self.bytes = text.bytes
    self.layout = layout
    self.columns = columns
    notes = text.notes
    self.disguised = text.disguised
  }

  /// A column whose fields are not all numbers is still one of numbers when the others are as few
  /// as mistakes are: the odd field is then an error that has a place. More of them make a category.
  private static func isNumeric(_ found: eqp_text_statistics) -> Bool {
    let others = found.values - found.numbers
    if others == 0 { return found.numbers > 0 }
    return found.numbers >= fewestNumbers && others <= max(1, found.values / mistakeShare)
  }

  private static let fewestNumbers = 3
  private static let mistakeShare: Int64 = 100

  /// The chunks at whose beginnings a sample is taken, and how many records of each.
  static func samplePlaces(_ layout: TextLayout) -> (chunks: [Int], limit: Int) {
    let count = layout.chunks.count
    // A small file is read whole: its types are then known and not guessed.
    return (
      Array(stride(from: 0, to: count, by: max(1, count / samplePlaces))),
      count == 1 ? samplePlaces * recordsAPlace : recordsAPlace
    )
  }

  private static func sample(
    _ bytes: FileBytes, _ layout: TextLayout, missingTexts: [String]
  ) -> [ColumnSample] {
    let places = samplePlaces(layout)
    let examples = layout.values(
      of: Array(layout.header.indices), bytes, records: exampleRecords,
      missing: Set(missingTexts))
    return sample(
      bytes, layout.header, starts: places.chunks.map { layout.chunks[$0].begin },
      limit: places.limit, missingTexts: missingTexts, examples: examples.compactMapValues(\.first))
  }

  /// What columns are, by records from some places of a text.
  static func sample(
    _ bytes: FileBytes, _ names: [String], starts: [Int], limit: Int, missingTexts: [String],
    examples: [Int: String]
  ) -> [ColumnSample] {
    var statistics = [eqp_text_statistics](repeating: eqp_text_statistics(), count: names.count)
    withMissingTexts(missingTexts) { missing in
      var missing = missing
      eqp_text_sample(
        bytes.pointer, Int64(bytes.count), starts.map { Int64($0) }, Int64(starts.count),
        Int64(limit), &missing, &statistics, Int64(statistics.count))
    }
    return names.indices.map { j in
      let found = statistics[j]
      return ColumnSample(
        name: names[j], isNumeric: isNumeric(found), mean: found.mean,
        isWhole: found.numbers > 0 && found.wholes == found.numbers, isCode: found.codes > 0,
        example: examples[j])
    }
  }

  func read<Scalar: KernelScalar>(
    _ plan: TablePlan, as type: Scalar.Type, pool: WorkerPool
  ) throws(DataError) -> RawTable<Scalar> {
    let rows = layout.rows
    let dense = Matrix<Scalar>(
      buffer: Buffer(uninitialized: rows * plan.numbers.count), rows: rows,
      columns: plan.numbers.count, rowStride: plan.numbers.count)
    let codes = Dictionary(
      uniqueKeysWithValues: plan.codeColumns.map {
        ($0.column, Buffer<UInt16>(uninitialized: rows))
      })
    let plain = Dictionary(
      plan.plain.map { ($0.column, Buffer<Double>(uninitialized: rows)) },
      uniquingKeysWith: { first, _ in first })
    let keys = plan.identifier.map { _ in Buffer<UInt64>(uninitialized: rows) }
    let absences = Dictionary(
      uniqueKeysWithValues: plan.watched.map { ($0.column, Buffer<UInt8>(uninitialized: rows)) })
    let parsed = parse(
      plan, dense: dense, codes: codes, plain: plain, keys: keys, absences: absences, pool: pool)
    defer { for chunk in parsed { eqp_text_chunk_free(chunk) } }
    if let error = firstError(parsed) { throw error }
    var table = RawTable<Scalar>(
      file: file, rows: rows, plan: plan, dense: dense, missingNumbers: [], coded: [:],
      plain: plain, keys: keys, absences: absences, firstMissingLine: [:], origin: origin)
    addNotes(to: &table)
    try addValues(of: parsed, to: &table, codes, pool: pool)
    return table
  }

  private func addNotes<Scalar>(to table: inout RawTable<Scalar>) {
    table.notes = notes
    for (column, found) in disguised where table.plan.uses(column, inDisguise: found) {
      table.columnNotes[column] = ColumnNote(column: found.name, kind: .numbers, text: found.note)
    }
  }

  /// Adds the categories that the chunks found, and where values are missing.
  private func addValues<Scalar>(
    of parsed: [OpaquePointer], to table: inout RawTable<Scalar>, _ codes: [Int: Buffer<UInt16>],
    pool: WorkerPool
  ) throws(DataError) {
    let plan = table.plan
    for number in plan.numbers {
      let missing = missingValues(parsed, column: number.column)
      table.missingNumbers.append((missing.count, missing.firstLine))
    }
    for category in plan.codeColumns {
      let levels = try mergeLevels(parsed, category, codes[category.column]!, pool: pool)
      let missing = missingValues(parsed, column: category.column)
      table.coded[category.column] = CodedColumn(
        name: category.name, levels: levels, codes: codes[category.column]!,
        missingCount: missing.count)
      if missing.count > 0 { table.firstMissingLine[category.column] = missing.firstLine }
    }
    let plain = Set(table.plain.keys).union([plan.identifier?.column].compactMap(\.self))
    for column in plain {
      let missing = missingValues(parsed, column: column)
      if missing.count > 0 { table.firstMissingLine[column] = missing.firstLine }
    }
  }

  /// Rows of which each has one line know their places without the text, which is let go.
  private var origin: RowOrigin {
    if let first = layout.firstLine {
      RowOrigin(source: file, rows: layout.rows) { first + $0 }
    } else {
      RowOrigin(source: file, rows: layout.rows) { [self] in line(ofRow: $0) }
    }
  }

  /// The line on which a row starts.
  func line(ofRow row: Int) -> Int {
    guard let chunk = layout.chunks.last(where: { $0.firstRow <= row }) else { return 1 }
    var offset = Self.skippingBlankLines(bytes, from: chunk.begin)
    for _ in chunk.firstRow..<row {
      offset = Self.skippingBlankLines(
        bytes, from: TextLayout.fields(bytes, at: offset).next)
    }
    return TextLayout.line(of: offset, in: bytes)
  }

  static func skippingBlankLines(_ bytes: FileBytes, from start: Int) -> Int {
    let newline = CChar(UInt8(ascii: "\n")), carriageReturn = CChar(UInt8(ascii: "\r"))
    var offset = start
    while offset < bytes.count {
      let isReturn = bytes.pointer[offset] == carriageReturn && offset + 1 < bytes.count
      let end = isReturn ? offset + 1 : offset
      guard bytes.pointer[end] == newline else { break }
      offset = end + 1
    }
    return offset
  }

  private func parse<Scalar: KernelScalar>(
    _ plan: TablePlan, dense: Matrix<Scalar>, codes: [Int: Buffer<UInt16>],
    plain: [Int: Buffer<Double>], keys: Buffer<UInt64>?, absences: [Int: Buffer<UInt8>],
    pool: WorkerPool
  ) -> [OpaquePointer] {
    var targets = [eqp_text_column](repeating: eqp_text_column(), count: columns.count)
    for (index, number) in plan.numbers.enumerated() {
      targets[number.column].number = UnsafeMutableRawPointer(dense.pointer(row: 0) + index)
      targets[number.column].stride = Int64(dense.rowStride)
      targets[number.column].size = Int32(MemoryLayout<Scalar>.size)
      targets[number.column].origin = number.origin
    }
    for (column, buffer) in codes { targets[column].codes = buffer.pointer }
    for (column, buffer) in plain { targets[column].plain = buffer.pointer }
    for (column, buffer) in absences { targets[column].absent = buffer.pointer }
    if let name = plan.identifier { targets[name.column].keys = keys?.pointer }
    let found = Buffer<OpaquePointer?>(zeroed: layout.chunks.count)
    let source = SharedText(bytes), layout = layout
    // SAFETY: each chunk writes its own rows of the targets, which outlive the call.
    nonisolated(unsafe) let columns = targets
    Self.withMissingTexts(plan.missingTexts) { missing in
      nonisolated(unsafe) let missing = missing
      pool.forEach(layout.chunks.count) { k in
        let chunk = layout.chunks[k]
        var missing = missing
        found.pointer[k] = eqp_text_parse(
          source.pointer, Int64(chunk.begin), Int64(chunk.end), Int64(source.bytes.count),
          Int64(chunk.firstRow), Int64(chunk.rows), layout.hasHighBytes ? 1 : 0, columns,
          Int64(columns.count), &missing)
        source.bytes.discard(chunk.begin..<chunk.end)
      }
    }
    return found.array.map { $0! }
  }

  /// Merges the levels that the chunks found, and renumbers the codes by the sorted list.
  private func mergeLevels(
    _ parsed: [OpaquePointer], _ category: TablePlan.Category, _ codes: Buffer<UInt16>,
    pool: WorkerPool
  ) throws(DataError) -> [String] {
    let levels = eqp_text_levels_make()!
    defer { eqp_text_levels_free(levels) }
    for chunk in parsed where eqp_text_levels_add(levels, chunk, Int64(category.column)) == 0 {
      throw .tooManyLevels(
        file: file, column: category.name, limit: EQP_TEXT_MISSING)
    }
    eqp_text_levels_sort(levels)
    let chunks = layout.chunks
    // SAFETY: each chunk renumbers its own rows; the lists are only read.
    nonisolated(unsafe) let list = levels
    nonisolated(unsafe) let parts = parsed
    pool.forEach(chunks.count) { k in
      eqp_text_levels_apply(
        list, parts[k], Int64(category.column), codes.pointer + chunks[k].firstRow,
        Int64(chunks[k].rows))
    }
    return (0..<eqp_text_levels_count(levels)).map { index in
      var count: Int64 = 0
      let text = eqp_text_levels_name(levels, index, &count)
      // SAFETY: the name lives as long as the list.
      return String(
        decoding: UnsafeRawBufferPointer(start: text, count: Int(count)), as: UTF8.self)
    }
  }

  private func missingValues(
    _ parsed: [OpaquePointer], column: Int
  ) -> (count: Int, firstLine: Int) {
    var count = 0, first = -1
    for chunk in parsed {
      let found = eqp_text_chunk_missing(chunk, Int64(column))!.pointee
      if first < 0 && found.count > 0 { first = Int(found.first_record) }
      count += Int(found.count)
    }
    return (count, first < 0 ? 0 : TextLayout.line(of: first, in: bytes))
  }

  private func firstError(_ parsed: [OpaquePointer]) -> DataError? {
    for chunk in parsed {
      let error = eqp_text_chunk_error(chunk)!.pointee
      if Int(error.kind) != EQP_TEXT_OK { return describe(error) }
    }
    return nil
  }

  /// What is wrong with the form of some records; nil where nothing is.
  func error(in range: Range<Int>, firstRow: Int, rows: Int) -> DataError? {
    let targets = [eqp_text_column](repeating: eqp_text_column(), count: columns.count)
    let chunk = eqp_text_parse(
      bytes.pointer, Int64(range.lowerBound), Int64(range.upperBound), Int64(bytes.count),
      Int64(firstRow), Int64(rows), layout.hasHighBytes ? 1 : 0, targets, Int64(columns.count), nil)!
    defer { eqp_text_chunk_free(chunk) }
    return firstError([chunk])
  }

  private func describe(_ error: eqp_text_error) -> DataError {
    let row = TextLayout.line(of: Int(error.record), in: bytes)
    let index = min(max(0, Int(error.column)), columns.count - 1)
    let column = columns[index].name
    let raw = UnsafeRawBufferPointer(
      start: bytes.pointer + Int(error.offset), count: Int(error.count))
    let value = String(decoding: raw.prefix(Self.longestQuotedValue), as: UTF8.self)
    switch Int(error.kind) {
    case EQP_TEXT_RAGGED:
      return .raggedRow(file: file, row: row, found: Int(error.count), expected: columns.count)
    case EQP_TEXT_NOT_A_NUMBER:
      return .notANumber(file: file, row: row, column: column, value: value)
    case EQP_TEXT_NOT_FINITE:
      return .notFinite(file: file, row: row, column: column, value: value)
    case EQP_TEXT_TOO_LARGE:
      return .tooLarge(file: file, row: row, column: column, value: value)
    case EQP_TEXT_NOT_UTF8:
      return notUTF8(at: Int(error.offset))
    case EQP_TEXT_TOO_MANY_LEVELS:
      return .tooManyLevels(
        file: file, column: column, limit: EQP_TEXT_MISSING)
    case EQP_TEXT_OPEN_QUOTE:
      return .openQuote(file: file, row: row, column: column)
    default:
      return .strayQuote(file: file, row: row, column: column, value: value)
    }
  }

  /// A longer value is cut in a message.
  private static let longestQuotedValue = 60

  /// Finds the record and the field of a byte that is not UTF-8.
  private func notUTF8(at offset: Int) -> DataError {
    let chunk = layout.chunks.last { $0.begin <= offset } ?? layout.chunks[0]
    var record = chunk.begin
    while true {
      let next = TextLayout.fields(bytes, at: record).next
      if next > offset || next >= bytes.count { break }
      record = next
    }
    var column = 0, inside = false
    for i in record..<offset {
      if bytes.pointer[i] == CChar(UInt8(ascii: "\"")) { inside.toggle() }
      if bytes.pointer[i] == CChar(UInt8(ascii: ",")) && !inside { column += 1 }
    }
    return .notUTF8(
      file: file, row: TextLayout.line(of: record, in: bytes),
      column: columns[min(column, columns.count - 1)].name,
      value: TextLayout.hexadecimal(bytes.pointer[offset]))
  }

  private static func withMissingTexts<R>(
    _ texts: [String], _ body: (eqp_text_missing) -> R
  ) -> R {
    let copies = texts.map { text in
      // SAFETY: freed below, after the body.
      let bytes = text.utf8CString
      let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
      for (i, byte) in bytes.enumerated() { copy[i] = byte }
      return copy
    }
    defer { for copy in copies { copy.deallocate() } }
    let pointers = copies.map { UnsafePointer<CChar>?($0) }
    return pointers.withUnsafeBufferPointer { list in
      body(eqp_text_missing(texts: list.baseAddress, count: Int64(list.count)))
    }
  }
}
