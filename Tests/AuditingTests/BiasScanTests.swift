import Auditing
import Criteria
import Datasets
import LinearAlgebra
import TestSupport
import Testing

/// Random rows of some attributes, with outcomes and expectations.
private struct Rows {
  var attributes: [GroupIndex]
  var observed: [Double]
  var expected: [Double]

  init(_ n: Int, sizes: [Int], seed: UInt64, lift: (([Int]) -> Double)? = nil) {
    var random = SeededGenerator(seed: seed)
    var codes = sizes.map { _ in [UInt16]() }
    observed = []
    expected = []
    for _ in 0..<n {
      let key = sizes.map { Int.random(in: 0..<$0, using: &random) }
      for a in sizes.indices { codes[a].append(UInt16(key[a])) }
      let p = [0.1, 0.3, 0.6].randomElement(using: &random)!
      let odds = p / (1 - p) * (lift?(key) ?? 1)
      observed.append(Double.random(in: 0..<1, using: &random) < odds / (1 + odds) ? 1 : 0)
      expected.append(p)
    }
    attributes = sizes.indices.map { a in
      GroupIndex(
        attribute: "a\(a)", codes: Buffer(codes[a]), names: (0..<sizes[a]).map { "v\($0)" })
    }
  }
}

@Suite struct BiasScanTests {
  /// Every subset of an attribute's values, each at its own best θ.
  @Test(arguments: ScanStatistic.allCases, BiasScan.Direction.allCases)
  func theBestSubsetIsThatOfAllSubsets(
    statistic: ScanStatistic, direction: BiasScan.Direction
  ) {
    for (seed, penalty) in [(1, 0.0), (2, 0.3), (3, 1.5)] as [(UInt64, Double)] {
      let rows = Rows(300, sizes: [8], seed: seed)
      let isConstant = statistic == .berkJones
      let mean = rows.observed.reduce(0, +) / 300
      let table = ScanTable(
        attributes: rows.attributes, observed: { rows.observed[$0] },
        expected: { isConstant ? mean : rows.expected[$0] })
      let search = ScanSearch(
        scan: BiasScan(statistic: statistic, direction: direction, penalty: penalty),
        table: table, variance: 0.2)
      let values = (0..<8).map { v in table.sums { table.code($0, 0) == v } }
      var best = 0.0
      for subset in 1..<256 {
        let sums = table.sums { subset >> table.code($0, 0) & 1 == 1 }
        let price = subset == 255 ? 0 : penalty * Double(subset.nonzeroBitCount)
        best = max(best, search.model.maximum(sums).value - price)
      }
      let found = search.bestSubset(of: values)
      #expect(abs(found.score - best) < 1e-9 * max(1, best), "\(statistic) \(direction)")
    }
  }

  /// The maximum over θ against a fine grid.
  @Test(arguments: ScanStatistic.allCases, BiasScan.Direction.allCases)
  func theMaximumIsThatOfAGrid(statistic: ScanStatistic, direction: BiasScan.Direction) {
    let rows = Rows(200, sizes: [3], seed: 5) { $0[0] == 0 ? 3 : $0[0] == 1 ? 0.3 : 1 }
    let table = ScanTable(
      attributes: rows.attributes, observed: { rows.observed[$0] },
      expected: { rows.expected[$0] })
    let model = ScanModel(
      statistic: statistic, direction: direction == .above ? 1 : -1, levels: table.levels,
      variance: 0.2)
    for value in 0..<3 {
      let sums = table.sums { table.code($0, 0) == value }
      let end = statistic == .gaussian && direction == .below ? 1.0 : 6
      let grid = (0...60_000).map { model.value(sums, at: end * Double($0) / 60_000) }.max()!
      let found = model.maximum(sums).value
      #expect(found >= grid - 1e-12 && found <= grid + 1e-5, "\(found) \(grid)")
    }
  }

