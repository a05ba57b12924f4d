/// JSON as this program writes and reads it: keys in code-point order and slashes as they stand, so
/// that equal values are equal bytes.
public enum CanonicalJSON {
  public enum Layout: Sendable {
    /// One line.
    case compact
    /// A member a line, indented by two spaces.
    case indented
  }

  /// What stands for infinities and NaN, which JSON does not have.
  public enum Specials: Sendable {
    /// `null`: in a document for others such a number is absent.
    case absent
    /// The texts "inf", "-inf" and "nan": a fit that diverged is stored as it ended.
    case asTexts
  }

  private static let texts = (infinity: "inf", negative: "-inf", nan: "nan")
  /// A text that nobody writes, and how JSON spells it.
  private static let absent = (text: "\u{1}absent\u{1}", json: #""\u0001absent\u0001""#)

  public static func text(
    _ value: some Encodable, _ layout: Layout = .compact, specials: Specials = .absent
  ) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if layout == .indented { encoder.outputFormatting.insert(.prettyPrinted) }
    switch specials {
    case .absent:
      encoder.nonConformingFloatEncodingStrategy = .convertToString(
        positiveInfinity: absent.text, negativeInfinity: absent.text, nan: absent.text)
    case .asTexts:
      encoder.nonConformingFloatEncodingStrategy = .convertToString(
        positiveInfinity: texts.infinity, negativeInfinity: texts.negative, nan: texts.nan)
    }
    let text = String(decoding: try encoder.encode(value), as: UTF8.self)
    return specials == .absent ? text.replacing(absent.json, with: "null") : text
  }

  /// - Parameter text: JSON; the three texts above are read as numbers where numbers are expected.
  public static func value<Value: Decodable>(
    _ type: Value.Type = Value.self, from text: some Sequence<UInt8>
  ) throws(JSONFault) -> Value {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: texts.infinity, negativeInfinity: texts.negative, nan: texts.nan)
    do { return try decoder.decode(Value.self, from: Data(text)) } catch {
      throw JSONFault(error)
    }
  }
}

/// Why a text is not the JSON that was expected, for people: `'rule.kind' is missing`.
public struct JSONFault: Error, Equatable, Sendable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }

  init(_ error: any Error) {
    switch error {
    case let fault as JSONFault: self = fault
    case DecodingError.keyNotFound(let key, let context):
      description = "\(Self.quoted(context.codingPath + [key])) is missing"
    case DecodingError.valueNotFound(_, let context):
      description = "\(Self.quoted(context.codingPath)) is null"
    case DecodingError.typeMismatch(let type, let context):
      description = "\(Self.quoted(context.codingPath)) is not \(Self.name(of: type))"
    case DecodingError.dataCorrupted(let context):
      description =
        context.codingPath.isEmpty
        ? "it is not JSON" : "\(Self.quoted(context.codingPath)) is not a known value"
    default: description = "\(error)"
    }
  }

  /// The path as people write one: `'rule.thresholds[2]'`; `the document` at its root.
  private static func quoted(_ path: [any CodingKey]) -> String {
    var text = ""
    for key in path {
      if let index = key.intValue {
        text += "[\(index)]"
      } else {
        text += (text.isEmpty ? "" : ".") + key.stringValue
      }
    }
    return text.isEmpty ? "the document" : "'\(text)'"
  }

  private static func name(of type: any Any.Type) -> String {
    switch type {
    case is String.Type: "a text"
    case is Bool.Type: "true or false"
    case is any BinaryInteger.Type: "a whole number"
    case is any BinaryFloatingPoint.Type: "a number"
    case is [String: Any].Type: "an object"
    case is [Any].Type: "a list"
    default: "what is expected there"
    }
  }
}
