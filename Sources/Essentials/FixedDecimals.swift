extension Double {
  /// The number with so many decimals, as `%.4f` prints it.
  public func fixed(_ decimals: Int) -> String {
    guard isFinite else { return "\(self)" }
    var text = [CChar](repeating: 0, count: 400)
    let count = withVaList([Int32(decimals), self]) { vsnprintf(&text, text.count, "%.*f", $0) }
    return String(decoding: text.prefix(Int(count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
