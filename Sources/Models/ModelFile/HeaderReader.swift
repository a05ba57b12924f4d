/// Reads the JSON of a safetensors header: one object of objects, nothing more general.
///
/// A general JSON reader would hide what has to be refused here: names that occur twice, numbers
/// that are not integers, values of other kinds.
struct HeaderReader {
  let bytes: [UInt8]
  let file: String
  private var position = 0

  init(bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
  }

  func damaged(_ reason: String) -> ModelFileError {
    .badHeader(file: file, offset: position, reason: reason)
  }

  private mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) {
      position += 1
    }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  mutating func expect(_ character: Unicode.Scalar) throws(ModelFileError) {
    guard take(character) else { throw damaged("'\(character)' is expected") }
  }

  mutating func expectEnd() throws(ModelFileError) {
    skipSpace()
    guard position == bytes.count else { throw damaged("text after the end") }
  }

  /// Whether another member or element follows; consumes the comma before it, or the bracket.
  mutating func nextMember(
    isFirst: inout Bool, close: Unicode.Scalar
  ) throws(ModelFileError) -> Bool {
    if take(close) { return false }
    if !isFirst { try expect(",") }
    isFirst = false
    return true
  }

  /// An object whose values are strings.
  mutating func strings() throws(ModelFileError) -> [String: String] {
    var result: [String: String] = [:]
    try expect("{")
    var isFirst = true
    while try nextMember(isFirst: &isFirst, close: "}") {
      let key = try string()
      guard result[key] == nil else { throw .duplicatedName(file: file, name: key) }
      try expect(":")
      result[key] = try string()
    }
    return result
  }

  /// The description of one array: each of its three members exactly once.
  mutating func entry(_ name: String) throws(ModelFileError) -> SafetensorsHeader.Entry {
    var type: String?, shape: [Int]?, offsets: [Int]?
    try expect("{")
    var isFirst = true
    while try nextMember(isFirst: &isFirst, close: "}") {
      let key = try string()
      try expect(":")
      switch key {
      case "dtype" where type == nil: type = try string()
      case "shape" where shape == nil: shape = try integers()
      case "data_offsets" where offsets == nil: offsets = try integers()
      default: throw damaged("'\(key)' is unknown or occurs twice")
      }
    }
    guard let type, let shape, let offsets, offsets.count == 2 else {
      throw damaged("'\(name)' needs dtype, shape and two data_offsets")
    }
    guard let known = SafetensorsFile.ElementType(rawValue: type) else {
      throw .unknownElementType(file: file, tensor: name, type: type)
    }
    return .init(name: name, type: known, shape: shape, begin: offsets[0], end: offsets[1])
  }

  /// An array of integers that are not negative.
  private mutating func integers() throws(ModelFileError) -> [Int] {
    var result: [Int] = []
    try expect("[")
    var isFirst = true
    while try nextMember(isFirst: &isFirst, close: "]") { result.append(try integer()) }
    return result
  }

  private mutating func integer() throws(ModelFileError) -> Int {
    skipSpace()
    var value = 0
    let start = position
    while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
      let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = scaled.addingReportingOverflow(Int(bytes[position] - 0x30))
      guard !overflow, !carry else { throw damaged("a number is too large") }
      value = sum
      position += 1
    }
    guard position > start else { throw damaged("a whole number is expected") }
    guard position == start + 1 || bytes[start] != 0x30 else {
      throw damaged("a number starts with 0")
    }
    return value
  }

  mutating func string() throws(ModelFileError) -> String {
    try expect("\"")
    var text: [UInt8] = []
    while true {
      guard position < bytes.count else { throw damaged("a string does not end") }
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let result = String(validating: text, as: UTF8.self) else {
          throw damaged("a string is not UTF-8")
        }
        return result
      case UInt8(ascii: "\\"): text.append(contentsOf: try escaped())
      case ..<0x20: throw damaged("a control character in a string")
      default: text.append(byte)
      }
    }
  }

  /// What follows a backslash, as UTF-8.
  private mutating func escaped() throws(ModelFileError) -> [UInt8] {
    guard position < bytes.count else { throw damaged("a string does not end") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"): return try unicodeEscape()
    default: throw damaged("an unknown escape")
    }
  }

  private mutating func unicodeEscape() throws(ModelFileError) -> [UInt8] {
    var value = try hexadecimal()
    if (0xD800..<0xDC00).contains(value) {
      guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
        bytes[position + 1] == UInt8(ascii: "u")
      else { throw damaged("half of a surrogate pair") }
      position += 2
      let low = try hexadecimal()
      guard (0xDC00..<0xE000).contains(low) else { throw damaged("half of a surrogate pair") }
      value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(value) else { throw damaged("half of a surrogate pair") }
    return Array(String(Character(scalar)).utf8)
  }

  private mutating func hexadecimal() throws(ModelFileError) -> UInt32 {
    guard position + 4 <= bytes.count else { throw damaged("a string does not end") }
    let digits = bytes[position..<(position + 4)]
    guard let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16),
      digits.first != UInt8(ascii: "+")
    else { throw damaged("four hexadecimal digits are expected") }
    position += 4
    return value
  }
}
