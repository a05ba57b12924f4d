import Essentials
import Monitoring
import TestSupport

extension SeededGenerator {
  /// How many of n rows succeed, each with chance p.
  mutating func successes(of rows: Int, at chance: Double) -> RateCounts {
    var successes = 0
    for _ in 0..<rows where Double.random(in: 0..<1, using: &self) < chance { successes += 1 }
    return RateCounts(rows: rows, successes: successes)
  }
}

/// A tick of groups "a", "b", … with given rows and chances.
func tick(
  _ rows: [Int], _ chances: [Double], _ random: inout SeededGenerator
) -> TickCounts {
  var counts = TickCounts()
  for (g, name) in ["a", "b", "c", "d"].prefix(rows.count).enumerated() {
    counts.take(name, random.successes(of: rows[g], at: chances[g]))
  }
  return counts
}

func hourly(_ falseAlarms: Double = 0.05) -> MonitorSettings {
  MonitorSettings(budget: ErrorBudget(ticksAYear: 8_760, falseAlarmsAYear: falseAlarms))
}
