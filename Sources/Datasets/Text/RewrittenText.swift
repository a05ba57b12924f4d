import LinearAlgebra

/// A table of text that is written again: which fields of a record stay as they are.
struct RewrittenText: Sendable {
  /// Records that one worker writes at once.
  static let recordsAChunk = 4096

  /// Positions of the columns that stay, and what replaces them.
  private let kept: [Int]
  private let replaced: [ColumnValues?]
  private let added: [ColumnValues]
  private let missingTexts: Set<String>
  private let header: [String]
  private let rows: Int

  init(_ columns: [String], _ changes: TableChanges, _ missingTexts: Set<String>) {
    kept = columns.indices.filter { !changes.dropped.contains(columns[$0]) }
    replaced = kept.map { changes.replaced[columns[$0]] }
    added = changes.added.map(\.values)
    self.missingTexts = missingTexts
    header = kept.map { columns[$0] } + changes.added.map(\.name)
    rows = changes.records.count
  }

  /// - Parameters:
  ///   - path: `-` is standard output.
  ///   - text: the old text of some rows of the new table, and where in it each begins.
  func write(
    to path: String, _ pool: WorkerPool,
    text: @Sendable (Range<Int>) throws(DataError) -> (FileBytes, starts: [Int])
  ) throws(DataError) {
    let file = try AtomicFile(path)
    try file.write(header.map(CSVField.quoted).joined(separator: ",") + "\n")
    let size = Self.recordsAChunk, rows = rows
    var failure: DataError?
    pool.orderedReduce(
      (rows + size - 1) / size, makePartial: { (lines: [UInt8](), failure: DataError?.none) },
      body: { chunk, part in
        part.lines.removeAll(keepingCapacity: true)
        let range = chunk * size..<min(rows, (chunk + 1) * size)
        var fields = RecordFields()
        do throws(DataError) {
          let (bytes, starts) = try text(range)
          for (row, start) in zip(range, starts) {
            _ = fields.find(bytes, at: start)
            append(row, fields, bytes, to: &part.lines)
          }
        } catch { part.failure = error }
      },
      merge: { part in
        failure = failure ?? part.failure
        guard failure == nil else { return }
        do throws(DataError) { try file.write(part.lines) } catch { failure = error }
      })
    if let failure { throw failure }
    try file.commit()
  }

  private func append(
    _ row: Int, _ fields: RecordFields, _ bytes: FileBytes, to text: inout [UInt8]
  ) {
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
