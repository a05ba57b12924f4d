import Datasets
import LinearAlgebra
import Models
import Optimization
import TestSupport
import Testing

/// Random rows with numbers, categories, a target for a head, and attributes.
private func makeRows<Scalar: KernelScalar>(
  _ count: Int, dense: Int = 4, levels: [Int] = [3, 5], head: OutputHead = .binary,
  attributeHeads: [OutputHead] = [.binary], weighted: Bool = false, seed: UInt64 = 1
) -> NetworkRows<Scalar> {
  var random = CounterRandom(seed: seed, stream: 0)
  func target(_ head: OutputHead) -> Scalar {
    switch head {
    case .binary: random.uniform() < 0.4 ? 1 : 0
    case .classes(let k): Scalar(Int(random.uniform() * Double(k)))
    case .continuous: Scalar(random.normal())
    }
  }
  let x = Matrix<Scalar>(rows: count, columns: dense)
  for i in 0..<count { for j in 0..<dense { x[i, j] = Scalar(random.normal()) } }
  let columns = levels.map { k in
    CodeColumn(
      codes: Buffer((0..<count).map { _ in UInt16(random.uniform() * Double(k)) }), levels: k)
  }
  return NetworkRows(
    features: DesignMatrix(dense: x, categorical: columns),
    targets: Buffer((0..<count).map { _ in target(head) }),
    weights: weighted ? Buffer((0..<count).map { _ in Scalar(random.uniform() * 2) }) : nil,
    attributes: attributeHeads.map { head in Buffer((0..<count).map { _ in target(head) }) })
}

private func order(_ count: Int) -> BatchOrder {
  BatchOrder(rows: (0..<UInt32(count)).map { $0 }, seed: 0)
}

private struct GameCase: CustomTestStringConvertible, Sendable {
  var testDescription: String
  var head = OutputHead.binary
  var hidden = [6, 5]
  var activation = Activation.tanh
  var heads: [OutputHead] = [.binary]
  var goal = AdversaryGoal.equalizedOdds
  var input = AdversaryInput.conditional(sharpness: [1, 3])
  var adversaryHidden: [Int] = []
  var weighting = AdversaryWeighting.asGiven
  var loss = AdversaryLoss.likelihood
  var levels = [3, 5]
}

private let games: [GameCase] = [
  GameCase(testDescription: "logistic", hidden: []),
  GameCase(testDescription: "two hidden layers"),
  GameCase(testDescription: "gelu", activation: .gelu, adversaryHidden: [4]),
  GameCase(testDescription: "sigmoid, parity", activation: .sigmoid, goal: .demographicParity),
  GameCase(
    testDescription: "identity, opportunity", activation: .identity, goal: .equalOpportunity),
  GameCase(testDescription: "sharpened", input: .sharpened, levels: []),
  GameCase(
    testDescription: "several attributes", heads: [.binary, .classes(3), .continuous],
    input: .prediction, weighting: .balanced),
  GameCase(testDescription: "classes", head: .classes(3), heads: [.classes(4)]),
  GameCase(testDescription: "classes, prediction", head: .classes(3), input: .prediction),
  GameCase(testDescription: "regression", head: .continuous, input: .prediction),
  GameCase(
    testDescription: "representation", input: .representation, adversaryHidden: [5],
    weighting: .balanced, loss: .absolute),
  GameCase(
    testDescription: "representation of classes", head: .classes(3), goal: .demographicParity,
    input: .representation),
]

extension GameCase {
  func engine(_ rows: NetworkRows<Double>, threads: Int = 1) -> PlayersEngine<Double> {
    PlayersEngine(
      PlayersConfiguration(
        predictor: NetworkArchitecture(
          for: rows.features, hidden: hidden, activation: activation, outputs: head.outputs),
        head: head,
        adversary: AdversaryDesign(
          heads: heads, goal: goal, input: input, hidden: adversaryHidden, activation: .tanh,
          weighting: weighting, loss: loss), predictorRule: SGD(),
        adversaryRule: .steps(SGD(), rate: 0), batchRows: rows.count, seed: 5), rows: rows,
      threads: threads)
  }
}

