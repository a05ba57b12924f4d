import CText
import LinearAlgebra

/// Writes blocks one after the other, and keeps the list of what they hold.
///
/// What is kept grows with the number of columns, of different texts and of blocks alone.
final class PackedEncoder {
  /// Beyond them a column's texts stand as they are.
  static let mostTexts = 1 << 16
  static let mostTextBytes = 1 << 23

  private(set) var contents: PackedContents
  private let sink: any PackedSink
  private let dictionaries: [PackedDictionary]
  /// Whether texts of a column are still numbered.
  private(set) var open: [Bool]

  /// - Parameters:
  ///   - contents: of the file before; without blocks for a new one.
  ///   - lastLine: the line of the last row before.
  init(_ contents: PackedContents, lastLine: Int = 0, to sink: any PackedSink) {
    self.contents = contents
    self.lastLine = lastLine
    self.sink = sink
    dictionaries = contents.columns.map { PackedDictionary($0.dictionary) }
    open = contents.columns.indices.map { j in
      contents.blocks.allSatisfy { $0.columns[j].texts.codeSize != nil }
    }
  }

  /// Writes rows as one block.
  func add(_ rows: PackedRows, lines: (first: Int, all: [Int]?)) throws(DataError) {
    for (j, column) in contents.columns.enumerated() {
      guard eqp_packed_bytes(rows.pointer, Int64(j)) <= Int64(UInt32.max) else {
        throw .unwritable(
          file: "block \(contents.blocks.count)",
          reason: "column '\(column.sample.name)' has more than 4 GiB of texts in it")
      }
    }
    try sink.align(to: PackedBlock.alignment)
    var block = PackedBlock()
    block.offset = sink.end
    block.rows = rows.count
    block.firstRow = contents.rows
    block.firstLine = lines.first
    block.columns = contents.columns.indices.map { part($0, rows) }
    block.singles = try writeNumbers(.single, rows, &block, as: Float.self)
    block.doubles = try writeNumbers(.double, rows, &block, as: Double.self)
    for j in block.columns.indices {
      let bytes = texts(j, rows, &block.columns[j])
      try sink.align(to: 8)
      block.columns[j].offset = sink.end - block.offset
      block.columns[j].bytes = bytes.count
      block.columns[j].textsDigest = PackedDigest.of(bytes)
      try sink.write(bytes)
    }
    if let all = lines.all {
      try sink.align(to: 8)
      block.lines = sink.end - block.offset
      let bytes = all.withUnsafeBytes { Array($0) }
      block.linesDigest = PackedDigest.of(bytes)
      try sink.write(bytes)
    }
    lastLine = lines.all?.last ?? lines.first + rows.count - 1
    block.bytes = sink.end - block.offset
    contents.blocks.append(block)
  }

  /// The line of the last row that was written.
  private(set) var lastLine = 0

  /// Says which table the rows so far are from.
  func add(source digest: String) { contents.sources.append(digest) }

  /// Writes the list of contents.
  func finish() throws(DataError) -> PackedContents {
    for (j, dictionary) in dictionaries.enumerated() {
      contents.columns[j].dictionary = dictionary.texts
      let counts = contents.columns[j].counts
      contents.columns[j].counts =
        counts + [Int](repeating: 0, count: dictionary.count - counts.count)
    }
    try sink.finish(contents)
    return contents
  }

  // MARK: Columns

  /// How a column of a block is to be stored, its places in the dictionary found.
  private func part(_ j: Int, _ rows: PackedRows) -> PackedColumnPart {
    var part = PackedColumnPart()
    let dictionary = dictionaries[j], column = Int64(j)
    if open[j] { open[j] = number(j, rows) }
    if contents.columns[j].sample.isNumeric,
      dictionary.takeWords(rows.pointer, column, limit: Self.mostTexts)
    {
      part.precision = eqp_packed_is_single(rows.pointer, column) == 1 ? .single : .double
      part.style = UInt8(eqp_packed_style(rows.pointer, column))
    }
    if open[j] {
      part.texts = .codes(dictionary.count)
    } else if part.precision != .none, part.style != UInt8(EQP_STYLE_NONE) {
      part.texts = .style
    }
    return part
  }

  /// Puts a block's different texts into the dictionary; false where it would be too large.
  private func number(_ j: Int, _ rows: PackedRows) -> Bool {
    let count = Int(eqp_packed_level_count(rows.pointer, Int64(j)))
    let dictionary = dictionaries[j]
    guard count >= 0, dictionary.count + count <= Self.mostTexts else { return false }
    return dictionary.takeLevels(rows.pointer, Int64(j), count, limit: Self.mostTextBytes)
  }

