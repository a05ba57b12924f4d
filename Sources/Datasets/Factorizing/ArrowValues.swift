import CText
import LinearAlgebra

extension Factorization {
  /// The values of a column of a table; nil where its type has no bytes that can be compared.
  ///
  /// - Parameters:
  ///   - limit: with more values than this the result is nil as well.
  ///   - codes: shape `(n)`.
  init?(
    _ column: Int, of table: ArrowTable, limit: Int, into codes: UnsafeMutablePointer<Int32>,
    _ pool: WorkerPool
  ) throws(ArrowError) {
    let pieces = ArrowPieces(table, column)
    if table.fields[column].dictionary != nil {
      try self.init(ArrowDictionaryValues(pieces), limit: limit, into: codes, pool)
    } else {
      try self.init(ArrowValues(pieces: pieces), limit: limit, into: codes, pool)
    }
  }

  /// Whether the values of a column can be numbered by their bytes.
  static func canNumber(_ field: ArrowField) -> Bool {
    if case .number = field.type { return true }
    return field.type.isText || [.bits, .half, .missing].contains(field.type)
  }
}

/// A column of several batches.
struct ArrowPieces: Sendable {
  let chunks: [ArrowChunk]
  let starts: [Int]
  let rows: Int

  init(_ table: ArrowTable, _ column: Int) {
    let filled = table.batches.filter { $0.rows > 0 }
    chunks = filled.map { $0.columns[column] }
    starts = filled.map(\.firstRow)
    rows = table.rows
  }

  var canMiss: Bool { true }

  /// Calls `body` for the parts of some rows within one chunk each: the chunk's number, its rows, and
  /// where they begin among the rows asked for.
  func visit(
    _ rows: Range<Int>, _ body: (Int, Range<Int>, Int) throws(ArrowError) -> Void
  ) throws(ArrowError) {
    // The last chunk that begins at or before the first row.
    var low = 0, high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= rows.lowerBound { low = middle } else { high = middle }
    }
    var row = rows.lowerBound
    while row < rows.upperBound {
      let start = starts[low], end = min(rows.upperBound, start + chunks[low].rows)
      try body(low, (row - start)..<(end - start), row - rows.lowerBound)
      row = end
      low += 1
    }
  }
}

/// Values of a column as spans of bytes.
struct ArrowValues: SpannedValues {
  let pieces: ArrowPieces
  var rows: Int { pieces.rows }
  var canMiss: Bool { true }

  func fill(_ rows: Range<Int>, _ spans: UnsafeMutablePointer<eqp_span>) throws(ArrowError) {
    try pieces.visit(rows) { (chunk, part, at) throws(ArrowError) in
      try pieces.chunks[chunk].fill(part, spans + at)
    }
  }
}

/// Values of a dictionary column as the numbers of its dictionaries' texts.
struct ArrowDictionaryValues: NumberedValues {
  private let pieces: ArrowPieces
  /// The word of each code of each chunk: equal texts have one, and −1 is that of none.
  private let words: [[Int32]]
  /// How many different texts there are.
  private let span: Int

  var rows: Int { pieces.rows }
  var canMiss: Bool { true }

  init(_ pieces: ArrowPieces) {
    self.pieces = pieces
    var known: [String: Int32] = [:]
    words = pieces.chunks.map { chunk in
      chunk.dictionary.map { text in
        guard let text else { return -1 }
        let next = Int32(known.count)
        let word = known[text, default: next]
        known[text] = word
        return word
      }
    }
    span = known.count
  }

  func numbers(limit: Int) -> WholeValues.Table { WholeValues.Table(span: span, limit: limit) }

  func number(
    _ rows: Range<Int>, in table: WholeValues.Table, into codes: UnsafeMutablePointer<Int32>
  ) throws(ArrowError) -> Bool {
    var isWhole = true
    try pieces.visit(rows) { (chunk, part, at) throws(ArrowError) in
      guard isWhole else { return }
      isWhole = try pieces.chunks[chunk].number(
        part, words[chunk], firstRow: rows.lowerBound + at, in: table, into: codes + at)
    }
    return isWhole
  }
}

extension ArrowChunk {
  /// Spans of some rows of a column without a dictionary.
  fileprivate func fill(
    _ rows: Range<Int>, _ spans: UnsafeMutablePointer<eqp_span>
  ) throws(ArrowError) {
    let start = first + rows.lowerBound, count = Int64(rows.count), bit = Int64(start)
    func bytes(_ buffer: Int) -> UnsafePointer<UInt8>? {
      // SAFETY: bytes may be read through any buffer.
      buffers[buffer]?.assumingMemoryBound(to: UInt8.self)
    }
    func fixed(_ width: Int, _ kind: Int32) {
      eqp_spans_fixed(
        bytes(1)! + start * width, width, Int64(width), kind, validity, bit, count, spans)
    }
    var done = count
    if case .number(let type) = field.type {
      fixed(type.size, type.wordKind)
    } else if case .text(let isLarge) = field.type {
      done = eqp_spans_texts(
        bytes(1)!, isLarge ? 1 : 0, bytes(2), validity, bit, count, spans)
    } else if field.type == .half {
      fixed(2, EQP_WORD_HALF)
    } else if field.type == .bits {
      eqp_spans_bits(bytes(1)!, validity, bit, count, spans)
    } else if field.type == .textView {
      // The last buffer holds the sizes of the others.
      let others = buffers.dropFirst(2).dropLast().map { $0?.assumingMemoryBound(to: UInt8.self) }
      done = eqp_spans_views(
        bytes(1)!, others, Int64(others.count), validity, bit, count, spans)
    } else {
      for i in 0..<rows.count { spans[i] = eqp_span(at: nil, size: 0) }
    }
    guard done == count else {
      throw ArrowError("a text of column '\(field.name)' has impossible offsets")
    }
  }

  /// Numbers some rows of a dictionary column; false when the table is full.
  ///
  /// - Parameter firstRow: the first row's number in all batches.
  fileprivate func number(
    _ rows: Range<Int>, _ words: [Int32], firstRow: Int, in table: WholeValues.Table,
    into codes: UnsafeMutablePointer<Int32>
  ) throws(ArrowError) -> Bool {
    guard case .number(let type) = field.type, let isSigned = type.isSigned else { return true }
    let start = first + rows.lowerBound, room = Int64(table.rows.count)
    var isBad: Int32 = 0
    // SAFETY: the interface asks for a code for each row.
    let done = eqp_dictionary_number(
      buffers[1]!.assumingMemoryBound(to: UInt8.self) + start * type.size, Int32(type.size),
      isSigned ? 1 : 0, Int64(rows.count), validity, Int64(start), words, Int64(words.count),
      Int64(firstRow), table.numbers.pointer, &table.rows, room, &table.count, &isBad, codes)
    if isBad != 0 {
      throw ArrowError("column '\(field.name)' has a code that its dictionary lacks")
    }
    return done == Int64(rows.count)
  }
}
