import Datasets

/// What thresholds make as large as they can.
public struct UtilitySettings: OptionTable {
  public var objective = DecisionUtility.Objective.accuracy
  /// Cost of selecting a negative, for the objective `cost`.
  public var falsePositiveCost = 1.0
  /// Cost of rejecting a positive, for the objective `cost`.
  public var falseNegativeCost = 1.0

  public init() {}

  public init(_ objective: DecisionUtility.Objective) { self.objective = objective }

  public static let table: [OptionRecord<UtilitySettings>] = [
    objectiveRecord,
    .number(
      "false_positive_cost", \.falsePositiveCost, in: 0...Double.greatestFiniteMagnitude,
      "cost of selecting a negative, for the objective 'cost'"),
    .number(
      "false_negative_cost", \.falseNegativeCost, in: 0...Double.greatestFiniteMagnitude,
      "cost of rejecting a positive, for the objective 'cost'"),
  ]

  /// The same without F1, which is no linear function of what is selected.
  static let linearTable =
    [
      objectiveRecord.offering(
        DecisionUtility.Objective.allCases.filter { $0 != .f1 }.map(\.rawValue))
    ] + table.dropFirst()

  private static let objectiveRecord: OptionRecord<UtilitySettings> = {
    // As metrics are called.
    var synonyms: [String: OptionSynonym] = [:]
    for objective in [DecisionUtility.Objective.accuracy, .balancedAccuracy, .f1] {
      synonyms[objective.rawValue + "_score"] = OptionSynonym(value: objective.rawValue)
    }
    return .choice("objective", \.objective, "what the thresholds make as large as they can")
      .spelled(OptionAliases(synonyms: synonyms))
  }()

  /// - Parameter f1: for the objective F1, the value that is asked whether it can be exceeded.
  func utility(_ curves: [ThresholdCurve], f1: Double = 0) -> DecisionUtility {
    DecisionUtility(
      objective, positives: curves.reduce(0) { $0 + $1.positives },
      negatives: curves.reduce(0) { $0 + $1.negatives }, falsePositiveCost: falsePositiveCost,
      falseNegativeCost: falseNegativeCost, f1: f1)
  }

  /// More rounds than Dinkelbach's method takes in double precision, whose convergence is
  /// superlinear.
  private static let ratioRounds = 60

  /// The best choice for the objective, with its cost.
  ///
  /// F1 = N/D is maximized by solving N − λ·D for λ = F1 of the last choice until it grows no
  /// more. Dinkelbach, *On nonlinear fractional programming*, Management Science 1967.
  func optimum(
    _ curves: [ThresholdCurve], _ solve: (DecisionUtility) -> ThresholdSearch.Choice
  ) -> (choice: ThresholdSearch.Choice, cost: Double, rounds: Int) {
    let positives = curves.reduce(0) { $0 + $1.positives }
    var utility = utility(curves)
    var choice = solve(utility)
    guard objective == .f1 else {
      return (choice, utility.cost(utility: choice.utility, positives: positives), 1)
    }
    var value = curves.f1(choice.cuts), rounds = 1
    while rounds < Self.ratioRounds {
      utility = self.utility(curves, f1: value)
      let next = solve(utility), reached = curves.f1(next.cuts)
      rounds += 1
      guard reached > value else { break }
      (choice, value) = (next, reached)
    }
    return (choice, 1 - value, rounds)
  }
}
