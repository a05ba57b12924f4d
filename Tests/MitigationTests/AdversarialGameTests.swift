import Datasets
import Foundation
import LinearAlgebra
import Mitigation
import Models
import Optimization
import Synchronization
import Testing

/// Rows whose label and first feature lean on the group, so that a plain predictor is uneven.
private func biased(
  _ count: Int, groups: Int = 2, head: OutputHead = .binary, seed: UInt64 = 1
) -> (rows: NetworkRows<Double>, groups: GroupIndex) {
  var random = CounterRandom(seed: seed, stream: 0)
  let x = Matrix<Double>(rows: count, columns: 4)
  var member = [UInt16](repeating: 0, count: count), targets = [Double](repeating: 0, count: count)
  for i in 0..<count {
    member[i] = UInt16(random.uniform() * Double(groups))
    let lean = Double(member[i])
    for j in 0..<4 { x[i, j] = random.normal() + (j == 0 ? lean : 0) }
    let score = x[i, 0] + x[i, 1] - x[i, 2] + 0.3 * lean
    switch head {
    case .binary: targets[i] = random.uniform() < 1 / (1 + exp(0.5 - score)) ? 1 : 0
    case .classes(let k):
      targets[i] = Double(min(max(Int((score + random.normal() + 1).rounded()), 0), k - 1))
    case .continuous: targets[i] = score + 0.5 * random.normal()
    }
  }
  let rows = NetworkRows(
    features: DesignMatrix(dense: x), targets: Buffer(targets),
    attributes: [Buffer(member.map(Double.init))])
  let names = (0..<groups).map { "g\($0)" }
  return (rows, GroupIndex(attribute: "group", codes: Buffer(member), names: names))
}

private func game(
  _ count: Int, groups: Int = 2, head: OutputHead = .binary, threads: Int = 2
) -> AdversarialGame<Double> {
  let (rows, index) = biased(count, groups: groups, head: head)
  return AdversarialGame(
    rows: rows, groups: [index], head: head,
    attributeHeads: [groups == 2 ? .binary : .classes(groups)],
    pool: WorkerPool(threads: threads))
}

private func quick(_ change: (inout AdversarialSettings) -> Void = { _ in }) -> AdversarialSettings
{
  var settings = AdversarialSettings()
  settings.hidden = [8]
  settings.batchRows = 256
  settings.pretraining = 3
  settings.epochs = 10
  settings.learningRate = 0.01
  change(&settings)
  return settings
}

private func isFinite(_ network: NeuralNetwork) -> Bool {
  network.parameters.doubles.allSatisfy(\.isFinite)
}

@Suite struct AdversarialGameTests {
  @Test(arguments: AdversaryGoal.allCases)
  func theDialNarrowsTheGap(goal: AdversaryGoal) throws {
    let game = game(6_000)
    let gaps = try [0.0, 1, 30].map { strength in
      try game.play(quick { ($0.strength, $0.goal) = (strength, goal) }).train.gap
    }
    #expect(gaps[0] > gaps[1] && gaps[1] > gaps[2], "\(gaps)")
    #expect(gaps[2] < 0.4 * gaps[0], "\(gaps)")
  }

  @Test(arguments: [OutputHead.classes(3), .continuous])
  func predictorsOfClassesAndNumbersAreDebiasedToo(head: OutputHead) throws {
    let game = game(6_000, groups: 3, head: head)
    let plain = try game.play(quick { $0.strength = 0 })
    let even = try game.play(quick { $0.strength = 30 })
    #expect(plain.validation.accuracy > 0.5)
    #expect(even.train.gap < 0.5 * plain.train.gap, "\(plain.train) \(even.train)")
  }

  @Test func aTargetIsMet() throws {
    for target in [0.1, 0.05] {
      let outcome = try game(6_000).play(
        quick {
          $0.strength = 1
          $0.targetGap = target
          $0.epochs = 25
        })
      // The target is for the rows trained on and the validation rows together.
      #expect(outcome.train.gap <= 1.2 * target)
      #expect(outcome.status != .stalled)
      #expect(outcome.validation.accuracy > 0.65)
    }
  }

  @Test func threadsDoNotChangeABit() throws {
    let settings = quick { $0.dropout = 0.1 }
    let one = try game(2_000, threads: 1).play(settings).network
    #expect(try game(2_000, threads: 2).play(settings).network == one)
    #expect(try game(2_000, threads: 4).play(settings).network == one)
  }

