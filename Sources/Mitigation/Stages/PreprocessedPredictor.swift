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

  /// Before the names of the base predictor's tensors: stages may be stacked.
  private static let basePrefix = "base."
  private static let transformPrefix = "transform."

  public var needsAttributes: Bool { transform.needsAttributes || base.needsAttributes }
  public var decidesByThreshold: Bool { base.decidesByThreshold }
  public var plainColumns: [String] { base.plainColumns }

  public func pooledRows<Scalar: KernelScalar>(_ data: Dataset<Scalar>) throws -> [Bool]? {
    try base.pooledRows(data)
  }

  public var state: PredictorState {
    let inner = base.state
    return PredictorState(
      kind: Self.kind,
      configuration: StoredJSON.text(
        Configuration(
          transform: type(of: transform).kind, transformState: StoredJSON.text(transform),
          base: NestedPredictor(inner))),
      tensors: transform.tensors.map { $0.named(Self.transformPrefix + $0.name) }
        + inner.tensors.map { $0.named(Self.basePrefix + $0.name) })
  }

  public init(_ state: PredictorState) throws {
    let stored: Configuration = try StoredJSON.value(state.configuration, kind: Self.kind)
    func part(_ prefix: String) -> [NamedTensor] {
      state.tensors.filter { $0.name.hasPrefix(prefix) }.map {
        $0.named(String($0.name.dropFirst(prefix.count)))
      }
    }
    self.init(
      transform: try Preprocessors.transform(
        kind: stored.transform, json: stored.transformState,
        tensors: part(Self.transformPrefix)),
      base: try stored.base.restored(tensors: part(Self.basePrefix)))
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

  public func ranking<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, probabilities: [Double], pool: WorkerPool
  ) throws -> [Double] {
    try base.ranking(
      try transform.applied(to: data, pool: pool), probabilities: probabilities, pool: pool)
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
