/// How a bound is watched.
public struct MonitorSettings: Sendable, Equatable, Codable {
  /// False alarms that page somebody, over all bounds that share the budget.
  public var budget: ErrorBudget
  /// Notes a year that would be false: for a digest, not for a page.
  public var falseNotesAYear: Double
  /// The level at which a bound is shown to be kept, and of limits of rates.
  public var alpha: Double
  /// How far beyond the bound a breach may be without being found within a month.
  public var largestHidden: Double

  public static let defaultFalseNotes = 4.0
  public static let defaultAlpha = 0.05
  public static let defaultLargestHidden = 0.1

  public init(
    budget: ErrorBudget, falseNotesAYear: Double = defaultFalseNotes,
    alpha: Double = defaultAlpha, largestHidden: Double = defaultLargestHidden
  ) {
    self.budget = budget
    self.falseNotesAYear = max(falseNotesAYear, budget.falseAlarmsAYear)
    self.alpha = alpha
    self.largestHidden = largestHidden
  }

  /// Ticks within which a breach is to be found.
  public var month: Double { max(1, budget.ticksAYear / 12) }
  /// Ticks for which it counts that a bound was shown to be kept.
  public var quarter: Double { max(1, budget.ticksAYear / 4) }
}
