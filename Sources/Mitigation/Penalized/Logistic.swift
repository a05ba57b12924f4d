import Datasets
import LinearAlgebra
import Models
import RowSums

/// Plain logistic regression: what every mitigation is compared with.
public struct Logistic: SourceMitigation {
  public static let name = "logistic"
  public static let family = MitigationFamily.baseline
  public static let summary = "Fits logistic regression without mitigation: the baseline."
  public static let source = "Cox, The regression analysis of binary sequences, JRSS B 1958"
  public var learner = LearnerSettings()
  /// Factor of ‖w‖₁ beside the mean loss.
  public var l1 = 0.0

  public init() {}

  public init(l2: Double?, l1: Double = Logistic().l1) {
    learner.l2 = l2
    self.l1 = l1
  }

  public static let table: [OptionRecord<Logistic>] =
    LearnerSettings.table(in: \.learner, withIntercept: true) + [
      .number(
        "l1", \.l1, in: 0...Double.greatestFiniteMagnitude, "factor of ‖w‖₁ beside the mean loss")
    ]
  public static let needsGroups = false
  public static let provesFiniteFeatures = true

  public func fit<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ context: FitContext
  ) throws -> TrainedModel {
    // Groups are nothing to it: rows are counted by their labels alone.
    try fit(LocalRows(rows.scoreRows, pool: context.pool), rows, context)
  }

  public func fit<Scalar: KernelScalar>(
    _ source: any RowSource, _ rows: FitRows<Scalar>, _ context: FitContext
  ) throws -> TrainedModel {
    var fitted = self
    let learner = fitted.learner.learner(totalWeight: rows.totalWeight, l1: l1, context)
    var fit = try learner.fit(source)
    fit.report.seed = context.seed
    fit.report.stopReason = Self.unbounded(fit.report, rows.data.encoder.columnNames)
    return fitted.model(fit.model, rows.data.encoder, fit.report)
  }

  private static let mostNamed = 3

  /// Which coefficients nothing bounds, the largest in the separating direction first.
  private static func unbounded(_ report: FitReport, _ columns: [String]) -> String? {
    guard let direction = report.separatingDirection else { return nil }
    let moving = columns.indices.filter { direction[$0] != 0 }
      .sorted { (abs(direction[$1]), $0) < (abs(direction[$0]), $1) }
    guard !moving.isEmpty else { return "every row has the same label" }
    let named = moving.prefix(mostNamed).map { "'\(columns[$0])'" }.joined(separator: ", ")
    let rest = moving.count > mostNamed ? " and \(moving.count - mostNamed) more" : ""
    return "the labels are separated along \(named)\(rest)"
  }
}
