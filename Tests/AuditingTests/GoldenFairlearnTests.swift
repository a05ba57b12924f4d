import Auditing
import Criteria
import Testing

/// Fairlearn's metrics on the same rows, except where its number for an empty denominator is 0.
@Suite struct GoldenFairlearnTests {
  private static let aggregates = [
    "difference|between_groups", "difference|to_overall", "ratio|between_groups",
    "ratio|to_overall", "group_min", "group_max",
  ]

  private func aggregates(_ frame: MetricFrame, _ key: String, _ metric: String)
    -> [MetricFrame.Aggregate]
  {
    switch key {
    case "difference|between_groups": frame.difference(metric, .betweenGroups)
    case "difference|to_overall": frame.difference(metric, .toOverall)
    case "ratio|between_groups": frame.ratio(metric, .betweenGroups)
    case "ratio|to_overall": frame.ratio(metric, .toOverall)
    case "group_min": frame.groupMin(metric)
    default: frame.groupMax(metric)
    }
  }

  private func name(_ metric: String) -> String { Metrics.aliases[metric] ?? metric }

  /// The values of a frame of one stratum, and how many were compared.
  private func compare(
    _ frame: MetricFrame, stratum: Int, _ golden: [String: Any], prefix: String, case_: String
  ) -> Int {
    var compared = 0
    let within = prefix.isEmpty ? golden : nil
    let byGroup = golden["by_group"] as! [String: [String: Any]]
    for (group, names) in frame.groups.enumerated() {
      let wanted = byGroup[prefix.isEmpty ? names[0] : "\(prefix)|\(names[0])"]!
      for (metric, number) in wanted {
        let found = frame.strata[stratum].groups[group][name(metric)]!
        let expected = goldenNumber(number)!
        if let value = found.value {
          let isEmptyCount = metric == "count" && expected.isNaN && value == 0
          #expect(
            close(value, expected) || isEmptyCount, "\(case_) \(metric) of \(names)")
          compared += 1
        } else {
          #expect(expected == 0 || expected.isNaN, "\(case_) \(metric) of \(names)")
        }
      }
    }
    for key in Self.aggregates {
      let all = golden[key] as! [String: Any]
      let wanted = (within == nil ? all[prefix] : all) as! [String: Any]
      for (metric, number) in wanted {
        let found = aggregates(frame, key, name(metric))[stratum]
        let isOverEmptyCell =
          metric == "count" && frame.byGroup("count")[stratum].contains { $0.value == 0 }
        guard found.groups == found.of && !isOverEmptyCell else { continue }
        // Fairlearn says that one group alone has a difference of 0 and a ratio of 1.
        if found.of < 2 && !key.hasPrefix("group") {
          #expect(found.value.value == nil, "\(case_) \(key) \(metric)")
          continue
        }
        let expected = goldenNumber(number)!
        if let value = found.value.value {
          #expect(close(value, expected), "\(case_) \(key) \(metric): \(value) \(expected)")
          compared += 1
        } else {
          #expect(expected.isNaN, "\(case_) \(key) \(metric)")
        }
      }
    }
    return compared
  }

  @Test(arguments: GoldenCase.names)
  func framesAreThoseOfFairlearn(name: String) throws {
    let golden = try GoldenCase(name)
    let frame = try golden.frame()
    let compared = compare(
      frame, stratum: 0, golden.at("fairlearn", "MetricFrame") as! [String: Any], prefix: "",
      case_: name)
    #expect(compared > (frame.groups.count > 1 ? 60 : 30))
    let overall = golden.at("fairlearn", "MetricFrame", "overall") as! [String: Any]
    for (metric, number) in overall {
      if let value = frame.overall(self.name(metric))[0].value {
        #expect(close(value, goldenNumber(number)!), "\(name) overall \(metric)")
      }
    }
  }

  @Test(arguments: GoldenCase.names)
  func controlledFramesAreThoseOfFairlearn(name: String) throws {
    let golden = try GoldenCase(name)
    let frame = try golden.frame(controls: ["control"])
    for (index, stratum) in frame.strata.enumerated() {
      let compared = compare(
        frame, stratum: index, golden.at("fairlearn", "MetricFrame_control") as! [String: Any],
        prefix: stratum.controls[0], case_: name)
      #expect(compared > 20)
    }
  }

  @Test(arguments: GoldenCase.names)
  func disparitiesAreThoseOfFairlearn(name: String) throws {
    let golden = try GoldenCase(name)
    let frame = try golden.frame()
    let isWhole = ["true_positive_rate", "false_positive_rate"].allSatisfy {
      frame.difference($0)[0].groups == frame.groups.count
    }
    guard frame.groups.count > 1 else {
      #expect(frame.demographicParityDifference().reason != nil)
      let theirs = golden.at("fairlearn", "demographic_parity_difference|between_groups")
      #expect(goldenNumber(theirs) == 0)
      return
    }
    for (method, key) in [
      (MetricFrame.Method.betweenGroups, "between_groups"), (.toOverall, "to_overall"),
    ] {
      var found = [
        "demographic_parity_difference|\(key)": frame.demographicParityDifference(method),
        "demographic_parity_ratio|\(key)": frame.demographicParityRatio(method),
      ]
      if isWhole {
        found["equal_opportunity_difference|\(key)"] = frame.equalOpportunityDifference(method)
        found["equal_opportunity_ratio|\(key)"] = frame.equalOpportunityRatio(method)
        for (joining, label) in [(DerivedMetric.Joining.worstCase, "worst_case"), (.mean, "mean")] {
          found["equalized_odds_difference|\(key)|\(label)"] = frame.equalizedOddsDifference(
            method, joining)
          found["equalized_odds_ratio|\(key)|\(label)"] = frame.equalizedOddsRatio(method, joining)
        }
      }
      for (label, value) in found {
        if label.hasPrefix("equalized_odds_ratio") && value.value == nil { continue }
        let expected = goldenNumber(golden.at("fairlearn", label))!
        #expect(
          value.value.map { close($0, expected) } ?? expected.isNaN,
          "\(name) \(label): \(value) \(expected)")
      }
    }
  }

  /// Fairlearn takes a rate without a denominator as 0 and reports a gap that is its own invention.
  @Test func anEmptyDenominatorIsAbsentAndNotZero() throws {
    let golden = try GoldenCase("edge_group_no_positive_labels")
    let frame = try golden.frame()
    let rate = frame.byGroup("true_positive_rate")[0][1]
    #expect(rate.value == nil && rate.reason == "no positive labels")
    let theirs = golden.at("fairlearn", "equal_opportunity_difference|between_groups")
    #expect(goldenNumber(theirs)! > 0.6, "Fairlearn reports the other group's whole rate as a gap")
    let gap = frame.difference("true_positive_rate")[0]
    #expect(gap.value.reason?.hasPrefix("1 of 2 groups: no positive labels in ") == true)
    #expect(gap.groups == 1 && gap.of == 2)
  }

  /// Fairlearn gives a group that a stratum lacks a count of NaN.
  @Test func aGroupThatAStratumLacksHasZeroRowsAndNoRates() throws {
    let frame = try GoldenCase("edge_empty_control_cell").frame(controls: ["control"])
    #expect(frame.byGroup("count")[1][2] == .value(0))
    #expect(frame.byGroup("selection_rate")[1][2].reason == "no rows")
    let gap = frame.difference("selection_rate")[1]
    #expect(gap.groups == 2 && gap.of == 3)
  }

  /// Fairlearn's ratio of rates that are all 0 is NaN.
  @Test func aRatioOfZerosIsAbsent() throws {
    let frame = try GoldenCase("edge_all_negative_predictions").frame()
    #expect(frame.demographicParityDifference() == .value(0))
    #expect(frame.demographicParityRatio().reason == "no group has a value above 0")
  }

  /// Fairlearn leaves a ratio 0/0 out and calls what remains the equalized odds ratio.
  @Test func anEqualizedOddsRatioNeedsBothRatios() throws {
    let golden = try GoldenCase("edge_perfect_predictions")
    let theirs = golden.at("fairlearn", "equalized_odds_ratio|between_groups|worst_case")
    #expect(goldenNumber(theirs) == 1)
    let frame = try golden.frame()
    #expect(frame.equalizedOddsRatio().reason == "no group has a value above 0")
    #expect(frame.equalizedOddsDifference() == .value(0))
  }

  @Test func everyGeneratedVariantIsKnown() throws {
    #expect(DerivedMetric.all.count == 10 + 6 + 6 + 3)
    let golden = try GoldenCase("bin_n200")
    let frame = try golden.frame()
    let regression: Set = ["r2_score", "mean_absolute_error", "mean_squared_error"]
    for variant in DerivedMetric.all where !regression.contains(variant.metric) {
      let isRanked = ["roc_auc_score", "log_loss"].contains(variant.metric)
      #expect((variant.value(in: frame).value.value != nil) != isRanked, "\(variant.name)")
    }
  }
}
