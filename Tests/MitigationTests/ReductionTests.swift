import Criteria
import Datasets
import Foundation
import LinearAlgebra
import Mitigation
import Models
import Optimization
import RowSums
import TestSupport
import Testing

private func parity(
  _ constraint: Criterion, _ bound: ParityBound
) -> [any LinearRequirement] { [ParityRequirement(constraint, bound)] }

private func solved(
  _ made: Classified, _ requirements: [any LinearRequirement], costs: ErrorCosts = ErrorCosts()
) throws -> ReductionResult {
  var learner = made.learner()
  return try ExponentiatedGradient(requirements, costs: costs).fit(made.scope, learner: &learner)
}

/// What two searches on the same problem may differ by: a row or two at a threshold.
private let sameProblem = 2e-3

@Suite struct ReductionInvarianceTests {
  private let between = parity(.demographicParity, .difference(0.03, .betweenGroups))

  @Test func weightZeroIsRemovedAndWeightTwoIsRepeated() throws {
    let n = 1_500
    var random = SeededGenerator(seed: 3)
    let weights = (0..<n).map { _ in Double(Int.random(in: 0...2, using: &random)) }
    let repeated = (0..<n).flatMap { Array(repeating: $0, count: Int(weights[$0])) }
    let weighted = try solved(Classified(rows: n, groups: 3, seed: 1, weights: weights), between)
    let copied = try solved(Classified(rows: n, groups: 3, seed: 1, order: repeated), between)
    #expect(abs(weighted.objective - copied.objective) < sameProblem)
    #expect(weighted.violation! < 1e-9 && copied.violation! < 1e-9)
  }

  @Test func theOrderOfRowsDoesNotMatter() throws {
    var order = Array(0..<1_500)
    var random = SeededGenerator(seed: 4)
    order.shuffle(using: &random)
    let straight = try solved(Classified(rows: 1_500, groups: 4, seed: 2), between)
    let shuffled = try solved(Classified(rows: 1_500, groups: 4, seed: 2, order: order), between)
    #expect(abs(straight.objective - shuffled.objective) < sameProblem)
  }

  @Test func threadsAndRepetitionChangeNothing() throws {
    let made = Classified(rows: 20_000, groups: 3, seed: 6)
    var results: [ReductionResult] = []
    for threads in [1, 1, 2, 4] {
      var learner = made.learner(pool: WorkerPool(threads: threads))
      results.append(try ExponentiatedGradient(between).fit(made.scope, learner: &learner))
    }
    for result in results.dropFirst() {
      #expect(result.members.map(\.weight) == results[0].members.map(\.weight))
      #expect(result.members.map(\.cellSums) == results[0].members.map(\.cellSums))
      #expect(result.gap == results[0].gap && result.oracleCalls == results[0].oracleCalls)
    }
  }

  /// A frontier's point is the fit at its bound, and looser bounds never cost more.
  @Test func aFrontierIsTheFitsAtItsBounds() throws {
    let made = Classified(rows: 4_000, groups: 3, seed: 9)
    let bounds = [0.02, 0.3, 0, 0.08, 0.15]
    var learner = made.learner()
    let frontier = try ColumnGeneration(parity(.equalizedOdds, .difference(0)))
      .frontier(made.scope, limits: bounds, learner: &learner)
    for (bound, result) in zip(bounds, frontier) {
      let alone = try solved(made, parity(.equalizedOdds, .difference(bound)))
      #expect(
        abs(result.objective - alone.objective) < 3 * sameProblem,
        "\(bound): \(result.objective), alone \(alone.objective)")
      #expect(result.violation! < 1e-9 && result.disparity! <= bound + 1e-9)
    }
    let sorted = zip(bounds, frontier).sorted { $0.0 < $1.0 }.map(\.1.objective)
    for (tight, loose) in zip(sorted, sorted.dropFirst()) { #expect(loose <= tight + 1e-9) }
  }

