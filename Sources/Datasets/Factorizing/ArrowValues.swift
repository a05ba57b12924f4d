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
  /// The word of each code of each chunk; equal texts have one word.
  private let words: [[UInt64]]

  var rows: Int { pieces.rows }
  var canMiss: Bool { true }

  init(_ pieces: ArrowPieces) {
    self.pieces = pieces
    var known: [String: UInt64] = [:]
    words = pieces.chunks.map { chunk in
      chunk.dictionary.map { text in
        guard let text else { return EQP_NAN_WORD }
        let next = UInt64(known.count)
        let word = known[text, default: next]
        known[text] = word
        return word
      }
    }
  }

  func numbers(limit: Int) -> HashedNumbers {
    HashedNumbers(limit: limit, skipsNaN: true, hasSpans: false)
  }

  func number(
    _ rows: Range<Int>, in numbers: HashedNumbers, into codes: UnsafeMutablePointer<Int32>
  ) throws(ArrowError) -> Bool {
    let block = 1024
    let found = UnsafeMutablePointer<UInt64>.allocate(capacity: min(rows.count, block))
    defer { found.deallocate() }
    for start in stride(from: rows.lowerBound, to: rows.upperBound, by: block) {
      let end = min(start + block, rows.upperBound)
      try pieces.visit(start..<end) { (chunk, part, at) throws(ArrowError) in
        try pieces.chunks[chunk].fill(part, words[chunk], found + at)
      }
      let target = codes + (start - rows.lowerBound)
      guard numbers.number(found, end - start, row: start, into: target) else { return false }
    }
    return true
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

  /// Words of the codes of some rows of a dictionary column.
  fileprivate func fill(
    _ rows: Range<Int>, _ words: [UInt64], _ found: UnsafeMutablePointer<UInt64>
  ) throws(ArrowError) {
    guard case .number(let type) = field.type else { return }
    // SAFETY: the interface asks for a code for each row.
    let bad = type.visit(
      buffers[1]! + first * type.size, count: self.rows, stride: 1,
      DictionaryReader(chunk: self, rows: rows, words: words, found: found))
    if bad { throw ArrowError("column '\(field.name)' has a code that its dictionary lacks") }
  }
}

/// Reads codes as words of a dictionary's values; the result is whether a code has no value.
private struct DictionaryReader: NumberVisitor {
  let chunk: ArrowChunk
  let rows: Range<Int>
  let words: [UInt64]
  let found: UnsafeMutablePointer<UInt64>

  func visit<Number: OutsideNumber>(_ numbers: StridedNumbers<Number>) -> Bool {
    let isComplete = chunk.isComplete
    for (k, i) in rows.enumerated() {
      guard isComplete || !chunk.isMissing(i) else {
        found[k] = EQP_NAN_WORD
        continue
      }
      guard let code = Int(exactly: numbers[i].number), words.indices.contains(code) else {
        return true
      }
      found[k] = words[code]
    }
    return false
  }
}
