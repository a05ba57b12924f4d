import Datasets
import LinearAlgebra
import Models
import Optimization
import TestSupport
import Testing

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
