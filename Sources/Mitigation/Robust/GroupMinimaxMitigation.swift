import Criteria
import Datasets
import LinearAlgebra
import Models
import Optimization
import RowSums

/// Logistic regression that minimizes the worst group's loss.
public struct GroupMinimaxMitigation: SourceFrontierMitigation {
  public static let name = "group-minimax"
  public static let family = MitigationFamily.inProcessing
  public static let summary =
    "Minimizes the worst group's loss; no group is made worse off unless another gains."
  public static let source =
    "Martinez, Bertran and Sapiro, Minimax Pareto fairness, ICML 2020; "
    + "Diana et al., Minimax group fairness, AIES 2021"
  /// Weight of the worst group's mean loss beside that of all rows.
  public var share = 1.0
  /// The duality gap at which the search ends, as a share of the largest group's loss.
  public var gap = 1e-6
  public var rounds = 40
  public var learner = LearnerSettings()

  public init() {}

  public static func bindsFewRows(_ options: MethodOptions) -> Bool { true }

  public init(share: Double) { self.share = share }

  public static let table: [OptionRecord<GroupMinimaxMitigation>] =
    [
      .number(
        dial, \.share, in: 0...1,
        "weight of the worst group's mean loss beside that of all rows; 0 fits to all rows alone"),
      .number(
        "gap", \.gap, in: 0...1,
        "duality gap at which the search ends, as a share of the largest group's loss"),
      .integer("rounds", \.rounds, in: 1...10_000, "most rounds"),
    ] + LearnerSettings.table(in: \.learner, withIntercept: true)
  public static let dial = "share"
  public static let dialSettings: [Double] = (0...10).map { Double($0) / 10 }

  public var disparity: String { Criterion.accuracyParity.disparity }

  public var setting: Double { share }

  public func frontier<Scalar: KernelScalar>(
    _ source: any RowSource, _ rows: FitRows<Scalar>, settings: [Double], _ context: FitContext
  ) throws -> [TrainedModel] {
    var fitted = self
    let cells = rows.cells(leastGroup: 0)
    let learner = fitted.learner.learner(totalWeight: cells.totalWeight, context)
    let method = GroupMinimax(gap: gap, rounds: rounds, base: learner)
    return try zip(settings, method.path(source, cells, shares: settings)).map { share, result in
      fitted.share = share
      return fitted.model(
        result.model, rows.data.encoder, Self.report(result, seed: context.seed))
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
