/// The types of Arrow columns that a table may have.
enum ArrowType: Sendable, Equatable {
  case number(NumberType)
  /// One bit a value.
  case bits
  /// 16-bit floats.
  case half
  /// UTF-8 between offsets of 32 or 64 bits.
  case text(isLarge: Bool)
  /// UTF-8 as views of 16 bytes into other buffers.
  case textView
  /// Nothing but missing values.
  case missing

  /// - Parameter format: a format string of the Arrow C data interface.
  init?(format: String) {
    switch format {
    case "n": self = .missing
    case "b": self = .bits
    case "c": self = .number(.int8)
    case "C": self = .number(.uint8)
    case "s": self = .number(.int16)
    case "S": self = .number(.uint16)
    case "i": self = .number(.int32)
    case "I": self = .number(.uint32)
    case "l": self = .number(.int64)
    case "L": self = .number(.uint64)
    case "e": self = .half
    case "f": self = .number(.float32)
    case "g": self = .number(.float64)
    case "u": self = .text(isLarge: false)
    case "U": self = .text(isLarge: true)
    case "vu": self = .textView
    default: return nil
    }
  }

  var isText: Bool {
    switch self {
    case .text, .textView: true
    default: false
    }
  }

  /// The fewest buffers an array of this type has, the validity bits among them.
  var bufferCount: Int {
    switch self {
    case .missing: 0
    case .number, .bits, .half, .textView: 2
    case .text: 3
    }
  }
}

/// A column of a table: its name, its type and, for categories, the type of its dictionary.
struct ArrowField: Sendable, Equatable {
  var name: String
  var type: ArrowType
  var dictionary: ArrowType?

  /// Whether values are numbers unless somebody says otherwise.
  var isNumeric: Bool {
    dictionary == nil && !type.isText && type != .missing
  }
}

/// An Arrow stream or array that cannot be read as a table.
struct ArrowError: Error, Equatable, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}

/// A 16-bit float.
enum HalfFloat {
  static func number(_ bits: UInt16) -> Double {
    let sign: Double = bits & 0x8000 == 0 ? 1 : -1
    let exponent = Int(bits >> 10 & 0x1F), fraction = Double(bits & 0x3FF)
    switch exponent {
    case 0: return sign * fraction * 0x1p-24
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default:
      return sign * (1024 + fraction) * Double(sign: .plus, exponent: exponent - 25, significand: 1)
    }
  }
}
