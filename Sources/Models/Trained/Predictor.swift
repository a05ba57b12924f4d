import Datasets
import LinearAlgebra

/// What a predictor is made of: its kind, a JSON text of what is not a number, and its numbers.
public struct PredictorState: Sendable, Equatable {
  public var kind: String
  /// A JSON object.
  public var configuration: String
  public var tensors: [NamedTensor]

  public init(kind: String, configuration: String = "{}", tensors: [NamedTensor]) {
    self.kind = kind
    self.configuration = configuration
    self.tensors = tensors
  }

  public func tensor(_ name: String) throws(PredictorError) -> NamedTensor {
    guard let found = tensors.first(where: { $0.name == name }) else {
      throw .missingTensor(name, kind: kind)
    }
    return found
  }
}

/// A stored predictor that cannot be used.
public enum PredictorError: UserError, Equatable, CustomStringConvertible {
  case unknownKind(String)
  case missingTensor(String, kind: String)
  case badConfiguration(kind: String, detail: String)
  case unknownGroup(attribute: String, group: String, known: [String])
  case missingAttribute(String)

  public var blame: Blame { .data }

  public var culprit: String {
    switch self {
    case .unknownGroup(let attribute, _, _): attribute
    case .missingAttribute(let name): name
    default: ""
    }
  }

  public var description: String {
    switch self {
    case .unknownKind(let kind): "this version knows no predictor of kind '\(kind)'"
    case .missingTensor(let name, let kind): "a '\(kind)' predictor without its tensor '\(name)'"
    case .badConfiguration(let kind, let detail): "a '\(kind)' predictor: \(detail)"
    case .unknownGroup(let attribute, let group, let known):
      "the model has no group '\(group)' of '\(attribute)'; it knows "
        + known.joined(separator: ", ")
    case .missingAttribute(let name): "the model needs the column '\(name)' to predict"
    }
  }
}

/// A fitted model: scores and probabilities for rows that its encoder encoded.
public protocol Predictor: Sendable {
  /// The name of this kind in model files.
  static var kind: String { get }

  /// Whether predictions need the rows' sensitive attributes.
  var needsAttributes: Bool { get }
  /// Whether scores are numbers in the units of what was learnt, and nothing is decided.
  var predictsNumbers: Bool { get }
  var state: PredictorState { get }
  /// How many columns the features must have; nil when the predictor reads no features.
  var featureColumns: Int? { get }
  /// Whether a probability at least a threshold of the caller's is a positive decision; else
  /// probabilities are the chances of one.
  var decidesByThreshold: Bool { get }
  /// Columns that predictions read as plain numbers.
  var plainColumns: [String] { get }

  init(_ state: PredictorState) throws

  /// The score z of each row, shape `(n)`, such that the probability rises with it.
  func scores<Scalar: KernelScalar>(_ data: Dataset<Scalar>, pool: WorkerPool) throws -> [Double]
  /// The probability of the positive label of each row, shape `(n)`.
  func probabilities<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, pool: WorkerPool
  ) throws -> [Double]
  /// The probabilities of the positive label on which the rows' decisions rest, shape `(n)`: what
  /// areas, calibration and losses are measured on. Of a mixture that draws, the chances of a
  /// positive decision.
  ///
  /// - Parameter probabilities: the rows' own, as ``probabilities(_:pool:)`` gives them.
  func ranking<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, probabilities: [Double], pool: WorkerPool
  ) throws -> [Double]
  /// Marks the rows that get what all rows together would, because their group is unknown or has no
  /// rule of its own; nil where there are none.
  func pooledRows<Scalar: KernelScalar>(_ data: Dataset<Scalar>) throws -> [Bool]?
  /// The decision for each row, 0 or 1, shape `(n)`, from its probabilities.
  ///
  /// - Parameter threshold: a probability at least this is positive, for predictors that have no
  ///   thresholds of their own.
  func decisions<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, probabilities: [Double], threshold: Double
  ) throws -> [UInt8]
  /// The decisions that a row may get, each with its probability: one entry unless decisions are
  /// drawn. Expected rates are sums over the entries.
  func decisionMixture<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, probabilities: [Double], threshold: Double
  ) throws -> [(weight: Double, decisions: [UInt8])]
}

extension Predictor {
  public var needsAttributes: Bool { false }
  public var predictsNumbers: Bool { false }
  public var featureColumns: Int? { nil }
  public var decidesByThreshold: Bool { true }
  public var plainColumns: [String] { [] }

  public func pooledRows<Scalar: KernelScalar>(_ data: Dataset<Scalar>) throws -> [Bool]? { nil }

  public func ranking<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, probabilities: [Double], pool: WorkerPool
  ) throws -> [Double] {
    probabilities
  }

  public func decisions<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, probabilities: [Double], threshold: Double
  ) throws -> [UInt8] {
    probabilities.map { $0 >= threshold ? 1 : 0 }
  }

  public func decisionMixture<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, probabilities: [Double], threshold: Double
  ) throws -> [(weight: Double, decisions: [UInt8])] {
    [(1, try decisions(data, probabilities: probabilities, threshold: threshold))]
  }
}

/// Every kind of predictor that a model file may hold: one line each.
public struct PredictorKinds: Sendable {
  public let kinds: [any Predictor.Type]

  public init(_ kinds: [any Predictor.Type]) { self.kinds = kinds }

  /// The kinds of this room; mitigations add their own.
  public static let models: [any Predictor.Type] = [
    LinearModel.self,
    GroupedLinearModel.self,
    RandomizedLinearClassifier.self,
    AveragedLinearModel.self,
    NeuralNetwork.self,
    ScoreColumn.self,
  ]

  public func restore(_ state: PredictorState) throws -> any Predictor {
    guard let kind = kinds.first(where: { $0.kind == state.kind }) else {
      throw PredictorError.unknownKind(state.kind)
    }
    return try kind.init(state)
  }
}

extension LinearModel: Predictor {
  public static var kind: String { "linear" }
  public var featureColumns: Int? { coefficients.count }

  public var state: PredictorState {
    PredictorState(
      kind: Self.kind,
      tensors: [
        NamedTensor("coefficients", shape: [coefficients.count], .float64(coefficients)),
        NamedTensor("intercept", shape: [1], .float64([intercept])),
      ])
  }

  public init(_ state: PredictorState) throws {
    let intercept = try state.tensor("intercept").doubles
    guard intercept.count == 1 else {
      throw PredictorError.badConfiguration(kind: Self.kind, detail: "one intercept is needed")
    }
    self.init(
      coefficients: try state.tensor("coefficients").doubles, intercept: intercept[0])
  }

  public func scores<Scalar: KernelScalar>(_ data: Dataset<Scalar>, pool: WorkerPool) -> [Double] {
    scores(data.features, pool: pool)
  }

  public func probabilities<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, pool: WorkerPool
  ) -> [Double] {
    probabilities(data.features, pool: pool)
  }
}
