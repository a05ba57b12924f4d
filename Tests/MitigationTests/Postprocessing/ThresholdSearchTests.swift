import Criteria
import Datasets
import LinearAlgebra
import Mitigation
import Models
import TestSupport
import Testing

/// The best choice by trying all of them.
private func bruteForce(
  _ curves: [ThresholdCurve], _ rate: Rate, _ limit: ThresholdSearch.Limit,
  _ floor: ThresholdSearch.Floor?, _ utility: DecisionUtility
) -> Double? {
  var best: Double?
  func value(_ rate: Rate, _ g: Int, _ cut: Int) -> Double? {
    rate.value(
      truePositives: curves[g].truePositives[cut], falsePositives: curves[g].falsePositives[cut],
      positives: curves[g].positives, negatives: curves[g].negatives)
  }
  func go(_ g: Int, _ low: Double, _ high: Double, _ total: Double) {
    if g == curves.count {
      best = max(best ?? -.infinity, total)
      return
    }
    let exists = (0..<curves[g].count).contains { value(rate, g, $0) != nil }
    let floorExists =
      floor.map { f in (0..<curves[g].count).contains { value(f.rate, g, $0) != nil } } ?? false
    for cut in 0..<curves[g].count {
      let own = value(rate, g, cut)
      if exists && own == nil && limit != .none { continue }
      if let floor, floorExists {
        guard let reached = value(floor.rate, g, cut), reached >= floor.value else { continue }
      }
      var (nextLow, nextHigh) = (low, high)
      if let own, limit != .none { (nextLow, nextHigh) = (min(low, own), max(high, own)) }
      if nextLow <= nextHigh {
        switch limit {
        case .none: break
        case .difference(let bound): if nextHigh - nextLow > bound { continue }
        case .ratio(let bound): if nextHigh > 0 && nextLow / nextHigh < bound { continue }
        }
      }
      let gained = utility.value(curves[g].truePositives[cut], curves[g].falsePositives[cut])
      go(g + 1, nextLow, nextHigh, total + gained)
    }
  }
  go(0, .infinity, -.infinity, 0)
  return best
}

@Suite struct ThresholdSearchTests {
  /// 5,000 small problems with ties, weights, weights of 0 and groups that lack a label.
  @Test func theWindowFindsWhatTryingEverythingFinds() throws {
    var random = SeededGenerator(seed: 17)
    var infeasible = 0, floors = 0
    for trial in 0..<5_000 {
      let groups = Int.random(in: 1...4, using: &random)
      let rows = try randomRows(
        &random, rows: Int.random(in: groups...14, using: &random), groups: groups,
        levels: Int.random(in: 0...6, using: &random), weighted: trial % 2 == 1)
      let curves = ThresholdCurve.all(rows)
      let rate = Rate.ofDecisions.randomElement(using: &random)!
      let bound = Double(Int.random(in: 0...4, using: &random)) / 8
      let limits: [ThresholdSearch.Limit] = [.difference(bound), .ratio(1 - bound), .none]
      let limit = limits.randomElement(using: &random)!
      let floor: ThresholdSearch.Floor? =
        trial % 3 == 0 ? .init(Rate.ofDecisions.randomElement(using: &random)!, 0.5) : nil
      let utility = DecisionUtility(
        gain: Double(Int.random(in: 0...3, using: &random)),
        loss: Double(Int.random(in: 0...3, using: &random)))
      let choice = ThresholdSearch(curves, rate: rate, limit: limit, floor: floor).best(utility)
      let expected = bruteForce(curves, rate, limit, floor, utility)
      #expect(choice.isFeasible == (expected != nil), "trial \(trial)")
      if let expected {
        #expect(abs(choice.utility - expected) <= 1e-9, "trial \(trial): \(limit) \(rate)")
      } else {
        infeasible += 1
      }
      if floor != nil { floors += 1 }
    }
    #expect(infeasible > 20 && infeasible < 2_500 && floors > 1_000)
  }

