import Auditing
import Criteria
import Datasets
import Foundation
import LinearAlgebra
import TestSupport
import Testing

/// Counts of two attributes whose cells select with given chances.
private func counts(
  _ rates: [[Double]], rows: Int, seed: UInt64, weights: Buffer<Double>? = nil
) -> OutcomeCounts {
  var random = SeededGenerator(seed: seed)
  var first: [UInt16] = [], second: [UInt16] = [], selected: [UInt8] = [], labels: [UInt8] = []
  for _ in 0..<rows {
    let a = Int.random(in: 0..<rates.count, using: &random)
    let b = Int.random(in: 0..<rates[0].count, using: &random)
    first.append(UInt16(a))
    second.append(UInt16(b))
    selected.append(Double.random(in: 0..<1, using: &random) < rates[a][b] ? 1 : 0)
    labels.append(UInt8.random(in: 0...1, using: &random))
  }
  return try! OutcomeCounts(
    counting: Outcomes(
      attributes: [
        GroupIndex(
          attribute: "first", codes: Buffer(first), names: rates.indices.map { "a\($0)" }),
        GroupIndex(
          attribute: "second", codes: Buffer(second), names: rates[0].indices.map { "b\($0)" }),
      ], labels: Buffer(labels), predictions: Buffer(selected), weights: weights))
}

@Suite struct FindingBiasTests {
  @Test func theWorstCellIsACrossThatNoMarginShows() {
    let table = counts([[0.9, 0.1], [0.1, 0.9]], rows: 4_000, seed: 1)
    let result = WorstCells(metrics: ["selection_rate"]).find(table)
    #expect(result.examined == 6 && result.notEstimable == 0)
    let worst = result.cells[0]
    #expect(worst.attribute == "first×second" && worst.bound > 0.4 && worst.adjustedP < 1e-10)
    let margins = result.cells.filter { $0.attribute != "first×second" }
    #expect(margins.allSatisfy { $0.bound == 0 && $0.low <= 0 && $0.high >= 0 })
    #expect(zip(result.cells, result.cells.dropFirst()).allSatisfy { $0.bound >= $1.bound })
  }

  @Test func limitsOfAllCellsHoldTogetherWhenNothingDiffers() {
    let alarms = (0..<100).count { seed in
      let table = counts(
        [[Double]](repeating: [0.3, 0.3, 0.3], count: 4), rows: 800, seed: UInt64(seed) + 50)
      return WorstCells(metrics: ["selection_rate"]).find(table).cells[0].bound > 0
    }
    #expect(alarms <= 10, "\(alarms) of 100 at a level of 5 %")
  }

  @Test func linearSubgroupsAreRecountedAndBoundedByTheirCeiling() {
    // All unions of a 2 × 2 table but the two diagonals are linear.
    let linear = (1..<15).filter { $0 != 6 && $0 != 9 }
    var reached = 0.0
    for seed in 0..<30 {
      var random = SeededGenerator(seed: UInt64(seed))
      let rates = (0..<2).map { _ in
        (0..<2).map { _ in Double.random(in: 0.2..<0.8, using: &random) }
      }
      let table = counts(rates, rows: 1_000, seed: UInt64(seed))
      let found = RichSubgroups(replicates: 0).audit(table, event: .selectionRate)!
      let gains: [Double] = table.tallies.map { tally in
        tally.weight(of: .selected) - found.baseline * tally.totalWeight
      }
      var best = 0.0
      for subset in linear {
        var gain = 0.0
        for cell in 0..<4 where subset >> cell & 1 == 1 { gain += gains[cell] }
        best = max(best, abs(gain) / 1_000)
      }
      #expect(found.violation <= best + 1e-12 && found.violation <= found.ceiling + 1e-12)
      #expect(abs(found.share * abs(found.rate - found.baseline) - found.violation) < 1e-12)
      reached += found.violation / best
    }
    #expect(reached / 30 > 0.97, "the oracle's share of the best: \(reached / 30)")
  }

  @Test func subgroupsOfAFairModelHaveNoSmallPValue() {
    let fair = (0..<40).count { seed in
      let table = counts([[0.4, 0.4, 0.4], [0.4, 0.4, 0.4]], rows: 600, seed: UInt64(seed) + 900)
      return RichSubgroups(replicates: 39, seed: UInt64(seed)).audit(
        table, event: .falsePositiveRate)!.pValue! <= 0.05
    }
    #expect(fair <= 7, "\(fair) of 40 at 5 %")
    let unfair = counts([[0.2, 0.3, 0.4], [0.5, 0.6, 0.7]], rows: 2_000, seed: 3)
    let found = RichSubgroups(seed: 1).audit(unfair, event: .falsePositiveRate)!
    #expect(found.pValue == 0.005 && found.violation > 0.05)
    #expect(found.levels.first!.weight > found.levels.last!.weight)
    let none = counts([[0, 0], [0, 0]], rows: 100, seed: 3)
    #expect(RichSubgroups().audit(none, event: .selectionRate) == nil)
  }

