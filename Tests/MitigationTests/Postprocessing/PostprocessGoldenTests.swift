import Criteria
import Datasets
import Foundation
import LinearAlgebra
import Mitigation
import Models
import TestSupport
import Testing

private let golden = GoldenFiles(.module, "postprocess")
private let cases = ["k2_n80", "k2_n300", "k2_ties_n100", "k4_n300"]

private func rows(_ name: String) throws -> ScoredRows {
  let columns = try golden.columns("\(name)/data.csv")
  return try scored(
    columns["score"]!, columns["y_true"]!.map(Int.init), columns["A"]!.map(Int.init))
}

private func number(_ value: Any?) -> Double {
  if let text = value as? String { return text.hasPrefix("-") ? -.infinity : .infinity }
  return value as? Double ?? .nan
}

/// Whether a cut and Fairlearn's `score > threshold` part the same scores: JSON's last digit aside.
private func isSame(_ cut: ScoreThreshold, _ threshold: Double) -> Bool {
  if threshold == .infinity { return cut == .nobody }
  return cut.cut == threshold || abs((cut.cut ?? .nan) - threshold) < 1e-12
}

@Suite struct PostprocessGoldenTests {
  @Test(arguments: cases)
  func thresholdOptimizerInterpolatesAsFairlearn(name: String) throws {
    let rows = try rows(name)
    let expected = try golden.json("\(name)/expected.json")["threshold_optimizer"]
    for (key, entry) in expected as! [String: [String: Any]] {
      let parts = key.split(separator: "|").map(String.init)
      let solution = try ThresholdOptimizer.solve(
        rows, Criterion.named(parts[0])!, .named(parts[1])!,
        gridSize: Int(parts[3].split(separator: "=")[1])!, flips: parts[2] == "flip=True")
      #expect(abs(solution.rates[0] - number(entry["x_best"])) < 1e-12, "\(key)")
      let groups = entry["interpolation"] as! [String: [String: Any]]
      for (group, want) in groups {
        let found = solution.groups[Int(group)!]
        #expect(abs(found.firstWeight - number(want["p0"])) < 1e-9, "\(key) \(group)")
        #expect(abs(found.secondWeight - number(want["p1"])) < 1e-9, "\(key) \(group)")
        for (cut, isBelow, side) in [
          (found.first, found.firstIsBelow, "op0"), (found.second, found.secondIsBelow, "op1"),
        ] {
          let operation = want[side] as! [String: Any]
          #expect(isBelow == (operation["operator"] as? String == "<"), "\(key) \(group)")
          #expect(isSame(cut, number(operation["threshold"])), "\(key) \(group) \(cut)")
        }
        if let ignored = want["p_ignore"] {
          #expect(abs(found.ignored - number(ignored)) < 1e-9, "\(key) \(group)")
          #expect(abs(found.constant - number(want["prediction_constant"])) < 1e-12)
        }
      }
      let rule = StepRule(meaning: .decisions, functions: solution.functions)
      let values = rule.values(scores: rows.scores, groups: rows.groupCodes)
      #expect(
        abs(1 - ExpectedRates(rows, values).error - number(entry["expected_accuracy"])) < 1e-9)
      if let probabilities = entry["positive_probability"] as? [Double] {
        #expect(zip(values, probabilities).allSatisfy { abs($0 - $1) < 1e-9 }, "\(key)")
      }
    }
  }

  @Test func thresholdOptimizerHasTheTableOfFairlearnsTests() throws {
    let all = try GoldenFiles(.module, "reductions").json("fairlearn-tables.json")
    let table = all["threshold"] as! [String: Any]
    let rows = try scored(
      (table["scores"] as! [Int]).map(Double.init), table["y"] as! [Int],
      table["sensitive"] as! [Int])
    var solved = 0, refused = 0
    for (key, result) in table["results"] as! [String: Any] {
      let parts = key.components(separatedBy: ", ")
      guard let constraint = Criterion.named(parts[0]),
        let objective = ThresholdOptimizer.Objective.named(parts[1])
      else {
        #expect(result is String, "\(key)")
        refused += 1
        continue
      }
      if result is String {
        #expect(throws: DataError.self) {
          try ThresholdOptimizer.solve(rows, constraint, objective, gridSize: 20)
        }
        refused += 1
        continue
      }
      let solution = try ThresholdOptimizer.solve(rows, constraint, objective, gridSize: 20)
      for (group, want) in result as! [String: [String: Any]] {
        let found = solution.groups[Int(group)!]
        #expect(abs(found.firstWeight - number(want["p0"])) < 1e-6, "\(key)")
        #expect(abs(found.secondWeight - number(want["p1"])) < 1e-6, "\(key)")
        #expect(isSame(found.first, number(want["thr0"])), "\(key) \(found.first)")
        #expect(isSame(found.second, number(want["thr1"])), "\(key) \(found.second)")
        if let ignored = want["p_ignore"] {
          #expect(abs(found.ignored - number(ignored)) < 1e-6, "\(key)")
        }
      }
      solved += 1
    }
    #expect(solved + refused == 48 && solved == 32)
  }

  private func aif360(_ name: String) throws -> [String: [String: Any]]? {
    try golden.json("\(name)/expected.json")["aif360"] as? [String: [String: Any]]
  }

  @Test(arguments: cases.dropLast())
  func equalizedOddsOfHardLabelsCostsWhatIndependentProgramsSay(name: String) throws {
    let rows = try rows(name), expected = try aif360(name)!
    let error = try HardLabelOdds.solve(
      rows, cut: ScoreThreshold(0.5.nextUp), weighsRates: false)
    let wanted = number(expected["hardt_lp_min_overall_error"]!["error"])
    #expect(abs(error.objective - wanted) < 1e-9)
    let rates = try HardLabelOdds.solve(rows, cut: ScoreThreshold(0.5.nextUp), weighsRates: true)
    let entry = expected["EqOddsPostprocessing"]!
    #expect(abs(rates.objective - number(entry["lp_objective"])) < 1e-9)
    for solution in [error, rates] {
      #expect(solution.objective - solution.lowerBound < 1e-9)
      #expect(solution.objective - solution.lowerBound > -1e-9)
    }
  }

  /// Where the library's rate exceeds 1 the trivial predictor is still too cheap: ours stops at 1.
  @Test(arguments: cases.dropLast(), ["fpr", "fnr", "weighted"])
  func calibratedOddsMixAsMuchAndNeverMoreThanAll(name: String, cost: String) throws {
    let rows = try rows(name)
    let entry = try aif360(name)!["CalibratedEqOddsPostprocessing|\(cost)"]!
    let solution = try CalibratedOdds.solve(
      rows, try request(CalibratedOdds.self, ["cost": cost]).options.criterion!)
    let wanted = [number(entry["unpriv_mix_rate"]), number(entry["priv_mix_rate"])]
    for (found, want) in zip(solution.shares, wanted) {
      #expect(abs(found - min(1, max(0, want))) < 1e-9)
    }
    #expect(abs(solution.baseRates[0] - number(entry["base_rate_unpriv"])) < 1e-12)
    if wanted.allSatisfy({ $0 <= 1 }) {
      #expect(abs(solution.after[0] - solution.after[1]) < 1e-12)
    }
  }

  @Test(arguments: cases.dropLast())
  func rejectOptionFindsTheSameThresholdAndMargin(name: String) throws {
    let rows = try rows(name)
    for (criterion, metric, title) in [
      (
        Criterion.demographicParity, "statistical_parity_difference",
        "Statistical parity difference"
      ),
      (.equalizedOdds, "average_odds_difference", "Average odds difference"),
      (.equalOpportunity, "equal_opportunity_difference", "Equal opportunity difference"),
    ] {
      let entry = try aif360(name)!["RejectOptionClassification|\(title)|50x25|+-0.05"]!
      let fit = try RejectOption.fit(
        rows,
        try request(
          RejectOption.self,
          ["metric": metric, "deprived": "0", "thresholds": "50", "margins": "25"]))
      let found = try RejectOption.solve(
        rows, deprived: [true, false], criterion, bound: 0.05, .init(thresholds: 50, margins: 25))
      #expect(abs(found.threshold - number(entry["classification_threshold"])) < 1e-12)
      #expect(abs(found.margin - number(entry["ROC_margin"])) < 1e-12)
      let values = fit.rule.values(scores: rows.scores, groups: rows.groupCodes)
      #expect(values.map { Int($0) } == entry["labels"] as! [Int], "\(title)")
    }
  }
}
