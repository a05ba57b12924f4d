import CText

/// How the characters of a text are written as bytes.
public enum TextEncoding: String, Sendable, CaseIterable {
  case utf8 = "utf-8"
  case utf16 = "utf-16"
  case windows1252 = "windows-1252"

  /// What the bytes are where that is certain; nil: UTF-8, or nothing that can be known.
  ///
  /// UTF-16 begins with its mark, or has a zero in every other byte of a text of Latin letters.
  /// Windows-1252 is what Western systems wrote before UTF-8: its letters stand among letters, and
  /// no two bytes of it happen to be UTF-8.
  static func found(in bytes: FileBytes) -> TextEncoding? {
    if byteOrder(bytes) != nil { return .utf16 }
    let end = min(bytes.count, sampled)
    guard eqp_utf8_check(bytes.pointer, 0, Int64(end)) >= 0 else { return nil }
    return looksLikeWindows1252(bytes.array(0..<end)) ? .windows1252 : nil
  }

  /// The bytes that an encoding is recognized by.
  private static let sampled = 1 << 20

  /// The text in UTF-8.
  func utf8(_ bytes: FileBytes) -> FileBytes {
    switch self {
    case .utf8: bytes
    case .utf16: Self.fromUTF16(bytes, Self.byteOrder(bytes) ?? .little)
    case .windows1252: Self.fromWindows1252(bytes)
    }
  }

  // MARK: UTF-16

  private enum ByteOrder { case little, big }

  private static func byteOrder(_ bytes: FileBytes) -> ByteOrder? {
    let head = bytes.array(0..<min(bytes.count, 256))
    guard head.count >= 2 else { return nil }
    if head.starts(with: [0xFF, 0xFE]), !head.starts(with: [0xFF, 0xFE, 0, 0]) { return .little }
    if head.starts(with: [0xFE, 0xFF]) { return .big }
    guard head.count >= 8 else { return nil }
    let even = stride(from: 0, to: head.count - 1, by: 2)
    let zerosFirst = even.count { head[$0] == 0 && head[$0 + 1] != 0 }
    let zerosLast = even.count { head[$0 + 1] == 0 && head[$0] != 0 }
    let pairs = head.count / 2
    if zerosLast == pairs { return .little }
    return zerosFirst == pairs ? .big : nil
  }

  private static func fromUTF16(_ bytes: FileBytes, _ order: ByteOrder) -> FileBytes {
    var units: [UInt16] = []
    units.reserveCapacity(bytes.count / 2)
    for i in stride(from: 0, to: bytes.count - 1, by: 2) {
      let first = UInt16(UInt8(bitPattern: bytes.pointer[i]))
      let second = UInt16(UInt8(bitPattern: bytes.pointer[i + 1]))
      units.append(order == .little ? second << 8 | first : first << 8 | second)
    }
    if units.first == 0xFEFF { units.removeFirst() }
    return FileBytes(Array(String(decoding: units, as: UTF16.self).utf8))
  }

  // MARK: Windows-1252

  /// The characters of the bytes 0x80…0x9F; 0 where there is none.
  private static let upper: [UInt16] = [
    0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039,
    0x0152, 0, 0x017D, 0, 0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC,
    0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
  ]

  /// Signs that stand in tables beside letters: €, quotes, dashes, £, §, °, no-break space.
  private static let signs: Set<UInt8> = [
    0x80, 0x85, 0x91, 0x92, 0x93, 0x94, 0x96, 0x97, 0xA0, 0xA3, 0xA7, 0xB0, 0xB2, 0xAB, 0xBB,
  ]

  private static func isLetter(_ byte: UInt8) -> Bool {
    switch byte {
    case 0xC0...0xFF: byte != 0xD7 && byte != 0xF7
    case 0x8A, 0x8C, 0x8E, 0x9A, 0x9C, 0x9E, 0x9F, 0xDF: true
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    default: false
    }
  }

  private static func looksLikeWindows1252(_ bytes: [UInt8]) -> Bool {
    for (i, byte) in bytes.enumerated() where byte >= 0x80 {
      if signs.contains(byte) { continue }
      let before = i > 0 ? bytes[i - 1] : 0, after = i + 1 < bytes.count ? bytes[i + 1] : 0
      // Two bytes that UTF-8 would be written as are UTF-8, in a text that is spoilt elsewhere.
      guard isLetter(byte), isLetter(before) || isLetter(after),
        !(0xC2...0xF4 ~= byte && 0x80...0xBF ~= after)
      else { return false }
    }
    return true
  }

  private static func fromWindows1252(_ bytes: FileBytes) -> FileBytes {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count + bytes.count / 16)
    for i in 0..<bytes.count {
      let byte = UInt8(bitPattern: bytes.pointer[i])
      guard byte >= 0x80 else {
        text.append(byte)
        continue
      }
      let mapped = byte < 0xA0 ? upper[Int(byte) - 0x80] : UInt16(byte)
      let scalar = Unicode.Scalar(mapped == 0 ? 0xFFFD : mapped) ?? "\u{FFFD}"
      text.append(contentsOf: UTF8.encode(scalar)!)
    }
    return FileBytes(text)
  }
}