  /// Ratios change the left sides of the inequalities: the pool is measured again.
  @Test func aFrontierOfRatiosMeetsEachOfThem() throws {
    let made = Classified(rows: 3_000, groups: 3, seed: 10)
    var learner = made.learner()
    let ratios = [0.6, 0.9, 1]
    let frontier = try ColumnGeneration(
      parity(.demographicParity, .ratio(0.5, slack: 0, .betweenGroups))
    ).frontier(made.scope, limits: ratios, learner: &learner)
    for (ratio, result) in zip(ratios, frontier) {
      #expect(result.disparities.ratioBetweenGroups! >= ratio - 1e-8)
    }
  }
}

@Suite struct ReductionEdgeTests {
  @Test func oneGroupIsThePlainFit() throws {
    let made = Classified(rows: 800, groups: 1, seed: 1)
    let free = try solved(made, [])
    for comparison in ParityBound.Comparison.allCases {
      let result = try solved(made, parity(.equalizedOdds, .difference(0, comparison)))
      #expect(result.status == .converged)
      #expect(abs(result.objective - free.objective) < 1e-9)
    }
  }

  /// Group g1 has no negatives, g2 only negatives: rates that do not exist bind nothing.
  @Test func cellsWithoutRowsBindNothing() throws {
    let plain = Classified(rows: 3_000, groups: 3, seed: 2)
    let kept = plain.labels.indices.filter { i in
      plain.groups[i] == 0 || (plain.groups[i] == 1) == (plain.labels[i] == 1)
    }
    let made = Classified(rows: 3_000, groups: 3, seed: 2, order: kept)
    let result = try solved(made, parity(.equalizedOdds, .difference(0.02, .betweenGroups)))
    #expect(result.status == .converged && result.violation! < 1e-9)
    let weights = made.scope.cells.weights, sums = result.cellSums
    let empty = weights.indices.filter { weights[$0] == 0 }
    #expect(empty.count == 2 && empty.allSatisfy { sums[$0] == 0 })
  }

  @Test func twoHundredIntersectionalGroupsAreServed() throws {
    let made = Classified(rows: 8_000, groups: 200, seed: 3)
    let result = try solved(made, parity(.demographicParity, .difference(0.1, .betweenGroups)))
    #expect(result.violation! < 1e-8)
    let base = Double(made.labels.count { $0 == 1 }) / 8_000
    #expect(result.objective <= min(base, 1 - base) + 1e-12)
  }

  @Test(arguments: Criterion.linear.map(\.name))
  func aBoundOfZeroIsMet(name: String) throws {
    let made = Classified(rows: 2_000, groups: 3, seed: 4)
    let constraint = Criterion.named(name)!
    let result = try solved(made, parity(constraint, .difference(0, .betweenGroups)))
    #expect(result.status == .converged || result.status == .stalled)
    #expect(result.disparities.betweenGroups! < 1e-9 && result.disparities.toOverall! < 1e-9)
    let loose = try solved(made, parity(constraint, .difference(1)))
    #expect(abs(loose.objective - (try solved(made, [])).objective) < 1e-9)
    #expect(loose.objective <= result.objective + 1e-12)
  }

  @Test(arguments: Criterion.linear.map(\.name), ParityBound.Comparison.allCases)
  func ratiosWithSlackAreMet(name: String, comparison: ParityBound.Comparison) throws {
    let made = Classified(rows: 2_000, groups: 3, seed: 5)
    let result = try solved(
      made, parity(Criterion.named(name)!, .ratio(0.9, slack: 0.01, comparison)))
    #expect(result.violation! < 1e-9)
  }

  @Test func strataAreComparedWithin() throws {
    let made = Classified(rows: 4_000, groups: 3, seed: 6, controls: true)
    let bound = 0.02
    let result = try solved(
      made, parity(.demographicParity, .difference(bound, .betweenGroups)))
    let scope = made.scope, sums = result.cellSums
    for stratum in scope.strata.indices {
      var positives: [Int: Double] = [:], totals: [Int: Double] = [:]
      for cell in sums.indices where scope.stratumOfGroup[cell >> 1] == stratum {
        let group = scope.cells.groupOfAttribute[0][cell >> 1]
        positives[group, default: 0] += sums[cell]
        totals[group, default: 0] += scope.cells.weights[cell]
      }
      let rates = positives.keys.map { positives[$0]! / totals[$0]! }
      #expect(rates.count == 3 && rates.max()! - rates.min()! <= bound + 1e-9)
    }
  }

