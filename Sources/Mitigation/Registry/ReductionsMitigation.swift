import Criteria
import Datasets
import LinearAlgebra
import Models
import Optimization

/// A mixture of logistic regressions that meets a parity constraint.
public enum ReductionsMitigation: FrontierMitigation {
  public static let name = "reductions"
  public static let family = MitigationFamily.inProcessing
  public static let summary = "A mixture of classifiers whose rates differ by no more than a bound."
  public static let source =
    "Agarwal et al., A reductions approach to fair classification, ICML 2018"
  public static let options =
    [
      MethodOption(
        "constraint", .choice(ParityConstraints.all.map(\.name)),
        default: .text("demographic_parity"), "which rates are bounded"),
      MethodOption(
        "bound", .number(0...1), default: .number(0.01),
        "largest allowed difference of the rates on the training rows"),
      MethodOption(
        "compared", .choice(ParityBound.Comparison.allCases.map(\.rawValue)),
        default: .text(ParityBound.Comparison.betweenGroups.rawValue),
        "whether groups are compared with each other or with all rows"),
      MethodOption(
        "algorithm", .choice(ExponentiatedGradient.Algorithm.allCases.map(\.rawValue)),
        default: .text(ExponentiatedGradient.Algorithm.fast.rawValue),
        "column generation, or the steps of the paper as Fairlearn runs them"),
      MethodOption(
        "predictor", .choice(Choice.allCases.map(\.rawValue)),
        default: .text(Choice.randomized.rawValue),
        "draw a member for each row, decide by the mixture's majority, or keep the best member"),
      MethodOption(
        "false_positive_cost", .number(0...Double.greatestFiniteMagnitude), default: .number(1),
        "cost of selecting a negative"),
      MethodOption(
        "false_negative_cost", .number(0...Double.greatestFiniteMagnitude), default: .number(1),
        "cost of rejecting a positive"),
    ] + LearnerOptions.all
  public static let dial = "bound"
  public static let dialSettings: [Double] = [
    0, 0.0025, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.12, 0.15, 0.2, 1,
  ]

  /// What is deployed of a mixture.
  enum Choice: String, CaseIterable {
    case randomized
    case majority
    case bestSingle = "best_single"
  }

  public static func fit<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, _ request: FitRequest
  ) throws -> TrainedModel {
    try frontier(data, settings: [request.options.number("bound") ?? 0], request)[0]
  }

  public static func frontier<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, settings: [Double], _ request: FitRequest
  ) throws -> [TrainedModel] {
    var options = request.options
    let clock = ContinuousClock(), began = clock.now
    let scope = ConstraintScope(
      sensitive: data.attributes, labels: data.trainingLabels, sampleWeights: data.sampleWeights)
    let base = LearnerOptions.learner(
      request, options: &options, totalWeight: scope.cells.totalWeight)
    var learner = LogisticLearner(
      PenalizedLogisticRegression.Problem(
        features: data.features, cells: scope.cells, sampleWeights: data.sampleWeights
      ).rows, l2: base.l2, rule: base.rule, pool: base.pool)
    let results = try solve(scope, settings, options, &learner)
    let seconds = (clock.now - began) / .seconds(1) / Double(max(1, results.count))
    return zip(settings, results).map { bound, result in
      var options = options
      options.resolve(dial, .number(bound))
      let report = FitReport(
        status: result.status, iterations: result.iterations, oracleCalls: result.oracleCalls,
        objective: result.objective,
        certificate: Certificate(
          kind: .dualityGap, value: result.gap,
          boundOnSuboptimality: result.boundOnSuboptimality),
        passes: learner.passes, seconds: seconds, seed: request.seed)
      return TrainedModel(
        method: name, options: options.values, encoder: data.encoder,
        predictor: predictor(result, learner, options, seed: request.seed), report: report)
    }
  }

  private static func solve<Scalar: KernelScalar>(
    _ scope: ConstraintScope, _ bounds: [Double], _ options: MethodOptions,
    _ learner: inout LogisticLearner<Scalar>
  ) throws -> [ReductionResult] {
    guard let constraint = ParityConstraints.named(options.text("constraint")),
      let compared = ParityBound.Comparison(rawValue: options.text("compared")),
      let algorithm = ExponentiatedGradient.Algorithm(rawValue: options.text("algorithm"))
    else { preconditionFailure("the options allow known names only") }
    let positive = options.number("false_positive_cost") ?? 1
    let negative = options.number("false_negative_cost") ?? 1
    guard positive + negative > 0 else {
      throw DataError.badOption(
        option: "--false-positive-cost 0", detail: "both costs cannot be 0")
    }
    let costs = ErrorCosts(falsePositive: positive, falseNegative: negative)
    func requirement(_ bound: Double) -> ParityRequirement {
      ParityRequirement(constraint, .difference(bound, compared))
    }
    if algorithm == .fast {
      return try ColumnGeneration([requirement(bounds.max() ?? 0)], costs: costs)
        .frontier(scope, limits: bounds, learner: &learner)
    }
    return try bounds.map { bound in
      try ExponentiatedGradient([requirement(bound)], costs: costs, algorithm: .faithful)
        .fit(scope, learner: &learner)
    }
  }

  private static func predictor<Scalar: KernelScalar>(
    _ result: ReductionResult, _ learner: LogisticLearner<Scalar>, _ options: MethodOptions,
    seed: UInt64
  ) -> any Predictor {
    switch Choice(rawValue: options.text("predictor")) {
    case .bestSingle?:
      if let best = result.bestSingle() { return learner.model(best.hypothesis) }
      fallthrough
    case .randomized?, .majority?, nil:
      let members = result.members
      return RandomizedLinearClassifier(
        members: members.map { learner.model($0.hypothesis) }, weights: members.map(\.weight),
        decision: options.text("predictor") == Choice.majority.rawValue ? .majority : .drawn,
        key: seed)
    }
  }
}
