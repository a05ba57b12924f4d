import Criteria
import Datasets
import LinearAlgebra
import Models
import RowSums

/// Kamishima's prejudice remover.
public struct PrejudiceRemoverMitigation: SourceFrontierMitigation {
  public static let name = "prejudice-remover"
  public static let family = MitigationFamily.inProcessing
  /// With a model for each group, which is the default, new rows need theirs.
  public static let attributeUse: Set<AttributeUse> = [.training, .decision]
  public static let summary = "Penalizes the information that a prediction carries about the group."
  public static let source =
    "Kamishima et al., Fairness-aware classifier with prejudice remover regularizer, "
    + "ECML PKDD 2012"
  /// Factor of the prejudice index in the sum form.
  public var eta = 1.0
  /// Coefficients of its own for each group, as published.
  public var perGroup = true
  /// The factor l2 stands beside the summed loss.
  public var learner = LearnerSettings(l2: 1)

  public init() {}

  public init(
    eta: Double = PrejudiceRemoverMitigation().eta,
    perGroup: Bool = PrejudiceRemoverMitigation().perGroup
  ) {
    self.eta = eta
    self.perGroup = perGroup
  }

  public static let table: [OptionRecord<PrejudiceRemoverMitigation>] = [
    .number(
      dial, \.eta, in: 0...Double.greatestFiniteMagnitude,
      "factor of the prejudice index in the sum form"),
    .flag(
      "per_group", \.perGroup,
      "coefficients of its own for each group, as published; predicting then needs the group"),
    .number(
      "l2", \.learner.l2, in: 0...Double.greatestFiniteMagnitude,
      "factor of ½‖w‖² beside the summed loss"),
    LearnerSettings.tolerance.nested(in: \.learner),
    LearnerSettings.iterations.nested(in: \.learner),
  ]
  public static let dial = "eta"
  public static let dialSettings: [Double] = [0, 0.1, 0.3, 1, 3, 5, 10, 15, 20, 30, 50, 100]

  public var setting: Double { eta }

  public func frontier<Scalar: KernelScalar>(
    _ source: any RowSource, _ rows: FitRows<Scalar>, settings: [Double], _ context: FitContext
  ) throws -> [TrainedModel] {
    var fitted = self
    let cells = rows.cells(leastGroup: 0)
    let learner = fitted.learner.learner(totalWeight: cells.totalWeight, context)
    let remover = PrejudiceRemover(eta: 0, perGroup: perGroup, base: learner)
    return try zip(settings, remover.path(source, cells, etas: settings)).map { eta, fit in
      fitted.eta = eta
      var report = fit.report
      report.seed = context.seed
      return fitted.model(
        perGroup ? Self.grouped(fit, cells) : fit.model, rows.data.encoder, report)
    }
  }

  private static func grouped(_ fit: LinearFit, _ cells: CellIndex) -> GroupedLinearModel {
    let width = fit.theta.count / cells.groups.count
    return GroupedLinearModel(
      attributes: cells.attributes.map(\.attribute), groups: cells.groups.names,
      models: (0..<cells.groups.count).map {
        LinearModel(theta: Array(fit.theta[$0 * width..<($0 + 1) * width]))
      })
  }
}
