import Criteria
import Datasets
import Essentials
import LinearAlgebra
import Models
import RowSums

/// Logistic regression with a fairness penalty.
public struct Penalized: SourceFrontierMitigation {
  public static let name = "penalized"
  public static let family = MitigationFamily.inProcessing
  public static let summary =
    "Fits logistic regression with a penalty on differences between groups."
  public static let source =
    "Bechavod and Ligett, Penalizing unfairness in binary classification, 2017; "
    + "Zafar et al., Fairness constraints, AISTATS 2017"
  /// What is made alike between groups, of ``Criterion/ofPredictions``.
  public var criterion = Criterion.demographicParity
  /// A penalty of a shape of its own, in place of the criterion's: one of ``Penalties/others``.
  public var penalty: (any Penalty)?
  /// Whose group means the criterion's penalty compares.
  public var form = GroupMeansPenalty.Form.probability
  /// Factor of the penalty beside the mean loss.
  public var strength = 10.0
  /// Searches the strength instead: the largest allowed difference in selection rates at 0.5 on the
  /// training rows, of the first attribute.
  public var targetGap: Double?
  /// A group of fewer rows is not bound; nil: every group is.
  public var leastGroup: Int?
  public var learner = LearnerSettings()

  public init() {}

  public init(
    criterion: Criterion = Penalized().criterion, form: GroupMeansPenalty.Form = Penalized().form,
    strength: Double = Penalized().strength, targetGap: Double? = nil, l2: Double? = nil
  ) {
    self.criterion = criterion
    self.form = form
    self.strength = strength
    self.targetGap = targetGap
    learner.l2 = l2
  }

  public static let table: [OptionRecord<Penalized>] =
    [
      criterionRecord,
      .choice(
        formName, \.form,
        "whose group means a criterion of rates compares: the probability, or the linear score, "
          + "which makes the penalty convex"),
      .number(
        dial, \.strength, in: 0...Double.greatestFiniteMagnitude,
        "factor of the penalty beside the mean loss"),
      OptionRecord<Penalized>.number(
        "target_gap", \.targetGap, in: 0...1,
        "search the strength instead: largest allowed difference in selection rates at 0.5 on the "
          + "training rows, of the first attribute"
      ).excluding(dial),
      .leastGroup(\.leastGroup),
    ] + LearnerSettings.table(in: \.learner, withIntercept: true)

  private static let criterionRecord: OptionRecord<Penalized> = {
    let name = MethodOption.criterionName
    let kind = OptionKind.choice(
      (Criterion.ofPredictions.map(\.name)) + Penalties.others.map(\.name))
    return OptionRecord(
      name, kind, "what is equalized between groups",
      set: { method, input throws(DataError) in
        let text = try kind.text(input, name)
        if let criterion = Criterion.named(text) {
          method.criterion = criterion
          method.penalty = nil
        } else {
          method.penalty = Penalties.named(text)
        }
      }, get: { .text($0.penalty?.name ?? $0.criterion.name) }
    ).spelled(
      .criterionAliases(Criterion.ofPredictions, formerName: "penalty", synonyms: linearNames))
  }()
  public static let dial = "strength"
  public static let dialSettings: [Double] = [
    0, 0.1, 0.2, 0.5, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 50, 75, 100,
  ]

  public var labelsNeeded: Set<Int> { usedPenalty.comparedLabels }
  public var disparity: String { usedPenalty.criterion.disparity }

  /// Means of groups count alike, whatever the groups' rows.
  public static func bindsFewRows(_ options: MethodOptions) -> Bool {
    Self(options).usedPenalty.bindsFewRows
  }

  public var setting: Double { strength }

  public func fit<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ context: FitContext
  ) throws -> TrainedModel {
    try fit(source(rows, context), rows, context)
  }

  public func fit<Scalar: KernelScalar>(
    _ source: any RowSource, _ rows: FitRows<Scalar>, _ context: FitContext
  ) throws -> TrainedModel {
    guard let targetGap else {
      return try frontier(source, rows, settings: [strength], context)[0]
    }
    var fitted = self
    let cells = rows.cells(leastGroup: leastGroup ?? 0)
    let found = try fitted.regression(cells, context).fit(source, cells, targetGap: targetGap)
    fitted.strength = found.strength
    var model = fitted.model(found.fit, rows.data, context)
    if found.gap > targetGap, model.report.status == .converged {
      model.report.status = .infeasible
      model.report.stopReason =
        "no strength was found whose gap is at most \(targetGap.brief()): "
        + "the smallest is \(found.gap.brief()), of the groups that the fit binds"
    }
    return model
  }

  public func frontier<Scalar: KernelScalar>(
    _ source: any RowSource, _ rows: FitRows<Scalar>, settings: [Double], _ context: FitContext
  ) throws -> [TrainedModel] {
    var fitted = self
    let cells = rows.cells(leastGroup: leastGroup ?? 0)
    let fits = try fitted.regression(cells, context).path(source, cells, strengths: settings)
    return zip(settings, fits).map { strength, fit in
      fitted.strength = strength
      return fitted.model(fit, rows.data, context)
    }
  }

  /// F and ∂F/∂θ at a point, without a fit.
  ///
  /// - Parameter theta: (w, b), shape `(columns + 1)`.
  public func objective<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ context: FitContext, at theta: [Double]
  ) throws -> (value: Double, gradient: [Double]) {
    var fitted = self
    let problem = rows.problem(leastGroup: leastGroup ?? 0)
    let objective = fitted.regression(problem.cells, context)
      .objective(problem, strength: strength)
    var gradient: [Double] = []
    let value = try objective.evaluate(at: theta, gradient: &gradient)
    return (value, gradient)
  }

  private mutating func regression(
    _ cells: CellIndex, _ context: FitContext
  ) -> PenalizedLogisticRegression {
    PenalizedLogisticRegression(
      penalty: usedPenalty, base: learner.learner(totalWeight: cells.totalWeight, context))
  }

  // MARK: - The penalty

  private static let formName = "form"

  /// `linear_equal_opportunity` and the like: a criterion with its form.
  private static let linearNames: [String: OptionSynonym] = {
    let linear = GroupMeansPenalty.Form.linear.rawValue
    var names: [String: OptionSynonym] = [:]
    for criterion in Criterion.ofPredictions {
      for spelling in criterion.spellings {
        names["\(linear)_\(spelling)"] = .init(
          value: criterion.name, implies: .init(option: formName, value: linear))
      }
    }
    return names
  }()

  private var usedPenalty: any Penalty { penalty ?? GroupMeansPenalty(form, criterion) }

  private func model<Scalar: KernelScalar>(
    _ fit: LinearFit, _ data: Dataset<Scalar>, _ context: FitContext
  ) -> TrainedModel {
    var report = fit.report
    report.seed = context.seed
    return model(fit.model, data.encoder, report)
  }
}
