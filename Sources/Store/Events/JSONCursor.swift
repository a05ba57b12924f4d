import Essentials

/// Reads the JSON of one line from its bytes, without making more of it than is asked for.
struct JSONCursor {
  struct Fault: Error {
    var place: Int
    var reason: String
  }

  static let deepest = 16

  let text: UnsafeBufferPointer<UInt8>
  var place: Int
  let end: Int

  mutating func skipBlanks() {
    while place < end {
      switch text[place] {
      case 0x20, 0x09, 0x0D, 0x0A: place += 1
      default: return
      }
    }
  }

  /// The next byte that is no blank; 0 at the end.
  mutating func peek() -> UInt8 {
    skipBlanks()
    return place < end ? text[place] : 0
  }

  mutating func take(_ byte: UInt8) -> Bool {
    guard peek() == byte else { return false }
    place += 1
    return true
  }

  func fault(_ reason: String, at place: Int? = nil) -> Fault {
    Fault(place: place ?? self.place, reason: reason)
  }

  mutating func require(_ byte: UInt8, _ what: String) throws(Fault) {
    if !take(byte) { throw fault("\(what) is expected" + found()) }
  }

  private func found() -> String {
    guard place < end else { return " where the line ends" }
    let word = text[place..<min(end, place + 20)]
    return ", not '" + String(decoding: word, as: UTF8.self) + "'"
  }

  /// The bytes of a text between its quotes, and whether some are escaped.
  mutating func quoted() throws(Fault) -> (range: Range<Int>, isEscaped: Bool) {
    try require(0x22, "a text")
    let start = place
    var isEscaped = false
    while place < end {
      let byte = text[place]
      if byte == 0x22 {
        place += 1
        return (start..<place - 1, isEscaped)
      }
      if byte == 0x5C {
        isEscaped = true
        place += 1
      } else if byte < 0x20 {
        throw fault("a control character in a text")
      }
      place += 1
    }
    throw fault("a text has no end", at: start - 1)
  }

  mutating func string() throws(Fault) -> String {
    let start = place
    let (range, isEscaped) = try quoted()
    if !isEscaped {
      guard let text = String(validating: text[range], as: UTF8.self) else {
        throw fault("bytes that are not UTF-8", at: start)
      }
      return text
    }
    let whole = Array(text[(range.lowerBound - 1)...range.upperBound])
    guard let value: String = try? CanonicalJSON.value(from: whole) else {
      throw fault("an escape that JSON does not have", at: start)
    }
    return value
  }

  /// The bytes of a number, true, false or null.
  mutating func word() throws(Fault) -> Range<Int> {
    skipBlanks()
    let start = place
    scan: while place < end {
      switch text[place] {
      case 0x30...0x39, 0x61...0x7A, 0x41...0x5A, 0x2B, 0x2D, 0x2E: place += 1
      default: break scan
      }
    }
    guard place > start else { throw fault("a value is expected" + found()) }
    return start..<place
  }

  func isWord(_ range: Range<Int>, _ word: StaticString) -> Bool {
    range.count == word.utf8CodeUnitCount
      && (0..<range.count).allSatisfy { text[range.lowerBound + $0] == word.utf8Start[$0] }
  }

  /// JSON's numbers; nil for other words.
  func number(_ range: Range<Int>) -> Double? {
    let first = text[range.lowerBound]
    guard first == 0x2D || first &- 48 < 10 else { return nil }
    if range.count == 1 { return first == 0x2D ? nil : Double(first - 48) }
    return Double(String(decoding: text[range], as: UTF8.self))
  }

  /// Passes over a value of any kind.
  mutating func skip(depth: Int = 0) throws(Fault) {
    guard depth < Self.deepest else { throw fault("more than \(Self.deepest) levels") }
    switch peek() {
    case 0x22: _ = try quoted()
    case 0x7B:
      place += 1
      if take(0x7D) { return }
      repeat {
        _ = try quoted()
        try require(0x3A, "':'")
        try skip(depth: depth + 1)
      } while take(0x2C)
      try require(0x7D, "',' or '}'")
    case 0x5B:
      place += 1
      if take(0x5D) { return }
      repeat { try skip(depth: depth + 1) } while take(0x2C)
      try require(0x5D, "',' or ']'")
    default:
      let start = place, word = try word()
      guard
        number(word) != nil || isWord(word, "true") || isWord(word, "false")
          || isWord(word, "null")
      else { throw fault("a value is expected", at: start) }
    }
  }
}
