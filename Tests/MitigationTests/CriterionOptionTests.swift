import Criteria
import Datasets
import Foundation
import Mitigation
import Models
import Testing

private func criterionOption(_ method: any Mitigation.Type) -> MethodOption? {
  method.options.first { $0.name == "criterion" }
}

/// Methods that make something alike, with what each offers.
private let methods = Mitigations.all.filter { criterionOption($0) != nil }

private func names(_ option: MethodOption) -> [String] {
  switch option.kind {
  case .choice(let names), .bounds(let names): names
  default: []
  }
}

@Suite struct CriterionOptionTests {
  /// What each method called the option, with values that it had.
  private static let former: [(method: String, name: String, values: [(String, String)])] = [
    (
      "penalized", "penalty",
      [
        ("demographic_parity", "demographic_parity"), ("equal_opportunity", "equal_opportunity"),
        ("false_positive_rate", "false_positive_rate_parity"),
        ("equalized_odds", "equalized_odds"), ("covariance", "covariance"),
        ("prejudice", "prejudice"), ("group_loss_variance", "group_loss_variance"),
        ("worst_group_loss", "worst_group_loss"),
        ("linear_demographic_parity", "demographic_parity"),
        ("linear_equal_opportunity", "equal_opportunity"),
        ("linear_false_positive_rate", "false_positive_rate_parity"),
        ("linear_equalized_odds", "equalized_odds"),
      ]
    ),
    ("reductions", "constraint", reductions), ("grid-search", "constraint", reductions),
    (
      "adversarial", "constraint",
      [
        ("demographic_parity", "demographic_parity"), ("equalized_odds", "equalized_odds"),
        ("equal_opportunity", "equal_opportunity"),
      ]
    ),
    ("meta-fair", "statistic", rates + [("precision_score", "predictive_parity")]),
    (
      "subgroup-parity", "rate",
      [
        ("selection_rate", "demographic_parity"),
        ("false_positive_rate", "false_positive_rate_parity"),
        ("false_negative_rate", "false_negative_rate_parity"),
      ]
    ),
    ("group-thresholds", "rate", rates + [("precision_score", "predictive_parity")]),
    (
      "threshold-optimizer", "constraint",
      parities + [("selection_rate_parity", "demographic_parity")]
    ),
    ("relaxed-parity", "constraint", parities),
    (
      "reject-option", "metric",
      [
        ("statistical_parity_difference", "demographic_parity"),
        ("average_odds_difference", "equalized_odds"),
        ("equal_opportunity_difference", "equal_opportunity"),
      ]
    ),
    (
      "calibrated-equalized-odds", "cost",
      [
        ("fpr", "false_positive_rate_parity"), ("fnr", "false_negative_rate_parity"),
        ("weighted", "error_rate_parity"),
      ]
    ),
  ]
  private static let parities = [
    ("demographic_parity", "demographic_parity"), ("equalized_odds", "equalized_odds"),
    ("true_positive_rate_parity", "equal_opportunity"),
    ("false_positive_rate_parity", "false_positive_rate_parity"),
  ]
  private static let reductions =
    parities + [
      ("true_negative_rate_parity", "true_negative_rate_parity"),
      ("false_negative_rate_parity", "false_negative_rate_parity"),
      ("error_rate_parity", "error_rate_parity"), ("bounded_group_loss", "bounded_group_loss"),
      (
        "demographic_parity=0.05,true_positive_rate_parity",
        "demographic_parity=0.05,equal_opportunity"
      ),
    ]
  private static let rates = [
    ("selection_rate", "demographic_parity"), ("true_positive_rate", "equal_opportunity"),
    ("false_positive_rate", "false_positive_rate_parity"),
    ("true_negative_rate", "true_negative_rate_parity"),
    ("false_negative_rate", "false_negative_rate_parity"), ("accuracy_score", "accuracy_parity"),
  ]

  @Test func everyMethodWithAChoiceIsHere() {
    #expect(Set(methods.map { $0.name }) == Set(Self.former.map(\.method)))
    for method in Mitigations.all {
      for name in ["constraint", "penalty", "rate", "statistic", "metric", "cost"] {
        #expect(!method.options.contains { $0.name == name }, "\(method.name) \(name)")
      }
    }
  }

