import Criteria
import Datasets
import LinearAlgebra
import Models
import Optimization
import RowSums

/// A mixture of classifiers that meets constraints on its rates.
public struct Reductions: SourceFrontierMitigation, ConstrainedMitigation {
  public static let name = "reductions"
  public static let family = MitigationFamily.inProcessing
  public static let summary = "Mixes classifiers whose rates differ by at most a bound."
  public static let source =
    "Agarwal et al., A reductions approach to fair classification, ICML 2018"

  public var reduction = ReductionSettings()
  public var algorithm = ExponentiatedGradient.Algorithm.fast
  public var predictor = Choice.randomized
  /// nil: 150, faithful 50.
  public var rounds: Int?
  /// The gap at which the search ends; nil: a share of the objective's standard error.
  public var targetGap: Double?
  public var faithful = FaithfulSettings()
  /// A group of fewer rows is not bound; nil: every group is.
  public var leastGroup: Int?
  public var learner = LearnerSettings()

  public init() {}

  /// Rows of unknown groups can train without being bound.
  public static func takesUnknown(_ policy: UnknownGroups) -> Bool { policy == .pooled }
  public static func bindsFewRows(_ options: MethodOptions) -> Bool { true }

  public init(
    criterion: Criterion, bound: Double? = nil, ratio: Double? = nil,
    algorithm: ExponentiatedGradient.Algorithm = Reductions().algorithm
  ) {
    reduction.criteria = [BoundedCriterion(criterion)]
    reduction.bound = bound
    reduction.ratio = ratio
    self.algorithm = algorithm
  }

  public static let table: [OptionRecord<Reductions>] =
    ReductionSettings.table.map { $0.nested(in: \.reduction) } + [
      .choice(
        "algorithm", \.algorithm,
        "column generation, or the steps of the paper as Fairlearn runs them"),
      .choice(
        "predictor", \.predictor,
        "draw a member for each row, decide by the mixture's majority, or keep the best member"),
      .integer(
        "rounds", \.rounds, in: 1...1_000_000,
        "most rounds of the search"
      ).derived(
        "\(ColumnGenerationOptions.defaultRounds), faithful "
          + "\(ExponentiatedGradientOptions.defaultIterations)"),
      .number(
        "target_gap", \.targetGap, in: 0...1,
        "gap at which the search ends"
      ).derived("a quarter (faithful: half) of the objective's standard error"),
      .leastGroup(\.leastGroup),
    ] + FaithfulSettings.table.map { $0.nested(in: \.faithful) }
    + LearnerSettings.table(in: \.learner, withInterceptPenalty: true)

  public var labelsNeeded: Set<Int> { reduction.labelsNeeded }
  public var disparity: String { reduction.disparity }
  public static let dial = "bound"
  public static let dialSettings: [Double] = [
    0, 0.0025, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.025, 0.03, 0.035, 0.04, 0.05, 0.06, 0.07, 0.08,
    0.1, 0.12, 0.15, 0.2, 1,
  ]

  /// What is deployed of a mixture.
  public enum Choice: String, CaseIterable, Sendable {
    case randomized
    case majority
    case bestSingle = "best_single"
  }

  public var setting: Double {
    get throws { try ReductionSpecification(reduction).bound }
  }

  public func source<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ context: FitContext
  ) -> any RowSource {
    rows.source(scope(rows).cells, context)
  }

  public func frontier<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, settings: [Double], _ context: FitContext
  ) throws -> [TrainedModel] {
    let specification = try ReductionSpecification(reduction)
    guard specification.isRegression else {
      return try frontier(source(rows, context), rows, settings: settings, context)
    }
    var fitted = self
    let scope = scope(rows)
    let base = fitted.learner.learner(totalWeight: scope.cells.totalWeight, context)
    var learner = rows.regressionLearner(scope.cells, specification, base)
    let results = try Search(specification, self, context).solve(scope, settings, &learner)
    return fitted.models(results, settings, rows.data.encoder, context) {
      Self.averaged($0, learner)
    }
  }

  public func frontier<Scalar: KernelScalar>(
    _ source: any RowSource, _ rows: FitRows<Scalar>, settings: [Double], _ context: FitContext
  ) throws -> [TrainedModel] {
    let specification = try ReductionSpecification(reduction)
    try specification.requireClasses()
    var fitted = self
    let scope = scope(rows)
    var learner = fitted.learner.requestLearner(
      source, totalWeight: scope.cells.totalWeight, context)
    let results = try Search(specification, self, context).solve(scope, settings, &learner)
    return fitted.models(results, settings, rows.data.encoder, context) {
      deployed($0, learner, seed: context.seed)
    }
  }

  private func scope<Scalar>(_ rows: FitRows<Scalar>) -> ConstraintScope {
    ConstraintScope(rows.data, labels: rows.labels, leastGroup: leastGroup ?? 0)
  }

  private func models(
    _ results: [ReductionResult], _ settings: [Double], _ encoder: FeatureEncoder,
    _ context: FitContext, _ predictor: (ReductionResult) -> any Predictor
  ) -> [TrainedModel] {
    zip(settings, results).map { bound, result in
      var fitted = self
      fitted.reduction.bound = bound
      return fitted.model(predictor(result), encoder, Self.report(result, seed: context.seed))
    }
  }

  /// The reduction over somebody else's learner, which is made for the cells of the rows.
  public func reduce<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ context: FitContext,
    learner make: (CellIndex, [Double]?) -> some WeightedLearner
  ) throws -> ReductionResult {
    let specification = try ReductionSpecification(reduction)
    let scope = scope(rows)
    var learner = make(scope.cells, rows.sampleWeights)
    return try Search(specification, self, context)
      .solve(scope, [specification.bound], &learner)[0]
  }

  /// The native learner of the options for any rows.
  public func learner<Scalar: KernelScalar>(
    _ rows: ScoreRows<Scalar>, _ context: FitContext
  ) -> LogisticLearner {
    var settings = learner
    return settings.requestLearner(
      LocalRows(rows, pool: context.pool), totalWeight: rows.totalWeight, context)
  }

  /// How the faithful algorithm takes its steps.
  public func steps(_ context: FitContext) -> ExponentiatedGradientOptions {
    ExponentiatedGradientOptions(
      multiplierBound: faithful.multiplierBound,
      iterationLimit: rounds ?? ExponentiatedGradientOptions.defaultIterations,
      targetGap: targetGap, learningRate: faithful.learningRate,
      usesLinearProgram: faithful.linearProgram,
      repairs: .init(
        shiftsExponentials: faithful.shiftsExponentials, smallestGap: faithful.smallestGap,
        startsRatiosAtZero: faithful.startsRatiosAtZero),
      shouldStop: context.shouldStop)
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

  private func deployed(
    _ result: ReductionResult, _ learner: LogisticLearner, seed: UInt64
  ) -> any Predictor {
    if predictor == .bestSingle, let best = result.bestSingle() {
      return learner.model(best.hypothesis)
    }
    let members = result.members
    return RandomizedLinearClassifier(
      members: members.map { learner.model($0.hypothesis) }, weights: members.map(\.weight),
      decision: predictor == .majority ? .majority : .drawn, key: seed)
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

    init(_ specification: ReductionSpecification, _ method: Reductions, _ context: FitContext) {
      self.specification = specification
      algorithm = method.algorithm
      fast = ColumnGenerationOptions(
        targetGap: method.targetGap,
        iterationLimit: method.rounds ?? ColumnGenerationOptions.defaultRounds,
        shouldStop: context.shouldStop)
      faithful = method.steps(context)
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
