import CText
import LinearAlgebra

/// Where the records of a comma-separated text lie: chunks of whole records, and the number of the
/// first row of each, found in one pass at the speed of memory.
package struct TextLayout: Sendable {
  struct Chunk: Sendable {
    var begin: Int
    var end: Int
    var firstRow: Int
    var rows: Int
  }

  let header: [String]
  let chunks: [Chunk]
  let rows: Int
  /// Whether any byte is outside ASCII, so that the text must be checked to be UTF-8.
  let hasHighBytes: Bool
  /// The line of the first row where every row has one line and no line is empty; nil elsewhere.
  let firstLine: Int?

  /// The bytes a worker takes at once: long against the start of a record, short against the file.
  package static let chunkSize = 1 << 21
  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  init(_ bytes: FileBytes, name: String, pool: WorkerPool) throws(DataError) {
    let text = bytes.pointer, size = bytes.count
    var begin = 0
    if size >= 3, (0..<3).allSatisfy({ UInt8(bitPattern: text[$0]) == Self.byteOrderMark[$0] }) {
      begin = 3
    }
    while begin < size, text[begin] == Self.newline || text[begin] == Self.carriageReturn {
      begin += 1
    }
    guard begin < size else { throw .emptyFile(file: name) }
    let (header, first) = Self.fields(bytes, at: begin)
    if let bad = Self.firstBadByte(bytes, begin..<first) {
      throw .notUTF8(file: name, row: 1, column: "(header)", value: bad)
    }
    let survey = Self.survey(bytes, from: first, pool: pool)
    self.header = header
    chunks = survey.chunks
    rows = survey.rows
    hasHighBytes = survey.high
    firstLine = survey.isRegular ? Self.line(of: first, in: bytes) : nil
    guard rows > 0 else { throw .headerOnly(file: name) }
  }

  private static let newline = CChar(UInt8(ascii: "\n"))
  private static let carriageReturn = CChar(UInt8(ascii: "\r"))

  private static func firstBadByte(_ bytes: FileBytes, _ range: Range<Int>) -> String? {
    let bad = eqp_utf8_check(bytes.pointer, Int64(range.lowerBound), Int64(range.upperBound))
    return bad < 0 ? nil : hexadecimal(bytes.pointer[Int(bad)])
  }

  static func hexadecimal(_ byte: CChar) -> String {
    let digits = String(UInt8(bitPattern: byte), radix: 16, uppercase: true)
    return "0x" + String(repeating: "0", count: 2 - digits.count) + digits
  }

  /// The fields of the record at an offset, and the offset after it.
  static func fields(_ bytes: FileBytes, at offset: Int) -> (fields: [String], next: Int) {
    final class Box { var fields: [String] = [] }
    let box = Box()
    // SAFETY: the box outlives the call, and the callback reads `count` bytes at `text`.
    let next = eqp_text_split(
      bytes.pointer, Int64(offset), Int64(bytes.count), Unmanaged.passUnretained(box).toOpaque()
    ) { context, text, count in
      let raw = UnsafeRawBufferPointer(start: text, count: Int(count))
      Unmanaged<Box>.fromOpaque(context!).takeUnretainedValue().fields.append(
        String(decoding: raw, as: UTF8.self))
    }
    return (box.fields, Int(next))
  }

  /// The line, counted from 1, on which a byte lies.
  static func line(of offset: Int, in bytes: FileBytes) -> Int {
    var counts = eqp_text_counts()
    eqp_text_survey(bytes.pointer, 0, Int64(offset), &counts)
    return Int(counts.newlines) + 1
  }

  private static func survey(
    _ bytes: FileBytes, from first: Int, pool: WorkerPool
  ) -> (chunks: [Chunk], rows: Int, high: Bool, isRegular: Bool) {
    let size = bytes.count
    let cuts = Array(stride(from: first, to: size, by: chunkSize)) + [size]
    let pieces = cuts.count - 1
    guard pieces > 0 else { return ([], 0, false, true) }
    let counts = Buffer<eqp_text_counts>(zeroed: pieces)
    let source = SharedText(bytes)
    pool.forEach(pieces) { k in
      eqp_text_survey(source.pointer, Int64(cuts[k]), Int64(cuts[k + 1]), counts.pointer + k)
      source.bytes.discard(cuts[k]..<cuts[k + 1])
    }
    var inside = [Bool](repeating: false, count: pieces + 1)
    for k in 0..<pieces { inside[k + 1] = inside[k] != (counts[k].quotes % 2 == 1) }
    let ended = recordsEnded(source, cuts, counts, inside: inside, pool: pool)
    var chunks: [Chunk] = []
    var before = 0
    for k in 0..<pieces {
      let flag: Int32 = inside[k] ? 1 : 0
      let start = Int(
        eqp_text_record_start(source.pointer, Int64(cuts[k]), Int64(size), flag))
      let skipped = Int(eqp_text_records(source.pointer, Int64(cuts[k]), Int64(start), flag))
      chunks.append(Chunk(begin: start, end: size, firstRow: before + skipped, rows: 0))
      before += ended[k]
    }
    // An open quote swallows the line ends after it: parsing will say where.
    let unfinished = inside[pieces] || endsInsideRecord(bytes, from: first)
    let rows = before + (unfinished ? 1 : 0)
    for k in chunks.indices {
      let last = k + 1 == chunks.count
      chunks[k].end = last ? size : chunks[k + 1].begin
      chunks[k].rows = max(0, (last ? rows : chunks[k + 1].firstRow) - chunks[k].firstRow)
    }
    let high = (0..<pieces).contains { counts[$0].high != 0 }
    let isRegular = (0..<pieces).allSatisfy { ended[$0] == Int(counts[$0].newlines) }
    return (chunks.filter { $0.begin < $0.end }, rows, high, isRegular)
  }

  /// How many records end in each piece, shape `(pieces)`; `inside` says whether a piece begins in
  /// quotes.
  private static func recordsEnded(
    _ source: SharedText, _ cuts: [Int], _ counts: Buffer<eqp_text_counts>, inside: [Bool],
    pool: WorkerPool
  ) -> Buffer<Int> {
    let pieces = counts.count
    let ended = Buffer<Int>(zeroed: pieces)
    if (0..<pieces).contains(where: { counts[$0].quotes > 0 }) {
      pool.forEach(pieces) { k in
        ended[k] = Int(
          eqp_text_records(
            source.pointer, Int64(cuts[k]), Int64(cuts[k + 1]), inside[k] ? 1 : 0))
      }
    } else {
      for k in 0..<pieces { ended[k] = Int(counts[k].newlines - counts[k].blank) }
    }
    return ended
  }

  /// Whether the last record lacks its newline.
  private static func endsInsideRecord(_ bytes: FileBytes, from first: Int) -> Bool {
    var end = bytes.count
    if end > first, bytes.pointer[end - 1] == carriageReturn { end -= 1 }
    return end > first && bytes.pointer[end - 1] != newline
  }
}

/// A text that several threads read.
struct SharedText: @unchecked Sendable {
  // SAFETY: nobody writes to the text while it is parsed.
  let bytes: FileBytes
  let pointer: UnsafePointer<CChar>

  init(_ bytes: FileBytes) {
    self.bytes = bytes
    pointer = UnsafePointer(bytes.pointer)
  }
}
