/// The value of an option as a caller states it: texts, whatever they mean, in lists or by name.
///
/// Numbers and flags are their texts, so that the command line, JSON and YAML hand over the same.
public indirect enum OptionInput: Sendable, Equatable {
  case text(String)
  case list([OptionInput])
  case mapping([String: OptionInput])

  public static func texts(_ texts: [String]) -> OptionInput { .list(texts.map { .text($0) }) }

  /// The text, unless the value is a list or a mapping.
  public var text: String? { if case .text(let text) = self { text } else { nil } }

  /// As the command line writes it: `a,b`, `"a, or b",c` and `a=0.05,b=0.1`.
  public var shown: String {
    switch self {
    case .text(let text): text
    case .list(let items):
      items.map { item in item.text.map { NameList.quoted($0) } ?? item.shown }
        .joined(separator: ",")
    case .mapping(let entries):
      entries.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.shown)" }
        .joined(separator: ",")
    }
  }
}

extension OptionInput: Decodable {
  /// Reads any JSON value but null.
  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let text = try? value.decode(String.self) {
      self = .text(text)
    } else if let flag = try? value.decode(Bool.self) {
      self = .text("\(flag)")
    } else if let whole = try? value.decode(Int64.self) {
      self = .text("\(whole)")
    } else if let natural = try? value.decode(UInt64.self) {
      self = .text("\(natural)")
    } else if let number = try? value.decode(Double.self) {
      self = .text("\(number)")
    } else if let items = try? value.decode([OptionInput].self) {
      self = .list(items)
    } else {
      self = .mapping(try value.decode([String: OptionInput?].self).compactMapValues(\.self))
    }
  }
}

extension OptionInput: Encodable {
  public func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .text(let text): try value.encode(text)
    case .list(let items): try value.encode(items)
    case .mapping(let entries): try value.encode(entries)
    }
  }
}
