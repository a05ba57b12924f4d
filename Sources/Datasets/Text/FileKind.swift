/// A kind of file that holds a table in another form than text, told by its first bytes.
package struct FileKind: Equatable {
  /// With its article: "an Excel workbook".
  var name: String
  /// What to do instead; `FILE` stands for the file.
  var remedy: String

  /// The kind of a file that is no text of columns; nil for what may be one.
  static func of(_ bytes: FileBytes) -> FileKind? {
    of(bytes.array(0..<min(bytes.count, headSize)))
  }

  private static func of(_ head: [UInt8]) -> FileKind? {
    if head.starts(with: Array("PK\u{3}\u{4}".utf8)) { return archive(head) }
    if let known = signatures.first(where: { head.starts(with: $0.bytes) }) { return known.kind }
    return structured(head)
  }

  /// What a file is, in words, for whoever was given it in the place of another kind; nil where nobody
  /// can tell.
  package static func words(_ bytes: [UInt8]) -> String? {
    guard !bytes.isEmpty else { return "an empty file" }
    let head = Array(bytes.prefix(headSize))
    if head.count > 8, head[8...].starts(with: Array("{\"".utf8)), !isText(head[..<8]) {
      return "a model or transform file"
    }
    if let kind = of(head) {
      let name = kind.name.replacing("no table but ", with: "")
      return name.hasPrefix("compressed") ? "a file \(name)" : name
    }
    guard isText(head[...]) else { return nil }
    return isTable(head) ? "a table (CSV)" : "a text"
  }

  /// Whether bytes are of a text: no control characters but blanks.
  private static func isText(_ bytes: ArraySlice<UInt8>) -> Bool {
    !bytes.contains { $0 < 0x20 && ![0x09, 0x0A, 0x0C, 0x0D].contains($0) }
  }

  /// Whether the first two lines have equally many separators of one kind.
  private static func isTable(_ head: [UInt8]) -> Bool {
    let lines = head.split(separator: UInt8(ascii: "\n"), maxSplits: 2)
    guard lines.count > 1 else { return false }
    return [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")].contains { mark in
      let counts = lines.prefix(2).map { line in line.count { $0 == mark } }
      return counts[0] > 0 && counts[0] == counts[1]
    }
  }

  /// The bytes that are looked at.
  private static let headSize = 4096

  private static let signatures: [(bytes: [UInt8], kind: FileKind)] = [
    (Array("PAR1".utf8), FileKind(name: "a Parquet file", remedy: pandas("read_parquet"))),
    (Array("ARROW1".utf8), FileKind(name: "an Arrow file", remedy: pandas("read_feather"))),
    ([0xFF, 0xFF, 0xFF, 0xFF], FileKind(name: "an Arrow stream", remedy: arrowStream)),
    ([0xD0, 0xCF, 0x11, 0xE0], FileKind(name: "an Excel workbook", remedy: pandas("read_excel"))),
    ([0x28, 0xB5, 0x2F, 0xFD], FileKind(name: "compressed with zstd", remedy: "zstd -d FILE")),
    (Array("BZh".utf8), FileKind(name: "compressed with bzip2", remedy: "bunzip2 -k FILE")),
    (
      [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00],
      FileKind(name: "compressed with xz", remedy: "unxz -k FILE")
    ),
    (
      Array("SQLite format 3".utf8),
      FileKind(name: "an SQLite database", remedy: "sqlite3 -csv -header FILE 'SELECT …'")
    ),
    (Array("%PDF".utf8), FileKind(name: "a PDF document", remedy: "export the table as CSV")),
  ]

  private static func pandas(_ reader: String, _ more: String = "") -> String {
    "python3 -c \"import pandas; pandas.\(reader)('FILE'\(more)).to_csv('table.csv', index=False)\""
  }

  private static let arrowStream =
    "python3 -c \"import pyarrow; pyarrow.ipc.open_stream('FILE').read_pandas()"
    + ".to_csv('table.csv', index=False)\""

  /// An archive of files: a workbook where the parts of one come first.
  private static func archive(_ head: [UInt8]) -> FileKind {
    let text = String(decoding: head, as: UTF8.self)
    let isWorkbook = text.contains("xl/") || text.contains("[Content_Types].xml")
    return isWorkbook
      ? FileKind(name: "an Excel workbook", remedy: pandas("read_excel"))
      : FileKind(name: "a zip archive", remedy: "unzip FILE")
  }

  /// A text of another structure than rows of columns.
  private static func structured(_ head: [UInt8]) -> FileKind? {
    let text = head.drop { $0 == 0xEF || $0 == 0xBB || $0 == 0xBF || $0 <= UInt8(ascii: " ") }
    guard let first = text.first else { return nil }
    let next = text.dropFirst().first { $0 > UInt8(ascii: " ") }
    switch (first, next) {
    case (UInt8(ascii: "{"), UInt8(ascii: "\"")):
      return isLines(text)
        ? FileKind(name: "no table but lines of JSON", remedy: pandas("read_json", ", lines=True"))
        : FileKind(name: "no table but JSON", remedy: pandas("read_json"))
    case (UInt8(ascii: "["), UInt8(ascii: "{")), (UInt8(ascii: "["), UInt8(ascii: "[")):
      return FileKind(name: "no table but JSON", remedy: pandas("read_json"))
    case (UInt8(ascii: "<"), UInt8(ascii: "!")), (UInt8(ascii: "<"), UInt8(ascii: "h")),
      (UInt8(ascii: "<"), UInt8(ascii: "?")):
      return FileKind(name: "no table but HTML or XML", remedy: "export the table as CSV")
    default: return nil
    }
  }

  /// Whether the first line is an object by itself, and another begins after it.
  private static func isLines(_ text: ArraySlice<UInt8>) -> Bool {
    let lines = text.split(separator: UInt8(ascii: "\n"), maxSplits: 2)
    guard let first = lines.first?.last(where: { $0 > UInt8(ascii: " ") }) else { return false }
    return first == UInt8(ascii: "}")
      && (lines.count == 1 || lines[1].first == UInt8(ascii: "{"))
  }
}