  /// A run that stops after each epoch and is taken up from its file ends in the unbroken bytes.
  @Test func aBrokenRunEndsInTheSameBytes() throws {
    let path = NSTemporaryDirectory() + "equipoise-checkpoint-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: path) }
    let settings = quick { $0.targetGap = 0.05 }
    let whole = try game(2_000).play(settings)
    var part = game(2_000)
    part.checkpoint = GameCheckpoint(path: path, resumes: true)
    var rounds = 0, last: AdversarialGame<Double>.Outcome?
    while rounds < 40 {
      let ended = Box()
      part.progress = { _, _ in ended.value.store(1, ordering: .relaxed) }
      part.shouldStop = { ended.value.load(ordering: .relaxed) > 0 }
      last = try part.play(settings)
      rounds += 1
      if last!.status != .stopped { break }
    }
    #expect(rounds > 10)
    #expect(last!.network == whole.network)
    #expect(last!.history == whole.history)
    var other = game(2_000)
    other.checkpoint = part.checkpoint
    #expect(throws: DataError.self) { try other.play(quick { $0.strength = 3 }) }
  }

  private final class Box: Sendable { let value = Atomic<Int>(0) }
}

@Suite struct HostileGameTests {
  @Test func fewerRowsThanABatch() throws {
    let outcome = try game(60).play(quick { $0.batchRows = 1024 })
    #expect(isFinite(outcome.network))
    #expect(outcome.history.count == 13)
  }

  @Test func oneRow() throws {
    let outcome = try game(1).play(quick())
    #expect(isFinite(outcome.network))
  }

  /// One group only: there is nothing to tell apart, and the predictor is trained on its own.
  @Test func aConstantAttribute() throws {
    let (rows, _) = biased(800)
    let one = GroupIndex(attribute: "group", codes: Buffer(zeroed: 800), names: ["all"])
    let constant = AdversarialGame(
      rows: NetworkRows(
        features: rows.features, targets: rows.targets, attributes: [Buffer(zeroed: 800)]),
      groups: [one], attributeHeads: [.binary])
    let outcome = try constant.play(quick { $0.epochs = 40 })
    #expect(isFinite(outcome.network))
    #expect(outcome.train.gap == 0)
    #expect(outcome.validation.auc! > 0.7)
  }

  /// Batches that hold one group: sorted rows, and batches too small for the other.
  @Test func oneGroupInABatch() throws {
    let outcome = try game(600).play(
      quick {
        $0.batchRows = 2
        $0.batches = .shuffled
        $0.epochs = 3
      })
    #expect(isFinite(outcome.network))
    #expect(!outcome.validation.isConstant)
  }

  @Test(arguments: Optimizers.all.map { type(of: $0).name })
  func anExplodingRate(name: String) throws {
    for activation in [Activation.relu, .identity] {
      let outcome = try game(600).play(
        quick {
          $0.rule = Optimizers.named(name)!
          $0.learningRate = 1e12
          $0.clip = nil
          $0.activation = activation
          $0.hidden = [8, 8]
        })
      #expect(isFinite(outcome.network))
      #expect([.stalled, .converged, .iterationLimit].contains(outcome.status))
    }
  }

  /// Units that are dead from the start leave the weights before them alone.
  @Test func deadUnitsStall() throws {
    let (rows, groups) = biased(500)
    for i in 0..<500 { for j in 0..<4 { rows.features.dense[i, j] = 0 } }
    let game = AdversarialGame(rows: rows, groups: [groups], attributeHeads: [.binary])
    let outcome = try game.play(quick { $0.strength = 100 })
    #expect(isFinite(outcome.network))
  }

  @Test func weightsThatAreAllZero() throws {
    let (rows, groups) = biased(500)
    let weightless = NetworkRows(
      features: rows.features, targets: rows.targets, weights: Buffer(zeroed: 500),
      attributes: rows.attributes)
    let outcome = try AdversarialGame(
      rows: weightless, groups: [groups], attributeHeads: [.binary]
    ).play(quick())
    #expect(isFinite(outcome.network))
    #expect(outcome.status == .stalled)
  }
}

@Suite struct AdversarialOnAdultTests {
  /// Equalized odds at less than reductions over logistic regression cost: seeds decide nothing.
  @Test func equalizedOddsOnAdult() throws {
    let set = try BundledDataset.named("adult")
    let (train, test): (Dataset<Float>, Dataset<Float>) = try DataReader(
      options: DataOptions(set)
    ).readSplit(.bundled(set, .train), test: .table(.bundled(set, .test)))
    let options = try MethodOptions(
      ["constraint": "equalized_odds"], of: Adversarial.self)
    for seed in [UInt64(0), 1] {
      let model = try Adversarial.fit(train, FitRequest(options: options, seed: seed))
      let decisions = try model.predict(test).decisions
      var right = 0
      var rates = [[Double]](repeating: [0, 0], count: 4)
      for i in 0..<test.rows {
        let label = Int(test.labels![i]), cell = 2 * test.attributes[0][i] + label
        if Int(decisions[i]) == label { right += 1 }
        rates[cell][0] += Double(decisions[i])
        rates[cell][1] += 1
      }
      let rate = rates.map { $0[0] / $0[1] }
      let gap = max(abs(rate[0] - rate[2]), abs(rate[1] - rate[3]))
      #expect(Double(right) / Double(test.rows) >= 0.84)
      #expect(gap <= 0.04)
    }
  }
}
