import Mitigation
import Testing

/// A frontier draws the difference that its dial moves.
@Suite struct FrontierDisparityTests {
  private static let cases: [(method: String, options: [String: String], metric: String)] = [
    ("penalized", [:], "selection_rate"),
    ("penalized", ["penalty": "linear_equalized_odds"], "equalized_odds"),
    ("penalized", ["penalty": "equal_opportunity"], "true_positive_rate"),
    ("penalized", ["penalty": "worst_group_loss"], "accuracy_score"),
    ("adversarial", ["constraint": "equalized_odds"], "equalized_odds"),
    ("adversarial", ["constraint": "equal_opportunity"], "true_positive_rate"),
    ("reductions", ["constraint": "true_positive_rate_parity"], "true_positive_rate"),
    ("reductions", ["constraint": "error_rate_parity=0.1"], "accuracy_score"),
    ("group-thresholds", ["rate": "false_positive_rate"], "false_positive_rate"),
    ("relaxed-parity", [:], "equalized_odds"),
    ("meta-fair", ["statistic": "precision_score"], "precision_score"),
    ("subgroup-parity", ["rate": "false_positive_rate"], "false_positive_rate"),
    ("group-minimax", [:], "accuracy_score"),
  ]

  @Test(arguments: cases.indices)
  func theDialMovesWhatIsDrawn(index: Int) throws {
    let (name, given, metric) = Self.cases[index]
    let method = try #require(try Mitigations.named(name) as? any FrontierMitigation.Type)
    let options = try MethodOptions(given, of: method)
    #expect(method.disparity(options) == metric + ".difference", "\(name) \(given)")
  }
}
