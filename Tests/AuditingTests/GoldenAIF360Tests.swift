import Auditing
import Criteria
import Foundation
import LinearAlgebra
import Testing

/// AIF360's metrics on the same rows, except where it is wrong or has no denominator.
@Suite struct GoldenAIF360Tests {
  /// Our value of one of AIF360's keys; nil for keys with a test of their own.
  private func value(_ key: String, _ golden: GoldenCase) throws -> MetricValue? {
    let counts = try golden.counts()
    let marginal = counts.marginal(of: [0])
    let sides = PrivilegedComparison(marginal, privileged: golden.privileged)
    let parts = key.split(separator: "|").map(String.init)
    let name = parts[0]
    if parts.count == 2, parts[1].hasPrefix("privileged=") {
      let tally =
        switch parts[1].dropFirst(11) {
        case "True": sides.privileged
        case "False": sides.unprivileged
        default: counts.overall
        }
      return Metrics.named(name)!.measure(tally)
    }
    switch name {
    case "smoothed_empirical_differential_fairness":
      let concentration = Double(parts[1].split(separator: "=")[1])!
      return DifferentialFairness.epsilon(
        of: marginal.tallies, .positives, concentration: concentration)
    case "differential_fairness_bias_amplification":
      return DifferentialFairness.biasAmplification(of: marginal.tallies)
    case "average_odds_difference": return sides.averageOddsDifference
    case "average_abs_odds_difference": return sides.averageAbsoluteOddsDifference
    case "equalized_odds_difference": return sides.equalizedOddsDifference
    case "generalized_equalized_odds_difference": return sides.generalizedEqualizedOddsDifference
    case "average_predictive_value_difference": return sides.averagePredictiveValueDifference
    case "equal_opportunity_difference": return sides.equalOpportunityDifference
    default: break
    }
    for (suffix, function) in [
      ("_difference", sides.difference), ("_ratio", sides.ratio),
    ] where name.hasSuffix(suffix) && Metrics.named(String(name.dropLast(suffix.count))) != nil {
      return function(String(name.dropLast(suffix.count)))
    }
    return try inequality(parts, golden)
  }

  /// The inequality indices, which AIF360 computes without weights.
  private func inequality(_ parts: [String], _ golden: GoldenCase) throws -> MetricValue? {
    let counts = try golden.counts(weighted: false)
    let marginal = counts.marginal(of: [0])
    let sides = PrivilegedComparison(marginal, privileged: golden.privileged)
    var name = parts[0], benefits = BenefitDistribution(decisionsOf: counts.overall)
    if name.hasPrefix("between_all_groups_") {
      name = String(name.dropFirst(19))
      benefits = BenefitDistribution(groupMeans: marginal.tallies)
    } else if name.hasPrefix("between_group_") {
      name = String(name.dropFirst(14))
      benefits = BenefitDistribution(groupMeans: [sides.privileged, sides.unprivileged])
    }
    switch name {
    case "theil_index": return benefits.theil
    case "coefficient_of_variation": return benefits.coefficientOfVariation
    case "generalized_entropy_index":
      let alpha = Double(parts[1].split(separator: "=")[1])!
      return alpha == 0 ? nil : benefits.generalizedEntropy(alpha)
    default: return nil
    }
  }

