/// What is wrong with a packed file.
public enum PackedFault: Error, Sendable, Equatable {
  /// The file is of another kind.
  case notPacked
  /// Written by a later program.
  case newer(version: Int)
  /// Shorter than its contents say.
  case truncated(bytes: Int, needed: Int)
  /// The list of contents is not the one that was written, or cannot be one.
  case badContents(String)
  /// The bytes of a column in a block are not those that were written; blocks count from 0.
  case damaged(block: Int, column: String)
  /// A table that is to be appended has other columns.
  case otherColumn(column: String, reason: String)
}

extension PackedFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notPacked: "not a packed table"
    case .newer(let version):
      "packed by a later version of the program (format \(version), this one reads "
        + "\(PackedHeader.version))"
    case .truncated(let bytes, let needed):
      "cut short: \(bytes) bytes where the contents need \(needed)"
    case .badContents(let reason): "not a usable packed table: \(reason)"
    case .damaged(let block, let column):
      "block \(block), column '\(column)': the bytes are not those that were written"
    case .otherColumn(let column, let reason): "column '\(column)' \(reason)"
    }
  }
}
