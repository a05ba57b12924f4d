/// The value of a method's option, as it stands on a command line, in JSON and in a model file.
public enum OptionValue: Sendable {
  case number(Double)
  case integer(Int)
  case flag(Bool)
  case text(String)

  public var number: Double? {
    switch self {
    case .number(let value): value
    case .integer(let value): Double(value)
    default: nil
    }
  }
}

/// A whole number and the same number with a point are one value: JSON does not tell them apart.
extension OptionValue: Equatable {
  public static func == (left: OptionValue, right: OptionValue) -> Bool {
    switch (left, right) {
    case (.flag(let a), .flag(let b)): a == b
    case (.text(let a), .text(let b)): a == b
    default: left.number != nil && left.number == right.number
    }
  }
}

extension OptionValue: CustomStringConvertible {
  public var description: String {
    switch self {
    case .number(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .flag(let value): "\(value)"
    case .text(let value): value
    }
  }
}

extension OptionValue: Codable {
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .number(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .flag(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(Bool.self) {
      self = .flag(value)
    } else if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else {
      self = .text(try container.decode(String.self))
    }
  }
}
