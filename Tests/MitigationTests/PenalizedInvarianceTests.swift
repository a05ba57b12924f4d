import Criteria
import Datasets
import Foundation
import LinearAlgebra
import Mitigation
import Models
import Optimization
import TestSupport
import Testing

/// Rows of two attributes, with numbers and a category as features.
private struct BiasedRows {
  var x: [[Double]] = []
  var kind: [UInt16] = []
  var labels: [UInt8] = []
  var weights: [Double] = []
  var groups: [[String]] = [[], []]

  init(rows: Int) {
    var generator = SeededGenerator(seed: 5)
    func number() -> Double { Double(generator.next() >> 11) / Double(1 << 53) * 2 - 1 }
    for _ in 0..<rows {
      let a = number() > 0.3 ? "f" : "m", b = ["p", "q", "r"][Int(generator.next() % 3)]
      let shift = (a == "m" ? 0.5 : -0.2) + (b == "r" ? 0.4 : 0)
      let row = [number() + shift, number(), number() - shift / 2]
      x.append(row)
      kind.append(UInt16(generator.next() % 3))
      weights.append(Double(1 + generator.next() % 2))
      groups[0].append(a)
      groups[1].append(b)
      labels.append(row[0] - row[1] + 0.3 * Double(kind.last!) + number() + shift > 0.5 ? 1 : 0)
    }
  }

  func selecting(_ rows: [Int]) -> BiasedRows {
    var part = self
    part.x = rows.map { x[$0] }
    part.kind = rows.map { kind[$0] }
    part.labels = rows.map { labels[$0] }
    part.weights = rows.map { weights[$0] }
    part.groups = groups.map { names in rows.map { names[$0] } }
    return part
  }

  func problem<Scalar: KernelScalar>(
    weighted: Bool = true, as type: Scalar.Type = Double.self
  ) -> PenalizedLogisticRegression.Problem<Scalar> {
    let weights = weighted ? self.weights : nil
    return .init(
      features: DesignMatrix(
        dense: Matrix(x.map { $0.map { Scalar($0) } }),
        categorical: [CodeColumn(codes: Buffer(kind), levels: 3)]),
      cells: CellIndex(
        attributes: ["a", "b"].enumerated().map {
          GroupIndex(attribute: $1, values: groups[$0])
        }, labels: Buffer(labels), sampleWeights: weights),
      sampleWeights: weights)
  }
}

@Suite struct PenalizedInvarianceTests {
  private let data = BiasedRows(rows: 900)

  private func method(_ name: String, pool: WorkerPool = .default) -> PenalizedLogisticRegression {
    PenalizedLogisticRegression(
      penalty: Penalties.named(name)!,
      base: LogisticRegression(
        l2: 1e-2, rule: StoppingRule(relativeGap: 1e-13, iterationLimit: 1_000), pool: pool))
  }

  private func fit(_ data: BiasedRows, _ name: String, weighted: Bool = true) throws -> LinearFit {
    try method(name).fit(data.problem(weighted: weighted, as: Double.self), strength: 2)
  }

  private func expectAlike(_ one: LinearFit, _ other: LinearFit, _ what: String) {
    let gap = abs(one.report.objective! - other.report.objective!)
    #expect(gap < 1e-9, "\(what): objectives differ by \(gap)")
    for (a, b) in zip(one.theta, other.theta) { #expect(abs(a - b) < 2e-4, "\(what): \(a) \(b)") }
  }

  @Test(arguments: Penalties.all.map(\.name))
  func weightsOrderAndNamesDoNotMatter(name: String) throws {
    let base = try fit(data, name)
    let twice = data.weights.indices.flatMap { Array(repeating: $0, count: Int(data.weights[$0])) }
    try expectAlike(fit(data.selecting(twice), name, weighted: false), base, "weight 2 repeats")
    try expectAlike(fit(data.selecting((0..<900).reversed()), name), base, "rows turned round")

    var zeros = data
    for i in 0..<200 {
      zeros.weights[i] = 0
      zeros.labels[i] = 1 - zeros.labels[i]
      zeros.groups[0][i] = "z"
      zeros.x[i] = [50, -50, 50]
    }
    try expectAlike(
      fit(zeros, name), fit(data.selecting(Array(200..<900)), name), "weight 0 removes")

    var renamed = data
    // The order of the names turns round, and with it the codes of the groups.
    renamed.groups[0] = data.groups[0].map { $0 == "f" ? "z" : "b" }
    renamed.groups[1] = data.groups[1].map { ["p": "3", "q": "2", "r": "1"][$0]! }
    try expectAlike(fit(renamed, name), base, "groups renamed")

    var turned = data
    turned.x = data.x.map { [$0[2], $0[0], $0[1]] }
    var other = try fit(turned, name)
    other.theta = [1, 2, 0].map { other.theta[$0] } + other.theta[3...]
    expectAlike(other, base, "columns turned round")
  }

  @Test(arguments: Penalties.all.map(\.name))
  func threadsAndPrecisionChangeLittleOrNothing(name: String) throws {
    let many = BiasedRows(rows: 20_000)
    let fits = try [1, 2, 4].map { threads in
      try method(name, pool: WorkerPool(threads: threads)).fit(
        many.problem(as: Float.self), strength: 2)
    }
    #expect(fits[0].theta == fits[1].theta && fits[0].theta == fits[2].theta, "not to a bit")
    let double = try method(name).fit(many.problem(as: Double.self), strength: 2)
    #expect(abs(fits[0].report.objective! / double.report.objective! - 1) < 1e-5)
  }

  /// Convex penalties come with a bound, and no fit that stops early escapes it.
  @Test(arguments: Penalties.all.map(\.name))
  func boundsAreGivenAndHold(name: String) throws {
    let problem = data.problem(as: Double.self), method = method(name)
    let best = try method.fit(problem, strength: 2).report.objective!
    for limit in [1, 2, 4] {
      var early = method
      early.base.rule.iterationLimit = limit
      let report = try early.fit(problem, strength: 2).report
      let bound = report.certificate!.boundOnSuboptimality!
      #expect(report.objective! - best <= bound + 1e-12)
    }
  }

  /// With two groups a search looks at the sign of the difference, with others at the largest gap.
  @Test(arguments: [1, 2, 3, 5, 40], ["demographic_parity", "equalized_odds"])
  func aStrengthIsSearchedForAnyNumberOfGroups(groups: Int, penalty: String) throws {
    let rows = Classified(rows: 1_000, groups: groups, seed: 9)
    let problem = PenalizedLogisticRegression.Problem(
      features: rows.features, cells: rows.scope.cells, sampleWeights: rows.weights)
    let plain = try method(penalty).fit(problem, targetGap: 1)
    let found = try method(penalty).fit(problem, targetGap: plain.gap / 2)
    #expect(plain.strength == 0)
    #expect(found.gap <= plain.gap && found.gap.isFinite && found.strength.isFinite)
    if penalty == "demographic_parity" { #expect(found.gap <= plain.gap / 2) }
  }
}
