/// How a text is divided into columns, and where its header is.
struct TextDialect: Equatable, Sendable {
  var separator = UInt8(ascii: ",")
  /// Lines above the header: titles, or `sep=;`.
  var linesAbove = 0

  static let usual = TextDialect()

  /// Marks between columns, and what they are called.
  static let separators: [(mark: UInt8, name: String)] = [
    (UInt8(ascii: ","), "commas"), (UInt8(ascii: ";"), "semicolons"),
    (UInt8(ascii: "\t"), "tabs"), (UInt8(ascii: "|"), "vertical bars"),
  ]

  static func name(of separator: UInt8) -> String {
    separators.first { $0.mark == separator }?.name
      ?? "'\(Character(Unicode.Scalar(separator)))'"
  }

  /// The dialect of a text, where that is certain.
  ///
  /// A mark fits when the header and nearly all records have the same number of columns by it, more
  /// than one. The one that gives the most columns is taken, commas before others; two others that
  /// give the same number leave it open.
  ///
  /// - Parameters:
  ///   - stated: the separator that the user names; nil: as the text tells.
  static func found(
    in bytes: FileBytes, file: String, stated: UInt8?
  ) throws(DataError) -> TextDialect {
    let head = Head(bytes)
    if let declared = head.declaredSeparator {
      return TextDialect(separator: stated ?? declared, linesAbove: 1)
    }
    if let stated {
      let place = head.fit(of: stated)?.header
      return TextDialect(separator: stated, linesAbove: place.map { head.line(ofRecord: $0) } ?? 0)
    }
    let fits = separators.compactMap { candidate in
      head.fit(of: candidate.mark).map { (mark: candidate.mark, fit: $0) }
    }
    guard let best = fits.max(by: { $0.fit.width < $1.fit.width }) else {
      try head.requireCommas(file: file)
      return usual
    }
    let alike = fits.filter { $0.fit.width == best.fit.width }
    let comma = alike.first { $0.mark == usual.separator }
    guard alike.count == 1 || comma != nil else {
      throw .severalSeparators(file: file, separators: alike.map { name(of: $0.mark) })
    }
    let chosen = comma ?? best
    return TextDialect(
      separator: chosen.mark, linesAbove: head.line(ofRecord: chosen.fit.header))
  }
}

/// The first records of a text.
private struct Head {
  private let text: [UInt8]
  /// Whether there is more of the text.
  private let isCut: Bool

  private static let size = 1 << 18
  private static let records = 200
  /// More lines than this above a header are no titles.
  private static let mostTitles = 20

  init(_ bytes: FileBytes) {
    var begin = 0
    if bytes.count >= 3, bytes.array(0..<3) == [0xEF, 0xBB, 0xBF] { begin = 3 }
    let end = min(bytes.count, begin + Self.size)
    text = bytes.array(begin..<end)
    isCut = end < bytes.count
  }

  /// What a first line like `sep=;` says.
  var declaredSeparator: UInt8? {
    let line = text.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    let plain = line.filter { $0 != UInt8(ascii: "\"") }
    guard plain.count == 5, String(decoding: plain.prefix(4), as: UTF8.self).lowercased() == "sep="
    else { return nil }
    return plain[4]
  }

  struct Fit {
    /// The record that is the header.
    var header: Int
    var width: Int
  }

  /// How a mark divides the records; nil where it does not.
  func fit(of mark: UInt8) -> Fit? {
    let records = split(by: mark)
    guard let width = Self.usualWidth(records), width > 1 else { return nil }
    // A title that a spreadsheet filled up with separators is as wide as the rows, and mostly empty.
    guard
      let header = records.firstIndex(where: { record in
        record.fields.count == width && 2 * record.fields.count { !$0.isEmpty } >= width
      }),
      header <= Self.mostTitles,
      records[..<header].allSatisfy({ $0.fields.count { !$0.isEmpty } <= 1 })
    else { return nil }
    let rows = records[(header + 1)...]
    guard !rows.isEmpty, rows.count(where: { $0.fields.count == width }) * 10 >= rows.count * 9
    else { return nil }
    // Below titles the header must look like one: a line of names.
    let names = records[header].fields
    let isHeader =
      names.allSatisfy { !$0.isEmpty && Double($0) == nil } && Set(names).count == width
    return header == 0 || isHeader ? Fit(header: header, width: width) : nil
  }

  /// The line, counted from 0, on which a record starts.
  func line(ofRecord record: Int) -> Int {
    guard record > 0 else { return 0 }
    let start = split(by: UInt8(ascii: ","))[record].start
    return text[..<start].count { $0 == UInt8(ascii: "\n") }
  }

  /// A header of one name with a usual separator in it, and records that do not keep to it.
  func requireCommas(file: String) throws(DataError) {
    guard let header = split(by: UInt8(ascii: ",")).first, header.fields.count == 1 else { return }
    let name = header.fields[0]
    for (mark, called) in TextDialect.separators.dropFirst()
    where name.utf8.contains(mark) {
      throw .wrongSeparator(file: file, separator: called, header: String(name.prefix(60)))
    }
  }

  private static func usualWidth(_ records: [Record]) -> Int? {
    var counts: [Int: Int] = [:]
    for record in records { counts[record.fields.count, default: 0] += 1 }
    return counts.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key
  }

  private struct Record {
    var start: Int
    var fields: [String]
  }

  /// The records by a mark, without blank lines and without the last where the text goes on.
  private func split(by mark: UInt8) -> [Record] {
    var records: [Record] = []
    var field: [UInt8] = [], fields: [String] = []
    var start = 0, inside = false
    func close() {
      fields.append(String(decoding: field, as: UTF8.self).trimmingBlanks)
      field.removeAll(keepingCapacity: true)
    }
    for (i, byte) in text.enumerated() {
      guard records.count < Self.records else { return records }
      switch byte {
      case UInt8(ascii: "\""): inside.toggle()
      case mark where !inside: close()
      case UInt8(ascii: "\r") where !inside: continue
      case UInt8(ascii: "\n") where !inside:
        close()
        if fields != [""] { records.append(Record(start: start, fields: fields)) }
        fields = []
        start = i + 1
      default: field.append(byte)
      }
    }
    if !isCut && (!field.isEmpty || !fields.isEmpty) {
      close()
      records.append(Record(start: start, fields: fields))
    }
    return records
  }
}
