import Criteria
import Datasets
import LinearAlgebra
import Models

/// Logistic regression with a fairness penalty.
public enum PenalizedMitigation: FrontierMitigation {
  public static let name = "penalized"
  public static let family = MitigationFamily.inProcessing
  public static let summary =
    "Logistic regression with a penalty on the differences between groups."
  public static let source =
    "Bechavod and Ligett, Penalizing unfairness in binary classification, 2017; "
    + "Zafar et al., Fairness constraints, AISTATS 2017"
  public static let options =
    [
      MethodOption.criterion(
        Criterion.ofPredictions, others: Penalties.others.map(\.name),
        default: .demographicParity, formerName: "penalty", synonyms: linearNames,
        "what is made alike between groups"),
      MethodOption(
        formName, .choice(GroupMeansPenalty.Form.allCases.map(\.rawValue)),
        default: .text(GroupMeansPenalty.Form.probability.rawValue),
        "whose group means a criterion of rates compares: the probability, or the linear score, "
          + "which makes the penalty convex"),
      MethodOption(
        "strength", .number(0...Double.greatestFiniteMagnitude), default: .number(10),
        "factor of the penalty beside the mean loss"),
      MethodOption(
        "target_gap", .number(0...1), default: nil,
        "search the strength instead: largest allowed difference in selection rates at 0.5 on the "
          + "training rows, of the first attribute"),
    ] + LearnerOptions.all + [LearnerOptions.intercept]
  public static func labelsNeeded(_ options: MethodOptions) -> Set<Int> {
    penalty(options).comparedLabels
  }
  public static func disparity(_ options: MethodOptions) -> String {
    penalty(options).criterion.disparity
  }
  public static let dial = "strength"
  public static let dialSettings: [Double] = [
    0, 0.1, 0.2, 0.5, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 50, 75, 100,
  ]

  public static func fit<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ request: FitRequest
  ) throws -> TrainedModel {
    guard let gap = request.options.number("target_gap") else {
      return try frontier(
        rows, settings: [request.options.number("strength") ?? 0], request)[0]
    }
    var options = request.options
    let problem = rows.problem
    let found = regression(request, &options, problem).fit(problem, targetGap: gap)
    options.resolve("strength", .number(found.strength))
    return model(found.fit, rows.data, options, request)
  }

  public static func frontier<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, settings: [Double], _ request: FitRequest
  ) throws -> [TrainedModel] {
    var options = request.options
    let problem = rows.problem
    let fits = regression(request, &options, problem).path(problem, strengths: settings)
    return zip(settings, fits).map { strength, fit in
      var options = options
      options.resolve(dial, .number(strength))
      return model(fit, rows.data, options, request)
    }
  }

  /// F and ∂F/∂θ at a point, for the penalty, the strength and the l2 of the options, without a fit.
  ///
  /// - Parameter theta: (w, b), shape `(columns + 1)`.
  public static func objective<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ request: FitRequest, at theta: [Double]
  ) -> (value: Double, gradient: [Double]) {
    var options = request.options
    let problem = rows.problem
    let objective = regression(request, &options, problem).objective(
      problem, strength: options.number("strength") ?? 0)
    var gradient: [Double] = []
    let value = objective.evaluate(at: theta, gradient: &gradient)
    return (value, gradient)
  }

  private static func regression<Scalar: KernelScalar>(
    _ request: FitRequest, _ options: inout MethodOptions,
    _ problem: PenalizedLogisticRegression.Problem<Scalar>
  ) -> PenalizedLogisticRegression {
    let learner = LearnerOptions.learner(
      request, options: &options, totalWeight: problem.cells.totalWeight)
    return PenalizedLogisticRegression(penalty: penalty(options), base: learner)
  }

  // MARK: - The penalty

  private static let formName = "form"

  /// `linear_equal_opportunity` and the like: a criterion with its form.
  private static let linearNames: [String: MethodOption.Synonym] = {
    let linear = GroupMeansPenalty.Form.linear.rawValue
    var names: [String: MethodOption.Synonym] = [:]
    for criterion in Criterion.ofPredictions {
      for spelling in criterion.spellings {
        names["\(linear)_\(spelling)"] = .init(
          value: criterion.name, implies: .init(option: formName, value: linear))
      }
    }
    return names
  }()

  private static func penalty(_ options: MethodOptions) -> any Penalty {
    if let criterion = options.criterion {
      guard let form = GroupMeansPenalty.Form(rawValue: options.text(formName)) else {
        preconditionFailure("the option allows names of forms only")
      }
      return GroupMeansPenalty(form, criterion)
    }
    guard let penalty = Penalties.named(options.text(MethodOption.criterionName)) else {
      preconditionFailure("the option allows names of penalties only")
    }
    return penalty
  }

  private static func model<Scalar: KernelScalar>(
    _ fit: LinearFit, _ data: Dataset<Scalar>, _ options: MethodOptions, _ request: FitRequest
  ) -> TrainedModel {
    var report = fit.report
    report.seed = request.seed
    return TrainedModel(
      method: name, options: options.values, encoder: data.encoder, predictor: fit.model,
      report: report)
  }
}
