import Criteria
import Datasets
import Essentials
import LinearAlgebra
import Models
import Optimization

/// Logistic regression that minimizes the loss on the worst-off share of rows, whoever is in it.
public struct DistributionallyRobust: TypedFrontierMitigation {
  public static let name = "distributionally-robust"
  public static let family = MitigationFamily.inProcessing
  public static let summary =
    "Fits logistic regression to the worst-off share of rows, without group labels."
  public static let source =
    "Hashimoto et al., Fairness without demographics in repeated loss minimization, ICML 2018; "
    + "Williamson and Menon, Fairness risk measures, ICML 2019"
  /// Smallest share of the rows whose loss is bounded.
  public var share = 0.5
  public var divergence = Divergence.chiSquare
  /// The duality gap at which the search ends, as a share of the objective.
  public var gap = 1e-6
  public var rounds = 100
  public var learner = LearnerSettings()

  public init() {}

  public init(
    share: Double, divergence: Divergence = DistributionallyRobust().divergence
  ) {
    self.share = share
    self.divergence = divergence
  }

  public static let table: [OptionRecord<DistributionallyRobust>] =
    [
      .number(
        dial, \.share, in: 0.001...1,
        "smallest share of the rows whose loss is bounded; 1 is the plain mean"),
      .choice(
        "divergence", \.divergence,
        "the chi-square ball that covers every part of that share, the larger ball as published, or "
          + "the mean of the worst share itself"),
      .number(
        "gap", \.gap, in: 0...1,
        "duality gap at which the search ends, as a share of the objective"),
      .integer("rounds", \.rounds, in: 1...10_000, "most rounds with ever less smoothing"),
    ] + LearnerSettings.table(in: \.learner, withIntercept: true)
  public static let needsGroups = false
  public static let dial = "share"
  public static let dialSettings: [Double] = [1, 0.8, 0.6, 0.5, 0.4, 0.3, 0.2, 0.15, 0.1, 0.05]

  public enum Divergence: String, CaseIterable, Sendable {
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

  public var disparity: String { Criterion.accuracyParity.disparity }

  public func fit<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ context: FitContext
  ) throws -> TrainedModel {
    try frontier(rows, settings: [share], context)[0]
  }

  public func frontier<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, settings: [Double], _ context: FitContext
  ) throws -> [TrainedModel] {
    var fitted = self
    let learner = fitted.learner.learner(totalWeight: rows.totalWeight, context)
    let scored = rows.scoreRows
    var start: [Double]?
    var models: [Int: TrainedModel] = [:]
    for index in settings.indices.sorted(by: { settings[$0] > settings[$1] }) {
      let method = RobustLogisticRegression(
        set: divergence.set(settings[index]), gap: gap, rounds: rounds, base: learner)
      let result = try method.fit(
        scored, sampleWeights: rows.sampleWeights, start: start)
      start = result.theta
      fitted.share = settings[index]
      models[index] = fitted.model(
        result.model, rows.data.encoder, Self.report(result, seed: context.seed))
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
        ? "the objective may be \(result.gap.brief()) too high" : nil, seed: seed)
  }
}
