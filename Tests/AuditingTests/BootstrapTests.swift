import Auditing
import Criteria
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@Suite struct BootstrapTests {
  let metrics = Metrics.available(for: [.labels, .predictions])
  let groups = [
    Tally(trueNegatives: 60, falsePositives: 20, falseNegatives: 15, truePositives: 45),
    Tally(trueNegatives: 9, falsePositives: 4, falseNegatives: 0, truePositives: 7),
  ]

  private func place(_ name: String, _ drawn: BootstrapReplicates) -> Int {
    drawn.metrics.firstIndex { $0.name == name }!
  }

  @Test func drawsHaveTheMomentsOfResampledRows() {
    let drawn = CellBootstrap(replicates: 20_000, seed: 1).run(
      groups, metrics: metrics, weighted: false)
    let rate = place("selection_rate", drawn), hit = place("true_positive_rate", drawn)
    // Conditional on the resampled size N the variance is p(1 − p)/N.
    let p = 65.0 / 140
    #expect(abs(drawn.standardError(rate, 0)! - (p * (1 - p) / 140).squareRoot()) < 0.0015)
    let values = drawn.values(rate, 0)
    #expect(abs(values.reduce(0, +) / Double(values.count) - p) < 0.001)
    // No false negative was seen in the second group, so no replicate has one.
    #expect(drawn.values(hit, 1).allSatisfy { $0 == 1 })
  }

  /// The same thing by drawing rows one at a time.
  @Test func percentilesAreThoseOfARowBootstrap() {
    let rows = groups.enumerated().flatMap { g, tally in
      (0..<4).flatMap { Array(repeating: (g, $0), count: tally.rows[$0]) }
    }
    var random = SeededGenerator(seed: 2)
    var precisions: [Double] = []
    for _ in 0..<4_000 {
      var tally = Tally()
      for _ in rows.indices {
        let (g, slot) = rows[Int.random(in: 0..<rows.count, using: &random)]
        if g == 0 { tally.weights[slot] += 1 }
      }
      precisions.append(Metrics.named("precision_score")!.measure(tally).value!)
    }
    precisions.sort()
    let drawn = CellBootstrap(replicates: 40_000, seed: 3).run(
      groups, metrics: metrics, weighted: false)
    let interval = drawn.interval(place("precision_score", drawn), 0, method: .percentile)!
    #expect(abs(interval.low - precisions[100]) < 0.012, "\(interval) \(precisions[100])")
    #expect(abs(interval.high - precisions[3_899]) < 0.012)
  }

  @Test func anyNumberOfThreadsGivesTheSameBytes() {
    let one = CellBootstrap(replicates: 3_000, seed: 9, pool: .serial).run(
      groups, metrics: metrics, weighted: false)
    let three = CellBootstrap(replicates: 3_000, seed: 9, pool: WorkerPool(threads: 3)).run(
      groups, metrics: metrics, weighted: false)
    #expect(one.intervals() == three.intervals())
    for m in one.metrics.indices { #expect(one.values(m, 1) == three.values(m, 1)) }
  }

  @Test func equalWeightsAreNoWeights() {
    let heavy = groups.map {
      Tally(rows: $0.rows, weights: $0.weights * 3, squares: $0.squares * 9)
    }
    let plain = CellBootstrap(replicates: 20_000, seed: 5).run(
      groups, metrics: metrics, weighted: false)
    let weighted = CellBootstrap(replicates: 20_000, seed: 6).run(
      heavy, metrics: metrics, weighted: true)
    for name in ["selection_rate", "precision_score", "accuracy_score", "f1_score"] {
      let m = place(name, plain)
      let a = plain.standardError(m, 0)!, b = weighted.standardError(m, 0)!
      #expect(abs(a / b - 1) < 0.04, "\(name): \(a) and \(b)")
    }
  }

  /// Exact coverage of the percentile and BCa intervals of a rate at n = 60, by weighing each outcome.
  @Test func bcaCoversAboutItsLevel() {
    let selection = metrics.filter { $0.name == "selection_rate" }
    for method in [BootstrapReplicates.Method.percentile, .bca] {
      let intervals = (0...60).map { x -> Interval in
        let tally = Tally(
          trueNegatives: 60 - x, falsePositives: x, falseNegatives: 0, truePositives: 0)
        return CellBootstrap(replicates: 2_000, seed: UInt64(x), pool: .serial).run(
          [tally], metrics: selection, weighted: false
        ).interval(0, 0, method: method)!
      }
      var sum = 0.0
      for k in 0..<100 {
        let p = 0.2 + 0.6 * (Double(k) + 0.5) / 100
        for (x, interval) in intervals.enumerated() where interval.contains(p) {
          sum += exp(SpecialFunctions.logBinomial(Double(x), of: 60, chance: p))
        }
      }
      #expect(sum / 100 > 0.92 && sum / 100 < 0.97, "\(method) \(sum / 100)")
    }
  }

  @Test func bandsHoldTogetherAndAreWiderThanSingleIntervals() {
    let many = (0..<10).map { g in
      Tally(
        trueNegatives: 50 + g, falsePositives: 30, falseNegatives: g, truePositives: 40)
    }
    let drawn = CellBootstrap(replicates: 5_000, seed: 8).run(
      many, metrics: metrics, weighted: false)
    let (critical, bands) = drawn.simultaneous()
    // Beyond one interval, and short of Bonferroni's for as many.
    let bonferroni = -SpecialFunctions.normalQuantile(0.025 / Double(bands.count))
    #expect(critical > 2.5 && critical < bonferroni + 0.1, "\(critical) \(bonferroni)")
    #expect(bands.allSatisfy { $0.interval.high > $0.interval.low })
  }

  @Test func dispersionIsWhatIsLeftAfterNoise() {
    // Truly equal groups: the plain deviation is positive, the corrected one is unbiased around 0.
    var random = SeededGenerator(seed: 11)
    var sum = 0.0, covered = 0
    for _ in 0..<400 {
      let groups = (0..<12).map { _ in
        Proportion((0..<40).count { _ in Double.random(in: 0..<1, using: &random) < 0.3 }, of: 40)
      }
      let found = Dispersion(groups)!
      sum += found.variance
      if found.interval.low == 0 { covered += 1 }
      #expect(found.naiveDeviation > 0)
    }
    #expect(abs(sum / 400) < 4e-4, "\(sum / 400)")
    #expect(covered >= 376, "0 is outside in at most 5 %, by chance 6: \(400 - covered)")
    #expect(Dispersion([Proportion(1, of: 1), Proportion(3, of: 9)]) == nil)
    #expect(Dispersion([Proportion(0, of: 9), Proportion(9, of: 9)])!.deviation > 0.5)
  }

  @Test func shrinkageLeavesLargeCellsAndPullsSmallOnes() {
    let cells: [Proportion?] = [
      Proportion(300, of: 1_000), Proportion(450, of: 1_000), Proportion(600, of: 1_000),
      Proportion(2, of: 2), nil, Proportion(380, of: 1_000),
    ]
    let found = Shrinkage(cells)!
    #expect(abs(found.estimates[0].value! - 0.3) < 0.005)
    #expect(found.estimates[3].value! < 0.75 && found.estimates[3].value! > 0.45)
    #expect(found.estimates[4].value == nil && found.estimates[4].status == .notEstimable)
    // Cells that differ by chance alone share one rate.
    let alike = Shrinkage((0..<8).map { _ in Proportion(20, of: 40) })!
    #expect(alike.strength > 1e4 && abs(alike.estimates[0].value! - 0.5) < 1e-6)
    #expect(Shrinkage([Proportion(0, of: 9), Proportion(0, of: 9), Proportion(0, of: 2)]) == nil)
  }

  @Test func pairedAreasAgreeWithTheVarianceOfPlacements() {
    var random = SeededGenerator(seed: 21)
    let labels = (0..<60).map { UInt8($0 % 3 == 0 ? 1 : 0) }
    func scores(_ pull: Double) -> [Double] {
      labels.map { (Double.random(in: 0..<1, using: &random) * 6 + pull * Double($0)).rounded() }
    }
    let a = scores(3), b = scores(1)
    let found = PairedAreas(a, b, labels: labels)!
    func area(_ s: [Double]) -> Double {
      var wins = 0.0
      for i in labels.indices where labels[i] == 1 {
        for j in labels.indices where labels[j] == 0 {
          wins += s[i] > s[j] ? 1 : s[i] == s[j] ? 0.5 : 0
        }
      }
      return wins / (20 * 40)
    }
    #expect(abs(found.first - area(a)) < 1e-12 && abs(found.second - area(b)) < 1e-12)
    let alike = PairedAreas(a, a.map { 2 * $0 + 1 }, labels: labels)!
    #expect(alike.difference == 0 && alike.interval() == nil && alike.test().pValue == 1)
    let constant = PairedAreas(labels.map { _ in 1 }, a, labels: labels)!
    #expect(constant.first == 0.5 && constant.variance > 0)
    #expect(PairedAreas([1, 2], [1, 2], labels: [0, 1]) == nil)
  }
}