@Suite struct NetworkGradientTests {
  /// Both players' gradients in both players' parameters, against central differences.
  @Test(arguments: games)
  private func gradientsAreDifferences(game: GameCase) {
    let count = 300
    let rows: NetworkRows<Double> = makeRows(
      count, levels: game.levels, head: game.head, attributeHeads: game.heads, weighted: true)
    let engine = game.engine(rows), order = order(count)
    WorkerPool.serial.withTeam { team in
      func losses() -> (own: Double, other: Double) {
        let step = engine.step(0..<count, of: order, rate: 0, alpha: nil, moving: .none, team: team)
        return (step.predictorLoss!, step.adversaryLoss!)
      }
      _ = engine.step(0..<count, of: order, rate: 0, alpha: 0, moving: .adversary, team: team)
      let gradients = engine.lastGradients, inAdversary = engine.lastAdversaryGradient
      func difference(_ buffer: Buffer<Double>, _ i: Int) -> (own: Double, other: Double) {
        let kept = buffer[i], h = 1e-5
        buffer[i] = kept + h
        let up = losses()
        buffer[i] = kept - h
        let down = losses()
        buffer[i] = kept
        return ((up.own - down.own) / (2 * h), (up.other - down.other) / (2 * h))
      }
      for i in stride(from: 0, to: engine.parameters.count, by: 3) {
        let wanted = difference(engine.parameters, i)
        #expect(abs(gradients.own[i] - wanted.own) < 1e-8, "own \(i)")
        #expect(abs(gradients.other[i] - wanted.other) < 1e-8, "other \(i)")
      }
      let last = engine.adversaryParameters!.count - (game.input == .sharpened ? 0 : 1)
      for i in 0..<last {
        let wanted = difference(engine.adversaryParameters!, i).other
        #expect(abs(inAdversary[i] - wanted) < 1e-8, "adversary \(i)")
      }
    }
  }

  /// A network on codes is the network on their 0/1 columns: outputs, gradients and steps.
  @Test func tablesOfLevelsAreOneHotColumns() {
    let count = 700, rows: NetworkRows<Double> = makeRows(count)
    let wide = Matrix((0..<count).map { rows.features.expandedRow($0) })
    let oneHot = NetworkRows(
      features: DesignMatrix(dense: wide), targets: rows.targets, attributes: rows.attributes)
    for hidden in [[], [7], [7, 4]] {
      let game = GameCase(testDescription: "", hidden: hidden, levels: [])
      let a = game.engine(rows), b = game.engine(oneHot)
      copyWeights(from: a, to: b, dense: 4, levels: 8)
      let order = order(count)
      WorkerPool.serial.withTeam { team in
        for _ in 0..<4 {
          let left = a.step(0..<count, of: order, rate: 0.1, alpha: 0.5, team: team)
          let right = b.step(0..<count, of: order, rate: 0.1, alpha: 0.5, team: team)
          #expect(abs(left.predictorLoss! - right.predictorLoss!) < 1e-12)
          #expect(abs(left.adversaryLoss! - right.adversaryLoss!) < 1e-12)
        }
        let index = Buffer((0..<UInt32(count)).map { $0 })
        let left = a.outputs(rows: index, team: team), right = b.outputs(rows: index, team: team)
        for i in 0..<count { #expect(abs(left[i] - right[i]) < 1e-12) }
      }
    }
  }

  /// Weights of an engine on codes, at the places that 0/1 columns have.
  private func copyWeights(
    from a: PlayersEngine<Double>, to b: PlayersEngine<Double>, dense: Int, levels: Int
  ) {
    let units = a.configuration.predictor.hidden.first ?? 1
    let layers = a.parameters.count - levels * units
    let head = dense * units
    for i in 0..<head { b.parameters[i] = a.parameters[i] }
    for i in 0..<(levels * units) { b.parameters[head + i] = a.parameters[layers + i] }
    for i in head..<layers { b.parameters[levels * units + i] = a.parameters[i] }
    for i in 0..<a.adversaryParameters!.count {
      b.adversaryParameters![i] = a.adversaryParameters![i]
    }
  }
}

@Suite struct PlayersEngineTests {
  /// The same bytes for 1, 2 and 4 threads, with dropout, categories and several batches.
  @Test(arguments: [[], [40], [33, 20]])
  func threadsDoNotChangeABit(hidden: [Int]) {
    func run(_ threads: Int) -> [NamedTensor] {
      let rows: NetworkRows<Float> = makeRows(1_500, dense: 9)
      let engine = PlayersEngine(
        PlayersConfiguration(
          predictor: NetworkArchitecture(for: rows.features, hidden: hidden, dropout: 0.2),
          adversary: AdversaryDesign(
            heads: [.binary], goal: .equalizedOdds, input: .conditional(sharpness: [1, 3])),
          adversaryRule: .newton(gain: 0.2), batchRows: 700), rows: rows, threads: threads)
      let order = order(1_500)
      WorkerPool(threads: threads).withTeam { team in
        for epoch in 0..<3 {
          order.shuffle(epoch: epoch)
          for batch in BatchOrder.batches(1_500, limit: 700) {
            _ = engine.step(batch, of: order, rate: 1e-2, alpha: 1, team: team)
          }
        }
      }
      return engine.state
    }
    let one = run(1)
    #expect(run(2) == one)
    #expect(run(4) == one)
  }

