import Criteria
import Datasets
import LinearAlgebra
import Models
import Optimization

/// A mixture of classifiers that is fair to all subgroups that attributes make together.
public enum SubgroupParityMitigation: FrontierMitigation {
  public static let name = "subgroup-parity"
  public static let family = MitigationFamily.inProcessing
  public static let summary =
    "A mixture of classifiers whose rate is alike in every linear subgroup of the attributes."
  public static let source =
    "Kearns et al., Preventing fairness gerrymandering, ICML 2018; An empirical study of rich "
    + "subgroup fairness for machine learning, FAT* 2019"
  public static let options =
    [
      MethodOption.criterion(
        Criterion.ofPredictions.filter { $0.rate != nil }, default: .falsePositiveRateParity,
        formerName: "rate", "which rate is made alike"),
      MethodOption(
        "bound", .number(0...1), default: .number(0.005),
        "largest allowed difference of a subgroup's rate from that of all, times its share"),
      MethodOption(
        "algorithm", .choice(SubgroupParity.Algorithm.allCases.map(\.rawValue)),
        default: .text(SubgroupParity.Algorithm.fast.rawValue),
        "the exact game over the subgroups found, or fictitious play as published"),
      MethodOption(
        "rounds", .integer(1...1_000_000), default: nil,
        "most rounds of the auditor (default 50, faithful 200)"),
      MethodOption(
        "price", .number(1e-6...1e9), default: .number(10),
        "faithful: cost of a unit of violation (C)"),
      MethodOption(
        "predictor", .choice(["randomized", "majority"]), default: .text("randomized"),
        "draw a member for each row, or decide by the mixture's majority"),
    ] + LearnerOptions.all
  public static let dial = "bound"
  public static let dialSettings: [Double] = [
    0, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 1,
  ]

  public static func labelsNeeded(_ options: MethodOptions) -> Set<Int> { [] }

  public static func fit<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ request: FitRequest
  ) throws -> TrainedModel {
    try frontier(rows, settings: [request.options.number("bound") ?? 0], request)[0]
  }

  public static func frontier<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, settings: [Double], _ request: FitRequest
  ) throws -> [TrainedModel] {
    if let bad = settings.first(where: { !(0...1).contains($0) }) {
      throw DataError.option(
        "bound", value: "\(bad)", "expected a number between 0 and 1")
    }
    var options = request.options
    guard let algorithm = SubgroupParity.Algorithm(rawValue: options.text("algorithm")) else {
      preconditionFailure("the option allows known names only")
    }
    let data = rows.data
    let scope = ConstraintScope(rows.cells)
    let base = LearnerOptions.learner(
      request, options: &options, totalWeight: scope.cells.totalWeight)
    var learner = LogisticLearner(
      PenalizedLogisticRegression.Problem(
        features: data.features, cells: scope.cells, sampleWeights: data.sampleWeights
      ).rows, l2: base.l2, rule: base.rule, pool: base.pool)
    return try settings.map { bound in
      options.resolve(dial, .number(bound))
      let method = SubgroupParity(
        rate: options.criterionRate, bound: bound, algorithm: algorithm,
        rounds: options.number("rounds").map { Int($0) }, price: options.number("price") ?? 10,
        shouldStop: request.shouldStop)
      let result = try method.fit(scope, learner: &learner)
      return TrainedModel(
        method: name, options: options.values, encoder: data.encoder,
        predictor: RandomizedLinearClassifier(
          members: result.members.map { learner.model($0.hypothesis) },
          weights: result.members.map(\.weight),
          decision: options.text("predictor") == "majority" ? .majority : .drawn,
          key: request.seed), report: report(result, seed: request.seed))
    }
  }

  private static func report(_ result: SubgroupParity.Result, seed: UInt64) -> FitReport {
    func text(_ value: Double) -> String { "\((value * 1e6).rounded() / 1e6)" }
    return FitReport(
      status: result.status, iterations: result.rounds, oracleCalls: result.oracleCalls,
      objective: result.objective,
      certificate: Certificate(kind: .dualityGap, value: result.gap.isFinite ? result.gap : 1),
      passes: result.passes, seconds: result.seconds,
      stopReason: result.stopReason + "; the worst it finds is off by \(text(result.violation)), "
        + "and no subgroup at all by more than \(text(result.ceiling))", seed: seed)
  }
}
