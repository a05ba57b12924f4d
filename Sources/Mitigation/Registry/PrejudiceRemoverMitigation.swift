import Datasets
import LinearAlgebra
import Models

/// Kamishima's prejudice remover.
public enum PrejudiceRemoverMitigation: FrontierMitigation {
  public static let name = "prejudice-remover"
  public static let family = MitigationFamily.inProcessing
  public static let summary =
    "Logistic regression with a penalty on the mutual information of prediction and group."
  public static let source =
    "Kamishima et al., Fairness-aware classifier with prejudice remover regularizer, "
    + "ECML PKDD 2012"
  public static let options = [
    MethodOption(
      "eta", .number(0...Double.greatestFiniteMagnitude), default: .number(1),
      "factor of the prejudice index in the sum form"),
    MethodOption(
      "per_group", .flag, default: .flag(true),
      "coefficients of its own for each group, as published; predicting then needs the group"),
    MethodOption(
      "l2", .number(0...Double.greatestFiniteMagnitude), default: .number(1),
      "factor of ½‖w‖² beside the summed loss"),
    LearnerOptions.tolerance, LearnerOptions.iterations,
  ]
  public static let dial = "eta"
  public static let dialSettings: [Double] = [0, 0.1, 0.3, 1, 3, 5, 10, 15, 20, 30, 50, 100]

  public static func fit<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ request: FitRequest
  ) throws -> TrainedModel {
    try frontier(rows, settings: [request.options.number("eta") ?? 0], request)[0]
  }

  public static func frontier<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, settings: [Double], _ request: FitRequest
  ) throws -> [TrainedModel] {
    var options = request.options
    let problem = rows.problem
    let learner = LearnerOptions.learner(
      request, options: &options, totalWeight: problem.cells.totalWeight)
    let perGroup = options.flag("per_group")
    let remover = PrejudiceRemover(eta: 0, perGroup: perGroup, base: learner)
    return zip(settings, remover.path(problem, etas: settings)).map { eta, fit in
      var options = options
      options.resolve("eta", .number(eta))
      var report = fit.report
      report.seed = request.seed
      return TrainedModel(
        method: name, options: options.values, encoder: rows.data.encoder,
        predictor: perGroup ? grouped(fit, problem) : fit.model, report: report)
    }
  }

  private static func grouped<Scalar: KernelScalar>(
    _ fit: LinearFit, _ problem: PenalizedLogisticRegression.Problem<Scalar>
  ) -> GroupedLinearModel {
    let cells = problem.cells, width = fit.theta.count / cells.groups.count
    return GroupedLinearModel(
      attributes: cells.attributes.map(\.attribute), groups: cells.groups.names,
      models: (0..<cells.groups.count).map {
        LinearModel(theta: Array(fit.theta[$0 * width..<($0 + 1) * width]))
      })
  }
}
