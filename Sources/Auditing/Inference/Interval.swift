/// A confidence interval with the name of its method.
public struct Interval: Sendable, Equatable {
  public var low: Double
  public var high: Double
  public var method: String

  public init(low: Double, high: Double, method: String) {
    self.low = low
    self.high = high
    self.method = method
  }

  public func contains(_ value: Double) -> Bool { low <= value && value <= high }
}

/// A number of successes among a number of trials; with weights, of the effective sample size.
///
/// With weights the trials are Kish's n_eff = (Σw)²/Σw² of the denominator and the successes are
/// n_eff times the weighted share: first-order right when weights do not depend on the outcome.
public struct Proportion: Sendable, Equatable {
  public let successes: Double
  public let trials: Double
  public let weighted: Bool

  public var rate: Double { successes / trials }

  public init(successes: Double, trials: Double, weighted: Bool = false) {
    precondition(trials > 0, "a proportion needs trials")
    precondition(successes >= 0 && successes <= trials * (1 + 1e-12), "more successes than trials")
    self.successes = min(successes, trials)
    self.trials = trials
    self.weighted = weighted
  }

  public init(_ successes: Int, of trials: Int) {
    self.init(successes: Double(successes), trials: Double(trials))
  }

  /// What intervals from these counts are called: `"wilson"`, or `"wilson_kish"` with weights.
  func named(_ method: String) -> String { weighted ? method + "_kish" : method }
}
