import LinearAlgebra

/// A packed file that is read a few blocks at a time, so that no more than these are in memory.
public final class PackedBlocks: Sendable {
  let packed: PackedFile

  /// nil for what is no packed file.
  public init?(_ path: String) throws(DataError) {
    guard path != "-", FileBytes.isRegularFile(path) else { return nil }
    let bytes = try FileBytes.open(path, isReadOnly: true)
    guard PackedHeader.isFound(in: bytes) else { return nil }
    packed = try PackedFile(bytes, path: path)
  }

  public var path: String { packed.path }
  public var rows: Int { packed.contents.rows }

  /// Blocks that are read together: some threads have one each.
  static let blocksAPiece = 4

  /// All rows, a few blocks each. It depends on the file alone.
  public var pieces: [PackedPiece] {
    let count = packed.contents.blocks.count
    return stride(from: 0, to: count, by: Self.blocksAPiece).map { first in
      PackedPiece(file: self, blocks: first..<min(count, first + Self.blocksAPiece))
    }
  }

  /// Bytes of memory that the lists of blocks and of texts take, with what is made of them to read rows.
  public var listBytes: Int {
    let texts = packed.contents.columns.reduce(0) { sum, column in
      column.dictionary.reduce(sum) { $0 + $1.count + Self.bytesAText }
    }
    let columns = packed.contents.columns.count
    return texts + packed.contents.blocks.count * PackedBlock.listed(columns)
      + columns * Self.bytesAColumn
  }

  /// Of each text: array, level, place by text, reading; of each column its table of codes.
  private static let bytesAText = 256
  private static let bytesAColumn = 1 << 17

  /// The most bytes that a row of a piece takes as it is read: each of its columns as a number.
  public var bytesARow: Int {
    MemoryLayout<Double>.size * (packed.contents.columns.count + Self.columnsBesides)
  }

  /// Cells, labels, weights, records and choices of rows.
  private static let columnsBesides = 8

  /// Lets the system take back what blocks take of its memory.
  func discard(_ blocks: Range<Int>) {
    guard let first = blocks.first, let last = blocks.last else { return }
    let end = packed.contents.blocks[last]
    packed.bytes.discard(packed.contents.blocks[first].offset..<end.offset + end.bytes)
  }
}

/// Some blocks of a packed file: a table of their rows, or of those of them that a choice takes.
public struct PackedPiece: Sendable, Equatable {
  let file: PackedBlocks
  let blocks: Range<Int>
  /// The rows of the file that are read; nil: all.
  public var choice: RowMarks.Choice?
  /// Whether the bytes were compared with their digests before.
  public var isTrusted = false

  public var rows: Int { file.packed.contents.rows(of: blocks) }
  /// The first row in the file.
  public var firstRow: Int { file.packed.contents.blocks[blocks.lowerBound].firstRow }

  /// Of the piece; nil: all.
  var keptRows: [Int]? {
    choice.map { choice in
      let first = firstRow
      return (0..<rows).filter { choice.takes(first + $0) }
    }
  }

  public static func == (a: PackedPiece, b: PackedPiece) -> Bool {
    a.file === b.file && a.blocks == b.blocks && a.choice == b.choice
  }
}

/// Marks on the rows of a table, a bit each.
public struct RowMarks: Sendable, Equatable {
  private var words: [UInt64]

  public init(rows: Int) { words = Array(repeating: 0, count: (rows + 63) / 64) }

  public subscript(row: Int) -> Bool { words[row >> 6] >> UInt64(row & 63) & 1 == 1 }
  public mutating func mark(_ row: Int) { words[row >> 6] |= 1 << UInt64(row & 63) }

  /// The rows that are marked, or those that are not.
  public struct Choice: Sendable, Equatable {
    let marks: RowMarks
    let takesMarked: Bool

    public init(_ marks: RowMarks, takesMarked: Bool) {
      self.marks = marks
      self.takesMarked = takesMarked
    }

    func takes(_ row: Int) -> Bool { marks[row] == takesMarked }
  }
}
