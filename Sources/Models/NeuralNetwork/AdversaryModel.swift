import LinearAlgebra

/// How much each row counts in the adversary's loss.
public enum AdversaryWeighting: String, Codable, Sendable, CaseIterable {
  /// By its weight.
  case asGiven = "as_given"
  /// So that each cell of group and label (of group alone for demographic parity) counts alike: a
  /// difference in a rare cell is as wrong as one in a frequent one.
  case balanced
}

/// What the adversary minimizes.
public enum AdversaryLoss: String, Codable, Sendable, CaseIterable {
  /// The heads' own loss: minus the logarithm of the probability, or half the squared error.
  case likelihood
  /// |σ(v) − a| for binary attributes. With balanced weights this is the adversary of Madras et al.,
  /// *Learning adversarially fair and transferable representations*, ICML 2018, section 4.
  case absolute
}

/// What the adversary predicts: a head for each sensitive attribute.
public struct AdversaryDesign: Codable, Sendable, Equatable {
  public var heads: [OutputHead]
  public var goal: AdversaryGoal
  public var input: AdversaryInput
  /// Units of its hidden layers; none makes it linear.
  public var hidden: [Int]
  public var activation: Activation
  public var weighting: AdversaryWeighting
  public var loss: AdversaryLoss

  public init(
    heads: [OutputHead], goal: AdversaryGoal, input: AdversaryInput, hidden: [Int] = [],
    activation: Activation = .relu, weighting: AdversaryWeighting = .asGiven,
    loss: AdversaryLoss = .likelihood
  ) {
    self.heads = heads
    self.goal = goal
    self.input = input
    self.hidden = hidden
    self.activation = activation
    self.weighting = weighting
    self.loss = loss
  }

  var outputs: Int { heads.reduce(0) { $0 + $1.outputs } }
}

/// An adversary: a network on what it is shown of the predictions, and how sharply it sees them.
///
/// Its parameters are those of the network, then c.
final class AdversaryModel<Scalar: KernelScalar> {
  let design: AdversaryDesign
  let architecture: NetworkArchitecture
  let inputPass: AdversaryInputPass<Scalar>
  let parameters: Buffer<Scalar>
  let pass: NetworkPass<Scalar>
  /// Whether the last hidden units are shown rather than the prediction.
  let seesRepresentation: Bool
  /// The label's columns beside the representation.
  let labelColumns: Int

  var sharpnessIndex: Int { parameters.count - 1 }

  init(
    _ design: AdversaryDesign, predictor: NetworkArchitecture, head: OutputHead,
    start: NetworkStart, seed: UInt64
  ) {
    self.design = design
    inputPass = AdversaryInputPass(design.input, head, design.goal)
    seesRepresentation = design.input == .representation
    labelColumns = seesRepresentation && design.goal == .equalizedOdds ? 1 : 0
    let width =
      seesRepresentation ? (predictor.hidden.last ?? 0) + labelColumns : inputPass.features.count
    precondition(width > 0, "an adversary on the representation needs a hidden layer")
    architecture = NetworkArchitecture(
      denseInputs: width, hidden: design.hidden, activation: design.activation,
      outputs: design.outputs)
    let network = start.parameters(architecture, seed: seed &+ 1, as: Scalar.self)
    parameters = Buffer(zeroed: network.count + 1)
    parameters.pointer.update(from: network.pointer, count: network.count)
    if design.input.learnsSharpness { parameters.pointer[network.count] = 1 }
    pass = NetworkPass(architecture, parameters: parameters.slice(0..<network.count))
  }

  /// How many times as steep as the prediction itself it is shown, where it learns that.
  var learntSharpness: Scalar {
    design.input.learnsSharpness ? 1 + abs(parameters.pointer[sharpnessIndex]) : 1
  }
}

/// The scratch memory of one worker for the adversary's part of a tile.
final class AdversaryWorkspace<Scalar: KernelScalar> {
  let network: NetworkWorkspace<Scalar>
  /// (rows, values of a row)
  let values: Buffer<Scalar>
  /// (rows, adversary outputs)
  let upstream: Buffer<Scalar>
  /// (rows, adversary inputs)
  let inputGradient: Buffer<Scalar>
  /// (4·rows)
  let scratch: Buffer<Scalar>
  /// (rows): weights of rows for this adversary.
  let weights: Buffer<Scalar>
  /// (rows): the same for one head, where cells count alike.
  let balanced: Buffer<Scalar>
  /// (rows, adversary inputs + 1)
  let weighted: Buffer<Scalar>

  init(_ model: AdversaryModel<Scalar>, rows: Int) {
    network = NetworkWorkspace(model.architecture, rows: rows, blocks: 1)
    values = Buffer(zeroed: rows * model.inputPass.width)
    upstream = Buffer(zeroed: rows * model.design.outputs)
    inputGradient = Buffer(zeroed: rows * model.architecture.denseInputs)
    scratch = Buffer(zeroed: 4 * rows)
    weights = Buffer(zeroed: rows)
    balanced = Buffer(zeroed: rows)
    weighted = Buffer(zeroed: rows * (model.architecture.denseInputs + 1))
  }
}
