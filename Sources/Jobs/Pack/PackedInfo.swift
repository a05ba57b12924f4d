import Datasets

/// What a packed table is, encoded as the document `equipoise.packed/1`.
public struct PackedInfo: Encodable, Sendable {
  public struct Column: Encodable, Sendable {
    public var name: String
    /// `number` or `text`.
    public var kind: String
    /// Different texts; nil where there are too many to number.
    public var levels: Int?
    /// The ways in which blocks store it.
    public var stored: [String]
  }

  public struct Block: Encodable, Sendable {
    public var rows: Int
    public var bytes: Int
    public var digest: String
  }

  public var schema = "equipoise.packed/1"
  public var file: String
  /// The version of the format.
  public var version: Int
  public var rows: Int
  /// Rows that the job has added; nil where it has only looked.
  public var added: Int?
  public var columns: [Column]
  public var blocks: [Block]

  init(_ summary: PackedSummary, added: Int? = nil) {
    file = summary.file
    version = summary.version
    rows = summary.rows
    self.added = added
    columns = summary.columns.map {
      Column(
        name: $0.name, kind: $0.isNumeric ? "number" : "text", levels: $0.levels,
        stored: $0.stored)
    }
    blocks = summary.blocks.map { Block(rows: $0.rows, bytes: $0.bytes, digest: $0.digest) }
  }
}