  /// Writes the columns of one precision as rows of floats; returns where they begin in the block.
  private func writeNumbers<Real: PackedReal>(
    _ precision: PackedColumnPart.Precision, _ rows: PackedRows, _ block: inout PackedBlock,
    as type: Real.Type
  ) throws(DataError) -> Int {
    let places = block.places(precision), count = rows.count
    guard !places.isEmpty else { return 0 }
    try sink.align(to: PackedBlock.alignment)
    let start = sink.end - block.offset
    let floats = Buffer<Real>(uninitialized: count * places.count)
    for (k, j) in places.enumerated() {
      let values = eqp_packed_values(rows.pointer, Int64(j))!
      let words = dictionaries[j].words
      // SAFETY: the column has `count` values, and the block of floats a place for each.
      var target = floats.pointer + k
      for i in 0..<count {
        let value = values[i]
        target.pointee =
          value.isNaN ? Real(word: words[Int(value.packedWord) - 1] + 1) : Real(value)
        target += places.count
      }
    }
    let digests = PackedDigest.columns(
      floats.pointer, size: MemoryLayout<Real>.size, rows: count, columns: places.count)
    for (k, j) in places.enumerated() { block.columns[j].numbersDigest = digests[k] }
    try sink.write(
      UnsafeRawBufferPointer(
        start: floats.pointer, count: floats.count * MemoryLayout<Real>.size))
    return start
  }

  private func texts(
    _ j: Int, _ rows: PackedRows, _ part: inout PackedColumnPart
  ) -> [UInt8] {
    switch part.texts {
    case .style: []
    case .codes8: codes(j, rows, as: UInt8.self)
    case .codes16: codes(j, rows, as: UInt16.self)
    case .codes32: codes(j, rows, as: UInt32.self)
    case .heap: heap(j, rows)
    }
  }

  private func codes<Code: FixedWidthInteger>(
    _ j: Int, _ rows: PackedRows, as type: Code.Type
  ) -> [UInt8] {
    let own = eqp_packed_codes(rows.pointer, Int64(j))!
    let places = dictionaries[j].levels
    var counts = [Int](repeating: 0, count: places.count)
    let bytes = [UInt8](unsafeUninitializedCapacity: rows.count * MemoryLayout<Code>.size) {
      bytes, filled in
      // SAFETY: a place for each row; own codes are below the number of the block's texts.
      bytes.withMemoryRebound(to: Code.self) { codes in
        for i in 0..<rows.count {
          let code = Int(own[i])
          counts[code] += 1
          codes[i] = Code(truncatingIfNeeded: places[code]).littleEndian
        }
      }
      filled = rows.count * MemoryLayout<Code>.size
    }
    let missing = dictionaries[j].count - contents.columns[j].counts.count
    contents.columns[j].counts += [Int](repeating: 0, count: max(0, missing))
    for (code, count) in counts.enumerated() {
      contents.columns[j].counts[Int(places[code])] += count
    }
    return bytes
  }

  private func heap(_ j: Int, _ rows: PackedRows) -> [UInt8] {
    var ends = PackedOutput(), texts: [UInt8] = []
    texts.reserveCapacity(Int(eqp_packed_bytes(rows.pointer, Int64(j))))
    ends.add(UInt32(0))
    for i in 0..<rows.count {
      var count: Int64 = 0
      let text = eqp_packed_field_text(rows.pointer, Int64(j), Int64(i), &count)
      // SAFETY: the field lies in the text, which is alive.
      texts.append(contentsOf: UnsafeRawBufferPointer(start: text, count: Int(count)))
      ends.add(UInt32(texts.count))
    }
    return ends.bytes + texts
  }
}

/// A float that can say which text stands where a number is missing.
protocol PackedReal: BinaryFloatingPoint, BitwiseCopyable {
  init(word: UInt32)
  /// The number of a NaN's text, from 1; 0 for another NaN.
  var packedWord: UInt32 { get }
}

extension Float: PackedReal {
  init(word: UInt32) { self.init(bitPattern: 0x7FC0_0000 | (word & 0x3F_FFFF)) }
  var packedWord: UInt32 { bitPattern & 0x3F_FFFF }
}

extension Double: PackedReal {
  init(word: UInt32) { self.init(bitPattern: 0x7FF8_0000_0000_0000 | UInt64(word)) }
  var packedWord: UInt32 { UInt32(truncatingIfNeeded: bitPattern) }
}
