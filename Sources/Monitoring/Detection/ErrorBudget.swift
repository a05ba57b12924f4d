import Essentials

/// One budget of false alarms for everything that is watched together.
///
/// Detector k has a weight vₖ, and Σ vₖ ≤ 1 over all that are ever opened. It raises an alarm when vₖMₖ ≥ A. As
/// Σ vₖMₖ − t is a supermartingale, the chance that any of them raises a false alarm within T ticks is at most
/// T/A, however the data of the detectors depend on each other. With T the ticks of a year and a rate of f
/// false alarms a year, A = T/f: the chance of any in a year is at most f where f < 1, and the mean time to
/// the first is at least 1/f years.
public struct ErrorBudget: Sendable, Equatable, Codable {
  public var ticksAYear: Double
  public var falseAlarmsAYear: Double

  public static let defaultFalseAlarms = 0.05

  public init(ticksAYear: Double, falseAlarmsAYear: Double = defaultFalseAlarms) {
    precondition(ticksAYear > 0 && ticksAYear.isFinite, "a year has ticks")
    precondition(
      falseAlarmsAYear > 0 && falseAlarmsAYear < ticksAYear, "an alarm needs evidence above 1")
    self.ticksAYear = ticksAYear
    self.falseAlarmsAYear = falseAlarmsAYear
  }

  /// A.
  public var limit: Double { ticksAYear / falseAlarmsAYear }
  /// A detector of weight v raises an alarm when ln v + ln M reaches it.
  public var logLimit: Double { log(limit) }

  /// The weights of detectors at the levels of a tree: half for the first level, a quarter for the second, …, the
  /// last level takes what is left, and the detectors of a level share alike.
  ///
  /// - Parameter levels: how many detectors each level has, at least one.
  public static func weights(levels: [Int]) -> [Double] {
    levels.indices.map { level in
      let isLast = level == levels.count - 1
      let share = exp2(-Double(isLast ? level : level + 1))
      return share / Double(levels[level])
    }
  }

  /// The share of group `index` where `known` groups were there at the start: those share
  /// half alike, and later ones have ½ · 1/((k + 1)(k + 2)), so that all that may ever come sum to 1.
  public static func groupShare(_ index: Int, known: Int) -> Double {
    guard index >= known else { return 0.5 / Double(known) }
    let k = Double(index - known)
    return 0.5 / ((k + 1) * (k + 2))
  }
}
