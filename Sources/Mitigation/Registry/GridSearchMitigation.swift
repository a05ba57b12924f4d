import Criteria
import Datasets
import LinearAlgebra
import Models
import Optimization

/// The best of many weighted fits: one deterministic classifier.
public enum GridSearchMitigation: FrontierMitigation, ConstrainedMitigation {
  public static let name = "grid-search"
  public static let family = MitigationFamily.inProcessing
  public static let summary =
    "The best of many weighted fits by error and difference between groups."
  public static let source =
    "Agarwal et al., A reductions approach to fair classification, ICML 2018, section 3.4"
  public static let options =
    ReductionSpecification.options + [
      MethodOption(
        "grid", .choice(GridSearch.Grid.allCases.map(\.rawValue)),
        default: .text(GridSearch.Grid.spread.rawValue),
        "multipliers spread evenly with every threshold tried, or Fairlearn's lattice"),
      MethodOption("grid_size", .integer(1...100_000), default: .integer(20), "number of fits"),
      MethodOption(
        "grid_limit", .number(1e-9...1e9), default: .number(2),
        "largest sum of absolute multipliers"),
      MethodOption(
        "constraint_weight", .number(0...1), default: .number(0.5),
        "weight of the largest difference beside that of the error when one fit is selected"),
    ] + LearnerOptions.all
  public static let dial = "constraint_weight"
  public static let dialSettings: [Double] = (0...20).map { Double($0) / 20 }

  public static func labelsNeeded(_ options: MethodOptions) -> Set<Int> {
    ReductionSpecification.labelsNeeded(options)
  }
  public static func disparity(_ options: MethodOptions) -> String {
    ReductionSpecification.disparity(options)
  }

  public static func fit<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ request: FitRequest
  ) throws -> TrainedModel {
    try frontier(
      rows, settings: [request.options.number("constraint_weight") ?? 0.5], request)[0]
  }

  /// The fits are those of one grid; the dial selects among them.
  public static func frontier<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, settings: [Double], _ request: FitRequest
  ) throws -> [TrainedModel] {
    let data = rows.data
    if let bad = settings.first(where: { !(0...1).contains($0) }) {
      throw DataError.option(
        "constraint_weight", value: "\(bad)", "expected a number between 0 and 1")
    }
    var options = request.options
    let specification = try ReductionSpecification(options)
    options.resolve("bound", .number(specification.bound))
    let scope = ConstraintScope(
      sensitive: data.attributes, controls: data.controls, labels: rows.labels,
      sampleWeights: data.sampleWeights)
    let base = LearnerOptions.learner(
      request, options: &options, totalWeight: scope.cells.totalWeight)
    let search = GridSearch(
      specification.requirements, costs: specification.costs,
      grid: GridSearch.Grid(rawValue: options.text("grid")) ?? .spread,
      size: options.integer("grid_size"), limit: options.number("grid_limit") ?? 2)
    if specification.isRegression {
      var learner = LinearRegressionLearner(
        data.features, targets: rows.numericLabels, cells: scope.cells,
        sampleWeights: data.sampleWeights, loss: specification.loss.groupLoss, l2: base.l2,
        pool: base.pool)
      let result = try search.fit(scope, learner: &learner)
      return models(result, settings, options, data, request) {
        AveragedLinearModel(members: [learner.model($0)], weights: [1])
      }
    }
    var learner = LogisticLearner(
      PenalizedLogisticRegression.Problem(
        features: data.features, cells: scope.cells, sampleWeights: data.sampleWeights
      ).rows, l2: base.l2, rule: base.rule, pool: base.pool)
    let result = try search.fit(scope, learner: &learner)
    return models(result, settings, options, data, request) { learner.model($0) }
  }

  private static func models<Scalar: KernelScalar>(
    _ result: GridSearchResult, _ settings: [Double], _ options: MethodOptions,
    _ data: Dataset<Scalar>, _ request: FitRequest, _ predictor: (Hypothesis) -> any Predictor
  ) -> [TrainedModel] {
    settings.map { weight in
      var options = options
      options.resolve(dial, .number(weight))
      let chosen = result.candidates[result.best(constraintWeight: weight)]
      let share = 1 / Double(settings.count)
      return TrainedModel(
        method: name, options: options.values, encoder: data.encoder,
        predictor: predictor(chosen.hypothesis),
        report: FitReport(
          status: request.shouldStop() ? .stopped : .converged, iterations: result.oracleCalls,
          oracleCalls: result.oracleCalls, objective: chosen.objective,
          passes: result.passes * share, seconds: result.seconds * share,
          stopReason: "the best of \(result.candidates.count) candidates from "
            + "\(result.oracleCalls) fits", seed: request.seed))
    }
  }
}