  @Test(arguments: GoldenCase.names)
  func metricsAreThoseOfAIF360(name: String) throws {
    let golden = try GoldenCase(name)
    let values = golden.at("aif360", "values", "ClassificationMetric") as! [String: Any]
    var compared = 0
    for (key, number) in values {
      // These two have the names of metrics of the labels, too: they are about predictions here.
      let own: MetricValue?
      if key == "statistical_parity_difference" || key == "disparate_impact" {
        let sides = PrivilegedComparison(
          try golden.counts().marginal(of: [0]), privileged: golden.privileged)
        own =
          key == "disparate_impact"
          ? sides.disparateImpact : sides.statisticalParityDifference
      } else {
        own = try value(key, golden)
      }
      guard let own else { continue }
      guard let expected = goldenNumber(number) else {
        #expect(own.value == nil, "\(name) \(key): AIF360 raises an error")
        continue
      }
      if let found = own.value {
        // Theirs is the root of a difference that is rounded at 1e−16.
        let tolerance = key.hasSuffix("coefficient_of_variation") ? 1e-7 : 1e-11
        #expect(close(found, expected, tolerance), "\(name) \(key): \(found) \(expected)")
        compared += 1
      } else {
        #expect(
          !expected.isFinite || isOfNothing(key, golden), "\(name) \(key): absent, \(expected)")
      }
    }
    #expect(compared > (name == "edge_one_group" ? 50 : 75))
  }

  /// A rate without a denominator is 0 in AIF360, or the accuracy of nobody 0 and their error 1.
  private func isOfNothing(_ key: String, _ golden: GoldenCase) -> Bool {
    [
      "positive_predictive_value", "false_discovery_rate", "false_omission_rate",
      "negative_predictive_value", "accuracy", "error_rate", "average_predictive_value",
      "equalized_odds_difference", "generalized_equalized_odds_difference",
    ].contains { key.hasPrefix($0) }
  }

  @Test(arguments: GoldenCase.names)
  func metricsOfTheLabelsAreThoseOfAIF360(name: String) throws {
    let golden = try GoldenCase(name)
    let values = golden.at("aif360", "values", "BinaryLabelDatasetMetric") as! [String: Any]
    let sides = PrivilegedComparison(
      try golden.counts().marginal(of: [0]), privileged: golden.privileged)
    for (key, number) in values where !key.hasPrefix("consistency") {
      let own: MetricValue?
      switch key {
      case "disparate_impact": own = sides.labelDisparateImpact
      case "statistical_parity_difference", "mean_difference": own = sides.labelParityDifference
      default: own = try value(key, golden)
      }
      let expected = goldenNumber(number)
      if let found = own!.value {
        #expect(expected.map { close(found, $0) } ?? false, "\(name) \(key): \(found)")
      } else {
        #expect(expected.map { !$0.isFinite } ?? true, "\(name) \(key)")
      }
    }
  }

  /// AIF360 counts a row among its own neighbours; `Consistency` does so when asked.
  @Test(arguments: GoldenCase.names)
  func consistencyIsThatOfAIF360WhenARowIsItsOwnNeighbour(name: String) throws {
    let golden = try GoldenCase(name)
    let columns = ["f0", "f1", "f2", "A"].map { golden.columns[$0]! }
    let features = Matrix<Double>((0..<golden.rows).map { i in columns.map { $0[i] } })
    let labels = golden.columns["y_true"]!
    let key = "consistency|n_neighbors=5"
    let expected = goldenNumber(
      golden.at("aif360", "values", "BinaryLabelDatasetMetric", key))!
    let inclusive = Consistency(neighbors: 5, includesSelf: true).value(
      features: features, outcomes: labels)
    #expect(close(inclusive.value!, expected), "\(inclusive) \(expected)")
    let exclusive = Consistency(neighbors: 5).value(features: features, outcomes: labels)
    #expect(exclusive.value! < expected, "a row always agrees with itself")
  }

  /// AIF360 divides the mean log deviation by the mean benefit once more.
  @Test(arguments: ["bin_n200", "multi_k12_n2000"])
  func theMeanLogDeviationIsNotDividedByTheMean(name: String) throws {
    let golden = try GoldenCase(name)
    let benefits = BenefitDistribution(groupMeans: try golden.counts().marginal(of: [0]).tallies)
    let theirs = goldenNumber(
      golden.at(
        "aif360", "values", "ClassificationMetric",
        "between_all_groups_generalized_entropy_index|alpha=0"))!
    let own = benefits.generalizedEntropy(0).value!
    #expect(close(own, theirs * benefits.mean, 1e-10) && !close(own, theirs, 1e-6))
  }

  /// AIF360's inequality indices ignore instance weights; ours count a row of weight 2 twice.
  @Test func inequalityIndicesHeedWeights() throws {
    let golden = try GoldenCase("bin_weighted")
    let plain = BenefitDistribution(decisionsOf: try golden.counts(weighted: false).overall)
    let weighted = BenefitDistribution(decisionsOf: try golden.counts().overall)
    let theirs = goldenNumber(
      golden.at(
        "aif360", "values", "ClassificationMetric", "generalized_entropy_index|alpha=2"))!
    #expect(close(plain.generalizedEntropy(2).value!, theirs))
    #expect(!close(weighted.generalizedEntropy(2).value!, theirs, 1e-3))
  }

  /// AIF360 takes max(|D FPR|, NaN), and calls the gap of one rate the larger of two.
  @Test func equalizedOddsNeedBothRates() throws {
    let golden = try GoldenCase("edge_group_no_positive_labels")
    let sides = PrivilegedComparison(
      try golden.counts().marginal(of: [0]), privileged: golden.privileged)
    let theirs = golden.at(
      "aif360", "values", "ClassificationMetric", "equalized_odds_difference")
    #expect(close(abs(sides.difference("false_positive_rate").value!), goldenNumber(theirs)!))
    #expect(sides.equalizedOddsDifference == .absent("no positive labels"))
  }

  /// AIF360 gives a predictive value of 0 to a group of which nobody is selected.
  @Test func aPredictiveValueOfNobodyIsAbsent() throws {
    let golden = try GoldenCase("edge_all_negative_predictions")
    let key = "positive_predictive_value|privileged=None"
    #expect(
      goldenNumber(golden.at("aif360", "values", "ClassificationMetric", key)) == 0)
    #expect(
      Metrics.named("positive_predictive_value")!.measure(try golden.counts().overall).reason
        == "no positive predictions")
  }
}
