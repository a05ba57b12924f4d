import Criteria
import Datasets
import LinearAlgebra
import Mitigation
import Models
import TestSupport
import Testing

private typealias Norm = RelaxedParity.Norm

@Suite struct RandomizedParityTests {
  private func distance(_ solution: RelaxedParity.Solution, _ norm: RelaxedParity.Norm) -> Double {
    var largest = 0.0
    let points = zip(solution.falsePositiveRates, solution.truePositiveRates).compactMap { x, y in
      x.flatMap { x in y.map { (x: x, y: $0) } }
    }
    for a in points {
      for b in points {
        let x = abs(a.x - b.x), y = abs(a.y - b.y)
        switch norm {
        case .infinity: largest = max(largest, x, y)
        case .one: largest = max(largest, x + y)
        case .two: largest = max(largest, (x * x + y * y).squareRoot())
        }
      }
    }
    return largest
  }

  /// The bound holds, the cost is proved by the duals, the rule has the cost; a wider bound never
  /// costs more, and the 2-norm lies between the other two.
  @Test func mixturesMeetTheBoundAtAProvedCost() throws {
    var random = SeededGenerator(seed: 23)
    for trial in 0..<60 {
      let groups = 2 + trial % 4
      let rows = try randomRows(
        &random, rows: 150, groups: groups, levels: 8 + trial % 50, weighted: trial % 2 == 0)
      let curves = ThresholdCurve.all(rows)
      let utility = DecisionUtility(
        .accuracy, positives: curves.reduce(0) { $0 + $1.positives },
        negatives: curves.reduce(0) { $0 + $1.negatives })
      var costs: [RelaxedParity.Norm: [Double]] = [:]
      for norm in RelaxedParity.Norm.allCases {
        var last = Double.infinity
        for bound in [0, 0.02, 0.1, 0.5] {
          let solution = RelaxedParity.solve(
            curves, utility, .equalizedOdds, norm: norm, bound: bound)
          #expect(solution.status == .converged)
          #expect(distance(solution, norm) <= bound + 2e-9, "\(norm)")
          #expect(abs(solution.cost - solution.lowerBound) < 1e-8)
          #expect(solution.cost <= last + 1e-9)
          last = solution.cost
          costs[norm, default: []].append(solution.cost)
          #expect(solution.mixtures.allSatisfy { (1...4).contains($0.count) })
          let rule = StepRule(
            meaning: .decisions,
            functions: solution.mixtures.map { mixture in
              StepFunction(mixture.map { .init($0.weight, $0.threshold) })
            })
          let values = rule.values(scores: rows.scores, groups: rows.groupCodes)
          #expect(abs(ExpectedRates(rows, values).error - solution.cost) < 1e-8)
        }
      }
      for k in 0..<4 {
        #expect(costs[.infinity]![k] <= costs[.two]![k] + 1e-8)
        #expect(costs[.two]![k] <= costs[.one]![k] + 1e-8)
      }
      #expect(abs(costs[.infinity]![0] - costs[.one]![0]) < 1e-8)
    }
  }

  /// Any deterministic choice is one of the mixtures: the exact thresholds cannot be cheaper; and
  /// no bound at all costs what the best threshold of each group does.
  @Test func randomisedThresholdsAreAtLeastAsGoodAsDeterministicOnes() throws {
    var random = SeededGenerator(seed: 29)
    for trial in 0..<100 {
      let rows = try randomRows(&random, rows: 40, groups: 3, levels: 12, weighted: trial % 2 == 0)
      let curves = ThresholdCurve.all(rows)
      let utility = DecisionUtility(
        .accuracy, positives: curves.reduce(0) { $0 + $1.positives },
        negatives: curves.reduce(0) { $0 + $1.negatives })
      let positives = curves.reduce(0) { $0 + $1.positives }
      for (constraint, rate) in [
        (Criterion.demographicParity, Rate.selectionRate),
        (.equalOpportunity, .truePositiveRate),
        (.falsePositiveRateParity, .falsePositiveRate),
      ] {
        for bound in [0.05, 0.2, 1] {
          let mixed = RelaxedParity.solve(curves, utility, constraint, bound: bound)
          let exact = ThresholdSearch(curves, rate: rate, limit: .difference(bound)).best(utility)
          let cost = utility.cost(utility: exact.utility, positives: positives)
          #expect(mixed.cost <= cost + 1e-8, "\(rate)")
          if bound == 1 { #expect(abs(mixed.cost - cost) < 1e-8) }
        }
      }
    }
  }

  /// The grid of ThresholdOptimizer is a restriction of the linear program: it never costs less, and
  /// a fine one comes close.
  @Test func theGridApproachesTheProgramFromAbove() throws {
    var random = SeededGenerator(seed: 31)
    let rows = try randomRows(&random, rows: 3_000, groups: 3, levels: 400, weighted: false)
    let curves = ThresholdCurve.all(rows)
    let utility = DecisionUtility(
      .accuracy, positives: curves.reduce(0) { $0 + $1.positives },
      negatives: curves.reduce(0) { $0 + $1.negatives })
    for (constraint, own) in [
      (Criterion.equalizedOdds, Criterion.equalizedOdds),
      (.demographicParity, .demographicParity),
    ] {
      let exact = RelaxedParity.solve(curves, utility, own, bound: 0).cost
      var gaps: [Double] = []
      for size in [10, 1000] {
        let grid = try ThresholdOptimizer.solve(rows, constraint, .accuracy, gridSize: size)
        gaps.append(1 - grid.objective - exact)
      }
      #expect(gaps.allSatisfy { $0 > -1e-8 } && gaps[1] < 1e-3 && gaps[1] <= gaps[0])
    }
  }

  @Test func aGroupWithOneLabelIsBoundByTheRateItHas() throws {
    let rows = try scored(
      [0.9, 0.8, 0.3, 0.2, 0.7, 0.6, 0.1], [1, 0, 1, 0, 0, 0, 0], [0, 0, 0, 0, 1, 1, 1])
    for norm in RelaxedParity.Norm.allCases {
      let solution = RelaxedParity.solve(
        ThresholdCurve.all(rows), DecisionUtility(gain: 1, loss: 0.1, scale: 1 / 7),
        .equalizedOdds, norm: norm, bound: 0.1)
      #expect(solution.status == .converged && solution.truePositiveRates[1] == nil)
      let (a, b) = (solution.falsePositiveRates[0]!, solution.falsePositiveRates[1]!)
      #expect(abs(a - b) <= 0.1 + 1e-9)
    }
  }

  @Test func hardLabelsGetEqualRates() throws {
    var random = SeededGenerator(seed: 37)
    for trial in 0..<100 {
      let rows = try randomRows(
        &random, rows: 120, groups: 2 + trial % 3, levels: 9, weighted: false)
      let fit = try HardLabelOdds.fit(rows, try request(HardLabelOdds.self))
      #expect(fit.report.status == .converged)
      #expect(abs(fit.report.certificate!.value) < 1e-8)
      let expected = ExpectedRates(
        rows, fit.rule.values(scores: rows.scores, groups: rows.groupCodes))
      for rate in [Rate.truePositiveRate, .falsePositiveRate] {
        let rates = expected.rates(rate).compactMap { $0 }
        #expect(rates.max()! - rates.min()! < 1e-8)
      }
      #expect(abs(expected.error - fit.report.objective!) < 1e-8)
    }
  }
}
