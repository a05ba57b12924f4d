/// Writes a text anew: separated by commas, with plain numbers.
struct TextRewriting {
  var dialect: TextDialect
  /// How columns write numbers that are to be plain.
  var forms: [Int: NumberForm] = [:]

  private static let newline = UInt8(ascii: "\n")
  private static let quote = UInt8(ascii: "\"")
  private static let comma = UInt8(ascii: ",")

  /// The text with newlines for carriage returns.
  static func withNewlines(_ bytes: FileBytes) -> FileBytes {
    var text = bytes.array(0..<bytes.count)
    for i in text.indices where text[i] == UInt8(ascii: "\r") { text[i] = newline }
    return FileBytes(text)
  }

  /// - Parameter spool: takes the text where it is not to be held in memory.
  func rewritten(_ bytes: FileBytes, into spool: Spool? = nil) throws(DataError) -> FileBytes {
    // SAFETY: the buffer is read while `bytes` lives.
    let source = UnsafeRawBufferPointer(start: bytes.pointer, count: bytes.count)
    var text: [UInt8] = []
    text.reserveCapacity(spool == nil ? bytes.count + bytes.count / 8 : 2 * Self.piece)
    var place = 0
    // Lines above the header become blank ones, so that rows keep their places.
    for _ in 0..<dialect.linesAbove {
      while place < source.count, source[place] != Self.newline { place += 1 }
      if place < source.count { place += 1 }
      text.append(Self.newline)
    }
    var start = place, column = 0, row = 0, inside = false
    while place <= source.count {
      let byte = place < source.count ? source[place] : Self.newline
      if place < source.count && byte == Self.quote { inside.toggle() }
      let isEnd = place == source.count || (!inside && byte == Self.newline)
      if isEnd || (!inside && byte == dialect.separator) {
        var end = place
        if isEnd && end > start && source[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        append(source[start..<end], column: row == 0 ? -1 : column, to: &text)
        if place < source.count { text.append(isEnd ? Self.newline : Self.comma) }
        if isEnd && (column > 0 || end > start) { row += 1 }
        column = isEnd ? 0 : column + 1
        start = place + 1
        if let spool, text.count >= Self.piece {
          try spool.write(text)
          text.removeAll(keepingCapacity: true)
        }
      }
      place += 1
    }
    guard let spool else { return FileBytes(text) }
    try spool.write(text)
    return try spool.finish()
  }

  /// The bytes that go to a file at once.
  private static let piece = 1 << 20

  /// - Parameter column: -1 in the header.
  private func append(_ field: Slice<UnsafeRawBufferPointer>, column: Int, to text: inout [UInt8]) {
    if let form = forms[column], let plain = plain(field, form) {
      text.append(contentsOf: plain.utf8)
      return
    }
    let needsQuotes =
      dialect.separator != Self.comma && field.contains(Self.comma)
      && field.first(where: { $0 != UInt8(ascii: " ") }) != Self.quote
    guard needsQuotes else {
      text.append(contentsOf: field)
      return
    }
    text.append(Self.quote)
    for byte in field {
      if byte == Self.quote { text.append(byte) }
      text.append(byte)
    }
    text.append(Self.quote)
  }

  private func plain(_ field: Slice<UnsafeRawBufferPointer>, _ form: NumberForm) -> String? {
    var value = String(decoding: field, as: UTF8.self).trimmingBlanks
    if value.count > 1, value.hasPrefix("\""), value.hasSuffix("\"") {
      value = String(value.dropFirst().dropLast())
    }
    return form.plain(value)
  }
}