  /// Weight 0 is absence, weight 2 is repetition.
  @Test func weightsAreRepetitions() {
    let count = 400, rows: NetworkRows<Double> = makeRows(count)
    let times = (0..<count).map { $0 % 3 }
    let repeated = (0..<count).flatMap { [Int](repeating: $0, count: times[$0]) }
    let weighted = NetworkRows(
      features: rows.features, targets: rows.targets, weights: Buffer(times.map(Double.init)),
      attributes: rows.attributes)
    let longer = NetworkRows(
      features: rows.features.selecting(repeated),
      targets: Buffer(repeated.map { rows.targets[$0] }),
      attributes: [Buffer(repeated.map { rows.attributes[0][$0] })])
    for weighting in AdversaryWeighting.allCases {
      let game = GameCase(testDescription: "", weighting: weighting)
      let a = game.engine(weighted), b = game.engine(longer)
      WorkerPool.serial.withTeam { team in
        for _ in 0..<3 {
          _ = a.step(0..<count, of: order(count), rate: 0.3, alpha: 1, team: team)
          _ = b.step(
            0..<repeated.count, of: order(repeated.count), rate: 0.3, alpha: 1, team: team)
        }
      }
      for i in 0..<a.parameters.count { #expect(abs(a.parameters[i] - b.parameters[i]) < 1e-11) }
    }
  }

  /// A run that is taken up from its state goes on as if it had not stopped.
  @Test func aStateIsEverythingTheNextStepNeeds() {
    let rows: NetworkRows<Float> = makeRows(900)
    for rule in Optimizers.all {
      for adversaryRule in [AdversaryRule.newton(gain: 0.2), .steps(Momentum(), rate: 0.05)] {
        func make() -> PlayersEngine<Float> {
          PlayersEngine(
            PlayersConfiguration(
              predictor: NetworkArchitecture(for: rows.features, hidden: [8], dropout: 0.1),
              adversary: AdversaryDesign(
                heads: [.binary], goal: .demographicParity, input: .prediction),
              predictorRule: rule, adversaryRule: adversaryRule, batchRows: 300), rows: rows,
            threads: 1)
        }
        let whole = make(), first = make(), second = make(), order = order(900)
        WorkerPool.serial.withTeam { team in
          func steps(_ engine: PlayersEngine<Float>, _ range: Range<Int>) {
            for k in range {
              _ = engine.step(
                (k % 3 * 300)..<(k % 3 * 300 + 300), of: order, rate: 0.01, alpha: 1, team: team)
            }
          }
          steps(whole, 0..<9)
          steps(first, 0..<4)
          #expect(second.restore(first.state))
          steps(second, 4..<9)
        }
        #expect(second.state == whole.state)
      }
    }
  }

  /// The linear adversary's steps end where its logistic regression has its optimum.
  @Test func newtonsStepsSolveTheAdversary() {
    let count = 2_000,
      rows: NetworkRows<Double> = makeRows(count, attributeHeads: [.binary, .classes(3)])
    let engine = PlayersEngine(
      PlayersConfiguration(
        predictor: NetworkArchitecture(for: rows.features, hidden: [5]),
        adversary: AdversaryDesign(
          heads: [.binary, .classes(3)], goal: .equalizedOdds, input: .conditional(sharpness: [1])),
        adversaryRule: .newton(gain: 0.5), batchRows: count), rows: rows, threads: 1)
    WorkerPool.serial.withTeam { team in
      for _ in 0..<60 {
        _ = engine.step(
          0..<count, of: order(count), rate: 0, alpha: nil, moving: .adversary, team: team)
      }
    }
    for value in engine.lastAdversaryGradient.dropLast() { #expect(abs(value) < 1e-4) }
  }

  /// Numbers that are not finite change nothing, and are told.
  @Test func aStepThatIsNotFiniteChangesNothing() {
    let rows: NetworkRows<Double> = makeRows(300)
    let engine = GameCase(testDescription: "").engine(rows)
    rows.features.dense[7, 1] = .nan
    let before = engine.state
    WorkerPool.serial.withTeam { team in
      let step = engine.step(0..<300, of: order(300), rate: 0.1, alpha: 1, team: team)
      #expect(!step.isFinite)
    }
    #expect(engine.state == before)
  }

  /// All units dead: both gradients vanish in the layer before, and no projection divides by 0.
  @Test(arguments: PlayerCoupling.allCases)
  func deadUnitsGiveNoNaN(coupling: PlayerCoupling) {
    let rows: NetworkRows<Double> = makeRows(300, levels: [])
    let engine = PlayersEngine(
      PlayersConfiguration(
        predictor: NetworkArchitecture(for: rows.features, hidden: [5]),
        adversary: AdversaryDesign(
          heads: [.binary], goal: .demographicParity, input: .prediction), coupling: coupling,
        batchRows: 300), rows: rows, threads: 1)
    for i in 20..<25 { engine.parameters[i] = -1e6 }
    let hidden = (0..<20).map { engine.parameters[$0] }
    WorkerPool.serial.withTeam { team in
      for _ in 0..<5 {
        let step = engine.step(0..<300, of: order(300), rate: 0.1, alpha: 1, team: team)
        #expect(step.isFinite)
      }
    }
    #expect(engine.isFinite)
    #expect((0..<20).map { engine.parameters[$0] } == hidden)
  }

  /// Clipping bounds the direction's norm and keeps its course.
  @Test func clippingKeepsTheCourse() {
    let rows: NetworkRows<Double> = makeRows(300)
    func direction(_ clip: Double?) -> [Double] {
      let engine = PlayersEngine(
        PlayersConfiguration(
          predictor: NetworkArchitecture(for: rows.features, hidden: [5]),
          adversary: AdversaryDesign(
            heads: [.binary], goal: .demographicParity, input: .prediction), predictorRule: SGD(),
          clip: clip, batchRows: 300), rows: rows, threads: 1)
      WorkerPool.serial.withTeam { team in
        _ = engine.step(0..<300, of: order(300), rate: 0.1, alpha: 2, team: team)
      }
      return engine.lastDirection
    }
    let free = direction(nil), bound = direction(1e-3)
    #expect(abs(bound.norm - 1e-3) < 1e-12)
    #expect(abs(free.dot(bound) - free.norm * bound.norm) < 1e-10)
  }
}

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
