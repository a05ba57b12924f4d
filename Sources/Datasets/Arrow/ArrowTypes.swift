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
  /// Whole numbers of 4, 8, 16 or 32 bytes, to be divided by 10^scale.
  case decimal(bytes: Int, scale: Int)
  /// Nothing but missing values.
  case missing
  /// What no model can use, in words: `a date`. Nobody looks at the values of such a column.
  case unusable(String)

  /// - Parameter format: a format string of the Arrow C data interface.
  init(format: String) {
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
    default: self = Self.decimal(format) ?? .unusable(Self.words(format))
    }
  }

  /// `d:precision,scale`, and the bits where they are not 128.
  private static func decimal(_ format: String) -> ArrowType? {
    guard format.hasPrefix("d:") else { return nil }
    let numbers = format.dropFirst(2).split(separator: ",").map { Int($0) }
    guard numbers.count == 2 || numbers.count == 3, let scale = numbers[1],
      abs(scale) <= DecimalNumber.largestScale,
      let bits = numbers.count == 3 ? numbers[2] : 128, [32, 64, 128, 256].contains(bits)
    else { return nil }
    return .decimal(bytes: bits / 8, scale: scale)
  }

  private static let kinds = [
    ("td", "a date"), ("ts", "a date and time"), ("tt", "a time of day"), ("tD", "a duration"),
    ("ti", "a span of time"), ("z", "binary data"), ("Z", "binary data"), ("vz", "binary data"),
    ("w:", "binary data"), ("+l", "a list"), ("+L", "a list"), ("+v", "a list"), ("+w", "a list"),
    ("+s", "a struct"), ("+m", "a map"), ("+u", "a union"), ("+r", "run-end encoded"),
  ]

  private static func words(_ format: String) -> String {
    kinds.first { format.hasPrefix($0.0) }?.1 ?? "of the Arrow type '\(format)'"
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
    case .missing, .unusable: 0
    case .number, .bits, .half, .decimal, .textView: 2
    case .text: 3
    }
  }
}

/// A column of a table: its name, its type and, for categories, the type of its dictionary.
struct ArrowField: Sendable, Equatable {
  var name: String
  var type: ArrowType
  var dictionary: ArrowType?
  /// The column's producer says that its values are categories, and has not numbered plain texts.
  var isDeclared = true

  /// What the dictionary of plain texts is called.
  static let textsName = "texts"

  /// Whether values are numbers unless somebody says otherwise.
  var isNumeric: Bool {
    dictionary == nil && !type.isText && type != .missing && unusable == nil
  }

  /// What the column is, in words, where no model can use it.
  var unusable: String? { if case .unusable(let words) = type { words } else { nil } }
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

/// A decimal: a whole number in two's complement, lowest byte first, divided by a power of ten.
package enum DecimalNumber {
  /// Beyond it lies no number that a double holds.
  static let largestScale = 300
  /// Powers of ten up to here are doubles, and so is the quotient of one and a whole number below
  /// 2^53, rounded once.
  private static let exactPowers: [Double] = (0..<22).reduce(into: [1]) { powers, _ in
    powers.append(powers.last! * 10)
  }

  package static func number(_ bytes: UnsafeRawPointer, count: Int, scale: Int) -> Double {
    if count == 4 { return scaled(Double(bytes.loadUnaligned(as: Int32.self)), scale) }
    // SAFETY: the interface asks for `count` bytes a value.
    func word(_ k: Int) -> UInt64 { bytes.loadUnaligned(fromByteOffset: k * 8, as: UInt64.self) }
    let words = count / 8
    // Sums of doubles would cancel where a number is below 0, so its size is summed.
    let isNegative = word(words - 1) >> 63 == 1
    var value = 0.0, power = 1.0, carries = isNegative
    for k in 0..<words {
      let (size, overflow) = (isNegative ? ~word(k) : word(k)).addingReportingOverflow(
        carries ? 1 : 0)
      carries = overflow
      value += Double(size) * power
      power *= 0x1p64
    }
    return scaled(isNegative ? -value : value, scale)
  }

  private static func scaled(_ value: Double, _ scale: Int) -> Double {
    let size = abs(scale)
    let power =
      size < exactPowers.count
      ? exactPowers[size] : (0..<size).reduce(1.0) { power, _ in power * 10 }
    return scale >= 0 ? value / power : value * power
  }
}
