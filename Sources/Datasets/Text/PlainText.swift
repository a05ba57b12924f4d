import LinearAlgebra

/// A text file as comma-separated UTF-8 with the usual line ends: as it is where it is that already,
/// which is not copied, else written anew in memory, with what was changed.
///
/// Lines keep their numbers.
struct PlainText {
  private(set) var bytes: FileBytes
  /// What a reader of the table must know of the whole file.
  private(set) var notes: [Phrase] = []
  /// Columns whose numbers are not plain ones.
  private(set) var disguised: [Int: DisguisedColumn] = [:]
  /// The decimal mark, where it is known.
  private(set) var decimal: DecimalMark?

  /// Where text that is written anew goes; nil: into memory.
  private let spoolFolder: String?

  init(_ file: FileBytes, name: String, _ reading: TableReading) throws(DataError) {
    let form = reading.form
    spoolFolder = reading.spoolFolder
    bytes =
      Gzip.isCompressed(file)
      ? try Gzip.inflate(file, name: name, into: try Self.spool(spoolFolder)) : file
    decimal = form.decimal
    if let kind = FileKind.of(bytes) ?? (form.encoding == nil ? FileKind.ofText(bytes) : nil) {
      throw .wrongKind(
        file: name, kind: kind.name, remedy: kind.remedy.replacing("FILE", with: name))
    }
    var changes: [Phrase] = []
    let encoding = form.encoding ?? TextEncoding.found(in: bytes) ?? .utf8
    if encoding != .utf8 {
      bytes = encoding.utf8(bytes)
      changes.append("\(encoding.name) (\(set: "encoding", "utf-8") says otherwise)")
    }
    if endsLinesWithReturns {
      bytes = TextRewriting.withNewlines(bytes)
      changes.append("lines that end in a carriage return alone")
    }
    let dialect = try TextDialect.found(in: bytes, file: name, stated: form.separator?.mark)
    if dialect != .usual {
      if dialect.linesAbove > 0 { changes.append(Self.above(dialect.linesAbove)) }
      if dialect.separator != TextDialect.usual.separator {
        changes.append(
          "columns separated by \(TextDialect.name(of: dialect.separator)) (\(option: "separator"))"
        )
      }
      bytes = try TextRewriting(dialect: dialect).rewritten(
        bytes, into: try Self.spool(spoolFolder))
    }
    guard !changes.isEmpty else { return }
    notes.append(
      changes.dropFirst().reduce("\(name) is read as \(changes[0])") { "\($0), \($1)" })
  }

  private static func spool(_ folder: String?) throws(DataError) -> Spool? {
    guard let folder else { return nil }
    return try Spool(in: folder)
  }

  private static func above(_ lines: Int) -> Phrase {
    lines == 1
      ? "a table below one line that is not a row"
      : "a table below \(lines) lines that are not rows"
  }

  /// Writes numbers of disguised columns plainly.
  mutating func makePlain(_ columns: [Int: DisguisedColumn]) throws(DataError) {
    disguised = columns
    var forms: [Int: NumberForm] = [:]
    for (place, column) in columns {
      if case .certain(let form) = column.finding { forms[place] = form }
    }
    guard !forms.isEmpty else { return }
    bytes = try TextRewriting(dialect: .usual, forms: forms).rewritten(
      bytes, into: try Self.spool(spoolFolder))
  }

  /// Whether lines end as old Macs ended them.
  private var endsLinesWithReturns: Bool {
    let head = bytes.array(0..<min(bytes.count, 1 << 16))
    return head.contains(UInt8(ascii: "\r")) && !head.contains(UInt8(ascii: "\n"))
  }
}

extension TextEncoding {
  var name: String {
    switch self {
    case .utf8: "UTF-8"
    case .utf16: "UTF-16"
    case .windows1252: "Windows-1252"
    }
  }
}
