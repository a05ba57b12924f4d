import Criteria
import Datasets
import LinearAlgebra
import Models
import Optimization
import RowSums

/// The best of many weighted fits: one deterministic classifier.
public struct GridSearchMitigation: SourceFrontierMitigation, ConstrainedMitigation {
  public static let name = "grid-search"
  public static let family = MitigationFamily.inProcessing
  public static let summary =
    "Picks the best of many weighted fits by error and difference between groups."
  public static let source =
    "Agarwal et al., A reductions approach to fair classification, ICML 2018, section 3.4"

  public var reduction = ReductionSettings()
  public var grid = GridSearch.Grid.spread
  /// Number of fits.
  public var size = 20
  /// Largest sum of absolute multipliers.
  public var limit = 2.0
  /// Weight of the largest difference beside that of the error when one fit is selected.
  public var constraintWeight = 0.5
  /// A group of fewer rows is not bound; nil: every group is.
  public var leastGroup: Int?
  public var learner = LearnerSettings()

  public init() {}

  /// Rows of unknown groups can train without being bound.
  public static func takesUnknown(_ policy: UnknownGroups) -> Bool { policy == .pooled }
  public static func bindsFewRows(_ options: MethodOptions) -> Bool { true }

  public init(criterion: Criterion, constraintWeight: Double = Self().constraintWeight) {
    reduction.criteria = [BoundedCriterion(criterion)]
    self.constraintWeight = constraintWeight
  }

  public static let table: [OptionRecord<GridSearchMitigation>] =
    ReductionSettings.table.map { $0.nested(in: \.reduction) } + [
      .choice(
        "grid", \.grid,
        "multipliers spread evenly with every threshold tried, or Fairlearn's lattice"),
      .integer("grid_size", \.size, in: 1...100_000, "number of fits"),
      .number("grid_limit", \.limit, in: 1e-9...1e9, "largest sum of absolute multipliers"),
      .number(
        dial, \.constraintWeight, in: 0...1,
        "weight of the largest difference beside that of the error when one fit is selected"),
      .leastGroup(\.leastGroup),
    ] + LearnerSettings.table(in: \.learner, withInterceptPenalty: true)

  public var labelsNeeded: Set<Int> { reduction.labelsNeeded }
  public var disparity: String { reduction.disparity }
  public static let dial = "constraint_weight"
  public static let dialSettings: [Double] = (0...20).map { Double($0) / 20 }

  public var setting: Double { constraintWeight }

  public func source<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ context: FitContext
  ) -> any RowSource {
    rows.source(scope(rows).cells, context)
  }

  /// The fits are those of one grid; the dial selects among them.
  public func frontier<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, settings: [Double], _ context: FitContext
  ) throws -> [TrainedModel] {
    let specification = try ReductionSpecification(reduction)
    guard specification.isRegression else {
      return try frontier(source(rows, context), rows, settings: settings, context)
    }
    var fitted = self
    fitted.reduction.bound = specification.bound
    let scope = scope(rows)
    let base = fitted.learner.learner(totalWeight: scope.cells.totalWeight, context)
    var learner = rows.regressionLearner(scope.cells, specification, base)
    let result = try search(specification).fit(scope, learner: &learner)
    return fitted.models(result, settings, rows.data.encoder, context) {
      AveragedLinearModel(members: [learner.model($0)], weights: [1])
    }
  }

  public func frontier<Scalar: KernelScalar>(
    _ source: any RowSource, _ rows: FitRows<Scalar>, settings: [Double], _ context: FitContext
  ) throws -> [TrainedModel] {
    let specification = try ReductionSpecification(reduction)
    try specification.requireClasses()
    var fitted = self
    fitted.reduction.bound = specification.bound
    let scope = scope(rows)
    var learner = fitted.learner.requestLearner(
      source, totalWeight: scope.cells.totalWeight, context)
    let result = try search(specification).fit(scope, learner: &learner)
    return fitted.models(result, settings, rows.data.encoder, context) { learner.model($0) }
  }

  private func scope<Scalar>(_ rows: FitRows<Scalar>) -> ConstraintScope {
    ConstraintScope(rows.data, labels: rows.labels, leastGroup: leastGroup ?? 0)
  }

  private func search(_ specification: ReductionSpecification) -> GridSearch {
    GridSearch(
      specification.requirements, costs: specification.costs, grid: grid, size: size,
      limit: limit)
  }

  private func models(
    _ result: GridSearchResult, _ settings: [Double], _ encoder: FeatureEncoder,
    _ context: FitContext, _ predictor: (Hypothesis) -> any Predictor
  ) -> [TrainedModel] {
    settings.map { weight in
      var fitted = self
      fitted.constraintWeight = weight
      let chosen = result.candidates[result.best(constraintWeight: weight)]
      let share = 1 / Double(settings.count)
      return fitted.model(
        predictor(chosen.hypothesis), encoder,
        FitReport(
          status: context.shouldStop() ? .stopped : .converged, iterations: result.oracleCalls,
          oracleCalls: result.oracleCalls, objective: chosen.objective,
          passes: result.passes * share, seconds: result.seconds * share,
          stopReason: "the best of \(result.candidates.count) candidates from "
            + "\(result.oracleCalls) fits", seed: context.seed))
    }
  }
}
