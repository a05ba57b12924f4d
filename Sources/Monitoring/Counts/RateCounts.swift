/// The rows of a group in a tick, and how many of them had the outcome that is watched.
///
/// All that the evidence of a tick needs: the order of rows within a tick does not matter, and the
/// counts of two shards of a tick add up to the counts of the tick.
public struct RateCounts: Sendable, Equatable, Codable {
  public private(set) var rows: Int
  /// At most ``rows``.
  public private(set) var successes: Int

  public static let zero = RateCounts(rows: 0, successes: 0)

  public init(rows: Int, successes: Int) {
    precondition(successes >= 0 && successes <= rows, "successes are some of the rows")
    self.rows = rows
    self.successes = successes
  }

  /// successes/rows; nil without rows.
  public var rate: Double? { rows == 0 ? nil : Double(successes) / Double(rows) }

  public mutating func take(success: Bool) {
    rows += 1
    if success { successes += 1 }
  }

  public static func + (a: RateCounts, b: RateCounts) -> RateCounts {
    RateCounts(rows: a.rows + b.rows, successes: a.successes + b.successes)
  }

  public static func += (a: inout RateCounts, b: RateCounts) { a = a + b }
}
