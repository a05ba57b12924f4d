/// Lengths of time as people write them: `90d`, `1h`, `15m`, `30s`; in milliseconds.
enum LengthOfTime {
  private static let units: KeyValuePairs<String, Int64> = [
    "d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000,
  ]

  static func milliseconds(_ text: String) -> Int64? {
    for (unit, size) in units where text.hasSuffix(unit) {
      guard let count = Int64(text.dropLast(unit.count)), count >= 0, count < 100_000_000 else {
        return nil
      }
      return count * size
    }
    return nil
  }

  static func text(_ milliseconds: Int64) -> String {
    for (unit, size) in units where milliseconds != 0 && milliseconds % size == 0 {
      return "\(milliseconds / size)\(unit)"
    }
    return "0s"
  }
}
