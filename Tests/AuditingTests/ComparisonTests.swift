import Auditing
import Criteria
import Datasets
import Foundation
import LinearAlgebra
import TestSupport
import Testing

/// Two models' decisions on the same rows.
private struct Pair {
  var groups: [UInt16] = [], labels: [UInt8] = [], first: [UInt8] = [], second: [UInt8] = []

  init(_ n: Int, seed: UInt64, disagree: (Int) -> Double) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<n {
      let group = UInt16.random(in: 0...2, using: &random)
      groups.append(group)
      labels.append(UInt8.random(in: 0...1, using: &random))
      let decision = Double.random(in: 0..<1, using: &random) < 0.3 + 0.1 * Double(group)
      first.append(decision ? 1 : 0)
      let flips = Double.random(in: 0..<1, using: &random) < disagree(Int(group))
      second.append((decision != flips) ? 1 : 0)
    }
  }

  func outcomes(_ decisions: [UInt8], weights: [Double]? = nil) -> Outcomes {
    Outcomes(
      attributes: [GroupIndex(attribute: "g", codes: Buffer(groups), names: ["a", "b", "c"])],
      labels: Buffer(labels), predictions: Buffer(decisions),
      weights: weights.map { Buffer($0) })
  }
}

@Suite struct ComparisonTests {
  @Test func modelsThatAgreeEverywhereDifferByNothing() {
    let pair = Pair(500, seed: 1) { _ in 0 }
    let result = ModelComparison().compare(
      pair.outcomes(pair.first), pair.outcomes(pair.second))
    #expect(!result.rows.isEmpty && !result.gaps.isEmpty)
    for row in result.rows where row.difference != nil {
      #expect(row.difference == 0 && row.pValue == 1, "\(row.metric)")
      if let low = row.low { #expect(low <= 0 && row.high! >= 0) }
    }
    #expect(result.gaps.allSatisfy { $0.change == 0 && $0.low! <= 0 && $0.high! >= 0 })
  }

  @Test func differencesAreThoseOfTheAuditsAndSignsTurnWithTheModels() throws {
    let pair = Pair(2_000, seed: 2) { $0 == 0 ? 0.3 : 0.05 }
    let a = pair.outcomes(pair.first), b = pair.outcomes(pair.second)
    let result = ModelComparison().compare(a, b), turned = ModelComparison().compare(b, a)
    let first = try Audit().run(a), second = try Audit().run(b)
    for (row, back) in zip(result.rows, turned.rows) where row.group != nil {
      let before = first.estimate(row.metric, attribute: "g", group: row.group!)!.value!
      let after = second.estimate(row.metric, attribute: "g", group: row.group!)!.value!
      #expect(abs(row.difference! - (after - before)) < 1e-12)
      #expect(abs(row.difference! + back.difference!) < 1e-12)
      #expect(abs(row.low! + back.high!) < 1e-9 && abs(row.pValue! / back.pValue! - 1) < 1e-9)
    }
    for gap in result.gaps {
      let before = first.between(gap.metric, .difference, attribute: "g")!.value!
      let after = second.between(gap.metric, .difference, attribute: "g")!.value!
      #expect(abs(gap.change! - (after - before)) < 1e-12)
      #expect(gap.low! <= gap.change! && gap.change! <= gap.high!)
    }
    let selection = result.rows.first { $0.metric == "selection_rate" && $0.group == "a" }!
    #expect(selection.interval == "tango" && selection.test == "mcnemar_exact")
    #expect(selection.pValue! < 1e-5)
    let precision = result.rows.first { $0.metric == "precision_score" && $0.group == "a" }!
    #expect(precision.interval == "paired_linearized")
  }

  /// The linearized error against the spread over many pairs of models.
  @Test func linearizedErrorsAreThoseOfRepeatedSamples() {
    var values: [Double] = [], widths: [Double] = []
    for seed in 0..<300 {
      let pair = Pair(900, seed: UInt64(1_000 + seed)) { _ in 0.2 }
      let row = ModelComparison().compare(
        pair.outcomes(pair.first), pair.outcomes(pair.second)
      ).rows.first { $0.metric == "precision_score" && $0.group == nil }!
      values.append(row.difference!)
      widths.append((row.high! - row.low!) / (2 * 1.959964))
    }
    let mean = values.reduce(0, +) / 300
    let spread = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 299).squareRoot()
    let width = widths.reduce(0, +) / 300
    #expect(abs(width / spread - 1) < 0.12, "\(width) \(spread)")
  }

