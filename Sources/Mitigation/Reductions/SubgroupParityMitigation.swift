import Criteria
import Datasets
import Essentials
import LinearAlgebra
import Models
import Optimization
import RowSums

/// A mixture of classifiers that is fair to all subgroups that attributes make together.
public struct SubgroupParityMitigation: SourceFrontierMitigation {
  public static let name = "subgroup-parity"
  public static let family = MitigationFamily.inProcessing
  public static let summary =
    "Mixes classifiers to equalize a rate over every linear subgroup of the attributes."
  public static let source =
    "Kearns et al., Preventing fairness gerrymandering, ICML 2018; An empirical study of rich "
    + "subgroup fairness for machine learning, FAT* 2019"
  /// Whose rate is made alike, of those that are means of predictions.
  public var criterion = Criterion.falsePositiveRateParity
  /// Largest allowed difference of a subgroup's rate from that of all, times its share.
  public var bound = 0.005
  public var algorithm = SubgroupParity.Algorithm.fast
  /// nil: 50, faithful 200.
  public var rounds: Int?
  /// Of a unit of violation, for the faithful algorithm.
  public var price = 10.0
  public var predictor = Decision.randomized
  public var learner = LearnerSettings()

  /// What is deployed of a mixture.
  public enum Decision: String, CaseIterable, Sendable {
    case randomized
    case majority
  }

  public init() {}

  public init(
    criterion: Criterion = SubgroupParityMitigation().criterion,
    bound: Double = SubgroupParityMitigation().bound
  ) {
    self.criterion = criterion
    self.bound = bound
  }

  public static let table: [OptionRecord<SubgroupParityMitigation>] =
    [
      .criterion(
        \.criterion, of: Criterion.ofPredictions.filter { $0.rate != nil }, formerName: "rate",
        "which rate is equalized"),
      .number(
        dial, \.bound, in: 0...1,
        "largest allowed difference of a subgroup's rate from that of all, times its share"),
      .choice(
        "algorithm", \.algorithm,
        "the exact game over the subgroups found, or fictitious play as published"),
      .integer(
        "rounds", \.rounds, in: 1...1_000_000,
        "most rounds of the auditor"
      ).derived("\(SubgroupParity.fastRounds), faithful \(SubgroupParity.faithfulRounds)"),
      .number(
        "price", \.price, in: 1e-6...1e9, "faithful: cost of a unit of violation (C)"),
      .choice(
        "predictor", \.predictor, "draw a member for each row, or decide by the mixture's majority"),
    ] + LearnerSettings.table(in: \.learner)
  public static let dial = "bound"
  public static let dialSettings: [Double] = [
    0, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 1,
  ]

  public var disparity: String { criterion.disparity }

  public var setting: Double { bound }

  public func frontier<Scalar: KernelScalar>(
    _ source: any RowSource, _ rows: FitRows<Scalar>, settings: [Double], _ context: FitContext
  ) throws -> [TrainedModel] {
    var fitted = self
    let scope = ConstraintScope(rows.cells)
    var learner = fitted.learner.requestLearner(
      source, totalWeight: scope.cells.totalWeight, context)
    return try settings.map { bound in
      fitted.bound = bound
      let method = SubgroupParity(
        rate: criterion.onlyRate, bound: bound, algorithm: algorithm, rounds: rounds,
        price: price, shouldStop: context.shouldStop)
      let result = try method.fit(scope, learner: &learner)
      return fitted.model(
        RandomizedLinearClassifier(
          members: result.members.map { learner.model($0.hypothesis) },
          weights: result.members.map(\.weight),
          decision: predictor == .majority ? .majority : .drawn, key: context.seed),
        rows.data.encoder,
        Self.report(result, seed: context.seed))
    }
  }

  private static func report(_ result: SubgroupParity.Result, seed: UInt64) -> FitReport {
    return FitReport(
      status: result.status, iterations: result.rounds, oracleCalls: result.oracleCalls,
      objective: result.objective,
      certificate: Certificate(kind: .dualityGap, value: result.gap.isFinite ? result.gap : 1),
      passes: result.passes, seconds: result.seconds,
      stopReason: result.stopReason + "; the worst it finds is off by \(result.violation.brief()), "
        + "and no subgroup at all by more than \(result.ceiling.brief())", seed: seed)
  }
}
