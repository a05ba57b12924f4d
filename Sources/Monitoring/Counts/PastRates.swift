/// The rates of groups before a tick, in which older ticks weigh less: after k ticks a row weighs 0.99ᵏ.
///
/// They choose what a detector bets on and are never printed as rates. Every figure is a function of
/// closed ticks, as the evidence of the next tick requires.
struct PastRates: Sendable, Equatable, Codable {
  /// What a tick leaves of the ticks before it.
  static let memory = 0.99

  private(set) var ticks = 0.0
  private(set) var rows: [Double] = []
  private(set) var successes: [Double] = []

  mutating func take(_ counts: [RateCounts]) {
    ticks = Self.memory * ticks + 1
    while rows.count < counts.count {
      rows.append(0)
      successes.append(0)
    }
    for (g, count) in counts.enumerated() {
      rows[g] = Self.memory * rows[g] + Double(count.rows)
      successes[g] = Self.memory * successes[g] + Double(count.successes)
    }
  }

  /// Rows of a group in a tick, on the average; 0 for a group that is new.
  func rowsATick(_ group: Int) -> Double {
    group < rows.count && ticks > 0 ? rows[group] / ticks : 0
  }

  /// (successes + ½)/(rows + 1) of some groups together; nil where none of them has a past.
  func rate(of groups: some Sequence<Int>) -> Double? {
    var n = 0.0, s = 0.0
    for g in groups where g < rows.count {
      n += rows[g]
      s += successes[g]
    }
    return n > 0 ? (s + 0.5) / (n + 1) : nil
  }
}
