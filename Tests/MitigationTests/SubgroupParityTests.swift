import Criteria
import Datasets
import LinearAlgebra
import Mitigation
import Models
import RowSums
import TestSupport
import Testing

/// Rows of two attributes whose cross is treated unlike either.
private struct Gerrymandered {
  let scope: ConstraintScope
  let features: DesignMatrix<Double>
  let weights: [Double]?

  init(rows n: Int, seed: UInt64, weights: [Double]? = nil, order: [Int]? = nil) {
    var random = SeededGenerator(seed: seed)
    var x: [[Double]] = [], y: [UInt8] = [], a: [String] = [], b: [String] = []
    for _ in 0..<n {
      let first = Bool.random(using: &random), second = Int.random(in: 0..<3, using: &random)
      let pull = first == (second == 1) ? 0.8 : -0.4
      let row = [
        Double.random(in: -1...1, using: &random) + pull,
        Double.random(in: -1...1, using: &random), Double.random(in: -1...1, using: &random),
      ]
      x.append(row)
      y.append(row[0] + row[1] + 0.6 * Double.random(in: -1...1, using: &random) > 0.2 ? 1 : 0)
      a.append(first ? "p" : "q")
      b.append("r\(second)")
    }
    let order = order ?? Array(0..<n)
    self.weights = weights
    features = DesignMatrix(dense: Matrix(order.map { x[$0] }))
    scope = ConstraintScope(
      CellIndex(
        attributes: [
          GroupIndex(attribute: "a", values: order.map { a[$0] }),
          GroupIndex(attribute: "b", values: order.map { b[$0] }),
        ], labels: Buffer(order.map { y[$0] }), sampleWeights: weights))
  }

  func learner(pool: WorkerPool = .default) -> LogisticLearner {
    LogisticLearner(
      LocalRows(
        PenalizedLogisticRegression.Problem(
          features: features, cells: scope.cells, sampleWeights: weights
        ).rows, pool: pool), l2: 1e-3, pool: pool)
  }

  /// The largest α(g)·|r(g) − r| of all unions of cells, by trying every one.
  func worst(_ sums: [Double], _ rate: Rate) -> Double {
    let cells = scope.cells, groups = cells.groups.count
    let parts = (0..<groups).map { g -> (Double, Double) in
      rate.labels.reduce((0, 0)) {
        ($0.0 + cells.weights[2 * g + $1], $0.1 + sums[2 * g + $1])
      }
    }
    let total = parts.reduce(0) { $0 + $1.0 }, overall = parts.reduce(0) { $0 + $1.1 } / total
    return (1..<(1 << groups)).reduce(0.0) { best, choice in
      var gain = 0.0
      for g in 0..<groups where choice >> g & 1 == 1 { gain += parts[g].1 - overall * parts[g].0 }
      return max(best, abs(gain) / total)
    }
  }
}

@Suite struct SubgroupParityTests {
  @Test(arguments: Criterion.ofPredictions.compactMap(\.rate), [0.02, 0.005, 0])
  func theBoundHoldsAndTheCeilingIsTheTruth(rate: Rate, bound: Double) throws {
    let data = Gerrymandered(rows: 2_000, seed: 3, weights: (0..<2_000).map { 1 + Double($0 % 2) })
    var learner = data.learner()
    let result = try SubgroupParity(rate: rate, bound: bound).fit(data.scope, learner: &learner)
    #expect(result.status == .converged, "\(result.stopReason)")
    #expect(result.violation <= bound + 2e-6)
    #expect(abs(result.ceiling - data.worst(result.cellSums, rate)) < 1e-9)
    #expect(result.violation <= result.ceiling + 1e-12)
    // The sums are those of the members as they predict.
    let members = result.members.map { learner.model($0.hypothesis) }
    var sums = [Double](repeating: 0, count: data.scope.cells.count)
    for (member, part) in zip(members, result.members) {
      let z = member.scores(data.features)
      for i in z.indices where z[i] >= 0 {
        sums[Int(data.scope.cells.codes[i])] += part.weight * data.weights![i]
      }
    }
    for (a, b) in zip(sums, result.cellSums) { #expect(abs(a - b) < 1e-6 * 3_000) }
  }

  @Test func parityOfTheAttributesAloneIsNotEnough() throws {
    let data = Gerrymandered(rows: 2_000, seed: 8)
    var learner = data.learner()
    let marginal = try ColumnGeneration([
      ParityRequirement(.demographicParity, .difference(0.005, .betweenGroups))
    ]).fit(data.scope, learner: &learner)
    let rich = try SubgroupParity(rate: .selectionRate, bound: 0.005).fit(
      data.scope, learner: &learner)
    let before = data.worst(marginal.cellSums, .selectionRate)
    #expect(before > 0.02)
    #expect(rich.subgroups > 0 && data.worst(rich.cellSums, .selectionRate) < 0.5 * before)
  }

  @Test func aLooseBoundLeavesThePlainFit() throws {
    let data = Gerrymandered(rows: 1_000, seed: 4)
    var learner = data.learner()
    let free = try SubgroupParity(rate: .falsePositiveRate, bound: 1).fit(
      data.scope, learner: &learner)
    #expect(free.subgroups == 0 && free.rounds == 1)
    let tight = try SubgroupParity(rate: .falsePositiveRate, bound: 0.002).fit(
      data.scope, learner: &learner)
    #expect(tight.objective >= free.objective - 1e-9)
  }

  @Test func fictitiousPlayComesNearTheSameGame() throws {
    let data = Gerrymandered(rows: 1_500, seed: 6)
    var learner = data.learner()
    let exact = try SubgroupParity(rate: .selectionRate, bound: 0.01).fit(
      data.scope, learner: &learner)
    let played = try SubgroupParity(
      rate: .selectionRate, bound: 0.01, algorithm: .faithful, rounds: 400
    ).fit(data.scope, learner: &learner)
    let plain = try SubgroupParity(rate: .selectionRate, bound: 1).fit(
      data.scope, learner: &learner)
    #expect(played.violation < 0.5 * plain.violation)
    #expect(played.violation < 0.02)
    #expect(abs(played.members.map(\.weight).reduce(0, +) - 1) < 1e-12)
    #expect(played.objective > exact.objective - 0.02)
  }

  @Test func weightsAreRepetitionsAndThreadsChangeNoBit() throws {
    let n = 900
    let weights = (0..<n).map { Double($0 % 3) }
    let order = (0..<n).flatMap { Array(repeating: $0, count: $0 % 3) }
    let method = SubgroupParity(rate: .selectionRate, bound: 0.01)
    let one = Gerrymandered(rows: n, seed: 2, weights: weights)
    let other = Gerrymandered(rows: n, seed: 2, order: order)
    var first = one.learner(), second = other.learner()
    let a = try method.fit(one.scope, learner: &first)
    let b = try method.fit(other.scope, learner: &second)
    #expect(abs(a.objective - b.objective) < 5e-3)
    let data = Gerrymandered(rows: 9_000, seed: 2)
    let results = try [1, 2, 4].map { threads in
      var learner = data.learner(pool: WorkerPool(threads: threads))
      return try method.fit(data.scope, learner: &learner).cellSums
    }
    #expect(results[0] == results[1] && results[0] == results[2])
  }
}
