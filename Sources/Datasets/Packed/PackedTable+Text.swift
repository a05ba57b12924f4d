import LinearAlgebra

/// A packed table as the text that it was packed from.
extension PackedTable {
  func texts(
    _ column: Int, missingTexts: Set<String>, pool: WorkerPool
  ) throws(DataError) -> [String?] {
    let text = PackedRowText(packed)
    let blocks = blocks
    var texts: [String?] = []
    texts.reserveCapacity(contents.rows(of: blocks))
    try packed.eachBlock(pool, in: blocks) { file, index throws(PackedFault) in
      try file.verify(index, [column])
    }
    do throws(PackedFault) {
      for index in blocks {
        for i in 0..<contents.blocks[index].rows {
          let field = try text.field(i, column, block: index)
          let value = NameList.unquoted(String(decoding: field, as: UTF8.self).trimmingBlanks)
          texts.append(missingTexts.contains(value) ? nil : value)
        }
      }
    } catch { throw .packed(file: file, error) }
    return texts
  }

  /// Writes a comma-separated file, as the text that the table was packed from would be.
  func rewrite(
    _ changes: TableChanges, missingTexts: Set<String>, to path: String, pool: WorkerPool
  ) throws(DataError) {
    try packed.verifyAll(pool)
    let text = PackedRowText(packed), records = changes.records
    let source = packed.path
    try RewrittenText(columns.map(\.name), changes, missingTexts).write(to: path, pool) {
      rows throws(DataError) in
      do throws(PackedFault) {
        let (lines, starts) = try text.records(rows.map { records[$0] })
        return (FileBytes(lines), starts)
      } catch { throw .packed(file: source, error) }
    }
  }
}

/// A packed table as a source of rows to pack again.
struct PackedTableSource: PackedSource {
  private let table: PackedTable
  let columns: [PackedContents.Column]

  init(_ table: PackedTable) {
    self.table = table
    columns = table.contents.columns.map { column in
      PackedContents.Column(sample: column.sample, kind: column.kind)
    }
  }

  var file: String { table.file }
  var sample: PackedContents.Sample { table.contents.sample }
  var isUnnamed: Bool { table.contents.isUnnamed }
  var notes: [Phrase] { [] }
  var rows: Int { table.contents.rows }
  var rowBytes: Int { table.packed.bytes.count / rows }

  func text(_ rows: Range<Int>) throws(DataError) -> PackedText {
    let first = table.contents.block(ofRow: rows.lowerBound)
    let last = table.contents.block(ofRow: rows.upperBound - 1)
    do throws(PackedFault) {
      for index in first...last {
        try table.packed.verify(index, Set(columns.indices))
        try table.packed.verifyLines(index)
      }
      let text = try PackedRowText(table.packed).records(Array(rows)).text
      return PackedText(bytes: FileBytes(text), range: 0..<text.count)
    } catch { throw .packed(file: file, error) }
  }

  func lines(_ rows: Range<Int>) -> (first: Int, all: [Int]?) {
    let all = rows.map { table.packed.line(ofRow: $0) }
    let isRegular = zip(all, all.dropFirst()).allSatisfy { $1 == $0 + 1 }
    return (all[0], isRegular ? nil : all)
  }
}
