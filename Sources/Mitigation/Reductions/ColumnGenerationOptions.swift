/// Options of the fast algorithm.
public struct ColumnGenerationOptions: Sendable {
  /// The gap at which to stop: a fit at the present multipliers that lowers the Lagrangian by no
  /// more than this ends the search, unless the dry rounds find something. Nil for a quarter of the
  /// standard error of the objective.
  public var targetGap: Double?
  /// Rounds of pricing, each one fit.
  public var iterationLimit: Int
  /// Fits at other multipliers that may fail to lower the objective before the search ends. A
  /// learner of a surrogate loss can miss, at the optimal multipliers, what it finds beside them.
  public var dryRounds: Int
  /// Fits that may throw in a row before the search gives up.
  public var failuresInARow: Int
  /// Asked between rounds; true ends the search with the mixture so far.
  public var shouldStop: @Sendable () -> Bool

  /// The cost of a unit of violation in the master program: far above any useful multiplier (a
  /// mixture with the constants meets a parity constraint at a price of some units a unit), so that
  /// slack is used only when nothing found is feasible.
  static let slackCost = 1e4
  /// Slack above this means that the constraints cannot be met.
  static let feasible = 1e-7
  /// With an exact learner the search ends when nothing is better by more than rounding.
  static let exactGap = 1e-10
  /// The least target for a learner that is not: an interpolating one has no standard error.
  static let smallestGap = 1e-6
  /// Columns enter the program when they improve it by more than rounding.
  static let improvement = 1e-11

  public static let defaultRounds = 150

  public init(
    targetGap: Double? = nil, iterationLimit: Int = defaultRounds, dryRounds: Int = 1,
    failuresInARow: Int = 3, shouldStop: @escaping @Sendable () -> Bool = { false }
  ) {
    precondition((targetGap ?? 0) >= 0 && iterationLimit > 0, "limits are positive")
    precondition(dryRounds >= 0 && failuresInARow >= 0, "limits cannot be negative")
    self.targetGap = targetGap
    self.iterationLimit = iterationLimit
    self.dryRounds = dryRounds
    self.failuresInARow = failuresInARow
    self.shouldStop = shouldStop
  }
}
