import Datasets
import LinearAlgebra
import Models
import Optimization

/// A predictor trained against an adversary that reads a sensitive attribute off its predictions.
///
/// Predictor W and adversary U step at once, from gradients at the same point:
///
///     W along −(g_P − proj_{g_A} g_P − α·g_A),  g_P = ∇_W L_P,  g_A = ∇_W L_A
///     U along −∇_U L_A, or for a linear adversary along a share of its Newton step
///
/// 1. Some epochs without the adversary's say: both players learn.
/// 2. α grows from 0 to the strength, then stays. After each epoch both are measured on the rows
///    trained on and on validation rows. A collapse (validation AUC below 0.6, or one prediction for
///    all) halves α and goes back to the last sound iterate; a step that is not finite halves the
///    learning rate and does the same. With a target gap, α is driven to it.
/// 3. The iterates of the last epochs and their average are kept; validation rows choose.
///
/// Zhang, Lemoine and Mitchell, *Mitigating unwanted biases with adversarial learning*, AIES 2018.
public struct AdversarialGame<Scalar: KernelScalar>: Sendable {
  /// What a game has come to.
  public struct Outcome: Sendable {
    public var network: NeuralNetwork
    public var status: FitStatus
    public var history: [GameEpoch]
    /// What the chosen iterate measures on the rows trained on and on the validation rows.
    public var train: GameMeasure
    public var validation: GameMeasure
    /// The strength at the end: less than asked for after a collapse, or what the target needed.
    public var strength: Double
    /// The predictor's parameters before a threshold was chosen: where a neighbour starts.
    public var parameters: [Double]
    /// Mean loss of the predictor in the last epoch.
    public var loss: Double
    /// How often a collapse or a step that was not finite sent the game back.
    public var restarts: Int
  }

  public let rows: NetworkRows<Scalar>
  /// The groups behind `rows.attributes`, whose gaps are measured.
  public let groups: [GroupIndex]
  public let head: OutputHead
  /// What the adversary predicts: a head for each of `rows.attributes`.
  public let attributeHeads: [OutputHead]
  public let pool: WorkerPool
  public var shouldStop: @Sendable () -> Bool = { false }
  public var progress: @Sendable (Double, GameEpoch) -> Void = { _, _ in }
  public var checkpoint: GameCheckpoint?
  /// A text that tells this game from others in checkpoints.
  public var identity = ""

  public init(
    rows: NetworkRows<Scalar>, groups: [GroupIndex], head: OutputHead = .binary,
    attributeHeads: [OutputHead], pool: WorkerPool = .default
  ) {
    precondition(attributeHeads.count == rows.attributes.count, "a head for each attribute")
    // A constant attribute tells an adversary nothing.
    let used = rows.attributes.indices.filter { a in
      let values = rows.attributes[a]
      return (0..<values.count).contains { values[$0] != values[0] }
    }
    self.rows = NetworkRows(
      features: rows.features, targets: rows.targets, weights: rows.weights,
      attributes: used.map { rows.attributes[$0] })
    self.groups = groups
    self.head = head
    self.attributeHeads = used.map { attributeHeads[$0] }
    self.pool = pool
  }

  /// Plays one game.
  ///
  /// - Parameter start: the predictor's parameters to start from, without pre-training; nil for
  ///   fresh ones.
  public func play(_ settings: AdversarialSettings, from start: [Double]? = nil) throws -> Outcome {
    try pool.withTeam { team in
      let run = GameRun(self, settings, team: team, start: start)
      return try run.play()
    }
  }

  /// The numbers of rows to train on and of validation rows: the same share of each cell.
  func parts(_ settings: AdversarialSettings) -> (fit: [UInt32], validation: [UInt32]) {
    let chosen = Split.testRows(
      cells: cells, fraction: settings.validation, seed: settings.seed)
    let all = 0..<UInt32(rows.count)
    let validation = all.filter { chosen[Int($0)] }
    // A handful of rows decides nothing: then everything is trained on and measured.
    guard validation.count >= Self.fewestValidationRows else { return (Array(all), Array(all)) }
    return (all.filter { !chosen[Int($0)] }, validation)
  }

  static var fewestValidationRows: Int { 20 }

  /// The cell of each row: its joint group and, for labels that are classes, its label.
  var cells: [UInt16] {
    let labels: Int =
      switch head {
      case .binary: 2
      case .classes(let count): count
      case .continuous: 1
      }
    let joint =
      groups.isEmpty
      ? GroupIndex(attribute: "", codes: Buffer(zeroed: rows.count), names: ["all"])
      : GroupIndex.cross(groups)
    return (0..<rows.count).map { i in
      let label = labels > 1 ? Int(rows.targets[i]) : 0
      return UInt16(min(joint[i] * labels + label, Int(UInt16.max)))
    }
  }
}
