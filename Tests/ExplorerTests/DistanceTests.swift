import Datasets
import LinearAlgebra
import TestSupport
import Testing

import Explorer

@Suite struct DistanceTests {
  private func table(_ n: Int, seed: UInt64) -> ExploredTable {
    var random = SeededGenerator(seed: seed)
    let ages = (0..<n).map { _ in
      Int.random(in: 0..<9, using: &random) == 0
        ? Float.nan : Float.random(in: 18...80, using: &random)
    }
    let jobs = (0..<n).map { _ in Int32.random(in: -1..<4, using: &random) }
    let keys = (0..<n).map { Int32($0) }
    return ExploredTable(
      rows: n,
      columns: [
        .init(name: "age", values: .numbers(ages)),
        .init(name: "flat", values: .numbers([Float](repeating: 2, count: n))),
        .init(name: "job", values: .levels(jobs, ["a", "b", "c", "d"])),
        .init(name: "key", values: .levels(keys, keys.map { "k\($0)" })),
      ])
  }

  /// The What-If Tool's formula, written out once more.
  @Test func whatIfIsItsFormula() throws {
    let table = table(120, seed: 3)
    guard case .numbers(let ages) = table.columns[0].values,
      case .levels(let jobs, _) = table.columns[2].values
    else { return }
    let known = ages.filter { !$0.isNaN }.map(Double.init)
    let mean = known.reduce(0, +) / Double(known.count)
    let sigma = (known.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(known.count))
      .squareRoot()
    let told = jobs.filter { $0 >= 0 }
    let p = (0..<4).map { v in Double(told.count { $0 == v }) / Double(told.count) }
      .map { $0 * $0 }.reduce(0, +)
    let first = RowDistance(table, kind: .whatIf)
    let second = RowDistance(table, kind: .whatIfSquared)
    // Keys compare nobody.
    #expect(first.columns == ["age", "flat", "job"])
    for a in 0..<120 {
      for b in 0..<120 where a != b {
        let age =
          ages[a].isNaN || ages[b].isNaN ? 1 : abs(Double(ages[a]) - Double(ages[b])) / sigma
        let job = jobs[a] < 0 || jobs[b] < 0 ? 1 : jobs[a] == jobs[b] ? 0 : p
        #expect(abs(first.distance(a, b) - (age + job)) < 1e-12)
        #expect(abs(second.distance(a, b) - (age * age + job * job)) < 1e-12)
      }
    }
  }

  @Test(arguments: RowDistance.Kind.allCases) func nearestIsTheLeastOfAll(
    _ kind: RowDistance.Kind
  ) {
    let table = table(150, seed: 9), distance = RowDistance(table, kind: kind)
    let model = ExploredModel(name: "p", scores: (0..<150).map { Double(($0 * 37) % 150) / 150 })
    for row in 0..<150 {
      let found = distance.counterfactuals(of: row, model, count: 5)
      let all = (0..<150).filter { $0 != row && model.selects($0) != model.selects(row) }
        .sorted { (distance.distance(row, $0), $0) < (distance.distance(row, $1), $1) }
      #expect(found.map(\.row) == Array(all.prefix(5)))
      #expect(
        abs(distance.distance(row, (row + 1) % 150) - distance.distance((row + 1) % 150, row)) == 0)
    }
  }

  /// A weight of 0 takes a column out; all weights twice as large change nothing.
  @Test func weightsAreShares() {
    let table = table(40, seed: 5)
    let plain = RowDistance(table), out = RowDistance(table, weights: ["job": 0])
    let without = RowDistance(table, leavingOut: ["job"])
    let twice = RowDistance(table, weights: ["age": 2, "flat": 2, "job": 2, "key": 2])
    for b in 1..<40 {
      #expect(abs(out.distance(0, b) - without.distance(0, b)) < 1e-15)
      #expect(abs(plain.distance(0, b) - twice.distance(0, b)) < 1e-15)
      #expect(plain.distance(0, b) <= 3)
    }
  }
}
