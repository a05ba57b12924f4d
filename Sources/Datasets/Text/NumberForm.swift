/// How a column writes numbers: the decimal mark, and whether they are percentages.
struct NumberForm: Equatable, Sendable {
  var decimal: DecimalMark
  var isPercentage = false

  /// A value as a plain number; nil where it is none in this form.
  func plain(_ value: String) -> String? {
    guard let reading = NumberReading(value), reading.isPercentage == isPercentage else {
      return nil
    }
    let digits = decimal == .comma ? reading.byComma : reading.byPoint
    return isPercentage ? digits.map(Self.hundredth) : digits
  }

  /// A plain number with its point two digits to the left.
  private static func hundredth(_ number: String) -> String {
    let sign = number.hasPrefix("-") ? "-" : ""
    let parts = number.dropFirst(sign.count).split(separator: ".", maxSplits: 1)
    let whole = String(repeating: "0", count: max(0, 3 - parts[0].count)) + parts[0]
    return sign + whole.dropLast(2) + "." + whole.suffix(2) + (parts.count > 1 ? parts[1] : "")
  }
}

/// The mark before the decimals of a number.
public enum DecimalMark: String, Sendable, CaseIterable {
  case point = "."
  case comma = ","
}

/// A text that may be a number with a currency, a percent sign, or marks between thousands.
struct NumberReading: Equatable {
  /// The number in plain form, where the point is its decimal mark; nil where it cannot be.
  var byPoint: String?
  var byComma: String?
  var isPercentage = false
  /// "$", "EUR"; nil for none.
  var currency: String?
  /// Whether the text is a plain number as it stands.
  var isPlain: Bool

  init?(_ value: String) {
    guard value.utf8.contains(where: Self.isDigit) else { return nil }
    var text = String(value.map { Self.blanks.contains($0) ? " " : $0 }).trimmingBlanks
    isPlain = Double(text)?.isFinite ?? false
    if isPlain && text.contains(where: { "eExXpP".contains($0) }) {
      byPoint = text
      return
    }
    var sign = ""
    if text.hasPrefix("(") && text.hasSuffix(")") {
      text = String(text.dropFirst().dropLast())
      sign = "-"
    }
    Self.takeSign(&text, &sign)
    currency = Self.takeCurrency(&text)
    Self.takeSign(&text, &sign)
    if text.hasSuffix("%") {
      isPercentage = true
      text = String(text.dropLast()).trimmingBlanks
    }
    let digits = text.filter { $0 != " " && $0 != "'" && $0 != "’" }
    guard digits.contains(where: \.isWholeNumber),
      digits.allSatisfy({ $0.isASCII && ($0.isWholeNumber || $0 == "." || $0 == ",") })
    else { return nil }
    if digits.count < text.count {
      guard Self.isGrouped(text.split(whereSeparator: { " '’".contains($0) }).map(String.init))
      else { return nil }
    }
    byPoint = Self.plain(digits, decimal: ".", thousands: ",").map { sign + $0 }
    byComma = Self.plain(digits, decimal: ",", thousands: ".").map { sign + $0 }
    if byPoint == nil && byComma == nil { return nil }
  }

  /// Blanks that are not spaces: no-break, narrow and thin ones between thousands.
  private static let blanks: Set<Character> = [" ", "\u{A0}", "\u{202F}", "\u{2009}"]

  /// Currencies of countries where the decimal mark is a point, or that have no decimals.
  static let pointCurrencies: Set<String> = [
    "US$", "A$", "C$", "$", "£", "¥", "₹", "₩", "USD", "GBP", "JPY",
  ]

  private static let currencies = [
    "US$", "R$", "A$", "C$", "$", "€", "£", "¥", "₹", "₽", "₩", "USD", "EUR", "GBP", "CHF", "JPY",
    "kr", "zł",
  ]

  private static func takeSign(_ text: inout String, _ sign: inout String) {
    guard let first = text.first, first == "-" || first == "+" || first == "−" else { return }
    if first != "+" && sign.isEmpty { sign = "-" }
    text = String(text.dropFirst()).trimmingBlanks
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static func takeCurrency(_ text: inout String) -> String? {
    // Most numbers begin and end with a digit, and no currency does.
    guard let first = text.utf8.first, let last = text.utf8.last, !isDigit(first) || !isDigit(last)
    else { return nil }
    for name in currencies where text.hasPrefix(name) || text.hasSuffix(name) {
      let rest = text.hasPrefix(name) ? text.dropFirst(name.count) : text.dropLast(name.count)
      text = String(rest).trimmingBlanks
      return name
    }
    return nil
  }

  /// The number with a point, by one reading of its marks; nil where that reading is none.
  private static func plain(
    _ text: String, decimal: Character, thousands: Character
  ) -> String? {
    let parts = text.split(separator: decimal, omittingEmptySubsequences: false)
    guard parts.count <= 2, parts.count == 1 || !parts[1].contains(thousands) else { return nil }
    let groups = parts[0].split(separator: thousands, omittingEmptySubsequences: false)
      .map(String.init)
    guard groups.count == 1 || isGrouped(groups) else { return nil }
    let whole = groups.joined(), rest = parts.count == 2 ? String(parts[1]) : ""
    guard !whole.isEmpty || !rest.isEmpty else { return nil }
    return (whole.isEmpty ? "0" : whole) + (rest.isEmpty ? "" : "." + rest)
  }

  /// Whether groups of digits are thousands: one to three, then three each. A single 0 before
  /// others is no group.
  private static func isGrouped(_ groups: [String]) -> Bool {
    guard let first = groups.first, groups.count > 1, (1...3).contains(first.count),
      first != "0"
    else { return groups.count == 1 }
    let last = groups[groups.count - 1].prefix { $0.isWholeNumber }
    return last.count == 3 && groups[1..<(groups.count - 1)].allSatisfy { $0.count == 3 }
  }
}
