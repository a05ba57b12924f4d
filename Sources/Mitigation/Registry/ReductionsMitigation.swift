import Criteria
import Datasets
import LinearAlgebra
import Models
import Optimization

/// A mixture of classifiers that meets constraints on its rates.
public enum ReductionsMitigation: FrontierMitigation, ConstrainedMitigation {
  public static let name = "reductions"
  public static let family = MitigationFamily.inProcessing
  public static let summary = "A mixture of classifiers whose rates differ by no more than a bound."
  public static let source =
    "Agarwal et al., A reductions approach to fair classification, ICML 2018"
  public static let options =
    ReductionSpecification.options + [
      MethodOption(
        "algorithm", .choice(ExponentiatedGradient.Algorithm.allCases.map(\.rawValue)),
        default: .text(ExponentiatedGradient.Algorithm.fast.rawValue),
        "column generation, or the steps of the paper as Fairlearn runs them"),
      MethodOption(
        "predictor", .choice(Choice.allCases.map(\.rawValue)),
        default: .text(Choice.randomized.rawValue),
        "draw a member for each row, decide by the mixture's majority, or keep the best member"),
      MethodOption(
        "rounds", .integer(1...1_000_000), default: nil,
        "most rounds of the search (default 150, faithful 50)"),
      MethodOption(
        "target_gap", .number(0...1), default: nil,
        "gap at which the search ends; by default a quarter (faithful: half) of the objective's "
          + "standard error"),
    ] + faithfulOptions + LearnerOptions.all

  private static let faithfulOptions = [
    MethodOption(
      "multiplier_bound", .number(1e-6...1e12), default: .number(100),
      "faithful: bound on the sum of the multipliers (Fairlearn's 1/eps)"),
    MethodOption(
      "learning_rate", .number(1e-9...1e9), default: .number(2),
      "faithful: first learning rate (Fairlearn's eta0)"),
    MethodOption(
      "linear_program", .flag, default: .flag(true),
      "faithful: also try the best mixture of the hypotheses found"),
    MethodOption(
      "shift_exponentials", .flag, default: .flag(false),
      "faithful: exponentials that cannot overflow"),
    MethodOption(
      "smallest_gap", .number(0...1), default: .number(0),
      "faithful: also stop at this gap, which a learner that interpolates needs"),
    MethodOption(
      "start_ratios_at_zero", .flag, default: .flag(false),
      "faithful: start ratio bounds without multipliers"),
  ]
  public static func labelsNeeded(_ options: MethodOptions) -> Set<Int> {
    ReductionSpecification.labelsNeeded(options)
  }
  public static func disparity(_ options: MethodOptions) -> String {
    ReductionSpecification.disparity(options)
  }
  public static let dial = "bound"
  public static let dialSettings: [Double] = [
    0, 0.0025, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.025, 0.03, 0.035, 0.04, 0.05, 0.06, 0.07, 0.08,
    0.1, 0.12, 0.15, 0.2, 1,
  ]

  /// What is deployed of a mixture.
  enum Choice: String, CaseIterable {
    case randomized
    case majority
    case bestSingle = "best_single"
  }

