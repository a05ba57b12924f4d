import CText
import Essentials

/// Numbers in texts.
package enum NumberText {
  /// The number that a text is, as a file has it.
  static func number(_ text: String) -> Double? {
    // Hexadecimal numbers, which Swift would read, are none here.
    text.utf8.contains(UInt8(ascii: "x")) || text.utf8.contains(UInt8(ascii: "X"))
      ? nil : Double(text)
  }

  /// A number as a message quotes it: a whole one without a point, as files have it.
  static func shown(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }

  /// Whether a text begins with a zero and another digit, as 00501 does: a code, and no number.
  static func isCode(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      // SAFETY: the text's bytes, read only.
      bytes.withMemoryRebound(to: CChar.self) {
        eqp_text_is_code($0.baseAddress, Int64($0.count)) == 1
      }
    }
  }

  /// Whether people read a text as a number: thousands in groups, a decimal comma, a currency or a
  /// per cent sign.
  package static func readsAsNumber(_ text: String) -> Bool {
    var body = Substring(text.trimmingBlanks)
    if let sign = body.first, "+-−".contains(sign) { body = body.dropFirst() }
    if let mark = body.first, "$€£¥".contains(mark) { body = body.dropFirst() }
    if let mark = body.last, "%€".contains(mark) { body = body.dropLast() }
    let plain = body.trimmingBlanks
    guard plain.contains(where: { $0.isASCII && $0.isNumber }) else { return false }
    if let value = number(plain) { return value.isFinite }
    let parts = plain.split(omittingEmptySubsequences: false) { ",.' \u{a0}".contains($0) }
    guard parts.count > 1, parts.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isNumber } }) else {
      return false
    }
    return parts[0].count <= 3 && !parts[0].isEmpty
      && parts.dropFirst().dropLast().allSatisfy { $0.count == 3 }
  }
}

/// Which of some known values a text is, however it is spelled: a column that went through another
/// program, or through a missing value, has `1.0` or `true` where it had `1`.
public struct KnownValues: Sendable {
  private let exact: [String: Int]
  /// nil where two of the known values have one key: nothing but their own spelling tells them apart.
  private let byKey: [String: Int?]

  public init(_ texts: [String]) {
    exact = Dictionary(texts.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    byKey = Dictionary(
      texts.enumerated().map { (Self.key($1), Optional($0)) }, uniquingKeysWith: { _, _ in nil })
  }

  public func position(of text: String) -> Int? {
    exact[text] ?? byKey[Self.key(text)] ?? nil
  }

  /// One text for all spellings of a value; each part of a cross has its own.
  static func key(_ text: String) -> String {
    guard text.contains("×") else { return part(text) }
    return text.split(separator: "×", omittingEmptySubsequences: false)
      .map { part(String($0)) }.joined(separator: "×")
  }

  private static func part(_ text: String) -> String {
    switch text {
    case "true", "True", "TRUE": return "1.0"
    case "false", "False", "FALSE": return "0.0"
    default: break
    }
    // A code such as 007 is not the number 7.
    let digits = text.hasPrefix("-") ? String(text.dropFirst()) : text
    guard digits.first?.isNumber == true, !NumberText.isCode(digits),
      let number = NumberText.number(text)
    else { return text }
    return number == 0 ? "0.0" : "\(number)"
  }
}
