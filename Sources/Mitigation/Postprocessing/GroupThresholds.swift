import Criteria
import Datasets
import Models

/// The exact optimum over deterministic thresholds, one a group, under a limit on one rate.
public struct GroupThresholds: FrontierPostprocessor {
  public static let name = "group-thresholds"
  public static let summary =
    "Finds the exact best threshold of each group under a bound on one rate."
  public static let source =
    "Hardt, Price, Srebro, Equality of opportunity in supervised learning, NIPS 2016, section 3, "
    + "restricted to deterministic thresholds and solved by a sliding window"
  public static let usualLeastGroup: Int? = GroupPolicy.usualLeastGroup
  /// Whose rate is bounded, of ``Criterion/ofOneRate``.
  public var criterion = Criterion.demographicParity
  public var kind = Kind.difference
  /// Largest allowed difference of the rates, or smallest allowed ratio.
  public var bound = 0.01
  /// The rate that every group must reach where ``floor`` is above 0.
  public var floorRate = Rate.truePositiveRate
  public var floor = 0.0
  public var utility = UtilitySettings()

  /// What the bound is on.
  public enum Kind: String, CaseIterable, Sendable {
    /// Largest minus smallest.
    case difference
    /// Smallest over largest.
    case ratio
  }

  public init() {}

  public init(
    criterion: Criterion = GroupThresholds().criterion, kind: Kind = GroupThresholds().kind,
    bound: Double = GroupThresholds().bound
  ) {
    self.criterion = criterion
    self.kind = kind
    self.bound = bound
  }

  public static let table: [OptionRecord<GroupThresholds>] =
    [
      .criterion(
        \.criterion, of: Criterion.ofOneRate, formerName: "rate", "whose rate is bounded"),
      .choice(
        "kind", \.kind,
        "whether the bound is on largest minus smallest or on smallest over largest"),
      .number(
        dial, \.bound, in: 0...1,
        "largest allowed difference of the rates, or smallest allowed ratio"),
      .rate(
        "floor_rate", \.floorRate, "the rate that every group must reach, if 'floor' is given"),
      .number("floor", \.floor, in: 0...1, "smallest allowed value of that rate"),
    ] + UtilitySettings.table.map { $0.nested(in: \.utility) }
  public static let dial = "bound"
  public static let dialSettings: [Double] = [
    0, 0.0025, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.12, 0.15, 0.2, 1,
  ]

  public func fit(_ rows: ScoredRows, _ context: FitContext) -> PostprocessingFit {
    let curves = ThresholdCurve.all(rows)
    let search = ThresholdSearch(
      curves, rate: criterion.onlyRate,
      limit: kind == .ratio ? .ratio(bound) : .difference(bound),
      floor: floor > 0 ? .init(floorRate, floor) : nil)
    let found = utility.optimum(curves) { search.best($0) }
    let thresholds = zip(curves, found.choice.cuts).map { $0.threshold($1) }
    return fitted(
      ThresholdRule(thresholds: thresholds),
      FitReport(
        status: found.choice.isFeasible ? .converged : .infeasible, iterations: found.rounds,
        objective: found.cost, seed: context.seed))
  }
}