  public static func fit<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ request: FitRequest
  ) throws -> TrainedModel {
    let bound = try ReductionSpecification(request.options).bound
    return try frontier(rows, settings: [bound], request)[0]
  }

  public static func frontier<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, settings: [Double], _ request: FitRequest
  ) throws -> [TrainedModel] {
    let data = rows.data
    if let bad = settings.first(where: { !(0...1).contains($0) }) {
      throw DataError.option(
        "bound", value: "\(bad)", "expected a number between 0 and 1")
    }
    var options = request.options
    let specification = try ReductionSpecification(options)
    let scope = ConstraintScope(
      sensitive: data.attributes, controls: data.controls, labels: rows.labels,
      sampleWeights: data.sampleWeights)
    let search = Search(specification, options, request)
    let base = LearnerOptions.learner(
      request, options: &options, totalWeight: scope.cells.totalWeight)
    func trained(_ results: [ReductionResult], _ predictor: (ReductionResult) -> any Predictor)
      -> [TrainedModel]
    {
      zip(settings, results).map { bound, result in
        var options = options
        options.resolve(dial, .number(bound))
        return TrainedModel(
          method: name, options: options.values, encoder: data.encoder,
          predictor: predictor(result), report: report(result, seed: request.seed))
      }
    }
    if specification.isRegression {
      var learner = LinearRegressionLearner(
        data.features, targets: rows.numericLabels, cells: scope.cells,
        sampleWeights: data.sampleWeights, loss: specification.loss.groupLoss, l2: base.l2,
        pool: base.pool)
      return trained(try search.solve(scope, settings, &learner)) { averaged($0, learner) }
    }
    var learner = LogisticLearner(
      PenalizedLogisticRegression.Problem(
        features: data.features, cells: scope.cells, sampleWeights: data.sampleWeights
      ).rows, l2: base.l2, rule: base.rule, pool: base.pool)
    let results = try search.solve(scope, settings, &learner)
    return trained(results) { predictor($0, learner, options, seed: request.seed) }
  }

  /// The reduction over somebody else's learner, which is made for the cells of the rows.
  public static func reduce<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ request: FitRequest,
    learner make: (CellIndex, [Double]?) -> some WeightedLearner
  ) throws -> ReductionResult {
    let specification = try ReductionSpecification(request.options)
    let data = rows.data
    let scope = ConstraintScope(
      sensitive: data.attributes, controls: data.controls, labels: rows.labels,
      sampleWeights: data.sampleWeights)
    var learner = make(scope.cells, data.sampleWeights)
    return try Search(specification, request.options, request)
      .solve(scope, [specification.bound], &learner)[0]
  }

  private static func report(_ result: ReductionResult, seed: UInt64) -> FitReport {
    FitReport(
      status: result.status, iterations: result.iterations, oracleCalls: result.oracleCalls,
      objective: result.objective,
      certificate: Certificate(
        kind: .dualityGap, value: result.gap.isFinite ? result.gap : 1,
        boundOnSuboptimality: result.boundOnSuboptimality),
      passes: result.passes, seconds: result.seconds, stopReason: result.stopReason, seed: seed)
  }

  private static func predictor<Scalar: KernelScalar>(
    _ result: ReductionResult, _ learner: LogisticLearner<Scalar>, _ options: MethodOptions,
    seed: UInt64
  ) -> any Predictor {
    let choice = Choice(rawValue: options.text("predictor")) ?? .randomized
    if choice == .bestSingle, let best = result.bestSingle() {
      return learner.model(best.hypothesis)
    }
    let members = result.members
    return RandomizedLinearClassifier(
      members: members.map { learner.model($0.hypothesis) }, weights: members.map(\.weight),
      decision: choice == .majority ? .majority : .drawn, key: seed)
  }

  private static func averaged<Scalar: KernelScalar>(
    _ result: ReductionResult, _ learner: LinearRegressionLearner<Scalar>
  ) -> any Predictor {
    let members = result.members
    return AveragedLinearModel(
      members: members.map { learner.model($0.hypothesis) }, weights: members.map(\.weight))
  }

  /// The search that the options describe.
  private struct Search {
    let specification: ReductionSpecification
    let algorithm: ExponentiatedGradient.Algorithm
    let faithful: ExponentiatedGradientOptions
    let fast: ColumnGenerationOptions

    init(
      _ specification: ReductionSpecification, _ options: MethodOptions, _ request: FitRequest
    ) {
      self.specification = specification
      algorithm =
        ExponentiatedGradient.Algorithm(rawValue: options.text("algorithm")) ?? .fast
      let rounds = options.number("rounds").map { Int($0) }
      let target = options.number("target_gap")
      fast = ColumnGenerationOptions(
        targetGap: target, iterationLimit: rounds ?? ColumnGenerationOptions.defaultRounds,
        shouldStop: request.shouldStop)
      faithful = ExponentiatedGradientOptions(
        multiplierBound: options.number("multiplier_bound") ?? 100,
        iterationLimit: rounds ?? ExponentiatedGradientOptions.defaultIterations,
        targetGap: target, learningRate: options.number("learning_rate") ?? 2,
        usesLinearProgram: options.flag("linear_program"),
        repairs: .init(
          shiftsExponentials: options.flag("shift_exponentials"),
          smallestGap: options.number("smallest_gap") ?? 0,
          startsRatiosAtZero: options.flag("start_ratios_at_zero")),
        shouldStop: request.shouldStop)
    }

    /// One result a bound, in their order.
    func solve(
      _ scope: ConstraintScope, _ bounds: [Double], _ learner: inout some WeightedLearner
    ) throws -> [ReductionResult] {
      let costs = specification.costs
      guard algorithm == .fast else {
        return try bounds.map { bound in
          try ExponentiatedGradient(
            specification.requirements(bound: bound), costs: costs, algorithm: .faithful,
            options: faithful
          ).fit(scope, learner: &learner)
        }
      }
      let order = bounds.indices.sorted { bounds[$0] > bounds[$1] }
      let steps = order.map { specification.requirements(bound: bounds[$0]) }
      let found = try ColumnGeneration(specification.requirements, costs: costs, options: fast)
        .frontier(scope, steps: steps, learner: &learner)
      let place = Dictionary(uniqueKeysWithValues: zip(order, found))
      return bounds.indices.map { place[$0]! }
    }
  }
}

extension FitRows {
  /// The labels as numbers: what a regression is fitted to.
  var numericLabels: Buffer<Scalar> {
    let numbers = Buffer<Scalar>(uninitialized: count)
    for i in 0..<count { numbers[i] = Scalar(Double(labels[i])) }
    return numbers
  }
}
