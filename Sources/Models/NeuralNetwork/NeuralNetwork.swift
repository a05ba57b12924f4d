import Datasets
import Essentials
import LinearAlgebra

/// A trained feed-forward network.
public struct NeuralNetwork: Predictor, Equatable {
  public static let kind = "neural-network"
  private static let tensorName = "parameters"

  public let architecture: NetworkArchitecture
  public let head: OutputHead
  /// The flat vector that `NetworkLayout` describes, in the precision of the training.
  public let parameters: NamedTensor.Numbers

  public init(
    architecture: NetworkArchitecture, head: OutputHead, parameters: NamedTensor.Numbers
  ) {
    self.architecture = architecture
    self.head = head
    self.parameters = parameters
  }

  public init<Scalar: KernelScalar>(
    architecture: NetworkArchitecture, head: OutputHead, parameters: Buffer<Scalar>
  ) {
    let numbers: NamedTensor.Numbers =
      Scalar.self == Float.self
      ? .float32((0..<parameters.count).map { Float(parameters.pointer[$0]) })
      : .float64((0..<parameters.count).map { Double(parameters.pointer[$0]) })
    self.init(architecture: architecture, head: head, parameters: numbers)
  }

  private struct Configuration: Codable {
    var architecture: NetworkArchitecture
    var head: OutputHead
  }

  /// The tensors by name, each with its shape.
  public var state: PredictorState {
    let tensors = NetworkLayout(architecture).tensors.map { tensor in
      switch parameters {
      case .float32(let values):
        NamedTensor(tensor.name, shape: tensor.shape, .float32(Array(values[tensor.range])))
      case .float64(let values):
        NamedTensor(tensor.name, shape: tensor.shape, .float64(Array(values[tensor.range])))
      }
    }
    return PredictorState(
      kind: Self.kind,
      configuration: StoredJSON.text(Configuration(architecture: architecture, head: head)),
      tensors: tensors)
  }

  public init(_ state: PredictorState) throws {
    let stored: Configuration = try StoredJSON.value(state.configuration, kind: Self.kind)
    func bad(_ detail: String) -> PredictorError {
      .badConfiguration(kind: Self.kind, detail: detail)
    }
    let sizes =
      stored.architecture.hidden + stored.architecture.levels + [stored.architecture.outputs]
    guard stored.architecture.denseInputs >= 0, sizes.allSatisfy({ $0 >= 1 && $0 < 1 << 31 }),
      (0..<1).contains(stored.architecture.dropout),
      stored.head.outputs == stored.architecture.outputs
    else { throw bad("an architecture that cannot be") }
    let layout = NetworkLayout(stored.architecture)
    var doubles = [Double](repeating: 0, count: layout.count), isFloat = false
    for wanted in layout.tensors {
      let tensor = try state.tensor(wanted.name)
      guard tensor.shape == wanted.shape else {
        throw bad("tensor '\(wanted.name)' of shape \(tensor.shape), not \(wanted.shape)")
      }
      if tensor.type == .float32 { isFloat = true }
      doubles.replaceSubrange(wanted.range, with: tensor.doubles)
    }
    guard doubles.allSatisfy(\.isFinite) else { throw bad("a number that is not finite") }
    self.init(
      architecture: stored.architecture, head: stored.head,
      parameters: isFloat ? .float32(doubles.map(Float.init)) : .float64(doubles))
  }

  public var predictsNumbers: Bool { head == .continuous }

  /// The network whose output is `factor`·z + `shift`, for one that predicts numbers.
  public func rescaled(by factor: Double, shiftedBy shift: Double) -> NeuralNetwork {
    precondition(head == .continuous, "classes have no units")
    let last = architecture.layerCount - 1
    var values = parameters.doubles
    for tensor in NetworkLayout(architecture).tensors {
      switch tensor.name {
      case "layer\(last).bias": for i in tensor.range { values[i] = values[i] * factor + shift }
      case "layer\(last).weight": for i in tensor.range { values[i] *= factor }
      // The levels of categorical columns enter the first layer, which may be the last.
      case "levels.weight" where last == 0: for i in tensor.range { values[i] *= factor }
      default: continue
      }
    }
    guard case .float32 = parameters else {
      return NeuralNetwork(architecture: architecture, head: head, parameters: .float64(values))
    }
    return NeuralNetwork(
      architecture: architecture, head: head, parameters: .float32(values.map(Float.init)))
  }

  /// Outputs z for rows of a design matrix, shape `(n, outputs)`.
  public func outputs<Scalar: KernelScalar>(
    _ features: DesignMatrix<Scalar>, pool: WorkerPool
  ) -> Buffer<Scalar> {
    precondition(architecture.matches(features), "features that the network was trained on")
    let numbers: Buffer<Scalar> =
      switch parameters {
      case .float32(let values): Buffer(values.map { Scalar($0) })
      case .float64(let values): Buffer(values.map { Scalar($0) })
      }
    return pool.withTeam { team in
      NetworkEvaluation(NetworkPass(architecture, parameters: numbers), threads: team.size)
        .outputs(features, team: team)
    }
  }

  /// z; for several classes the log-odds of the last one.
  public func scores<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, pool: WorkerPool
  ) throws -> [Double] {
    guard architecture.matches(data.features) else {
      throw PredictorError.badConfiguration(
        kind: Self.kind, detail: "rows with other columns than it was trained on")
    }
    let z = outputs(data.features, pool: pool), width = architecture.outputs
    return (0..<data.rows).map { i in
      let row = (0..<width).map { Double(z.pointer[i * width + $0]) }
      guard width > 1 else { return row[0] }
      let most = row.dropLast().max()!
      let others = row.dropLast().reduce(0) { $0 + exp($1 - most) }
      return row[width - 1] - most - log(others)
    }
  }

  public func probabilities<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, pool: WorkerPool
  ) throws -> [Double] {
    try scores(data, pool: pool).map { z in
      predictsNumbers ? z : (z < 0 ? exp(z) / (1 + exp(z)) : 1 / (1 + exp(-z)))
    }
  }
}
