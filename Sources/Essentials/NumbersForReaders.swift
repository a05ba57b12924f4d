/// Numbers in sentences: documents of numbers keep all digits.
extension Double {
  /// So many significant digits without zeros at the end, small numbers with an exponent: `0.0123`,
  /// `2.75e-6`, `1234`.
  public func brief(_ digits: Int = 3) -> String {
    guard isFinite else { return "\(self)" }
    let size = magnitude
    var text = size.printed("%.*g", digits)
    if text.contains("e+") && size < 1e15 { text = size.fixed(0) }
    for sign in ["e-0", "e+0", "e+"] {
      text = text.replacing(sign, with: sign.hasPrefix("e-") ? "e-" : "e")
    }
    return (self < 0 && text != "0" ? "−" : "") + text
  }
}

extension Int {
  /// `12,345`
  public var grouped: String {
    let digits = Array(String(magnitude))
    var text = self < 0 ? "−" : ""
    for (place, digit) in digits.enumerated() {
      if place > 0 && (digits.count - place) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }
}
