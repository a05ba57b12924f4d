import CText
import LinearAlgebra

/// A text file as a source of rows to pack.
struct CSVSource: PackedSource {
  private let table: CSVTable
  private let layout: TextLayout
  private let bytes: SharedText
  let columns: [PackedContents.Column]
  let sample: PackedContents.Sample
  let isUnnamed: Bool

  init(_ table: CSVTable, _ reading: TableReading) {
    self.table = table
    let layout = table.textLayout
    self.layout = layout
    bytes = SharedText(table.textBytes)
    columns = table.columns.map { PackedContents.Column(sample: $0, kind: .number) }
    isUnnamed = table.valuesAsNames != nil
    let places = CSVTable.samplePlaces(layout)
    sample = PackedContents.Sample(
      starts: places.chunks.map { layout.chunks[$0].firstRow },
      rows: places.chunks.map { layout.chunks[$0].rows }, limit: places.limit,
      missingTexts: reading.missingTexts, disguised: table.disguised)
  }

  var file: String { table.file }
  var allText: FileBytes { table.textBytes }
  var notes: [Phrase] { table.notes }
  var rows: Int { layout.rows }
  var rowBytes: Int { bytes.bytes.count / max(1, layout.rows) }

  func text(_ rows: Range<Int>) throws(DataError) -> PackedText {
    let begin = offset(ofRow: rows.lowerBound), end = offset(ofRow: rows.upperBound)
    if let error = table.error(in: begin..<end, firstRow: rows.lowerBound, rows: rows.count) {
      throw error
    }
    return PackedText(bytes: bytes.bytes, range: begin..<end)
  }

  func lines(_ rows: Range<Int>) -> (first: Int, all: [Int]?) {
    if let first = layout.firstLine { return (first + rows.lowerBound, nil) }
    var all: [Int] = []
    all.reserveCapacity(rows.count)
    let begin = offset(ofRow: rows.lowerBound)
    var offset = CSVTable.skippingBlankLines(bytes.bytes, from: begin)
    var line = table.line(ofRow: rows.lowerBound)
    for _ in rows {
      all.append(line)
      let next = CSVTable.skippingBlankLines(
        bytes.bytes, from: Int(skip(from: offset, records: 1)))
      var counts = eqp_text_counts()
      eqp_text_survey(bytes.pointer, Int64(offset), Int64(next), &counts)
      line += Int(counts.newlines)
      offset = next
    }
    return (all[0], all)
  }

  /// Where a row begins, blank lines before it included; the end of the text for the row after all.
  private func offset(ofRow row: Int) -> Int {
    guard row < rows, let chunk = layout.chunks.last(where: { $0.firstRow <= row }) else {
      return bytes.bytes.count
    }
    return skip(from: chunk.begin, records: row - chunk.firstRow)
  }

  private func skip(from offset: Int, records: Int) -> Int {
    Int(
      eqp_packed_skip(
        bytes.pointer, Int64(offset), Int64(bytes.bytes.count), Int64(records)))
  }
}