  /// All rectangles of two attributes by brute force.
  @Test func turnsAndRestartsReachTheBestOfAllSubgroups() {
    for seed in 1...6 as ClosedRange<UInt64> {
      let rows = Rows(400, sizes: [4, 3], seed: seed) { $0[0] < 2 && $0[1] == 1 ? 2.5 : 1 }
      let table = ScanTable(
        attributes: rows.attributes, observed: { rows.observed[$0] },
        expected: { rows.expected[$0] })
      let scan = BiasScan(restarts: 20, replicates: 0)
      let search = ScanSearch(scan: scan, table: table, variance: 1)
      var best = 0.0
      for first in 1..<16 {
        for second in 1..<8 {
          let sums = table.sums {
            first >> table.code($0, 0) & 1 == 1 && second >> table.code($0, 1) & 1 == 1
          }
          best = max(best, search.model.maximum(sums).value)
        }
      }
      #expect(abs(search.best(seed: 0).score - best) < 1e-9)
    }
  }

  @Test func aPlantedSubgroupIsFoundAndNamed() {
    let rows = Rows(4_000, sizes: [5, 4, 3], seed: 9) { $0[0] == 2 && $0[1] == 3 ? 6 : 1 }
    let finding = BiasScan(penalty: 1, replicates: 39, seed: 3).run(
      rows.attributes, observed: rows.observed, expected: rows.expected)!
    #expect(finding.subset.map(\.attribute) == ["a0", "a1"])
    #expect(finding.subset.map(\.values) == [["v2"], ["v3"]])
    #expect(finding.subset.map(\.excluded.count) == [4, 3] && !finding.subset[0].isAllBut)
    #expect(finding.pValue == 1.0 / 40 && finding.observed! > finding.expected!)
    let again = BiasScan(penalty: 1, replicates: 39, seed: 3, pool: .serial).run(
      rows.attributes, observed: rows.observed, expected: rows.expected)!
    #expect(again == finding, "any number of threads finds the same")
  }

  @Test func havingSearchedIsPaidFor() {
    // With nothing planted the p-values are uniform on 1/20…1: few are small.
    let small = (0..<60).count { seed in
      let rows = Rows(300, sizes: [6, 5], seed: UInt64(100 + seed))
      return BiasScan(restarts: 3, replicates: 19, seed: UInt64(seed)).run(
        rows.attributes, observed: rows.observed, expected: rows.expected)!.pValue! <= 0.1
    }
    #expect(small <= 14, "\(small) of 60, where 6 are expected")
  }

  @Test func extremesAreNoSpecialCase() {
    let rows = Rows(50, sizes: [3], seed: 4)
    let scan = BiasScan(replicates: 9)
    #expect(
      scan.run(rows.attributes, observed: rows.observed.map { _ in 1 }) == nil, "nothing varies")
    let tiny = scan.run(
      rows.attributes, observed: rows.observed, expected: rows.observed.map { _ in 1e-300 })!
    #expect(tiny.score.isFinite && tiny.score > 0)
    let sure = BiasScan(direction: .below, replicates: 9).run(
      rows.attributes, observed: rows.observed, expected: rows.observed.map { _ in 1 })!
    #expect(sure.score.isFinite && sure.score > 0)
    #expect(scan.run(rows.attributes, observed: rows.observed, chosen: { _ in false }) == nil)
    // Weight 0 is a row left out.
    var weights = [Double](repeating: 1, count: 50)
    for i in 0..<25 { weights[i] = 0 }
    let left = BiasScan(replicates: 0).run(
      rows.attributes, observed: rows.observed, expected: rows.expected, weights: Buffer(weights))!
    let chosen = BiasScan(replicates: 0).run(
      rows.attributes, observed: rows.observed, expected: rows.expected, chosen: { $0 >= 25 })!
    #expect(abs(left.score - chosen.score) < 1e-9 && left.subset == chosen.subset)
  }
}
