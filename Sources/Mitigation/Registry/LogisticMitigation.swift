import Datasets
import LinearAlgebra
import Models

/// Plain logistic regression: what every mitigation is compared with.
public enum LogisticMitigation: Mitigation {
  public static let name = "logistic"
  public static let family = MitigationFamily.baseline
  public static let summary = "Logistic regression without any mitigation."
  public static let source = "Cox, The regression analysis of binary sequences, JRSS B 1958"
  public static let options =
    LearnerOptions.all + [
      LearnerOptions.intercept,
      MethodOption(
        "l1", .number(0...Double.greatestFiniteMagnitude), default: .number(0),
        "factor of ‖w‖₁ beside the mean loss"),
    ]
  public static let needsGroups = false
  public static let provesFiniteFeatures = true

  public static func fit<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ request: FitRequest
  ) throws -> TrainedModel {
    var options = request.options
    let learner = LearnerOptions.learner(
      request, options: &options, totalWeight: rows.totalWeight)
    var fit = learner.fit(rows.scoreRows)
    fit.report.seed = request.seed
    return TrainedModel(
      method: name, options: options.values, encoder: rows.data.encoder, predictor: fit.model,
      report: fit.report)
  }
}
