import Datasets
import LinearAlgebra
import Optimization

/// How the adversary's gradient enters the predictor's step.
public enum PlayerCoupling: String, Codable, Sendable, CaseIterable {
  /// g_P − proj_{g_A} g_P − α·g_A over the whole vector of parameters, as in the paper.
  case projection
  /// The same for each tensor by itself, as common implementations do.
  case projectionPerTensor = "per_tensor_projection"
  /// g_P − α·g_A. Ganin et al., *Domain-adversarial training of neural networks*, JMLR 2016.
  case reversal
}

/// How the adversary learns.
public enum AdversaryRule: Sendable {
  /// Steps of a first-order method.
  case steps(any Optimizer, rate: Double)
  /// A linear adversary follows its optimum: each step solves with the running mean of its Hessian
  /// for a share `gain` of the Newton step, less where a batch has few rows of a group.
  case newton(gain: Double)
}

/// Everything that a run of the two players' steps is set up with.
public struct PlayersConfiguration: Sendable {
  public var predictor: NetworkArchitecture
  public var head: OutputHead
  /// nil trains the predictor alone.
  public var adversary: AdversaryDesign?
  public var coupling: PlayerCoupling
  public var predictorRule: any Optimizer
  public var adversaryRule: AdversaryRule
  public var weightDecay: Double
  /// The largest norm of a step's direction; nil for no limit.
  public var clip: Double?
  public var start: NetworkStart
  /// Most rows in a batch.
  public var batchRows: Int
  public var seed: UInt64

  public init(
    predictor: NetworkArchitecture, head: OutputHead = .binary, adversary: AdversaryDesign?,
    coupling: PlayerCoupling = .projection, predictorRule: any Optimizer = Adam(),
    adversaryRule: AdversaryRule = .steps(Adam(), rate: 1e-3), weightDecay: Double = 0,
    clip: Double? = nil, start: NetworkStart = .xavier, batchRows: Int = 1024, seed: UInt64 = 0
  ) {
    precondition(batchRows >= 1, "a batch has rows")
    self.predictor = predictor
    self.head = head
    self.adversary = adversary
    self.coupling = coupling
    self.predictorRule = predictorRule
    self.adversaryRule = adversaryRule
    self.weightDecay = weightDecay
    self.clip = clip
    self.start = start
    self.batchRows = batchRows
    self.seed = seed
  }
}

/// Rows that networks are trained on.
public struct NetworkRows<Scalar: KernelScalar>: Sendable {
  public let features: DesignMatrix<Scalar>
  /// Shape `(n)`: 0 or 1, a class, or a number, as the head says.
  public let targets: Buffer<Scalar>
  /// Shape `(n)`, at least 0; nil means 1 for each row.
  public let weights: Buffer<Scalar>?
  /// For each sensitive attribute, shape `(n)`: a group's number or a value.
  public let attributes: [Buffer<Scalar>]

  public var count: Int { features.rows }

  public init(
    features: DesignMatrix<Scalar>, targets: Buffer<Scalar>, weights: Buffer<Scalar>? = nil,
    attributes: [Buffer<Scalar>] = []
  ) {
    let n = features.rows
    precondition(targets.count == n, "a target for each row")
    precondition(weights == nil || weights!.count == n, "a weight for each row")
    precondition(attributes.allSatisfy { $0.count == n }, "an attribute for each row")
    self.features = features
    self.targets = targets
    self.weights = weights
    self.attributes = attributes
  }
}

/// What a step has measured, before it changed anything.
public struct PlayersStep: Sendable, Equatable {
  /// Mean losses over the batch; nil where its rows have no weight, or there is no adversary.
  public var predictorLoss: Double?
  public var adversaryLoss: Double?
  /// False when a number was not finite: nothing was changed then.
  public var isFinite = true
}
