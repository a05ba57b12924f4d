/// Where a row is: rows of text files are lines counted from 1, as editors show them, and rows of
/// arrays and of tables in memory are positions counted from 0, as programs see them.
public enum RowPlace: Sendable, Equatable {
  case line(file: String, Int)
  /// In a file of an array.
  case element(file: String, Int)
  case position(Int)

  /// What rows that a program hands over as arrays are from.
  public static let memory = "memory"
  /// What rows are from that a program hands over as a table: a frame, or what else speaks Arrow.
  public static let table = "the table"

  /// Whether rows of this source were never in a file.
  public static func isInMemory(_ source: String) -> Bool { source == memory || source == table }

  /// - Parameters:
  ///   - file: the file, or ``memory`` or ``table``.
  ///   - row: a line of the file, or the number of the row counted from 1.
  public init(file: String, row: Int) {
    let index = max(0, row - 1)
    self =
      Self.isInMemory(file)
      ? .position(index)
      : file.hasSuffix(".npy") ? .element(file: file, index) : .line(file: file, row)
  }

  /// The row counted from 0: of a text file's lines the header is 0.
  public var index: Int {
    switch self {
    case .line(_, let line): max(0, line - 1)
    case .element(_, let index), .position(let index): index
    }
  }
}

extension RowPlace {
  /// The place without the file.
  var short: String {
    switch self {
    case .line(_, let line): "line \(line)"
    case .element(_, let index), .position(let index): "row \(index) (from 0)"
    }
  }
}

extension RowPlace: CustomStringConvertible {
  public var description: String {
    switch self {
    case .line(let file, let line): "\(file), line \(line)"
    case .element(let file, let index): "\(file), row \(index) (from 0)"
    case .position(let index): "row \(index) (from 0)"
    }
  }
}
