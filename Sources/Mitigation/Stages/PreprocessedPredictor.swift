import Datasets
import LinearAlgebra
import Models

/// A predictor of rows that a transform changes first.
public struct PreprocessedPredictor: Predictor {
  public static let kind = "pre-processed"

  public let transform: any Transform
  public let base: any Predictor

  public init(transform: any Transform, base: any Predictor) {
    self.transform = transform
    self.base = base
  }

  private struct Configuration: Codable {
    var transform: String
    /// JSON.
    var transformState: String
    var base: NestedPredictor
  }

  public var needsAttributes: Bool { transform.needsAttributes || base.needsAttributes }
  public var plainColumns: [String] { base.plainColumns }

  public var state: PredictorState {
    let inner = base.state
    return PredictorState(
      kind: Self.kind,
      configuration: StoredJSON.text(
        Configuration(
          transform: type(of: transform).kind, transformState: StoredJSON.text(transform),
          base: NestedPredictor(inner))),
      tensors: inner.tensors)
  }

  public init(_ state: PredictorState) throws {
    let stored: Configuration = try StoredJSON.value(state.configuration, kind: Self.kind)
    guard let kind = Preprocessors.transforms.first(where: { $0.kind == stored.transform }) else {
      throw PredictorError.badConfiguration(
        kind: Self.kind, detail: "no transform '\(stored.transform)'")
    }
    func restored<T: Transform>(_ type: T.Type) throws -> any Transform {
      let value: T = try StoredJSON.value(stored.transformState, kind: stored.transform)
      return value
    }
    self.init(
      transform: try restored(kind), base: try stored.base.restored(tensors: state.tensors))
  }

  public func scores<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, pool: WorkerPool
  ) throws -> [Double] {
    try base.scores(try transform.applied(to: data, pool: pool), pool: pool)
  }

  public func probabilities<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, pool: WorkerPool
  ) throws -> [Double] {
    try base.probabilities(try transform.applied(to: data, pool: pool), pool: pool)
  }

  public func decisions<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, probabilities: [Double], threshold: Double
  ) throws -> [UInt8] {
    try base.decisions(
      try transform.applied(to: data, pool: .default), probabilities: probabilities,
      threshold: threshold)
  }

  public func decisionMixture<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, probabilities: [Double], threshold: Double
  ) throws -> [(weight: Double, decisions: [UInt8])] {
    try base.decisionMixture(
      try transform.applied(to: data, pool: .default), probabilities: probabilities,
      threshold: threshold)
  }
}

/// A predictor's kind and configuration inside another's; its tensors stand beside the outer ones.
struct NestedPredictor: Codable {
  var kind: String
  /// JSON.
  var configuration: String

  init(_ state: PredictorState) {
    kind = state.kind
    configuration = state.configuration
  }

  func restored(tensors: [NamedTensor]) throws -> any Predictor {
    try Mitigations.predictors.restore(
      PredictorState(kind: kind, configuration: configuration, tensors: tensors))
  }
}
