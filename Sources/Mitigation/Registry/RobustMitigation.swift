import Criteria
import Datasets
import LinearAlgebra
import Models
import Optimization

/// Logistic regression for the worst part of the rows, whoever is in it.
public enum RobustMitigation: FrontierMitigation {
  public static let name = "distributionally-robust"
  public static let family = MitigationFamily.inProcessing
  public static let summary =
    "Logistic regression for the worst part of the rows of a given share, without knowing groups."
  public static let source =
    "Hashimoto et al., Fairness without demographics in repeated loss minimization, ICML 2018; "
    + "Williamson and Menon, Fairness risk measures, ICML 2019"
  public static let options =
    [
      MethodOption(
        "share", .number(0.001...1), default: .number(0.5),
        "smallest share of the rows whose loss is bounded; 1 is the plain mean"),
      MethodOption(
        "divergence", .choice(Divergence.allCases.map(\.rawValue)),
        default: .text(Divergence.chiSquare.rawValue),
        "the chi-square ball that covers every part of that share, the larger ball as published, or "
          + "the mean of the worst share itself"),
      MethodOption(
        "gap", .number(0...1), default: .number(1e-6),
        "duality gap at which the search ends, as a share of the objective"),
      MethodOption(
        "rounds", .integer(1...10_000), default: .integer(100),
        "most rounds with ever less smoothing"),
    ] + LearnerOptions.all + [LearnerOptions.intercept]
  public static let needsGroups = false
  public static let dial = "share"
  public static let dialSettings: [Double] = [1, 0.8, 0.6, 0.5, 0.4, 0.3, 0.2, 0.15, 0.1, 0.05]

  enum Divergence: String, CaseIterable {
    case chiSquare = "chi_square"
    case chiSquarePublished = "chi_square_published"
    case worstShare = "worst_share"

    func set(_ share: Double) -> RobustSet {
      switch self {
      case .chiSquare: .covering(share)
      case .chiSquarePublished: .published(share)
      case .worstShare: .worstShare(share)
      }
    }
  }

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
    let learner = LearnerOptions.learner(
      request, options: &options, totalWeight: rows.totalWeight)
    let divergence = Divergence(rawValue: options.text("divergence")) ?? .chiSquare
    let scored = rows.scoreRows
    var start: [Double]?
    var models: [Int: TrainedModel] = [:]
    for index in settings.indices.sorted(by: { settings[$0] > settings[$1] }) {
      let method = RobustLogisticRegression(
        set: divergence.set(settings[index]), gap: options.number("gap") ?? 0,
        rounds: options.integer("rounds"), base: learner)
      let result = method.fit(
        scored, sampleWeights: rows.sampleWeights, start: start)
      start = result.theta
      options.resolve(dial, .number(settings[index]))
      models[index] = TrainedModel(
        method: name, options: options.values, encoder: rows.data.encoder,
        predictor: result.model, report: report(result, seed: request.seed))
    }
    return settings.indices.map { models[$0]! }
  }

  private static func report(_ result: RobustLogisticRegression.Result, seed: UInt64) -> FitReport {
    FitReport(
      status: result.status, iterations: result.iterations, objective: result.objective,
      certificate: Certificate(
        kind: .dualityGap, value: result.gap,
        boundOnSuboptimality: result.isProved ? result.gap : nil),
      passes: result.passes, seconds: result.seconds,
      stopReason: result.status == .iterationLimit
        ? "the objective may be \(result.gap) too high; more 'rounds' or a larger 'gap' would settle it"
        : nil, seed: seed)
  }
}
