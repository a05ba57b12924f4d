import Datasets
import Essentials

/// JSON text to nodes with places: keys in the order in which they are written.
package struct ConfigurationJSON {
  private struct Failure: Error {
    var problem: PipelineProblem
  }

  private let text: [Unicode.Scalar]
  private var at = 0
  private var line = 1, column = 1
  private var count = 0

  private init(_ text: String) { self.text = Array(text.unicodeScalars) }

  /// The one value of a text.
  package static func parse(
    _ text: String, file: String
  ) throws(PipelineFileError) -> ConfigurationNode {
    var reader = ConfigurationJSON(text)
    do throws(Failure) {
      reader.skipBlanks()
      let root = try reader.node(depth: 0)
      reader.skipBlanks()
      guard reader.next == nil else { throw reader.failure("text after the value") }
      return root
    } catch { throw PipelineFileError(file: file, [error.problem]) }
  }

  // MARK: Characters

  private var next: Unicode.Scalar? { at < text.count ? text[at] : nil }
  private var place: TextPlace { TextPlace(line: line, column: column) }

  private mutating func advance() {
    if text[at] == "\n" {
      line += 1
      column = 1
    } else {
      column += 1
    }
    at += 1
  }

  private mutating func skipBlanks() {
    while let scalar = next, [" ", "\t", "\n", "\r"].contains(scalar) { advance() }
  }

  private func failure(_ detail: String, at place: TextPlace? = nil) -> Failure {
    Failure(problem: PipelineProblem(place ?? self.place, "no valid JSON: \(detail)"))
  }

  private mutating func expect(_ wanted: Unicode.Scalar) throws(Failure) {
    guard next == wanted else {
      throw failure("'\(wanted)' is expected" + (next.map { ", not '\($0)'" } ?? " at the end"))
    }
    advance()
  }

  // MARK: Values

  private mutating func node(depth: Int) throws(Failure) -> ConfigurationNode {
    let start = place
    count += 1
    guard count <= ConfigurationLimits.mostNodes else {
      throw failure("more than \(ConfigurationLimits.mostNodes) values")
    }
    guard depth <= ConfigurationLimits.deepest else {
      throw failure("values within values, more than \(ConfigurationLimits.deepest) deep")
    }
    let content: ConfigurationNode.Content =
      switch next {
      case "{": .mapping(try entries(depth: depth))
      case "[": .list(try items(depth: depth))
      case "\"": .scalar(try string(), isPlain: false)
      default: try word()
      }
    return ConfigurationNode(content: content, place: start)
  }

  private mutating func entries(depth: Int) throws(Failure) -> [ConfigurationEntry] {
    try expect("{")
    var entries: [ConfigurationEntry] = []
    skipBlanks()
    while next != "}" {
      if !entries.isEmpty {
        try expect(",")
        skipBlanks()
      }
      let start = place, key = try string()
      guard !entries.contains(where: { $0.key == key }) else {
        throw failure("'\(ConfigurationNode.shortened(key))' more than once", at: start)
      }
      skipBlanks()
      try expect(":")
      skipBlanks()
      let value = try node(depth: depth + 1)
      entries.append(ConfigurationEntry(key: key, place: start, value: value))
      skipBlanks()
    }
    advance()
    return entries
  }

  private mutating func items(depth: Int) throws(Failure) -> [ConfigurationNode] {
    try expect("[")
    var items: [ConfigurationNode] = []
    skipBlanks()
    while next != "]" {
      if !items.isEmpty {
        try expect(",")
        skipBlanks()
      }
      items.append(try node(depth: depth + 1))
      skipBlanks()
    }
    advance()
    return items
  }

  /// A number, true, false or null.
  private mutating func word() throws(Failure) -> ConfigurationNode.Content {
    let start = place
    var word = ""
    while let scalar = next,
      scalar.properties.isAlphabetic || "+-.0123456789".unicodeScalars.contains(scalar)
    {
      word.unicodeScalars.append(scalar)
      advance()
    }
    switch word {
    case "null": return .empty
    case "true", "false": return .scalar(word, isPlain: true)
    default:
      let isNumber = word.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/) != nil
      guard isNumber, Double(word)?.isFinite == true else {
        throw failure(
          word.isEmpty
            ? next.map { "'\($0)' begins no value" } ?? "the text ends too early"
            : "'\(ConfigurationNode.shortened(word))' is not a value", at: start)
      }
      return .scalar(word, isPlain: true)
    }
  }

  private mutating func string() throws(Failure) -> String {
    try expect("\"")
    var result = String.UnicodeScalarView()
    while let scalar = next, scalar != "\"" {
      guard scalar.value >= 0x20 else { throw failure("a control character in a text") }
      advance()
      result.append(scalar == "\\" ? try escaped() : scalar)
    }
    try expect("\"")
    return String(result)
  }

  private mutating func escaped() throws(Failure) -> Unicode.Scalar {
    guard let scalar = next else { throw failure("the text ends too early") }
    advance()
    switch scalar {
    case "\"", "\\", "/": return scalar
    case "b": return "\u{8}"
    case "f": return "\u{C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "u":
      let first = try codeUnit()
      guard (0xD800..<0xDC00).contains(first) else {
        guard let found = Unicode.Scalar(first) else { throw failure("half a surrogate pair") }
        return found
      }
      try expect("\\")
      try expect("u")
      let second = try codeUnit()
      guard (0xDC00..<0xE000).contains(second),
        let found = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
      else { throw failure("half a surrogate pair") }
      return found
    default: throw failure("'\\\(scalar)' is not an escape")
    }
  }

  private mutating func codeUnit() throws(Failure) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let scalar = next, let digit = scalar.isASCII ? Character(scalar).hexDigitValue : nil
      else {
        throw failure("four hexadecimal digits are expected")
      }
      value = value << 4 + UInt32(digit)
      advance()
    }
    return value
  }
}
