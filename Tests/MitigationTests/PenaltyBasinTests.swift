import Criteria
import Datasets
import Foundation
import LinearAlgebra
import Mitigation
import Models
import Optimization
import Testing

/// A small penalized problem drawn by its seed: 2 to 8 groups, weights of every spread, strengths from
/// 0.1 to 1,000. Such penalties have minima that a single descent runs into and cannot leave.
private struct RandomProblem {
  let problem: PenalizedLogisticRegression.Problem<Double>
  let method: PenalizedLogisticRegression
  let strength: Double
  let columns: Int
  private(set) var random: CounterRandom

  init(seed: UInt64) {
    var random = CounterRandom(seed: seed, stream: 17)
    func between(_ low: Double, _ high: Double) -> Double {
      exp(log(low) + random.uniform() * (log(high) - log(low)))
    }
    let groups = 2 + Int(random.next() % 7), d = 1 + Int(random.next() % 6)
    let n = max(4 * groups, Int(between(40, 600)))
    let spread = random.uniform() * 1.5, steep = between(0.2, 3)
    let shifts = (0..<groups).map { _ in (0..<d).map { _ in random.normal() * spread } }
    let offsets = (0..<groups).map { _ in random.normal() }
    let slopes = (0..<d).map { _ in random.normal() * steep }
    var x: [[Double]] = [], labels: [UInt8] = [], names: [String] = [], weights: [Double] = []
    let tail = random.uniform() < 0.5 ? 0 : random.uniform() * 1.5
    for i in 0..<n {
      let group = i < 2 * groups ? i % groups : Int(random.next() % UInt64(groups))
      let row = shifts[group].map { $0 + random.normal() }
      let score = zip(row, slopes).reduce(offsets[group]) { $0 + $1.0 * $1.1 }
      // Each group has both labels.
      let drawn: UInt8 = random.uniform() < 1 / (1 + exp(-score)) ? 1 : 0
      labels.append(i < groups ? 1 : i < 2 * groups ? 0 : drawn)
      x.append(row)
      names.append("\(group)")
      weights.append(exp(random.normal() * tail))
    }
    problem = .init(
      features: DesignMatrix(dense: Matrix(x)),
      cells: CellIndex(
        attributes: [GroupIndex(attribute: "a", values: names)], labels: Buffer(labels),
        sampleWeights: weights), sampleWeights: weights)
    let penalties = [
      "demographic_parity", "equal_opportunity", "false_positive_rate", "equalized_odds",
    ]
    let name = penalties[Int(random.next() % 4)]
    method = PenalizedLogisticRegression(
      penalty: Penalties.named(name)!,
      base: LogisticRegression(l2: pow(10, -6 + 4 * random.uniform())))
    strength = between(0.1, 1_000)
    columns = d
    self.random = random
  }

  /// The lowest objective that descents from random points reach.
  mutating func best(ofStarts count: Int) throws -> Double {
    let objective = method.objective(problem, strength: strength)
    return try (0..<count).reduce(Double.infinity) { best, _ in
      let size = pow(10, 2 * random.uniform() - 1)
      let start = (0...columns).map { _ in random.normal() * size }
      let rule = StoppingRule(relativeGap: 1e-8, iterationLimit: 300)
      return try min(best, LBFGS().minimize(objective, from: start, rule: rule).value)
    }
  }
}

@Suite struct PenaltyBasinTests {
  /// With EQUIPOISE_LONG more problems are drawn than every change waits for.
  private static let parts: UInt64 =
    ProcessInfo.processInfo.environment["EQUIPOISE_LONG"] == nil ? 4 : 67

  @Test(arguments: 0..<parts)
  func noFitIsFarAboveTheBestOfTwentyRandomStarts(part: UInt64) throws {
    for seed in (part * 30)..<(part * 30 + 30) {
      var drawn = RandomProblem(seed: seed)
      let report = try drawn.method.fit(drawn.problem, strength: drawn.strength).report
      let best = try drawn.best(ofStarts: 20)
      #expect(report.objective! <= 1.01 * best, "seed \(seed): \(report.objective!) and \(best)")
      let bound = report.certificate!.boundOnSuboptimality!
      #expect(report.objective! - best <= bound + 1e-9, "seed \(seed)")
    }
  }

  @Test(arguments: 0..<12)
  func penaltiesFallAsStrengthsRise(seed: UInt64) throws {
    let drawn = RandomProblem(seed: 1_000 + seed)
    let strengths = (0..<12).map { 0.05 * pow(3, Double($0)) }
    let penalties = try drawn.method.path(drawn.problem, strengths: strengths).map { fit in
      let objective = drawn.method.objective(drawn.problem, strength: 1)
      let sums = try objective.sums(at: fit.theta)
      return objective.terms.dropFirst().reduce(0) { $0 + $1.term.value(sums) }
    }
    for (weak, strong) in zip(penalties, penalties.dropFirst()) {
      #expect(strong <= weak * (1 + 1e-6) + 1e-12, "\(penalties)")
    }
  }
}
