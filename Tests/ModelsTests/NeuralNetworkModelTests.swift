import Datasets
import LinearAlgebra
import Models
import Optimization
import TestSupport
import Testing

@Suite struct NeuralNetworkModelTests {
  /// A plain network learns what no linear model can, from each head.
  @Test func aNetworkLearnsExclusiveOr() {
    let count = 2_000
    var random = CounterRandom(seed: 3, stream: 0)
    let x = Matrix<Float>(rows: count, columns: 2)
    for i in 0..<count { for j in 0..<2 { x[i, j] = Float(random.uniform() * 2 - 1) } }
    let labels = Buffer<Float>((0..<count).map { (x[$0, 0] > 0) != (x[$0, 1] > 0) ? 1 : 0 })
    for (head, activation) in [
      (OutputHead.binary, Activation.relu), (.classes(2), .gelu), (.continuous, .tanh),
    ] {
      let rows = NetworkRows(features: DesignMatrix(dense: x), targets: labels)
      let engine = PlayersEngine(
        PlayersConfiguration(
          predictor: NetworkArchitecture(
            for: rows.features, hidden: [16, 16], activation: activation, outputs: head.outputs),
          head: head, adversary: nil, predictorRule: AdamW(), batchRows: 200), rows: rows,
        threads: 2)
      let order = order(count), index = Buffer((0..<UInt32(count)).map { $0 })
      WorkerPool(threads: 2).withTeam { team in
        for epoch in 0..<60 {
          order.shuffle(epoch: epoch)
          for batch in BatchOrder.batches(count, limit: 200) {
            _ = engine.step(batch, of: order, rate: 0.01, alpha: nil, team: team)
          }
        }
        let z = engine.outputs(rows: index, team: team), width = head.outputs
        let right = (0..<count).count { i in
          let positive =
            switch head {
            case .binary: z[i] > 0
            case .classes: z[i * width + 1] > z[i * width]
            case .continuous: z[i] > 0.5
            }
          return positive == (labels[i] > 0)
        }
        #expect(Double(right) / Double(count) > 0.97, "\(head)")
      }
    }
  }

  @Test func aModelSurvivesItsState() throws {
    for hidden in [[], [5], [6, 4]] {
      let architecture = NetworkArchitecture(
        denseInputs: 3, levels: [4, 2], hidden: hidden, activation: .gelu)
      let parameters: Buffer<Float> = NetworkStart.he.parameters(architecture, seed: 9)
      let network = NeuralNetwork(architecture: architecture, head: .binary, parameters: parameters)
      #expect(try NeuralNetwork(network.state) == network)
      var damaged = network.state
      damaged.tensors.removeLast()
      #expect(throws: PredictorError.self) { try NeuralNetwork(damaged) }
      damaged = network.state
      damaged.tensors[0] = NamedTensor(damaged.tensors[0].name, shape: [1, 1], .float32([0]))
      #expect(throws: PredictorError.self) { try NeuralNetwork(damaged) }
      damaged = network.state
      damaged.configuration = damaged.configuration.replacing(
        "\"denseInputs\":3", with: "\"denseInputs\":-3")
      #expect(throws: PredictorError.self) { try NeuralNetwork(damaged) }
    }
  }

  @Test func predictionsAreTheSameForAnyNumberOfThreads() throws {
    let rows: NetworkRows<Float> = makeRows(3_000)
    let architecture = NetworkArchitecture(for: rows.features, hidden: [9])
    let network = NeuralNetwork(
      architecture: architecture, head: .binary,
      parameters: NetworkStart.xavier.parameters(architecture, seed: 2, as: Float.self))
    let one = network.outputs(rows.features, pool: .serial).array
    #expect(network.outputs(rows.features, pool: WorkerPool(threads: 3)).array == one)
  }

  /// Uniform starts have the promised variance.
  @Test func startsHaveTheirSpread() {
    let architecture = NetworkArchitecture(denseInputs: 300, hidden: [200])
    for (start, variance) in [(NetworkStart.xavier, 2.0 / 500), (.he, 2.0 / 300)] {
      let values = start.parameters(architecture, seed: 1, as: Double.self)
      let weights = (0..<60_000).map { values[$0] }
      let second = weights.reduce(0) { $0 + $1 * $1 } / 60_000
      #expect(abs(second / variance - 1) < 0.02)
      #expect((60_000..<60_200).allSatisfy { values[$0] == 0 })
    }
  }
}
