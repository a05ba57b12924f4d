/// Instants as RFC 3339 writes them, in milliseconds since 1970.
///
/// Days from dates by the count of days of 400-year cycles of the Gregorian calendar.
public enum Timestamp {
  private static let day: Int64 = 86_400_000

  /// `2026-08-01T09:30:12.345Z`, with an offset such as `+08:00` in place of the Z, or a date alone.
  public static func milliseconds(_ text: some Collection<UInt8>) -> Int64? {
    text.withContiguousStorageIfAvailable { milliseconds($0) }
      ?? Array(text).withUnsafeBufferPointer { milliseconds($0) }
  }

  static func milliseconds(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
    var scan = Scan(text: text)
    guard let year = scan.digits(4), scan.take(0x2D), let month = scan.digits(2), scan.take(0x2D),
      let date = scan.digits(2), let days = days(year, month, date)
    else { return nil }
    if scan.isAtEnd { return days * day }
    guard scan.take(0x54) || scan.take(0x74) || scan.take(0x20), let hour = scan.digits(2),
      scan.take(0x3A), let minute = scan.digits(2), scan.take(0x3A), let second = scan.digits(2),
      hour < 24, minute < 60, second < 61
    else { return nil }
    let fraction = scan.take(0x2E) ? scan.fraction() : 0
    guard let fraction, let offset = scan.offset(), scan.isAtEnd else { return nil }
    let clock = (hour * 60 + minute) * 60 + second
    return days * day + Int64(clock) * 1_000 + fraction - offset
  }

  /// With a Z, and milliseconds where there are any.
  public static func text(_ milliseconds: Int64) -> String {
    let days = floorDivide(milliseconds, day), rest = milliseconds - days * day
    let (year, month, date) = calendar(days)
    func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let clock = [rest / 3_600_000, rest / 60_000 % 60, rest / 1_000 % 60].map(two)
    let fraction = rest % 1_000
    let tail = fraction == 0 ? "" : "." + String(String(1_000 + fraction).dropFirst())
    let years = String(String(10_000 + year).dropFirst())
    return "\(years)-\(two(month))-\(two(date))T\(clock.joined(separator: ":"))\(tail)Z"
  }

  static func floorDivide(_ a: Int64, _ b: Int64) -> Int64 {
    a / b - (a % b < 0 ? 1 : 0)
  }

  private static func days(_ year: Int, _ month: Int, _ date: Int) -> Int64? {
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    guard year >= 1970, (1...12).contains(month), date >= 1,
      date <= lengths[month - 1] + (month == 2 && isLeap ? 1 : 0)
    else { return nil }
    // Years begin in March here, so that the leap day is a year's last.
    let y = Int64(month <= 2 ? year - 1 : year)
    let shifted = Int64((month + 9) % 12)
    let cycle = y / 400, inCycle = y - cycle * 400
    let inYear = (153 * shifted + 2) / 5 + Int64(date) - 1
    return cycle * 146_097 + inCycle * 365 + inCycle / 4 - inCycle / 100 + inYear - 719_468
  }

  private static func calendar(_ days: Int64) -> (Int64, Int64, Int64) {
    let shifted = days + 719_468
    let cycle = floorDivide(shifted, 146_097), inCycle = shifted - cycle * 146_097
    let yearOfCycle =
      (inCycle - inCycle / 1_460 + inCycle / 36_524 - inCycle / 146_096) / 365
    let inYear = inCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
    let month = (5 * inYear + 2) / 153
    let date = inYear - (153 * month + 2) / 5 + 1
    let civil = month < 10 ? month + 3 : month - 9
    return (yearOfCycle + cycle * 400 + (civil <= 2 ? 1 : 0), civil, date)
  }

  /// What is left of a text.
  private struct Scan {
    let text: UnsafeBufferPointer<UInt8>
    var place = 0

    var isAtEnd: Bool { place == text.count }

    mutating func take(_ byte: UInt8) -> Bool {
      guard place < text.count, text[place] == byte else { return false }
      place += 1
      return true
    }

    mutating func digit() -> Int? {
      guard place < text.count, text[place] &- 48 < 10 else { return nil }
      defer { place += 1 }
      return Int(text[place]) - 48
    }

    mutating func digits(_ count: Int) -> Int? {
      var value = 0
      for _ in 0..<count {
        guard let digit = digit() else { return nil }
        value = value * 10 + digit
      }
      return value
    }

    /// Milliseconds; what is finer is cut off.
    mutating func fraction() -> Int64? {
      var value: Int64 = 0, count = 0
      while let digit = digit() {
        if count < 3 { value = value * 10 + Int64(digit) }
        count += 1
      }
      guard count > 0 else { return nil }
      while count < 3 {
        value *= 10
        count += 1
      }
      return value
    }

    mutating func offset() -> Int64? {
      if take(0x5A) || take(0x7A) { return 0 }
      let isEast = take(0x2B)
      guard isEast || take(0x2D), let hours = digits(2), take(0x3A), let minutes = digits(2),
        hours < 24, minutes < 60
      else { return nil }
      return Int64(hours * 60 + minutes) * 60_000 * (isEast ? 1 : -1)
    }
  }
}
