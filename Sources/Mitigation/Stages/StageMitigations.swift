import Datasets
import LinearAlgebra
import Models

/// A preprocessor followed by logistic regression, as a method like any other.
public enum PreprocessedMitigation<Method: Preprocessor>: Mitigation {
  public static var name: String { Method.name }
  public static var family: MitigationFamily { Method.family }
  public static var summary: String { Method.summary }
  public static var source: String { Method.source }
  public static var options: [MethodOption] { Method.options + LearnerOptions.all }
  public static var needsGroups: Bool { Method.needsGroups }

  public static func fit<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, _ request: FitRequest
  ) throws -> TrainedModel {
    let staged = StagedFit(
      preprocessing: [Stage(Method.self, request.options)],
      method: Stage(LogisticMitigation.self, request.options))
    let result = try staged.fit(data, request)
    var model = result.model
    model.method = name
    model.options = request.options.values
      .merging(result.preprocessing[0].options.values) { $1 }
      .merging(model.options.filter { LearnerOptions.names.contains($0.key) }) { $1 }
    model.report.status = model.report.status.worse(of: result.preprocessing[0].report.status)
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
    Method.options + StageOptions.postprocessing + LearnerOptions.all
  }
  public static var needsGroups: Bool { Method.needsGroups }

  public static func fit<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, _ request: FitRequest
  ) throws -> TrainedModel {
    let unseen = UnseenGroupPolicy(rawValue: request.options.text("unseen_group")) ?? .error
    let staged = StagedFit(
      method: Stage(LogisticMitigation.self, request.options),
      postprocessing: [Stage(Method.self, request.options)],
      holdout: request.options.number("holdout") ?? 0, unseenGroup: unseen)
    let result = try staged.fit(data, request)
    var model = result.model
    model.method = name
    model.options = request.options.values
      .merging(result.postprocessing[0].options.values) { $1 }
      .merging(model.options.filter { LearnerOptions.names.contains($0.key) }) { $1 }
    model.report.status = model.report.status.worse(of: result.postprocessing[0].report.status)
    return model
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
    return all.map { adapted($0) }
  }
}
