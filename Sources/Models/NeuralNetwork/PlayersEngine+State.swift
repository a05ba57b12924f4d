import LinearAlgebra
import Optimization

extension PlayersEngine {
  /// One step on a batch of an epoch's order; see `step(_:count:…)`.
  public func step(
    _ batch: Range<Int>, of order: BatchOrder, rate: Double, alpha: Double?,
    adversaryShare: Double = 1, moving movers: Movers = .both, team: Team
  ) -> PlayersStep {
    precondition(batch.lowerBound >= 0 && batch.upperBound <= order.count, "a batch of the order")
    return step(
      UnsafePointer(order.rows.pointer + batch.lowerBound), count: batch.count, rate: rate,
      alpha: alpha, adversaryShare: adversaryShare, moving: movers, team: team)
  }

  /// Whether every parameter of both players is finite.
  public var isFinite: Bool {
    Scalar.Kernels.allFinite(parameters.pointer, parameters.count)
      && (adversaryParameters.map { Scalar.Kernels.allFinite($0.pointer, $0.count) } ?? true)
  }

  /// Whether the last step had any gradient for the predictor.
  public var lastDirectionIsZero: Bool {
    coefficients.indices.allSatisfy { products[$0][2] == 0 && products[$0][1] == 0 }
  }

  private static func tensor(_ name: String, _ buffer: Buffer<Scalar>) -> NamedTensor {
    let values = buffer.array
    return NamedTensor(
      name, shape: [values.count],
      Scalar.self == Float.self
        ? .float32(values.map { Float($0) }) : .float64(values.map { Double($0) }))
  }

  /// Everything that the next step depends on, beside the rows and the configuration.
  public var state: [NamedTensor] {
    var tensors = [Self.tensor("predictor", parameters)]
    for (k, memory) in vectors.memory.enumerated() {
      tensors.append(Self.tensor("predictor.memory\(k)", memory))
    }
    if let adversaryParameters {
      tensors.append(Self.tensor("adversary", adversaryParameters))
      for (k, memory) in (adversaryVectors?.memory ?? []).enumerated() {
        tensors.append(Self.tensor("adversary.memory\(k)", memory))
      }
    }
    if let newton {
      tensors.append(
        NamedTensor(
          "adversary.curvature", shape: [newton.curvature.count + 1],
          .float64(newton.curvature + [newton.weight])))
    }
    let counts = [stepCount, predictorSteps, adversarySteps].map(Double.init)
    return tensors + [NamedTensor("steps", shape: [3], .float64(counts))]
  }

  /// Takes up a state of an engine with the same configuration; false when it is of another.
  public func restore(_ tensors: [NamedTensor]) -> Bool {
    func find(_ name: String, _ count: Int) -> NamedTensor? {
      tensors.first { $0.name == name && $0.shape == [count] }
    }
    var targets = [("predictor", parameters)]
    targets += vectors.memory.enumerated().map { ("predictor.memory\($0)", $1) }
    if let adversaryParameters {
      targets.append(("adversary", adversaryParameters))
      targets +=
        (adversaryVectors?.memory ?? []).enumerated().map { ("adversary.memory\($0)", $1) }
    }
    let found = targets.map { find($0.0, $0.1.count) }
    guard found.allSatisfy({ $0 != nil }), let steps = find("steps", 3)?.doubles else {
      return false
    }
    if let newton {
      guard let stored = find("adversary.curvature", newton.curvature.count + 1)?.doubles else {
        return false
      }
      self.newton!.restore(curvature: Array(stored.dropLast()), weight: stored.last!)
    }
    for ((_, buffer), tensor) in zip(targets, found) {
      for (i, value) in tensor!.doubles.enumerated() { buffer.pointer[i] = Scalar(value) }
    }
    stepCount = Int(steps[0])
    predictorSteps = Int(steps[1])
    adversarySteps = Int(steps[2])
    return true
  }

  /// Puts the predictor at other parameters.
  public func move(to values: [Double]) {
    precondition(values.count == parameters.count, "parameters for this architecture")
    for (i, value) in values.enumerated() { parameters.pointer[i] = Scalar(value) }
  }

  /// Forgets what the predictor's rule remembers of earlier steps.
  public func forgetSteps() {
    for memory in vectors.memory { memory.pointer.update(repeating: 0, count: memory.count) }
    predictorSteps = 0
  }

  /// How well the adversary tells the first attribute's groups apart: its scores for rows, shape
  /// `(rows)`; nil where it sees hidden units, or the first attribute has more than two groups.
  public func adversaryScores(rows index: Buffer<UInt32>, team: Team) -> [Double]? {
    guard let adversary, !adversary.seesRepresentation, adversary.design.heads[0] == .binary else {
      return nil
    }
    let count = index.count
    let z = outputs(rows: index, team: team)
    let labels = Buffer<Scalar>(zeroed: count)
    Scalar.Kernels.gather(rows.targets.pointer, index.pointer, count, labels.pointer)
    let space = AdversaryWorkspace(adversary, rows: max(1, count))
    adversary.inputPass.values(
      z.pointer, rows: count, learnt: adversary.learntSharpness, into: space.values.pointer,
      scratch: space.scratch.pointer)
    adversary.inputPass.fill(
      space.values.pointer, labels: labels.pointer, rows: count,
      into: space.network.input.pointer)
    adversary.pass.forward(count, space.network)
    let width = adversary.design.outputs
    return (0..<count).map { Double(space.network.outputs.pointer[$0 * width]) }
  }
}