  /// A criterion by any of its names, under any of the option's names, gives the same options.
  @Test(arguments: methods.map { $0.name })
  func everySpellingGivesTheSameOptions(name: String) throws {
    let method = try Mitigations.named(name)
    let option = try #require(criterionOption(method))
    for value in names(option) {
      let wanted = try MethodOptions(["criterion": value], of: method).values
      #expect(wanted["criterion"] == .text(value))
      for key in option.names {
        #expect(try MethodOptions([key: value], of: method).values == wanted)
      }
      guard let criterion = Criterion.named(value) else { continue }
      for spelling in criterion.spellings + [value.replacing("_", with: "-")] {
        #expect(
          try MethodOptions(["criterion": spelling], of: method).values == wanted, "\(spelling)")
      }
    }
  }

  @Test(arguments: former.indices)
  func formerNamesAndValuesMeanTheSame(index: Int) throws {
    let (name, former, values) = Self.former[index]
    let method = try Mitigations.named(name)
    #expect(criterionOption(method)?.formerName == former)
    for (old, new) in values {
      let found = try MethodOptions([former: old], of: method)
      #expect(found.values["criterion"] == .text(new) && found.values[former] == nil, "\(old)")
      // A model of before says the same.
      let recorded = MethodOptions(recorded: [former: .text(old)], of: method)
      #expect(recorded.values["criterion"] == .text(new) && recorded.values[former] == nil)
      if name == "penalized" {
        let form = OptionValue.text(old.hasPrefix("linear_") ? "linear" : "probability")
        #expect(found.values["form"] == form)
        #expect(recorded.values["form"] ?? .text("probability") == form)
      }
    }
  }

  /// The rate that a frontier draws is the same whatever the criterion is called.
  @Test func aFrontierDrawsTheSameDisparity() throws {
    for method in methods {
      guard let frontier = method as? any FrontierMitigation.Type,
        let option = criterionOption(method)
      else { continue }
      for value in names(option) {
        let drawn = Set(
          try (Criterion.named(value)?.spellings ?? [value]).map {
            frontier.disparity(try MethodOptions(["criterion": $0], of: method))
          })
        #expect(drawn.count == 1, "\(method.name) \(value)")
      }
    }
  }

  private func refusal(_ given: [String: String], _ name: String = "penalized") throws -> String {
    let method = try Mitigations.named(name)
    do {
      _ = try MethodOptions(given, of: method)
      return ""
    } catch { return error.text(.commandLine) }
  }

  @Test func twoNamesOfOneOptionAreRefused() throws {
    for key in ["penalty", "constraint", "statistic"] {
      #expect(
        try refusal(["criterion": "equalized_odds", key: "equalized_odds"]).contains("same option"))
    }
    #expect(try refusal(["target_gap": "0.1", "target-gap": "0.1"]).contains("same option"))
    #expect(
      try refusal(["penalty": "linear_equalized_odds", "form": "probability"])
        .contains("form linear"))
    #expect(try refusal(["penalty": "linear_equalized_odds", "form": "linear"]) == "")
    #expect(
      try refusal(["criterion": "statistical_parity,demographic-parity"], "reductions")
        .contains("a name occurs twice"))
  }

  @Test func aMisspeltCriterionIsMetWithAnOffer() throws {
    #expect(try refusal(["criterion": "equal_odds"]).contains("did you mean 'equalized_odds'?"))
    #expect(try refusal(["criterion": "statistical_partiy"]).contains("'statistical_parity'"))
    #expect(try refusal(["criterium": "equalized_odds"]).contains("did you mean --criterion?"))
    #expect(try refusal(["penalti": "equalized_odds"]).contains("did you mean --penalty?"))
    // What a method cannot do is not among its values.
    #expect(
      try refusal(["criterion": "ppv_parity"], "reductions")
        .contains("predictive_parity is for other methods"))
    #expect(try refusal(["criterion": "predictive_parity"], "meta-fair") == "")
  }

  /// The page that lists what each method offers is what they offer.
  @Test func thePageOfCriteriaIsRight() throws {
    let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Sources/Equipoise/Documentation.docc/Criteria.md")
    let lines = try String(contentsOf: page, encoding: .utf8).split(separator: "\n")
    for criterion in Criterion.all {
      let line = try #require(lines.first { $0.hasPrefix("| `\(criterion)` |") })
      let told = line.split(separator: "|")[2].split(separator: ",").map {
        $0.trimmingCharacters(in: CharacterSet(charactersIn: " `"))
      }
      let offering = methods.filter { method in
        criterionOption(method).map { names($0).contains(criterion.name) } ?? false
      }
      #expect(told == offering.map { $0.name }, "\(criterion)")
    }
    for rate in Rate.ofDecisions {
      #expect(lines.contains { $0.hasPrefix("| `\(rate)` |") }, "\(rate)")
    }
  }

  @Test func ratesOfAFloorHaveTheirShortNames() throws {
    let method = try Mitigations.named("group-thresholds")
    let options = try MethodOptions(["floor-rate": "recall"], of: method)
    #expect(options.values["floor_rate"] == .text("true_positive_rate"))
  }
}
