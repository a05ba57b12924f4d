/// A table in memory as a source of rows to pack: its values as the texts that they would be in a file.
struct ArrowSource: PackedSource {
  private let table: ArrowTable
  let columns: [PackedContents.Column]
  let sample = PackedContents.Sample()
  let isUnnamed = false
  let notes: [Phrase] = []

  init(_ table: ArrowTable) {
    self.table = table
    columns = zip(table.fields, table.columns).map { field, sample in
      let kind: PackedContents.Kind =
        switch field.type {
        case .number(.float32) where field.isNumeric: .single
        case .bits where field.isNumeric: .truth
        default: .number
        }
      return PackedContents.Column(sample: sample, kind: kind)
    }
  }

  var file: String { table.file }
  var rows: Int { table.rows }
  /// A guess: how long texts are is not known before they are made.
  var rowBytes: Int { 16 * columns.count }

  func text(_ rows: Range<Int>) throws(DataError) -> PackedText {
    var text: [UInt8] = []
    text.reserveCapacity(rows.count * rowBytes)
    for batch in table.batches {
      let own = batch.firstRow..<batch.firstRow + batch.rows
      for row in rows.clamped(to: own) {
        for (j, chunk) in batch.columns.enumerated() {
          if j > 0 { text.append(UInt8(ascii: ",")) }
          let value = try table.reading { () throws(ArrowError) in
            try chunk.text(row - batch.firstRow)
          }
          append(value, to: &text)
        }
        text.append(UInt8(ascii: "\n"))
      }
    }
    return PackedText(bytes: FileBytes(text), range: 0..<text.count)
  }

  /// A missing value is an empty field; an empty text has its quotes, and so has the only field of a
  /// row, which would be an empty line.
  private func append(_ value: String?, to text: inout [UInt8]) {
    guard let value, !value.isEmpty else {
      if value != nil || columns.count == 1 { text.append(contentsOf: Array("\"\"".utf8)) }
      return
    }
    let blanks: [Character] = [" ", "\t"]
    if blanks.contains(value.first!) || blanks.contains(value.last!) {
      text.append(contentsOf: "\"\(value.replacing("\"", with: "\"\""))\"".utf8)
    } else {
      text.append(contentsOf: CSVField.quoted(value).utf8)
    }
  }

  /// As in the text of the table, whose first line has the names.
  func lines(_ rows: Range<Int>) -> (first: Int, all: [Int]?) { (rows.lowerBound + 2, nil) }
}
