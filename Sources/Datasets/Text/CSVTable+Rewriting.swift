import Essentials
import LinearAlgebra

/// The bytes of a record's fields as they stand, quotes included.
private struct RecordFields {
  /// Ends of the fields, without the comma or line end.
  var ends: [Int] = []
  var start = 0

  /// Finds the fields of the record at an offset; returns the offset after its line end.
  mutating func find(_ bytes: FileBytes, at begin: Int) -> Int {
    ends.removeAll(keepingCapacity: true)
    start = begin
    let text = bytes.pointer, size = bytes.count
    var inside = false, i = begin
    // SAFETY: `i` stays below the number of bytes.
    while i < size {
      switch UInt8(bitPattern: text[i]) {
      case UInt8(ascii: "\""): inside.toggle()
      case UInt8(ascii: ",") where !inside: ends.append(i)
      case UInt8(ascii: "\n") where !inside:
        let isReturn = i > begin && text[i - 1] == CChar(UInt8(ascii: "\r"))
        ends.append(isReturn ? i - 1 : i)
        return i + 1
      default: break
      }
      i += 1
    }
    let isReturn = size > begin && text[size - 1] == CChar(UInt8(ascii: "\r"))
    ends.append(isReturn ? size - 1 : size)
    return size
  }

  func range(_ column: Int) -> Range<Int> {
    let first = column == 0 ? start : ends[column - 1] + 1
    return first..<max(first, ends[column])
  }
}

extension CSVTable {
  /// Records that one worker writes at once.
  private static let recordsAChunk = 4096

  func rewrite(
    _ changes: TableChanges, missingTexts: Set<String>, to path: String, pool: WorkerPool
  ) throws(DataError) {
    let starts = recordStarts(pool: pool)
    precondition(changes.records.allSatisfy { $0 < starts.count }, "a record out of range")
    let file = try AtomicFile(path)
    let kept = columns.indices.filter { !changes.dropped.contains(columns[$0].name) }
    let plan = RewritingPlan(
      kept: kept, replaced: kept.map { changes.replaced[columns[$0].name] },
      added: changes.added.map(\.values), missingTexts: missingTexts)
    let header = kept.map { columns[$0].name } + changes.added.map(\.name)
    try file.write(header.map(CSVField.quoted).joined(separator: ",") + "\n")
    let rows = changes.records.count, size = Self.recordsAChunk
    let chunks = (rows + size - 1) / size
    let source = SharedText(textBytes)
    var failure: DataError?
    pool.orderedReduce(
      chunks, makePartial: { [UInt8]() },
      body: { chunk, text in
        text.removeAll(keepingCapacity: true)
        var fields = RecordFields()
        for row in chunk * size..<min(rows, (chunk + 1) * size) {
          _ = fields.find(source.bytes, at: starts[changes.records[row]])
          plan.append(row, fields, source.bytes, to: &text)
        }
      },
      merge: { text in
        guard failure == nil else { return }
        do throws(DataError) { try file.write(text) } catch { failure = error }
      })
    if let failure { throw failure }
    try file.commit()
  }

  func texts(
    _ column: Int, missingTexts: Set<String>, pool: WorkerPool
  ) throws(DataError) -> [String?] {
    let starts = recordStarts(pool: pool)
    let size = Self.recordsAChunk
    let source = SharedText(textBytes)
    var texts: [String?] = []
    texts.reserveCapacity(starts.count)
    pool.orderedReduce(
      (starts.count + size - 1) / size, makePartial: { [String?]() },
      body: { chunk, found in
        found.removeAll(keepingCapacity: true)
        var fields = RecordFields()
        for record in chunk * size..<min(starts.count, (chunk + 1) * size) {
          _ = fields.find(source.bytes, at: starts[record])
          let range = fields.range(column)
          let text = NameList.unquoted(
            String(decoding: source.bytes.array(range), as: UTF8.self).trimmingBlanks)
          found.append(missingTexts.contains(text) ? nil : text)
        }
      },
      merge: { texts += $0 })
    return texts
  }

  /// Where each record begins, shape `(n)`.
  private func recordStarts(pool: WorkerPool) -> [Int] {
    var starts: [Int] = []
    let chunks = textLayout.chunks
    starts.reserveCapacity(textLayout.rows)
    let source = SharedText(textBytes)
    pool.orderedReduce(
      chunks.count, makePartial: { [Int]() },
      body: { k, found in
        found.removeAll(keepingCapacity: true)
        var fields = RecordFields()
        var offset = Self.skippingBlankLines(source.bytes, from: chunks[k].begin)
        while offset < chunks[k].end && found.count < chunks[k].rows {
          found.append(offset)
          offset = Self.skippingBlankLines(
            source.bytes, from: fields.find(source.bytes, at: offset))
        }
      },
      merge: { starts += $0 })
    return starts
  }
}

/// Which fields of a record are written.
private struct RewritingPlan: Sendable {
  /// Positions of the columns that stay, and what replaces them.
  var kept: [Int]
  var replaced: [ColumnValues?]
  var added: [ColumnValues]
  var missingTexts: Set<String>

  func append(_ row: Int, _ fields: RecordFields, _ bytes: FileBytes, to text: inout [UInt8]) {
    for (k, column) in kept.enumerated() {
      if k > 0 { text.append(UInt8(ascii: ",")) }
      let range = fields.range(column)
      if let new = replaced[k]?.field(row), !isMissing(bytes, range) {
        text.append(contentsOf: CSVField.quoted(new).utf8)
      } else {
        // SAFETY: the range lies inside the bytes.
        let old = UnsafeRawBufferPointer(
          start: bytes.pointer + range.lowerBound, count: range.count)
        text.append(contentsOf: old)
      }
    }
    for values in added {
      text.append(UInt8(ascii: ","))
      text.append(contentsOf: CSVField.quoted(values.field(row) ?? "").utf8)
    }
    text.append(UInt8(ascii: "\n"))
  }

  private func isMissing(_ bytes: FileBytes, _ range: Range<Int>) -> Bool {
    missingTexts.contains(
      String(decoding: bytes.array(range), as: UTF8.self).trimmingBlanks)
  }

}

/// A field of a comma-separated file.
public enum CSVField {
  /// The text with quotes around it where it needs them.
  public static func quoted(_ text: String) -> String {
    let special = text.utf8.contains {
      $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\n")
        || $0 == UInt8(ascii: "\r")
    }
    let isPadded = text.first == " " || text.last == " "
    guard special || isPadded else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
