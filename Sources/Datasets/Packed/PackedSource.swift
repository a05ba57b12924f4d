import CText
import LinearAlgebra

/// A table that can be packed: its columns, and its rows as text, some at a time.
protocol PackedSource: Sendable {
  var file: String { get }
  var columns: [PackedContents.Column] { get }
  var sample: PackedContents.Sample { get }
  var isUnnamed: Bool { get }
  /// What a reader of the packed table must know of how this one was read.
  var notes: [Phrase] { get }
  var rows: Int { get }
  /// The mean size of a row as text.
  var rowBytes: Int { get }
  /// Well-formed text of some rows; throws for what is not.
  func text(_ rows: Range<Int>) throws(DataError) -> PackedText
  /// The line of each of some rows; nil where each has one line, the first of them `first`.
  func lines(_ rows: Range<Int>) -> (first: Int, all: [Int]?)
}

/// Text of some rows, which must be alive while they are read.
struct PackedText: Sendable {
  var bytes: FileBytes
  var range: Range<Int>
}

/// Rows of a block as columns, in the memory of a worker.
final class PackedRows: @unchecked Sendable {
  // SAFETY: one worker at a time uses it.
  let pointer: OpaquePointer
  private(set) var text: PackedText?
  private(set) var count = 0
  var failure: DataError?

  init(columns: Int) { pointer = eqp_packed_rows_make(Int64(columns), 0) }

  deinit { eqp_packed_rows_free(pointer) }

  /// - Parameter open: columns whose different texts are still numbered.
  func read(_ source: some PackedSource, _ rows: Range<Int>, open: [Bool]) {
    failure = nil
    count = rows.count
    do throws(DataError) {
      let text = try source.text(rows)
      self.text = text
      let fields = source.columns.indices.map { j in
        let column = source.columns[j]
        return eqp_packed_field(
          numbers: column.sample.isNumeric ? 1 : 0, kind: Int32(column.kind.rawValue),
          levels: open[j] ? 1 : 0)
      }
      let end = eqp_packed_rows_read(
        pointer, text.bytes.pointer, Int64(text.range.lowerBound), Int64(text.range.upperBound),
        Int64(rows.count), fields, Int64(Self.mostLevels(rows.count)))
      guard end >= 0 else {
        throw .unreadable(file: source.file, reason: "a row changed while it was read")
      }
    } catch { failure = error }
  }

  /// Lets the memory of the text go.
  func discardText() {
    if let text { text.bytes.discard(text.range) }
    text = nil
  }

  /// Of a block: more different texts are no categories, and numbering them would save nothing.
  private static func mostLevels(_ rows: Int) -> Int { max(256, rows / 4) }
}
