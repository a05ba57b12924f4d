import CText

/// Texts in Shift-JIS, which are named and not read.
enum ShiftJIS {
  /// Whether a text is surely in Shift-JIS: no UTF-8, its bytes pair as letters of that code, and some
  /// pair is one of kana or of common kanji.
  static func isFound(in bytes: FileBytes) -> Bool {
    let end = min(bytes.count, sampled)
    guard eqp_utf8_check(bytes.pointer, 0, Int64(end)) >= 0 else { return false }
    return isFound(in: bytes.array(0..<end))
  }

  /// The bytes that the code is recognized by.
  private static let sampled = 1 << 16

  private static func isFound(in bytes: [UInt8]) -> Bool {
    var letters = 0
    var place = 0
    while place < bytes.count {
      switch bytes[place] {
      case 0x00..<0x80, 0xA1...0xDF: place += 1
      case 0x81...0x9F, 0xE0...0xFC:
        // The sample may end within a letter.
        guard place + 1 < bytes.count else { return letters > 0 }
        let second = bytes[place + 1]
        guard 0x40...0xFC ~= second, second != 0x7F, !isUTF8(bytes, at: place) else { return false }
        if isCertain(bytes[place], second) { letters += 1 }
        place += 2
      default: return false
      }
    }
    return letters > 0
  }

  /// A letter that Western texts in their own codes have no such bytes of side by side.
  private static func isCertain(_ first: UInt8, _ second: UInt8) -> Bool {
    switch first {
    case 0x82: 0x9F...0xF1 ~= second
    case 0x83: 0x40...0x96 ~= second
    case 0x88...0x9F: second >= 0x80
    default: false
    }
  }

  /// Whether a letter of three bytes in UTF-8 stands here: the text is UTF-8 that is spoilt elsewhere.
  private static func isUTF8(_ bytes: [UInt8], at place: Int) -> Bool {
    place + 2 < bytes.count && 0xE0...0xEF ~= bytes[place]
      && bytes[place + 1...place + 2].allSatisfy { 0x80...0xBF ~= $0 }
  }
}
