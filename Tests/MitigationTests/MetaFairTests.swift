import Criteria
import Foundation
import LinearAlgebra
import Mitigation
import TestSupport
import Testing

private let statistics = [
  "selection_rate", "true_positive_rate", "false_positive_rate", "accuracy_score",
  "false_discovery_rate", "false_omission_rate", "precision_score",
]

/// Chances of label and group of some rows, and weights.
private func table(
  _ rows: Int, groups: Int, seed: UInt64, weights: [Double]? = nil, order: [Int]? = nil,
  pool: WorkerPool = .default
) -> PosteriorTable {
  var random = SeededGenerator(seed: seed)
  let all = (0..<rows).map { _ -> [Float] in
    let raw = (0..<2 * groups).map { c in
      Double.random(in: 0.02...1, using: &random) * (c == 1 ? 0.4 : c == 2 * groups - 1 ? 2 : 1)
    }
    let sum = raw.reduce(0, +)
    return raw.map { Float($0 / sum) }
  }
  let order = order ?? Array(0..<rows)
  return PosteriorTable(
    order.flatMap { all[$0] }, cells: 2 * groups, sampleWeights: weights, pool: pool)
}

/// A rate by its definition, from the weight selected and the weight there is.
private func rate(_ name: String, _ s: [Double], _ t: [Double]) -> Double? {
  let (n, p) = (s[0], s[1])
  let parts: (Double, Double) =
    switch name {
    case "selection_rate": (n + p, t[0] + t[1])
    case "true_positive_rate": (p, t[1])
    case "false_positive_rate": (n, t[0])
    case "accuracy_score": (p + t[0] - n, t[0] + t[1])
    case "false_discovery_rate": (n, n + p)
    case "false_omission_rate": (t[1] - p, t[0] + t[1] - n - p)
    default: (p, n + p)
    }
  return parts.1 > 1e-12 ? parts.0 / parts.1 : nil
}

private func rates(_ name: String, _ selected: [Double], _ table: PosteriorTable) -> [Double?] {
  (0..<table.cells / 2).map { g in
    rate(
      name, Array(selected[2 * g..<2 * g + 2]), Array(table.totals[2 * g..<2 * g + 2]))
  }
}

private func accuracy(_ selected: [Double], _ table: PosteriorTable) -> Double {
  var right = 0.0
  for g in 0..<table.cells / 2 {
    right += selected[2 * g + 1]
    right += table.totals[2 * g] - selected[2 * g]
  }
  return right / table.total
}

@Suite struct MetaFairTests {
  @Test(arguments: statistics, [2, 3])
  func theRatesAreAlikeAndTheGapIsClosed(statistic: String, groups: Int) {
    let weights = (0..<3_000).map { 0.5 + Double($0 % 3) }
    let table = table(3_000, groups: groups, seed: 5, weights: weights)
    let tau = 0.8
    let result = MetaFair(rate: Rate.named(statistic)!, alike: .ratio(tau)).solve(table)
    #expect(result.status == .converged)
    let found = rates(statistic, result.selected, table).compactMap(\.self)
    // The rule without randomization is off by the rows on its edge at most.
    #expect((found.min() ?? 1) >= tau * (found.max() ?? 0) - 0.01)
    #expect(abs(accuracy(result.selected, table) - result.accuracy) < 1e-9)
    #expect(abs(result.accuracy - result.mixtureAccuracy) < 3e-3)
    #expect(result.bound - result.mixtureAccuracy <= 1e-4 + 1e-9)
  }

  /// Every selection of a handful of rows, within the window or not: none that is feasible beats the
  /// bound, and the bound is near the best when rows may be selected in part.
  @Test(arguments: statistics)
  func noSelectionBeatsTheBound(statistic: String) {
    for seed in 1...12 as ClosedRange<UInt64> {
      let table = table(11, groups: 2, seed: seed)
      let singles = (0..<11).map { row -> [Double] in
        (0..<4).map { Double(table.row(row)[$0]) }
      }
      let result = MetaFair(rate: Rate.named(statistic)!, alike: .ratio(0.75), gap: 1e-4).solve(
        table)
      var best = -1.0
      for choice in 0..<(1 << 11) {
        var selected = [Double](repeating: 0, count: 4)
        for row in 0..<11 where choice >> row & 1 == 1 { selected.add(1, times: singles[row]) }
        let found = rates(statistic, selected, table).compactMap(\.self)
        guard let low = found.min(), let high = found.max(), low >= 0.75 * high else { continue }
        // A rate without a denominator lies in every window.
        best = max(best, accuracy(selected, table))
      }
      #expect(best <= result.bound + 1e-6, "seed \(seed)")
      #expect(result.mixtureAccuracy >= best - 1e-4, "seed \(seed)")
    }
  }

  @Test func withoutAConstraintItIsTheLikelierLabel() {
    let table = table(500, groups: 3, seed: 2)
    let result = MetaFair(rate: .selectionRate, alike: .ratio(0)).solve(table)
    let plain = table.selected((0..<6).map { $0 % 2 == 1 ? 1 : -1 })
    #expect(abs(result.mixtureAccuracy - accuracy(plain, table)) < 1e-4)
  }

  @Test func differencesAreBoundedToo() {
    let table = table(4_000, groups: 3, seed: 9)
    let result = MetaFair(rate: .falsePositiveRate, alike: .difference(0.02)).solve(table)
    let found = rates("false_positive_rate", result.selected, table).compactMap(\.self)
    #expect(found.max()! - found.min()! <= 0.02 + 0.004)
  }

  @Test func weightsAreRepetitionsAndThreadsChangeNoBit() {
    let n = 800
    let weights = (0..<n).map { Double($0 % 3) }
    let order = (0..<n).flatMap { Array(repeating: $0, count: $0 % 3) }
    let method = MetaFair(rate: .falseDiscoveryRate, alike: .ratio(0.8))
    let one = method.solve(table(n, groups: 2, seed: 4, weights: weights))
    let other = method.solve(table(n, groups: 2, seed: 4, order: order))
    #expect(abs(one.mixtureAccuracy - other.mixtureAccuracy) < 2e-4)
    let results = [1, 2, 4].map {
      method.solve(table(20_000, groups: 2, seed: 4, pool: WorkerPool(threads: $0))).kappa
    }
    #expect(results[0] == results[1] && results[0] == results[2])
  }
}