  @Test func equalWeightsAreNoWeights() {
    let pair = Pair(800, seed: 5) { _ in 0.2 }
    let plain = ModelComparison().compare(
      pair.outcomes(pair.first), pair.outcomes(pair.second))
    let twos = [Double](repeating: 2, count: 800)
    let heavy = ModelComparison().compare(
      pair.outcomes(pair.first, weights: twos), pair.outcomes(pair.second, weights: twos))
    for (a, b) in zip(plain.rows, heavy.rows) where a.difference != nil {
      #expect(abs(a.difference! - b.difference!) < 1e-12 && abs(a.low! - b.low!) < 1e-9)
    }
  }

  @Test func chancesOfZeroAndOneAreGroups() throws {
    let pair = Pair(600, seed: 6) { _ in 0 }
    let outcomes = pair.outcomes(pair.first)
    let membership = try Membership(
      attribute: "g", names: ["a", "b", "c"],
      chances: (0..<3).map { k in Buffer(pair.groups.map { $0 == k ? 1.0 : 0 }) })
    let soft = try Audit().run(membership.counts(outcomes)), hard = try Audit().run(outcomes)
    for group in ["a", "b", "c"] {
      let a = soft.estimate("true_positive_rate", attribute: "g", group: group)!
      let b = hard.estimate("true_positive_rate", attribute: "g", group: group)!
      #expect(abs(a.value! - b.value!) < 1e-12 && abs(a.low! - b.low!) < 1e-9)
    }
    let metric = Metrics.named("selection_rate")!
    let bounds = membership.bounds(metric, group: 1, outcomes)!
    let rate = hard.estimate("selection_rate", attribute: "g", group: "b")!.value!
    #expect(abs(bounds.lowerBound - rate) < 1e-12 && abs(bounds.upperBound - rate) < 1e-12)
  }

  /// A proxy that is all there is between group and outcome: the weighted rate is unbiased, and the
  /// bounds hold the truth.
  @Test func chancesGiveTheRateOfAHiddenGroup() throws {
    var random = SeededGenerator(seed: 12)
    var chances: [Double] = [], selected: [UInt8] = [], hidden: [Bool] = []
    for _ in 0..<40_000 {
      let p = [0.1, 0.4, 0.9].randomElement(using: &random)!
      chances.append(p)
      hidden.append(Double.random(in: 0..<1, using: &random) < p)
      selected.append(Double.random(in: 0..<1, using: &random) < 0.7 - 0.5 * p ? 1 : 0)
    }
    let outcomes = Outcomes(
      attributes: [
        GroupIndex(attribute: "all", codes: Buffer(zeroed: 40_000), names: ["all"])
      ], predictions: Buffer(selected))
    let membership = try Membership(
      attribute: "race", names: ["black", "other"],
      chances: [Buffer(chances), Buffer(chances.map { 1 - $0 })])
    let result = try Audit().run(membership.counts(outcomes))
    let members = hidden.indices.filter { hidden[$0] }
    let truth = Double(members.count { selected[$0] == 1 }) / Double(members.count)
    let estimate = result.estimate("selection_rate", attribute: "race", group: "black")!
    #expect(abs(estimate.value! - truth) < 0.01)
    #expect(estimate.low! < truth && truth < estimate.high!)
    let bounds = membership.bounds(Metrics.named("selection_rate")!, group: 0, outcomes)!
    #expect(bounds.contains(truth) && bounds.contains(estimate.value!))
    #expect(throws: MembershipError.tooMuch(row: 0, sum: 1.5)) {
      try Membership(
        attribute: "g", names: ["a", "b"], chances: [Buffer([0.9]), Buffer([0.6])])
    }
    #expect(throws: MembershipError.notAChance(row: 1, group: "a", value: -0.5)) {
      try Membership(attribute: "g", names: ["a"], chances: [Buffer([0.9, -0.5])])
    }
  }
}

@Suite struct GapChangeTests {
  /// Samples from two models with known gaps: the limits of the change hold the truth nearly always.
  @Test func limitsOfTheChangeHoldTheTruth() {
    var missed = 0
    for seed in 0..<150 {
      // Group g selects at 0.3 + 0.1 g; the second model flips 0, 10 or 30 % of its decisions.
      let pair = Pair(600, seed: UInt64(5_000 + seed)) { [0.0, 0.1, 0.3][$0] }
      let result = ModelComparison().compare(
        pair.outcomes(pair.first), pair.outcomes(pair.second))
      let gap = result.gaps.first { $0.metric == "selection_rate" }!
      // The second selects at 0.3, 0.42 and 0.5.
      let truth = 0.0
      if !(gap.low! <= truth && truth <= gap.high!) { missed += 1 }
    }
    #expect(missed <= 8, "\(missed) of 150 at 5 %")
  }
}
