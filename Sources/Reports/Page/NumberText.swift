import Essentials

/// Numbers as documents write them: the same in every locale.
public enum NumberText {
  /// `12,345`
  public static func count(_ value: Int) -> String {
    let digits = Array(String(value.magnitude))
    var text = value < 0 ? "−" : ""
    for (place, digit) in digits.enumerated() {
      if place > 0 && (digits.count - place) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }

  /// A count where it is whole, else with one decimal.
  public static func weight(_ value: Double) -> String {
    if value == value.rounded() && abs(value) < 1e15 { return count(Int(value)) }
    let tenths = abs(value * 10).rounded(.toNearestOrEven)
    guard tenths < 1e15 else { return fixed(value, 1) }
    return (value < 0 ? "−" : "") + count(Int(tenths) / 10) + ".\(Int(tenths) % 10)"
  }

  /// `31.2%`
  public static func percent(_ share: Double) -> String { fixed(100 * share, 1) + "%" }

  /// A difference of shares in percentage points: `+3.4 pp`.
  public static func points(_ difference: Double) -> String { signed(100 * difference, 1) + " pp" }

  /// `0.614`
  public static func ratio(_ value: Double) -> String { fixed(value, 3) }

  /// `0.0341`, or `<0.0001`
  public static func pValue(_ value: Double) -> String {
    value < 0.000_1 ? "<0.0001" : fixed(value, 4)
  }

  /// A fixed count of decimals with a true minus sign; never a negative zero.
  public static func fixed(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite else { return value > 0 ? "∞" : value < 0 ? "−∞" : "–" }
    let text = abs(value).fixed(decimals)
    let isZero = !text.contains { $0 != "0" && $0 != "." }
    return value < 0 && !isZero ? "−" + text : text
  }

  public static func signed(_ value: Double, _ decimals: Int) -> String {
    let text = fixed(value, decimals)
    return value > 0 && text.contains { $0 >= "1" && $0 <= "9" } ? "+" + text : text
  }

  /// A small bound with two digits: `1.1e-11`.
  public static func small(_ value: Double) -> String {
    guard value > 0, value < 0.001, value.isFinite else { return fixed(value, 4) }
    var exponent = 0, digits = value
    while digits < 1 {
      digits *= 10
      exponent -= 1
    }
    return "\(digits.fixed(1))e\(exponent)"
  }

  /// A value of an option; a number with digits of rounding is written with six.
  static func option(_ text: some CustomStringConvertible) -> String {
    let text = text.description
    guard text.count > 9, let value = Double(text), value.isFinite, value != value.rounded() else {
      return text
    }
    if value.magnitude < 0.001 { return (value < 0 ? "−" : "") + small(value.magnitude) }
    let digits = fixed(value, 6).reversed().drop { $0 == "0" }
    return String(digits.reversed())
  }

  /// At most three decimals, without zeros at the end: `1.25`.
  public static func short(_ value: Double) -> String {
    let text = fixed(value, 3)
    guard text.contains(".") else { return text }
    let kept = text.reversed().drop { $0 == "0" }
    return String((kept.first == "." ? kept.dropFirst() : kept).reversed())
  }

  /// As short as reads back to the same number.
  public static func exact(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }
}
