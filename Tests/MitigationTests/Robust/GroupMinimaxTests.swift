import Criteria
import Datasets
import Foundation
import LinearAlgebra
import Mitigation
import Models
import Optimization
import RowSums
import Testing

@Suite struct GroupMinimaxTests {
  private static let l2 = 1e-2

  private func method(
    gap: Double = 1e-7, l2: Double = Self.l2, pool: WorkerPool = .default
  ) -> GroupMinimax {
    GroupMinimax(
      gap: gap,
      base: LogisticRegression(
        l2: l2, rule: StoppingRule(relativeGap: 1e-12, iterationLimit: 500), pool: pool))
  }

  private func problem(_ data: Classified) -> PenalizedLogisticRegression.Problem<Double> {
    .init(features: data.features, cells: data.scope.cells, sampleWeights: data.weights)
  }

  /// Each group's mean loss by the definition, and that of all rows.
  private func losses(_ data: Classified, _ theta: [Double]) -> (groups: [Double], mean: Double) {
    let count = (data.groups.max() ?? 0) + 1
    var sums = [Double](repeating: 0, count: count), weights = sums
    for i in data.labels.indices {
      let x = data.features.expandedRow(i)
      let z = zip(x, theta).reduce(theta.last!) { $0 + $1.0 * $1.1 }
      let s = data.weights?[i] ?? 1
      sums[data.groups[i]] += s * (log(1 + exp(z)) - Double(data.labels[i]) * z)
      weights[data.groups[i]] += s
    }
    return (
      zip(sums, weights).filter { $0.1 > 0 }.map { $0.0 / $0.1 },
      sums.reduce(0, +) / weights.reduce(0, +)
    )
  }

  private func ridge(_ theta: [Double], l2: Double = Self.l2) -> Double {
    0.5 * l2 * theta.dropLast().reduce(0) { $0 + $1 * $1 }
  }

  @Test(arguments: [2, 3, 6], [0.0, 0.4, 1])
  func theGapIsWhatTheDefinitionsSay(groups: Int, share: Double) throws {
    let weights = (0..<700).map { 0.5 + Double($0 % 4) }
    let data = Classified(rows: 700, groups: groups, seed: UInt64(groups), weights: weights)
    let result = try method().fit(problem(data), share: share)
    let found = losses(data, result.theta)
    let value = (1 - share) * found.mean + share * found.groups.max()! + ridge(result.theta)
    #expect(abs(value - result.objective) < 1e-12)
    #expect(result.status == .converged && result.isProved)
    #expect(result.lowerBound <= result.objective + 1e-12)
    #expect(result.gap <= 1e-7)
    let multipliers = result.losses.groups.map(\.multiplier)
    #expect(multipliers.allSatisfy { $0 > 0 } && abs(multipliers.reduce(0, +) - 1) < 1e-12)
    #expect(zip(found.groups, result.losses.groups).allSatisfy { abs($0 - $1.loss) < 1e-12 })
    #expect(try #require(result.losses.improvableAtMost) < 1e-7)
  }

  /// For two groups the dual is a function of one number: its largest value on a grid is the optimum.
  @Test func aGridOverTheMultiplierFindsTheSameOptimum() throws {
    let data = Classified(rows: 500, groups: 2, seed: 8)
    let cells = data.scope.cells, total = cells.totalWeight
    let result = try method().fit(problem(data), share: 1)
    var best = -Double.infinity
    for step in 0...400 {
      let lambda = Double(step) / 400
      var table = [Double](repeating: 0, count: cells.count)
      for c in 0..<cells.count {
        let group = CellIndex.group(of: c)
        let weight = cells.weights[2 * group] + cells.weights[2 * group + 1]
        table[c] = (group == 0 ? lambda : 1 - lambda) * total / weight
      }
      let objective = LinearObjective(
        LocalRows(problem(data).rows), terms: [.init(1, MeanLoss(totalWeight: total))], l2: Self.l2,
        lossWeights: (table, zip(table, problem(data).rows.labels).map { $0 * $1 }))
      best = try max(best, method().base.fit(objective).report.objective!)
    }
    #expect(best <= result.objective + 1e-9 && result.objective - best < 2e-5)
  }

  @Test func withoutAShareItIsThePlainFit() throws {
    let data = Classified(rows: 400, groups: 3, seed: 4)
    let plain = try method().base.fit(problem(data).rows)
    let result = try method().fit(problem(data), share: 0)
    for (a, b) in zip(plain.theta, result.theta) { #expect(abs(a - b) < 1e-6) }
  }

  @Test func theWorstGroupIsServedBetterTheMoreItCounts() throws {
    let data = Classified(rows: 900, groups: 3, seed: 12)
    let shares = [1, 0.0, 0.5]
    let path = try method().path(problem(data), shares: shares)
    let worst = path.map { losses(data, $0.theta).groups.max()! + ridge($0.theta) }
    #expect(worst[0] <= worst[2] + 1e-7 && worst[2] <= worst[1] + 1e-7)
    #expect(worst[0] < worst[1] - 1e-3)
    let alone = try method().fit(problem(data), share: 0.5)
    #expect(abs(alone.objective - path[2].objective) < 1e-7)
  }

  @Test func weightsOrderAndThreadsDoNotMatter() throws {
    let n = 600
    let weights = (0..<n).map { Double($0 % 3) }
    let base = try method().fit(
      problem(Classified(rows: n, groups: 3, seed: 5, weights: weights)), share: 1)
    let repeated = (0..<n).flatMap { Array(repeating: $0, count: $0 % 3) }
    let spelled = try method().fit(
      problem(Classified(rows: n, groups: 3, seed: 5, order: repeated)), share: 1)
    let turned = try method().fit(
      problem(Classified(rows: n, groups: 3, seed: 5, order: repeated.reversed())), share: 1)
    for other in [spelled, turned] {
      #expect(abs(base.objective - other.objective) < 1e-7)
      for (a, b) in zip(base.theta, other.theta) { #expect(abs(a - b) < 1e-3) }
    }
    let data = problem(Classified(rows: 9_000, groups: 3, seed: 5))
    let threads = try [1, 2, 4].map {
      try method(pool: WorkerPool(threads: $0)).fit(data, share: 1).theta
    }
    #expect(threads[0] == threads[1] && threads[0] == threads[2])
  }

  @Test func aModelThatEveryGroupCouldLeaveIsFound() throws {
    let data = Classified(rows: 800, groups: 3, seed: 21)
    let rows = problem(data)
    let plain = try method().base.fit(rows.rows)
    let own = losses(data, plain.theta).groups
    let norm = plain.theta.dropLast().reduce(0) { $0 + $1 * $1 }.squareRoot()
    let efficient = try method().improvement(on: own, norm: norm, rows)
    #expect(efficient.found == 0 || efficient.found < 1e-6)
    #expect(try #require(efficient.atMost) < 1e-5)
    // Coefficients pushed off their optimum serve every group worse.
    let worse = plain.theta.map { 0.3 * $0 }
    let dominated = try method().improvement(on: losses(data, worse).groups, norm: norm, rows)
    let gain = zip(losses(data, worse).groups, own).map { $0 - $1 }.min()!
    #expect(gain > 0.005)
    #expect(try #require(dominated.atMost) >= gain - 1e-9)
    #expect(dominated.found > 0)
  }

  @Test func withoutL2NothingIsProved() throws {
    let data = Classified(rows: 400, groups: 2, seed: 2)
    let result = try method(l2: 0).fit(problem(data), share: 1)
    #expect(!result.isProved && result.losses.improvableAtMost == nil)
    #expect(result.status == .converged && result.gap < 1e-6)
  }
}