  @Test func theRuleDecidesAsTheCountsSaid() throws {
    var random = SeededGenerator(seed: 3)
    for objective in ["accuracy", "balanced_accuracy", "cost"] {
      let rows = try randomRows(&random, rows: 400, groups: 5, levels: 60, weighted: true)
      let fit = try GroupThresholds.fit(
        rows,
        try request(
          GroupThresholds.self,
          ["objective": objective, "bound": "0.05", "false_positive_cost": "3"]))
      let values = fit.rule.values(scores: rows.scores, groups: rows.groupCodes)
      #expect(values.allSatisfy { $0 == 0 || $0 == 1 })
      let expected = ExpectedRates(rows, values)
      let rates = expected.rates(.selectionRate).compactMap { $0 }
      #expect(rates.max()! - rates.min()! <= 0.05)
      let positives = expected.positives.reduce(0, +), negatives = expected.negatives.reduce(0, +)
      let missed = positives - expected.truePositives.reduce(0, +)
      let alarms = expected.falsePositives.reduce(0, +)
      let cost =
        objective == "accuracy"
        ? (missed + alarms) / (positives + negatives)
        : objective == "cost"
          ? (missed + 3 * alarms) / (positives + negatives)
          : 0.5 * missed / positives + 0.5 * alarms / negatives
      #expect(abs(fit.report.objective! - cost) < 1e-12)
    }
  }

  @Test func f1IsTheLargestOfAllChoices() throws {
    var random = SeededGenerator(seed: 5)
    for trial in 0..<200 {
      let rows = try randomRows(&random, rows: 12, groups: 2, levels: 6, weighted: trial % 2 == 0)
      let curves = ThresholdCurve.all(rows)
      let fit = try GroupThresholds.fit(
        rows, try request(GroupThresholds.self, ["objective": "f1", "bound": "0.25"]))
      let positives = curves[0].positives + curves[1].positives
      var best = 0.0
      for a in 0..<curves[0].count {
        for b in 0..<curves[1].count {
          let first = (curves[0].truePositives[a] + curves[0].falsePositives[a])
          let second = (curves[1].truePositives[b] + curves[1].falsePositives[b])
          if curves[0].total > 0, curves[1].total > 0,
            abs(first / curves[0].total - second / curves[1].total) > 0.25
          {
            continue
          }
          let hits = curves[0].truePositives[a] + curves[1].truePositives[b]
          let whole = positives + first + second
          if whole > 0 { best = max(best, 2 * hits / whole) }
        }
      }
      #expect(abs((1 - fit.report.objective!) - best) < 1e-12, "trial \(trial)")
    }
  }

  @Test func weightsCountRowsAndOrderDoesNotMatter() throws {
    var random = SeededGenerator(seed: 8)
    let rows = try randomRows(&random, rows: 60, groups: 3, levels: 8, weighted: true)
    var (scores, labels, groups): ([Double], [Int], [Int]) = ([], [], [])
    for i in 0..<rows.count {
      for _ in 0..<Int(rows.weight(i)) {
        scores.append(rows.scores[i])
        labels.append(Int(rows.labels[i]))
        groups.append(rows.groups[i])
      }
    }
    let order = scores.indices.shuffled(using: &random)
    let repeated = try scored(
      order.map { scores[$0] }, order.map { labels[$0] }, order.map { groups[$0] })
    for method in Postprocessors.all where method != Reranking.self {
      let weighted = try method.fit(rows, try request(method))
      let unweighted = try method.fit(repeated, try request(method))
      let points = (0...100).map { Double($0) / 100 }
      for group in 0..<3 {
        let codes = points.map { _ in group }
        let (a, b) = (
          weighted.rule.values(scores: points, groups: codes),
          unweighted.rule.values(scores: points, groups: codes)
        )
        #expect(zip(a, b).allSatisfy { abs($0 - $1) < 1e-7 }, "\(method.name)")
      }
    }
  }
}
