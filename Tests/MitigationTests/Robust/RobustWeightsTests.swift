import Foundation
import LinearAlgebra
import Mitigation
import TestSupport
import Testing

@Suite struct RobustWeightsTests {
  private func sample(_ n: Int, seed: UInt64, ties: Bool = false) -> WeightedLosses {
    var random = SeededGenerator(seed: seed)
    let losses = (0..<n).map { _ in
      ties
        ? Double(Int.random(in: 0..<4, using: &random)) : Double.random(in: 0...3, using: &random)
    }
    let weights = (0..<n).map { _ in Double(Int.random(in: 0...3, using: &random)) + 0.25 }
    return WeightedLosses(losses: losses, sampleWeights: weights, total: weights.reduce(0, +))
  }

  private func mean(_ data: WeightedLosses, _ value: (Int) -> Double) -> Double {
    data.losses.indices.reduce(0) { $0 + data.sampleWeights![$1] * value($1) } / data.total
  }

  /// inf over η of η + C·√mean (ℓ − η)₊² by golden sections.
  private func dual(_ data: WeightedLosses, _ c: Double) -> Double {
    func value(_ eta: Double) -> Double {
      let square = mean(data) {
        let u = max(0, data.losses[$0] - eta); return u * u
      }
      return eta + c * square.squareRoot()
    }
    var low = -200.0, high = data.losses.max()!
    let golden = (5.0.squareRoot() - 1) / 2
    for _ in 0..<200 {
      let a = high - golden * (high - low), b = low + golden * (high - low)
      if value(a) < value(b) { high = b } else { low = a }
    }
    return min(value(low), value(high))
  }

  @Test(arguments: [1.01, 1.3, 2, 3.5, 20])
  func theBallsWorstWeightsReachTheDual(c: Double) {
    for seed in 0..<40 as Range<UInt64> {
      let data = sample(seed < 20 ? 7 : 400, seed: seed, ties: seed % 3 == 0)
      let worst = data.chiSquare(c: c)
      #expect(abs(worst.value - dual(data, c)) < 1e-6, "seed \(seed)")
      #expect(worst.weights.allSatisfy { $0 >= 0 })
      #expect(abs(mean(data) { worst.weights[$0] } - 1) < 1e-12)
      #expect(mean(data) { worst.weights[$0] * worst.weights[$0] } <= c * c * (1 + 1e-9))
      #expect(abs(mean(data) { worst.weights[$0] * data.losses[$0] } - worst.value) < 1e-12)
    }
  }

  /// The smoothed worst weights beat others of the ball, and come near the worst with less smoothing.
  @Test func theBallIsSmoothedFromBelow() {
    var random = SeededGenerator(seed: 17)
    for seed in 0..<20 as Range<UInt64> {
      let data = sample(8, seed: seed, ties: seed % 3 == 0)
      let c = 1.6, smoothing = seed % 2 == 0 ? 0.5 : 0.02
      func value(_ r: [Double]) -> Double {
        mean(data) { r[$0] * data.losses[$0] - 0.5 * smoothing * (r[$0] - 1) * (r[$0] - 1) }
      }
      let worst = data.chiSquare(c: c, centre: nil, smoothing: smoothing)
      #expect(abs(mean(data) { worst.weights[$0] } - 1) < 1e-12)
      #expect(mean(data) { worst.weights[$0] * worst.weights[$0] } <= c * c * (1 + 1e-9))
      #expect(abs(value(worst.weights) - worst.value) < 1e-12)
      for _ in 0..<200 {
        let raw = data.losses.indices.map { _ in Double.random(in: 0...1, using: &random) }
        let own = mean(data) { raw[$0] }
        var other = raw.map { $0 / own }
        let square = mean(data) { other[$0] * other[$0] }
        if square > c * c {
          let shrink = ((c * c - 1) / (square - 1)).squareRoot()
          other = other.map { 1 + shrink * ($0 - 1) }
        }
        #expect(value(other) <= worst.value + 1e-9)
      }
      let exact = data.chiSquare(c: c).value
      let near = data.chiSquare(c: c, centre: nil, smoothing: 1e-7).value
      #expect(near <= exact + 1e-9 && near >= exact - 1e-6)
    }
  }

