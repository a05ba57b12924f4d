/// Singapore's FEAT principles with the tree of measures of the Veritas methodology.
public enum PrinciplesSingapore: RulePack {
  public static let id = "sg-feat"
  public static let title = "FEAT principles of the Monetary Authority of Singapore"
  public static let citation = "MAS, Principles to Promote FEAT, 2018-11-12; Veritas methodology"
  public static let version = "1.0"
  public static let textVersion = "Principles of 2018-11-12"
  public static let jurisdiction = "SG"
  public static let readOn = "2026-09-30"
  public static let sectors = ["credit", "insurance"]
  public static let signatories = ["model owner", "second line of defense"]
  public static let questions = [
    PackQuestion(
      "fair_priority", "Does the model hand out a benefit or a harm?", oneOf: ["benefit", "harm"]),
    PackQuestion(
      "fair_impact", "Is its impact normal, or significant or selective?",
      oneOf: ["normal", "significant", "selective"]),
    PackQuestion(
      "fair_concern", "Is the concern those who are eligible, those who are included, or both?",
      oneOf: ["eligible", "inclusive", "both"]),
    PackQuestion(
      "favorable_label", "Is a positive label favorable to the person?", oneOf: ["yes", "no"]),
  ]

  static let principles = LegalText(
    "feat", cite: "MAS, Principles to Promote FEAT, 2018-11-12", basis: .guidance, status: .inForce,
    version: "2018-11-12", appliesFrom: "2018-11-12")
  static let methodology = LegalText(
    "veritas",
    cite: "Veritas toolkit of the MAS consortium, fairness tree and assessment questions",
    basis: .guidance, status: .inForce, version: "as read in 2026")
  static let proposal = LegalText(
    "airg", cite: "MAS consultation on AI risk management, 2025-11-13", basis: .guidance,
    status: .proposed, version: "2025-11-13",
    note: "Closed on 2026-01-31. A final text was not confirmed.")

  public static let texts = [principles, methodology, proposal]

  public static let rules =
    [
      Rule(
        "F2", "attributes as input", asks: "Personal attributes as input must be justified.",
        answer: "A pipeline that names this pack and uses attributes needs 'justification'.",
        of: principles, attribute: AttributeLine(.justified, .training, .decision, .thresholds)),
      Rule(
        "F3, F4", "regular review", asks: "Data, models and decisions are reviewed regularly.",
        answer: "“watch” and “audit” of later rows.", of: principles, duty: .review),
      Rule(
        "F1 to F12", "assessment",
        asks:
          "Answers to the twelve questions on fairness, gaps with their uncertainty among them.",
        answer: "Audit report: results, findings, intervals and proxies.", of: methodology,
        duty: .document),
      Rule(
        "G12, G13", "abnormal operation",
        asks: "Abnormal operation is found, and there is something to fall back to.",
        answer: "“watch” finds; the fallback is the owner's.", of: methodology, duty: .document),
      Rule(
        "Consultation", "risk management", asks: "Not final.",
        answer: "Nothing yet.", of: proposal),
    ] + FairnessTree.rules
}

/// The tree by which the Veritas methodology picks a measure.
enum FairnessTree {
  /// A measure of the tree by the concern: eligible, inclusive, both.
  private typealias Row = (priority: String, isNormal: Bool, isFavorable: Bool, metrics: [String?])

  private static let concerns = ["eligible", "inclusive", "both"]

  private static let rows: [Row] = [
    ("benefit", true, true, ["true_positive_rate", "false_positive_rate", "equalized_odds"]),
    ("benefit", false, true, ["precision_score", "false_discovery_rate", nil]),
    ("harm", true, true, ["false_negative_rate", "false_positive_rate", "equalized_odds"]),
    ("harm", false, true, ["false_omission_rate", "false_discovery_rate", nil]),
    ("benefit", true, false, ["true_negative_rate", "false_negative_rate", "equalized_odds"]),
    ("benefit", false, false, ["negative_predictive_value", "false_omission_rate", nil]),
    ("harm", true, false, ["false_positive_rate", "false_negative_rate", "equalized_odds"]),
    ("harm", false, false, ["false_discovery_rate", "false_omission_rate", nil]),
  ]

  /// A line for each way of answering.
  static let rules: [Rule] = rows.flatMap { row in
    zip(concerns, row.metrics).flatMap { concern, metric in
      (row.isNormal ? ["normal"] : ["significant", "selective"]).map { impact in
        rule(row, impact, concern, metric)
      }
    }
  }

  private static func rule(
    _ row: Row, _ impact: String, _ concern: String, _ metric: String?
  ) -> Rule {
    // Where both concerns meet a harm of weight, the tree asks for scores that mean the same.
    let isConflict = metric == nil && row.priority == "benefit"
    let answer =
      metric.map { "“audit”: difference of \($0), with its interval." }
      ?? (isConflict
        ? "None: the tree has no measure for both at once."
        : "“audit”: calibration of scores by group.")
    return Rule(
      "Fairness tree", "systematically disadvantaged",
      asks: "The gap in the measure that the assessment picks; no number.",
      answer: answer, of: PrinciplesSingapore.methodology,
      measure: metric.map { RuleMeasure($0 + ".difference") },
      when: [
        "fair_priority": row.priority, "fair_impact": impact, "fair_concern": concern,
        "favorable_label": row.isFavorable ? "yes" : "no",
      ])
  }
}
