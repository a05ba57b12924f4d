import Criteria
import Datasets
import Foundation
import LinearAlgebra
import Mitigation
import Models
import Optimization
import RowSums
import Testing

@Suite struct RobustRegressionTests {
  private static let l2 = 1e-2
  private static let sets: [RobustSet] = [
    .covering(0.2), .published(0.5), .covering(1), .worstShare(0.2), .worstShare(0.7),
  ]

  private func method(_ set: RobustSet, pool: WorkerPool = .default) -> RobustLogisticRegression {
    RobustLogisticRegression(
      set: set,
      base: LogisticRegression(
        l2: Self.l2, rule: StoppingRule(relativeGap: 1e-11, iterationLimit: 1_000), pool: pool))
  }

  private func rows(_ data: Classified) -> ScoreRows<Double> {
    ScoreRows(
      features: data.features, labels: Buffer(data.labels.map { UInt8($0) }),
      sampleWeights: data.weights)
  }

  private func losses(_ data: Classified, _ theta: [Double]) -> WeightedLosses {
    WeightedLosses(
      losses: data.labels.indices.map { i in
        let z = zip(data.features.expandedRow(i), theta).reduce(theta.last!) { $0 + $1.0 * $1.1 }
        return log(1 + exp(z)) - Double(data.labels[i]) * z
      }, sampleWeights: data.weights,
      total: data.weights?.reduce(0, +) ?? Double(data.labels.count))
  }

  private func objective(_ set: RobustSet, _ data: Classified, _ theta: [Double]) -> Double {
    let own = losses(data, theta)
    let ridge = 0.5 * Self.l2 * theta.dropLast().reduce(0) { $0 + $1 * $1 }
    switch set {
    case .chiSquare(let c): return own.chiSquare(c: c).value + ridge
    case .worstShare(let share): return own.worstShareMean(share) + ridge
    }
  }

  @Test(arguments: sets)
  func theObjectiveIsProvedToBeTheLeast(set: RobustSet) throws {
    let weights = (0..<600).map { 0.5 + Double($0 % 3) }
    let data = Classified(rows: 600, groups: 3, seed: 31, weights: weights)
    let result = try method(set).fit(rows(data), sampleWeights: data.weights)
    #expect(abs(result.objective - objective(set, data, result.theta)) < 1e-10)
    #expect(result.status == .converged && result.isProved)
    #expect(result.gap <= 2e-6 * result.objective)
    // The weights at the end are of the set, and their plain fit is a lower bound.
    let mean = zip(result.weights, weights).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
    #expect(abs(mean - 1) < 1e-9 && result.weights.allSatisfy { $0 >= 0 })
    let plain = try LogisticRegression(l2: Self.l2 / mean).fit(
      ScoreRows<Double>(
        features: data.features, labels: Buffer(data.labels.map { UInt8($0) }),
        sampleWeights: zip(result.weights, weights).map { $0 * $1 }))
    #expect(plain.report.objective! <= result.objective + 1e-9)
    #expect(plain.report.objective! >= result.objective - 3e-6)
    // Any other point is no better.
    for scale in [0.8, 0.95, 1.05] {
      #expect(
        objective(set, data, result.theta.map { scale * $0 }) >= result.objective - result.gap
          - 1e-9)
    }
  }

  @Test func theWholeShareIsThePlainFit() throws {
    let data = Classified(rows: 400, groups: 2, seed: 6)
    let plain = try LogisticRegression(l2: Self.l2).fit(rows(data))
    for set in [RobustSet.covering(1), .published(1), .worstShare(1)] {
      let result = try method(set).fit(rows(data), sampleWeights: nil)
      for (a, b) in zip(plain.theta, result.theta) { #expect(abs(a - b) < 1e-5) }
    }
  }

  /// The worst group of a share above α has a loss below the robust objective, unseen by the method.
  @Test func aGroupThatNobodyNamedIsCovered() throws {
    let data = Classified(rows: 900, groups: 3, seed: 15)
    let result = try method(.covering(0.25)).fit(rows(data), sampleWeights: nil)
    let own = losses(data, result.theta)
    for group in 0..<3 {
      let members = data.groups.indices.filter { data.groups[$0] == group }
      guard Double(members.count) >= 0.25 * 900 else { continue }
      let mean = members.reduce(0) { $0 + own.losses[$1] } / Double(members.count)
      #expect(mean <= result.objective)
    }
  }

  @Test(arguments: [RobustSet.covering(0.3), .worstShare(0.3)])
  func weightsOrderAndThreadsDoNotMatter(set: RobustSet) throws {
    let n = 500
    let weights = (0..<n).map { Double($0 % 3) }
    let repeated = (0..<n).flatMap { Array(repeating: $0, count: $0 % 3) }
    func fit(_ data: Classified) throws -> RobustLogisticRegression.Result {
      try method(set).fit(rows(data), sampleWeights: data.weights)
    }
    let base = try fit(Classified(rows: n, groups: 2, seed: 5, weights: weights))
    let spelled = try fit(Classified(rows: n, groups: 2, seed: 5, order: repeated))
    let turned = try fit(Classified(rows: n, groups: 2, seed: 5, order: repeated.reversed()))
    for other in [spelled, turned] { #expect(abs(base.objective - other.objective) < 2e-6) }
    let data = Classified(rows: 9_000, groups: 2, seed: 5)
    let threads = try [1, 2, 4].map {
      try method(set, pool: WorkerPool(threads: $0)).fit(rows(data), sampleWeights: nil).theta
    }
    #expect(threads[0] == threads[1] && threads[0] == threads[2])
  }
}
