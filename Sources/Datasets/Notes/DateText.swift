/// Dates in texts.
enum DateText {
  /// Whether a text is a date of the usual forms, with or without a time: 2024-01-31, 31.01.2024,
  /// 1/31/24, 31 Jan 2024, Jan 31, 2024.
  static func isDate(_ text: String) -> Bool {
    guard text.utf8.count <= longest else { return false }
    let parts = date(of: text).split(omittingEmptySubsequences: true) { marks.contains($0) }
    guard parts.count == 3 else { return false }
    let alike = Set(text.filter { "-/.".contains($0) })
    switch (part(parts[0]), part(parts[1]), part(parts[2])) {
    case (.year, .month, .small(let day)): return isDay(day)
    case (.year, .small(let month), .small(let day)): return isMonth(month) && isDay(day)
    case (.small(let day), .month, .year), (.month, .small(let day), .year): return isDay(day)
    case (.small(let day), .month, .small): return isDay(day) && parts[2].count == 2
    case (.small(let a), .small(let b), .year): return isDayAndMonth(a, b)
    case (.small(let a), .small(let b), .small):
      return isDayAndMonth(a, b) && parts[2].count == 2 && alike.count == 1
    default: return false
    }
  }

  /// Whether a whole number is a date as 20240131.
  static func isDate(_ number: Double) -> Bool {
    guard number >= 19_000_101, number <= 21_001_231 else { return false }
    let digits = Int(number)
    return isMonth(digits / 100 % 100) && isDay(digits % 100)
  }

  private enum Part {
    case year, month
    /// One or two digits.
    case small(Int)
    case other
  }

  private static let longest = 40
  private static let marks: Set<Character> = ["-", "/", ".", " ", ","]
  private static let months: Set<String> = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]

  /// The text without a time of day.
  private static func date(of text: String) -> Substring {
    guard let colon = text.firstIndex(of: ":") else { return text[...] }
    let before = text[..<colon]
    return before.lastIndex { $0 == "T" || $0 == " " }.map { before[..<$0] } ?? before
  }

  private static func part(_ text: Substring) -> Part {
    if let number = Int(text), text.allSatisfy(\.isNumber) {
      switch text.count {
      case 1, 2: return .small(number)
      case 4: return (1800...2200).contains(number) ? .year : .other
      default: return .other
      }
    }
    let isName = text.count >= 3 && text.allSatisfy(\.isLetter)
    return isName && months.contains(text.prefix(3).lowercased()) ? .month : .other
  }

  private static func isDay(_ number: Int) -> Bool { (1...31).contains(number) }
  private static func isMonth(_ number: Int) -> Bool { (1...12).contains(number) }

  /// Either order.
  private static func isDayAndMonth(_ a: Int, _ b: Int) -> Bool {
    isDay(a) && isMonth(b) || isMonth(a) && isDay(b)
  }
}
