import Criteria
import Datasets
import LinearAlgebra
import Models
import Optimization

/// Logistic regression that minimises the worst group's loss.
public enum GroupMinimaxMitigation: FrontierMitigation {
  public static let name = "group-minimax"
  public static let family = MitigationFamily.inProcessing
  public static let summary =
    "Logistic regression whose worst group is served as well as can be, and no group for nothing."
  public static let source =
    "Martinez, Bertran and Sapiro, Minimax Pareto fairness, ICML 2020; "
    + "Diana et al., Minimax group fairness, AIES 2021"
  public static let options =
    [
      MethodOption(
        "share", .number(0...1), default: .number(1),
        "weight of the worst group's mean loss beside that of all rows; 0 fits to all rows alone"),
      MethodOption(
        "gap", .number(0...1), default: .number(1e-6),
        "duality gap at which the search ends, as a share of the largest group's loss"),
      MethodOption("rounds", .integer(1...10_000), default: .integer(40), "most rounds"),
    ] + LearnerOptions.all + [LearnerOptions.intercept]
  public static let dial = "share"
  public static let dialSettings: [Double] = (0...10).map { Double($0) / 10 }

  public static func disparity(_ options: MethodOptions) -> String {
    Criterion.accuracyParity.disparity
  }

  public static func fit<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ request: FitRequest
  ) throws -> TrainedModel {
    try frontier(rows, settings: [request.options.number("share") ?? 1], request)[0]
  }

  public static func frontier<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, settings: [Double], _ request: FitRequest
  ) throws -> [TrainedModel] {
    var options = request.options
    let problem = rows.problem
    let learner = LearnerOptions.learner(
      request, options: &options, totalWeight: problem.cells.totalWeight)
    let method = GroupMinimax(
      gap: options.number("gap") ?? 0, rounds: options.integer("rounds"), base: learner)
    return zip(settings, method.path(problem, shares: settings)).map { share, result in
      var options = options
      options.resolve(dial, .number(share))
      return TrainedModel(
        method: name, options: options.values, encoder: rows.data.encoder, predictor: result.model,
        report: report(result, seed: request.seed))
    }
  }

  private static func report(_ result: GroupMinimax.Result, seed: UInt64) -> FitReport {
    var report = FitReport(
      status: result.status, iterations: result.iterations, oracleCalls: result.fits,
      objective: result.objective,
      certificate: Certificate(
        kind: .dualityGap, value: result.gap,
        boundOnSuboptimality: result.isProved ? result.gap : nil),
      passes: result.passes, seconds: result.seconds, seed: seed)
    report.groupLosses = result.losses
    return report
  }
}
