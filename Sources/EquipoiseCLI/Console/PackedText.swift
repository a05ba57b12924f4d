import Equipoise

/// A packed table on a terminal.
enum PackedText {
  /// Blocks that are shown.
  private static let mostBlocks = 20

  static func describe(_ info: PackedInfo) -> String {
    let bytes = info.blocks.reduce(0) { $0 + $1.bytes }
    let facts = [
      ["kind", "packed table"], ["format", "\(info.version)"],
      ["rows", NumberText.count(info.rows)],
      ["columns", NumberText.count(info.columns.count)],
      ["blocks", NumberText.count(info.blocks.count)],
      ["bytes of blocks", "\(bytes)"],
    ]
    let columns = info.columns.map { column in
      [
        column.name, column.kind, column.levels.map { "\($0)" } ?? "–",
        column.stored.joined(separator: ", "),
      ]
    }
    let blocks = info.blocks.prefix(mostBlocks).enumerated().map { index, block in
      ["\(index)", NumberText.count(block.rows), NumberText.count(block.bytes), block.digest]
    }
    var parts = [
      Tables.text(["what", "value"], facts, alignedRight: []),
      Tables.text(["column", "kind", "values", "stored as"], columns, alignedRight: [2]),
      Tables.text(["block", "rows", "bytes", "digest"], blocks, alignedRight: [0, 1, 2]),
    ]
    let rest = info.blocks.count - blocks.count
    if rest > 0 {
      parts.append("and \(NumberText.counted(rest, "block")) more: '--format json' has all")
    }
    return parts.joined(separator: "\n")
  }
}
