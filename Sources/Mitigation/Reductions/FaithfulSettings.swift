import Datasets

/// The settings of a reduction that takes the steps of the paper.
public struct FaithfulSettings: OptionTable {
  /// Bound on the sum of the multipliers.
  public var multiplierBound = 100.0
  public var learningRate = 2.0
  /// Whether the best mixture of the hypotheses found is tried too.
  public var linearProgram = true
  /// Exponentials that cannot overflow.
  public var shiftsExponentials = false
  /// Also stops at this gap, which a learner that interpolates needs.
  public var smallestGap = 0.0
  /// Starts bounds on ratios without multipliers.
  public var startsRatiosAtZero = false

  public init() {}

  public static let table: [OptionRecord<FaithfulSettings>] = [
    .number(
      "multiplier_bound", \.multiplierBound, in: 1e-6...1e12,
      "faithful: bound on the sum of the multipliers (Fairlearn's 1/eps)"),
    .number(
      "learning_rate", \.learningRate, in: 1e-9...1e9,
      "faithful: first learning rate (Fairlearn's eta0)"),
    .flag(
      "linear_program", \.linearProgram,
      "faithful: also try the best mixture of the hypotheses found"),
    .flag(
      "shift_exponentials", \.shiftsExponentials,
      "faithful: exponentials that cannot overflow"),
    .number(
      "smallest_gap", \.smallestGap, in: 0...1,
      "faithful: also stop at this gap, which a learner that interpolates needs"),
    .flag(
      "start_ratios_at_zero", \.startsRatiosAtZero,
      "faithful: start ratio bounds without multipliers"),
  ]
}