  @Test func severalConstraintsHoldAtOnce() throws {
    let made = Classified(rows: 3_000, groups: 3, seed: 7)
    let all: [any LinearRequirement] = [
      ParityRequirement(.demographicParity, .difference(0.05)),
      ParityRequirement(.equalizedOdds, .difference(0.1, .betweenGroups)),
      ParityRequirement(.errorRateParity, .ratio(0.8, slack: 0.01)),
    ]
    let together = try solved(made, all)
    #expect(together.violation! < 1e-9)
    for requirement in all {
      #expect(try solved(made, [requirement]).objective <= together.objective + sameProblem)
    }
  }

  /// Wrong positives are free, so everyone is selected, whatever the learner's surrogate says.
  @Test func aCostOfZeroIsACost() throws {
    let made = Classified(rows: 1_000, groups: 2, seed: 8)
    for algorithm in ExponentiatedGradient.Algorithm.allCases {
      var learner = made.learner()
      let result = try ExponentiatedGradient(
        parity(.demographicParity, .difference(0.01)),
        costs: ErrorCosts(falsePositive: 0, falseNegative: 1), algorithm: algorithm
      ).fit(made.scope, learner: &learner)
      #expect(result.objective < 1e-9 && result.violation! < 1e-9, "\(algorithm)")
    }
  }

  @Test func floatsAndDoublesAgree() throws {
    let made = Classified(rows: 5_000, groups: 3, seed: 11)
    let requirements = parity(.equalizedOdds, .difference(0.02))
    let block = Matrix<Float>(rows: made.features.rows, columns: 4)
    for i in 0..<made.features.rows {
      for j in 0..<4 { block[i, j] = Float(made.features.dense[i, j]) }
    }
    let floats = DesignMatrix(dense: block)
    var learner = LogisticLearner(
      LocalRows(
        PenalizedLogisticRegression.Problem(
          features: floats, cells: made.scope.cells, sampleWeights: nil
        ).rows), l2: 1e-3)
    let single = try ExponentiatedGradient(requirements).fit(made.scope, learner: &learner)
    let double = try solved(made, requirements)
    #expect(abs(single.objective - double.objective) < sameProblem)
  }

  @Test func aLossBoundThatCannotBeMetSaysSo() throws {
    let made = Classified(rows: 1_000, groups: 2, seed: 12)
    let result = try solved(made, [BoundedGroupLoss(.zeroOne, upperBound: 0.001)])
    #expect(result.status == .infeasible && !result.stopReason.isEmpty)
    let possible = try solved(made, [BoundedGroupLoss(.zeroOne, upperBound: 0.45)])
    #expect(possible.violation! < 1e-9 && possible.status == .converged)
  }

  /// Squared and absolute losses of a regression, in both algorithms.
  @Test(arguments: [GroupLoss.square(0...1), .absolute(0...1)])
  func regressionsBoundTheLossOfEachGroup(loss: GroupLoss) throws {
    let made = Classified(rows: 2_000, groups: 3, seed: 13)
    func learner() -> LinearRegressionLearner<Double> {
      LinearRegressionLearner(
        made.features, targets: Buffer(made.labels.map(Double.init)), cells: made.scope.cells,
        loss: loss, l2: 1e-6)
    }
    var plain = learner()
    let free = try ExponentiatedGradient([]).fit(made.scope, learner: &plain)
    let scope = made.scope
    var worst = 0.0
    for g in 0..<3 {
      let loss = free.cellSums[2 * g] + free.cellSums[2 * g + 1]
      worst = max(worst, loss / (scope.cells.weights[2 * g] + scope.cells.weights[2 * g + 1]))
    }
    let bound = worst - 0.001
    var fast = learner()
    let result = try ExponentiatedGradient([BoundedGroupLoss(loss, upperBound: bound)])
      .fit(scope, learner: &fast)
    #expect(result.violation! < 1e-9 && result.objective <= bound + 1e-9)
    var faithful = learner()
    let slow = try ExponentiatedGradient(
      [BoundedGroupLoss(loss, upperBound: bound)], algorithm: .faithful,
      options: .init(repairs: .all)
    ).fit(scope, learner: &faithful)
    #expect(result.objective <= slow.objective + 1e-4 || slow.violation! > 1e-4)
    #expect(abs(slow.objective - result.objective) < 5e-3)
  }
}

