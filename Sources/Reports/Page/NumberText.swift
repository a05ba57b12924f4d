import Essentials

/// Numbers as documents write them: the same in every locale.
public enum NumberText {
  /// `12,345`
  public static func count(_ value: Int) -> String { value.grouped }

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

  /// A p-value of a permutation or Monte Carlo test, which cannot be below one over its draws.
  public static func drawnP(_ p: Double, draws: Int) -> String {
    let least = 1 / Double(draws + 1)
    return p <= least * (1 + 1e-9) ? "≤ " + pValue(least) : pValue(p)
  }

  /// `1 row`, `2,000 rows`; `1 entry`, `2 entries`
  public static func counted(_ count: Int, _ thing: String, _ things: String? = nil) -> String {
    "\(self.count(count)) \(count == 1 ? thing : things ?? thing + "s")"
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

  /// A small bound with two digits: `1.1e-11`, `1e-8`.
  public static func small(_ value: Double) -> String {
    guard value > 0, value < leastPlain, value.isFinite else { return fixed(value, 4) }
    return value.brief(2)
  }

  /// Smaller numbers are written with an exponent.
  private static let leastPlain = 0.001

  /// A value of an option; a number is written like every other, without marks of thousands, so that
  /// it can be copied.
  public static func option(_ text: some CustomStringConvertible) -> String {
    let text = text.description
    // A code such as 007 is a text.
    let isCode = text.count > 1 && text.first == "0" && text.dropFirst().first != "."
    guard !isCode, let value = Double(text), value.isFinite else { return text }
    return plain(value)
  }

  /// A number as a setting has it: whole, with at most six decimals, or small.
  public static func plain(_ value: Double) -> String {
    if value == value.rounded() && abs(value) < 1e15 { return fixed(value, 0) }
    if value.magnitude < leastPlain { return (value < 0 ? "−" : "") + small(value.magnitude) }
    return withoutZeros(fixed(value, 6))
  }

  /// A number of a column's values: `8,000`, `108,397.7`, `12.25`.
  public static func measured(_ value: Double) -> String {
    let size = value.magnitude
    guard size < 1e15, size >= leastPlain || size == 0 else { return plain(value) }
    return value == value.rounded() || size >= 1_000 ? weight(value) : short(value)
  }

  /// At most three decimals, without zeros at the end: `1.25`.
  public static func short(_ value: Double) -> String { withoutZeros(fixed(value, 3)) }

  private static func withoutZeros(_ text: String) -> String {
    guard text.contains(".") else { return text }
    let kept = text.reversed().drop { $0 == "0" }
    return String((kept.first == "." ? kept.dropFirst() : kept).reversed())
  }

  /// As short as reads back to the same number.
  public static func exact(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }
}