  @Test func proxiesAreNamedByWhatTheyTell() throws {
    let n = 2_000
    var random = SeededGenerator(seed: 8)
    let groups = (0..<n).map { _ in UInt16.random(in: 0...1, using: &random) }
    let dense = Matrix<Float>(rows: n, columns: 3)
    for i in 0..<n {
      dense[i, 0] = Float.random(in: 0..<1, using: &random)
      dense[i, 1] = Float(groups[i]) + Float.random(in: 0..<1.5, using: &random)
      dense[i, 2] = 7
    }
    let codes = groups.map { $0 == 1 ? UInt16(2) : UInt16.random(in: 0...1, using: &random) }
    let data = Dataset(
      source: "made",
      encoder: FeatureEncoder(
        numeric: [.init(name: "noise"), .init(name: "pay"), .init(name: "constant")],
        categorical: [.init(name: "job", levels: ["p", "q", "r"])]),
      features: DesignMatrix(
        dense: dense, categorical: [CodeColumn(codes: Buffer(codes), levels: 4)]),
      labels: nil,
      attributes: [GroupIndex(attribute: "sex", codes: Buffer(groups), names: ["f", "m"])])
    let found = try Proxies().find(data)[0]
    #expect(found.strongest == "job" && found.features[0].strength > 0.99)
    let byName = Dictionary(uniqueKeysWithValues: found.features.map { ($0.name, $0) })
    #expect(byName["noise"]!.strength < 0.08 && byName["noise"]!.pValue > 0.001)
    #expect(byName["pay"]!.area! > 0.9 && byName["pay"]!.pValue < 1e-100)
    #expect(byName["constant"]!.strength == 0 && byName["constant"]!.area == 0.5)
    #expect(found.joint.allSatisfy { $0.area! > 0.999 })
    let again = try Proxies(pool: .serial).find(data)[0]
    #expect(again == found)
  }

  @Test func jointAreasOfNoiseAreAHalf() throws {
    let n = 3_000
    var random = SeededGenerator(seed: 18)
    let groups = (0..<n).map { _ in UInt16.random(in: 0...2, using: &random) }
    let dense = Matrix<Double>(rows: n, columns: 5)
    for i in 0..<n { for j in 0..<5 { dense[i, j] = Double.random(in: -1..<1, using: &random) } }
    let data = Dataset(
      source: "made",
      encoder: FeatureEncoder(numeric: (0..<5).map { .init(name: "x\($0)") }),
      features: DesignMatrix(dense: dense), labels: nil,
      attributes: [GroupIndex(attribute: "g", codes: Buffer(groups), names: ["a", "b", "c"])])
    let found = try Proxies().find(data)[0]
    #expect(found.joint.count == 3 && found.joint.allSatisfy { abs($0.area! - 0.5) < 0.05 })
  }
}

@Suite struct StratifiedComparisonTests {
  /// Berkeley's paradox: within each department both groups are admitted alike.
  @Test func aGapThatStrataExplainIsGone() throws {
    var group: [String] = [], department: [String] = [], selected: [UInt8] = []
    for (name, easy, hard) in [("m", 800, 200), ("f", 200, 800)] {
      for (place, count, share) in [("easy", easy, 0.75), ("hard", hard, 0.25)] {
        for i in 0..<count {
          group.append(name)
          department.append(place)
          selected.append(Double(i) < share * Double(count) ? 1 : 0)
        }
      }
    }
    let counts = try OutcomeCounts(
      counting: Outcomes(
        attributes: [
          GroupIndex(attribute: "sex", values: group),
          GroupIndex(attribute: "department", values: department),
        ], predictions: Buffer(selected)))
    let rows = StratifiedComparison.all(of: counts, controls: ["department"])
    let row = rows.first { $0.group == "f" && $0.metric == "selection_rate" }!
    #expect(row.strata == 2 && row.of == 2)
    #expect(abs(row.oddsRatio! - 1) < 1e-12 && row.low! < 1 && row.high! > 1)
    #expect(row.pValue! > 0.99 && row.homogeneityP! > 0.99)
    let plain = ProportionTests.twoGroups(Proportion(350, of: 1_000), Proportion(650, of: 1_000))
    #expect(plain.pValue < 1e-30)
    #expect(StratifiedComparison.all(of: counts, controls: ["none"]).isEmpty)
  }
}