@Suite struct HostileLearnerTests {
  private struct Refused: Error {}

  private func cells() -> ConstraintScope { Classified(rows: 400, groups: 2, seed: 1).scope }

  /// A learner that fits anything has no error, so the gap to reach by default is 0.
  private func interpolating(_ scope: ConstraintScope) -> ClosureLearner {
    ClosureLearner { request in
      FittedHypothesis(
        cellSums: zip(request.labels, scope.cells.weights).map { $0 == 1 ? $1 : 0 },
        identifier: request.labels.reduce(0) { 2 * $0 + Int($1) })
    }
  }

  @Test func aLearnerThatInterpolatesEndsTheSearch() throws {
    let scope = cells()
    var learner = interpolating(scope)
    let requirements = parity(.demographicParity, .difference(0.01))
    let fast = try ExponentiatedGradient(requirements).fit(scope, learner: &learner)
    #expect(fast.violation! < 1e-9 && fast.oracleCalls < 30 && fast.status == .converged)
    let repaired = try ExponentiatedGradient(
      requirements, algorithm: .faithful, options: .init(repairs: .all)
    ).fit(scope, learner: &learner)
    #expect(repaired.status == .converged && repaired.iterations < 50)
    let bare = try ExponentiatedGradient(requirements, algorithm: .faithful)
      .fit(scope, learner: &learner)
    #expect(bare.gap < 1e-6)
  }

  @Test func aLearnerThatFailsOnceIsAskedAgain() throws {
    let made = Classified(rows: 2_000, groups: 3, seed: 3)
    let whole = try solved(made, parity(.equalizedOdds, .difference(0.02)))
    for failing in 1...4 {
      let inner = made.learner()
      var calls = 0
      var learner = ClosureLearner { request in
        calls += 1
        if calls == failing { throw Refused() }
        return try inner.fit(request)
      }
      let result = try ExponentiatedGradient(parity(.equalizedOdds, .difference(0.02)))
        .fit(made.scope, learner: &learner)
      #expect(result.failedFits == 1 && result.violation! < 1e-9)
      #expect(result.objective < whole.objective + 0.02)
    }
  }

  @Test func aLearnerThatAlwaysFailsIsAnError() throws {
    let scope = cells()
    for algorithm in ExponentiatedGradient.Algorithm.allCases {
      var calls = 0
      var learner = ClosureLearner { _ in
        calls += 1
        throw Refused()
      }
      #expect(throws: ReductionError.self) {
        _ = try ExponentiatedGradient(
          parity(.demographicParity, .difference(0.01)), algorithm: algorithm
        ).fit(scope, learner: &learner)
      }
      #expect(calls <= 10)
    }
  }

  @Test func sumsThatDoNotFitAreAnError() throws {
    let scope = cells()
    for sums in [[], [Double.nan, 0, 0, 0]] {
      var learner = ClosureLearner { _ in FittedHypothesis(cellSums: sums, identifier: 0) }
      #expect(throws: ReductionError.self) {
        _ = try ExponentiatedGradient(parity(.demographicParity, .difference(0.01)))
          .fit(scope, learner: &learner)
      }
    }
  }

  @Test func aStopRequestKeepsTheMixtureSoFar() throws {
    let made = Classified(rows: 1_000, groups: 2, seed: 5)
    var learner = made.learner()
    let result = try ExponentiatedGradient(
      parity(.demographicParity, .difference(0.01)),
      fastOptions: .init(shouldStop: { true })
    ).fit(made.scope, learner: &learner)
    #expect(result.status == .stopped && result.violation! < 1e-9)
  }
}
