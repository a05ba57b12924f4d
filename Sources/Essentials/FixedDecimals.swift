extension Double {
  /// The number with so many decimals, as `%.4f` prints it.
  public func fixed(_ decimals: Int) -> String {
    guard isFinite else { return "\(self)" }
    return printed("%.*f", decimals)
  }

  /// By a format of C with a count of digits.
  func printed(_ format: String, _ digits: Int) -> String {
    var text = [CChar](repeating: 0, count: 400)
    let count = withVaList([Int32(digits), self]) { vsnprintf(&text, text.count, format, $0) }
    return String(decoding: text.prefix(Int(count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
