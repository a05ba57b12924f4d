import Essentials
import LinearAlgebra

/// The bytes of a record's fields as they stand, quotes included.
struct RecordFields {
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

  /// Where a field lies; an empty range at the end for one that the record does not have.
  func range(_ column: Int) -> Range<Int> {
    guard column < ends.count else { return ends[ends.count - 1]..<ends[ends.count - 1] }
    let first = column == 0 ? start : ends[column - 1] + 1
    return first..<max(first, ends[column])
  }
}

extension CSVTable {
  /// Records that one worker takes at once.
  private static var recordsAChunk: Int { RewrittenText.recordsAChunk }

  func rewrite(
    _ changes: TableChanges, missingTexts: Set<String>, to path: String, pool: WorkerPool
  ) throws(DataError) {
    let starts = recordStarts(pool: pool)
    precondition(changes.records.allSatisfy { $0 < starts.count }, "a record out of range")
    let source = SharedText(textBytes), records = changes.records
    try RewrittenText(columns.map(\.name), changes, missingTexts).write(to: path, pool) { rows in
      (source.bytes, rows.map { starts[records[$0]] })
    }
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
