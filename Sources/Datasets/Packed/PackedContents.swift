/// What a packed file lists at its end: columns, dictionaries, blocks.
struct PackedContents: Sendable {
  struct Column: Sendable, Equatable {
    var sample: ColumnSample
    var kind: Kind
    /// Different texts of its fields as they stood in the file, in the order of their appearance.
    var dictionary: [[UInt8]] = []
    /// How many rows have each of them by its code.
    var counts: [Int] = []
  }

  /// How texts of numbers are read.
  enum Kind: UInt8, Sendable {
    case number
    /// As 32-bit floats.
    case single
    /// `true` as 1, `false` as 0.
    case truth
  }

  /// The rows that kinds of columns were told from, so that they can be told again where other texts
  /// mean a missing value.
  struct Sample: Sendable, Equatable {
    /// The first rows of places throughout the table, and how many rows each has.
    var starts: [Int] = []
    var rows: [Int] = []
    /// Rows from each start that kinds are told from.
    var limit = 0
    var missingTexts: [String] = []
    /// Columns that write numbers in another form than plain ones, by their place.
    var disguised: [Int: DisguisedColumn] = [:]

    /// More places are no sample.
    static let mostPlaces = 64
  }

  var columns: [Column]
  var sample: Sample
  /// Whether the names of columns look like values.
  var isUnnamed: Bool
  var blocks: [PackedBlock] = []
  /// The ``DataDigest`` of each table that was packed, in their order; empty for what is no file.
  var sources: [String] = []

  /// The digest of the file whose rows these are, when they are those of one.
  var onlySource: String? {
    sources.count == 1 && !sources[0].isEmpty ? sources[0] : nil
  }

  var rows: Int { blocks.last.map { $0.firstRow + $0.rows } ?? 0 }

  func rows(of range: Range<Int>) -> Int { blocks[range].reduce(0) { $0 + $1.rows } }

  /// The block of a row.
  func block(ofRow row: Int) -> Int {
    var low = 0, high = blocks.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if blocks[middle].firstRow <= row { low = middle } else { high = middle - 1 }
    }
    return low
  }
}

extension PackedContents {
  var encoded: [UInt8] {
    var output = PackedOutput()
    output.add(count: columns.count)
    for column in columns { Self.write(column, to: &output) }
    output.add(isUnnamed)
    sample.write(to: &output)
    output.add(count: blocks.count)
    for block in blocks { block.write(to: &output) }
    output.add(count: sources.count)
    for source in sources { output.add(source) }
    return output.bytes
  }

  private static func write(_ column: Column, to output: inout PackedOutput) {
    let sample = column.sample
    output.add(sample.name)
    output.add(column.kind.rawValue)
    for flag in [sample.isNumeric, sample.isWhole, sample.isCode, sample.isDeclared] {
      output.add(flag)
    }
    output.add(sample.mean)
    for text in [sample.example, sample.unusable] {
      output.add(text != nil)
      output.add(text ?? "")
    }
    output.add(count: column.dictionary.count)
    for (text, count) in zip(column.dictionary, column.counts) {
      output.add(text)
      output.add(count: count)
    }
  }

  /// - Parameter end: where blocks end in the file.
  init(_ bytes: UnsafeRawBufferPointer, end: Int) throws(PackedFault) {
    var input = PackedInput(bytes)
    let count = try input.count(each: 35)
    columns = []
    for _ in 0..<count { columns.append(try Self.column(&input)) }
    isUnnamed = try input.flag()
    sample = try Sample(&input)
    let blockCount = try input.count(each: PackedBlock.listed(count))
    var row = 0, free = PackedHeader.size
    for _ in 0..<blockCount {
      guard free <= end else { throw .badContents("blocks beyond the file") }
      let block = try PackedBlock(&input, columns: count, firstRow: row, in: free..<end)
      row += block.rows
      free = block.offset + block.bytes
      blocks.append(block)
    }
    // Files of the first writers do not say it.
    if input.left == 0 {
      sources = [""]
    } else {
      sources = try input.texts()
    }
    guard row > 0, count > 0, input.left == 0 else { throw .badContents("it has no rows") }
  }

  private static func column(_ input: inout PackedInput) throws(PackedFault) -> Column {
    let name = try input.text()
    guard let kind = Kind(rawValue: try input.number()) else {
      throw .badContents("column '\(name)' is of an unknown kind")
    }
    var sample = ColumnSample(name: name, isNumeric: try input.flag(), mean: 0)
    sample.isWhole = try input.flag()
    sample.isCode = try input.flag()
    sample.isDeclared = try input.flag()
    sample.mean = try input.real()
    let hasExample = try input.flag(), example = try input.text()
    sample.example = hasExample ? example : nil
    let isUnusable = try input.flag(), unusable = try input.text()
    sample.unusable = isUnusable ? unusable : nil
    var column = Column(sample: sample, kind: kind)
    let count = try input.count(each: 12)
    column.dictionary.reserveCapacity(count)
    for _ in 0..<count {
      column.dictionary.append(Array(try input.rawText()))
      column.counts.append(try input.size())
    }
    return column
  }
}