  @Test func theEndsOfTheBallAreTheMeanAndTheLargest() {
    let data = sample(50, seed: 3)
    #expect(abs(data.chiSquare(c: 1).value - mean(data) { data.losses[$0] }) < 1e-12)
    #expect(abs(data.chiSquare(c: 1e6).value - data.losses.max()!) < 1e-5)
    let alike = WeightedLosses(
      losses: Array(repeating: 0.7, count: 9), sampleWeights: nil, total: 9)
    #expect(abs(alike.chiSquare(c: 2).value - 0.7) < 1e-12)
    #expect(alike.chiSquare(c: 2).weights.allSatisfy { abs($0 - 1) < 1e-12 })
  }

  @Test(arguments: [0.05, 0.2, 0.5, 0.9])
  func theWorstShareIsSmoothedFromBelow(share: Double) {
    for seed in 0..<20 as Range<UInt64> {
      let data = sample(seed < 10 ? 9 : 300, seed: seed, ties: seed % 3 == 0)
      let exact = data.worstShareMean(share)
      for smoothing in [1.0, 1e-2, 1e-5] {
        let worst = data.worstShare(share, centre: nil, smoothing: smoothing)
        let most = 0.5 * smoothing * (1 / share - 1)
        #expect(worst.value <= exact + 1e-9 && worst.value >= exact - most - 1e-9)
        #expect(abs(mean(data) { worst.weights[$0] } - 1) < 1e-9)
        #expect(worst.weights.allSatisfy { $0 >= 0 && $0 <= 1 / share })
      }
    }
  }

  /// Every part of the rows with at least the share has a mean loss below the robust means.
  @Test func bothSetsCoverEveryPartOfTheShare() {
    var random = SeededGenerator(seed: 9)
    let data = sample(60, seed: 1)
    let share = 0.3
    let ball = data.chiSquare(c: (1 / share).squareRoot()).value
    let worst = data.worstShareMean(share)
    #expect(worst <= ball + 1e-12)
    for _ in 0..<500 {
      let part = data.losses.indices.filter { _ in Bool.random(using: &random) }
      let weight = part.reduce(0) { $0 + data.sampleWeights![$1] }
      guard weight >= share * data.total else { continue }
      let loss = part.reduce(0) { $0 + data.sampleWeights![$1] * data.losses[$1] } / weight
      #expect(loss <= worst + 1e-12)
    }
  }

  @Test func threadsAndRepeatedRowsDoNotMatter() {
    let data = sample(30_000, seed: 2)
    for c in [1.5, 4] {
      let results = [1, 2, 4].map {
        WeightedLosses(
          losses: data.losses, sampleWeights: data.sampleWeights, total: data.total,
          pool: WorkerPool(threads: $0)
        ).chiSquare(c: c).weights
      }
      #expect(results[0] == results[1] && results[0] == results[2])
    }
    let small = sample(40, seed: 7)
    let whole = small.sampleWeights!.map { $0.rounded(.down) }
    let weighted = WeightedLosses(
      losses: small.losses, sampleWeights: whole, total: whole.reduce(0, +))
    let order = whole.indices.flatMap { Array(repeating: $0, count: Int(whole[$0])) }
    let spelled = WeightedLosses(
      losses: order.map { small.losses[$0] }, sampleWeights: nil, total: Double(order.count))
    #expect(abs(weighted.chiSquare(c: 2).value - spelled.chiSquare(c: 2).value) < 1e-12)
    #expect(abs(weighted.worstShareMean(0.2) - spelled.worstShareMean(0.2)) < 1e-12)
  }
}
