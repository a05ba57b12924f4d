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

  /// A text in a code that is not read, whose bytes alone say so; nil for every other text.
  static func ofText(_ bytes: FileBytes) -> FileKind? {
    guard ShiftJIS.isFound(in: bytes) else { return nil }
    return FileKind(
      name: "a text in Shift-JIS", remedy: pandas("read_csv", ", encoding='shift_jis'"))
  }

  private static func of(_ head: [UInt8]) -> FileKind? {
    if isUTF32(head) {
      return FileKind(name: "a text in UTF-32", remedy: pandas("read_csv", ", encoding='utf-32'"))
    }
    // A header may begin with these letters, too.
    if head.starts(with: Array("ORC".utf8)), !isText(head[...]) {
      return FileKind(name: "an ORC file", remedy: pandas("read_orc"))
    }
    if isOldStata(head) { return stata }
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

  /// Whether a text has its mark of UTF-32, or three zeros of four in its first letters.
  private static func isUTF32(_ head: [UInt8]) -> Bool {
    let marks: [[UInt8]] = [[0xFF, 0xFE, 0, 0], [0, 0, 0xFE, 0xFF]]
    if marks.contains(where: { head.starts(with: $0) }) { return true }
    guard head.count >= 16 else { return false }
    return [0, 3].contains { letter in
      (0..<16).allSatisfy { (head[$0] != 0) == ($0 % 4 == letter) }
    }
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
    (
      PackedHeader.magic,
      FileKind(name: "a packed table", remedy: "give it as a file, not through a pipe")
    ),
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
    (Array("Obj\u{1}".utf8), FileKind(name: "an Avro file", remedy: "export the table as CSV")),
    (Array("$FL2".utf8), FileKind(name: "an SPSS file", remedy: pandas("read_spss"))),
    (Array("$FL3".utf8), FileKind(name: "an SPSS file", remedy: pandas("read_spss"))),
    (Array("<stata_dta>".utf8), stata),
    ([0x89, 0x50, 0x4E, 0x47], picture("a PNG image")),
    ([0xFF, 0xD8, 0xFF], picture("a JPEG image")),
    (Array("GIF87a".utf8), picture("a GIF image")),
    (Array("GIF89a".utf8), picture("a GIF image")),
    ([0x49, 0x49, 0x2A, 0x00], picture("a TIFF image")),
    ([0x4D, 0x4D, 0x00, 0x2A], picture("a TIFF image")),
    ([0x89, 0x48, 0x44, 0x46], FileKind(name: "an HDF5 file", remedy: pandas("read_hdf"))),
    ([0x04, 0x22, 0x4D, 0x18], FileKind(name: "compressed with lz4", remedy: "lz4 -d FILE")),
    ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], FileKind(name: "a 7z archive", remedy: "7z x FILE")),
  ]

  private static func picture(_ name: String) -> FileKind {
    FileKind(name: name, remedy: "give the table itself, not a picture of it")
  }

  /// Stata's formats 113 to 115: the version, the order of bytes, 1, 0.
  private static func isOldStata(_ head: [UInt8]) -> Bool {
    head.count >= 4 && 0x71...0x73 ~= head[0] && 1...2 ~= head[1] && head[2] == 1 && head[3] == 0
  }

  private static let stata = FileKind(name: "a Stata file", remedy: pandas("read_stata"))

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
      switch lines(text) {
      case .several:
        return FileKind(
          name: "no table but lines of JSON", remedy: pandas("read_json", ", lines=True"))
      case .one:
        return FileKind(name: "no table but JSON", remedy: pandas("read_json", ", lines=True"))
      case .open: return FileKind(name: "no table but JSON", remedy: pandas("read_json"))
      }
    case (UInt8(ascii: "["), UInt8(ascii: "{")), (UInt8(ascii: "["), UInt8(ascii: "[")):
      return FileKind(name: "no table but JSON", remedy: pandas("read_json"))
    case (UInt8(ascii: "<"), UInt8(ascii: "!")), (UInt8(ascii: "<"), UInt8(ascii: "h")),
      (UInt8(ascii: "<"), UInt8(ascii: "?")):
      return FileKind(name: "no table but HTML or XML", remedy: "export the table as CSV")
    default: return nil
    }
  }

  /// How many objects of JSON stand on lines of their own.
  private enum Objects { case open, one, several }

  private static func lines(_ text: ArraySlice<UInt8>) -> Objects {
    let lines = text.split(separator: UInt8(ascii: "\n"), maxSplits: 2).filter { line in
      line.contains { $0 > UInt8(ascii: " ") }
    }
    guard lines.first?.last(where: { $0 > UInt8(ascii: " ") }) == UInt8(ascii: "}") else {
      return .open
    }
    return lines.count == 1 ? .one : lines[1].first == UInt8(ascii: "{") ? .several : .open
  }
}
