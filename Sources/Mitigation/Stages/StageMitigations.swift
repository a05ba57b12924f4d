import Datasets
import LinearAlgebra
import Models

/// A preprocessor followed by logistic regression, as a method like any other.
public enum PreprocessedMitigation<Method: Preprocessor>: Mitigation {
  public static var name: String { Method.name }
  public static var family: MitigationFamily { Method.family }
  public static var summary: String { Method.summary }
  public static var source: String { Method.source }
  public static var options: [MethodOption] { Method.options + LearnerSettings.listed }
  public static var needsGroups: Bool { Method.needsGroups }
  public static var attributeUse: Set<AttributeUse> { Method.attributeUse }

  public static func fit<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ request: FitRequest
  ) throws -> TrainedModel {
    let staged = StagedFit(
      preprocessing: [Stage(Method.self, request.options)],
      method: Stage(Logistic.self, request.options))
    let result = try staged.fit(rows, request)
    var model = result.model
    model.method = name
    model.options = request.options.values
      .merging(result.preprocessing[0].options.values) { $1 }
      .merging(model.options.filter { LearnerSettings.names.contains($0.key) }) { $1 }
    let stage = result.preprocessing[0].report
    model.report.status = model.report.status.worse(of: stage.status)
    let reasons = [stage.stopReason, model.report.stopReason].compactMap(\.self)
    model.report.stopReason = reasons.isEmpty ? nil : reasons.joined(separator: "; ")
    model.report.passes += stage.passes
    model.report.seconds += stage.seconds
    return model
  }
}

/// Logistic regression followed by a postprocessor, as a method like any other.
public enum PostprocessedMitigation<Method: Postprocessor>: Mitigation {
  public static var name: String { Method.name }
  public static var family: MitigationFamily { Method.family }
  public static var summary: String { Method.summary }
  public static var source: String { Method.source }
  public static var options: [MethodOption] {
    Method.options + RuleSettings.listed
      + (Method.usualLeastGroup == nil ? [] : LeastGroupSettings.listed) + LearnerSettings.listed
  }
  public static var needsGroups: Bool { Method.needsGroups }
  public static var attributeUse: Set<AttributeUse> { Method.attributeUse }
  public static func takesUnknown(_ policy: UnknownGroups) -> Bool { true }

  public static func fit<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ request: FitRequest
  ) throws -> TrainedModel {
    try fits(rows, [request.options], request)[0]
  }

  /// One model for each set of options of the rule, all on the same logistic regression.
  static func fits<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ settings: [MethodOptions], _ request: FitRequest
  ) throws -> [TrainedModel] {
    let stage = RuleSettings(checked: request.options)
    var least = LeastGroupSettings(checked: request.options)
    least.leastGroup = least.leastGroup ?? Method.usualLeastGroup
    let staged = StagedFit(
      method: Stage(Logistic.self, request.options), holdout: stage.holdout,
      unseenGroup: stage.unseenGroup, groups: stage.groups, leastGroup: least.leastGroup)
    let clock = ContinuousClock()
    let parts = try staged.split(rows, seed: request.seed)
    let base = try Logistic.fit(parts.fitted, request)
    let groupModel = try staged.groupModel(parts.fitted, pool: request.pool)
    let scored = try ScoredRows(
      base, parts.scored,
      attributes: groupModel.map { [$0.inferred(parts.scored, pool: request.pool)] },
      pool: request.pool)
    return try settings.map { options in
      let began = clock.now
      let (rule, fit) = try GroupedRule.fit(
        Method.self, scored, staged.policy, request.with(options))
      var model = base
      model.predictor = PostprocessedPredictor(
        base: base.predictor, rule: rule, groupModel: groupModel, key: request.seed)
      model.method = name
      model.options = fit.options.values
        .merging(stage.optionValues.values) { $1 }
        .merging(least.optionValues.values) { $1 }
        .merging(base.options.filter { LearnerSettings.names.contains($0.key) }) { $1 }
      model.report = fit.report
      model.report.status = base.report.status.worse(of: fit.report.status)
      model.report.passes = base.report.passes
      model.report.seconds =
        base.report.seconds / Double(settings.count) + (clock.now - began) / .seconds(1)
      return model
    }
  }
}

/// The same for a postprocessor with a dial: one logistic regression serves all its settings.
public enum PostprocessedFrontier<Method: FrontierPostprocessor>: FrontierMitigation {
  typealias Plain = PostprocessedMitigation<Method>

  public static var name: String { Method.name }
  public static var family: MitigationFamily { Method.family }
  public static var summary: String { Method.summary }
  public static var source: String { Method.source }
  public static var options: [MethodOption] { Plain.options }
  public static var needsGroups: Bool { Method.needsGroups }
  public static var attributeUse: Set<AttributeUse> { Method.attributeUse }
  public static var dial: String { Method.dial }
  public static var dialSettings: [Double] { Method.dialSettings }
  public static func takesUnknown(_ policy: UnknownGroups) -> Bool { true }

  public static func fit<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ request: FitRequest
  ) throws -> TrainedModel {
    try Plain.fit(rows, request)
  }

  public static func frontier<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, settings: [Double], _ request: FitRequest
  ) throws -> [TrainedModel] {
    try Plain.fits(
      rows,
      settings.map { setting in
        var options = request.options
        options.resolve(dial, .number(setting))
        return options
      }, request)
  }
}

extension Preprocessors {
  /// Each with logistic regression after it.
  static var mitigations: [any Mitigation.Type] {
    func adapted<Method: Preprocessor>(_ method: Method.Type) -> any Mitigation.Type {
      PreprocessedMitigation<Method>.self
    }
    return all.map { adapted($0) }
  }
}

extension Postprocessors {
  /// Each with logistic regression before it.
  static var mitigations: [any Mitigation.Type] {
    func adapted<Method: Postprocessor>(_ method: Method.Type) -> any Mitigation.Type {
      PostprocessedMitigation<Method>.self
    }
    func withDial<Method: FrontierPostprocessor>(_ method: Method.Type) -> any Mitigation.Type {
      PostprocessedFrontier<Method>.self
    }
    return all.map { method in
      (method as? any FrontierPostprocessor.Type).map { withDial($0) } ?? adapted(method)
    }
  }
}
