import Datasets
import LinearAlgebra
import Models
import Optimization
import TestSupport
import Testing

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
