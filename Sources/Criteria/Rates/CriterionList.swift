/// Every criterion: a line in `all` for each.
extension Criterion {
  public static let all: [Criterion] = [
    demographicParity,
    equalOpportunity,
    equalizedOdds,
    falsePositiveRateParity,
    falseNegativeRateParity,
    trueNegativeRateParity,
    errorRateParity,
    accuracyParity,
    predictiveParity,
    negativePredictiveParity,
    falseDiscoveryRateParity,
    falseOmissionRateParity,
  ]

  /// Those whose rates are linear in decisions.
  public static let linear = all.filter(\.isLinear)
  /// Those whose rates are means of predictions.
  public static let ofPredictions = all.filter(\.comparesPredictions)
  /// Those of one rate.
  public static let ofOneRate = all.filter { $0.rate != nil }

  public static let demographicParity = Criterion(
    "demographic_parity",
    aliases: [
      "statistical_parity", "disparate_impact", "adverse_impact", "selection_rate_parity",
      "independence",
    ],
    [.selectionRate], "The share of positive predictions is equal in all groups.",
    source: "Agarwal et al., A Reductions Approach to Fair Classification, ICML 2018, definition 1")

  public static let equalOpportunity = Criterion(
    "equal_opportunity", [.truePositiveRate], "The true positive rate is equal in all groups.",
    source:
      "Hardt, Price and Srebro, Equality of Opportunity in Supervised Learning, NeurIPS 2016, "
      + "definition 2.2")

  public static let equalizedOdds = Criterion(
    "equalized_odds",
    aliases: ["equalised_odds", "average_odds", "average_abs_odds", "separation"],
    [.truePositiveRate, .falsePositiveRate],
    "True and false positive rates are equal in all groups.",
    source:
      "Hardt, Price and Srebro, Equality of Opportunity in Supervised Learning, NeurIPS 2016, "
      + "definition 2.1")

  public static let falsePositiveRateParity = Criterion(
    "false_positive_rate_parity", aliases: ["predictive_equality"], [.falsePositiveRate],
    "The false positive rate is equal in all groups.",
    source:
      "Corbett-Davies et al., Algorithmic Decision Making and the Cost of Fairness, KDD 2017, "
      + "section 2")

  public static let falseNegativeRateParity = Criterion(
    "false_negative_rate_parity", [.falseNegativeRate],
    "The false negative rate is equal in all groups.", source: mistreatment)

  public static let trueNegativeRateParity = Criterion(
    "true_negative_rate_parity", [.trueNegativeRate],
    "The true negative rate is equal in all groups.", source: mistreatment)

  public static let errorRateParity = Criterion(
    "error_rate_parity", [.errorRate], "The share of wrong predictions is equal in all groups.",
    source: mistreatment)

  public static let accuracyParity = Criterion(
    "accuracy_parity", aliases: ["overall_accuracy", "overall_accuracy_equality"], [.accuracy],
    "The share of right predictions is equal in all groups.",
    source: "Berk et al., Fairness in Criminal Justice Risk Assessments, Sociological Methods & "
      + "Research 2021, section 3")

  public static let predictiveParity = Criterion(
    "predictive_parity", aliases: ["outcome_test"], [.precision],
    "The share of the selected that are positive is equal in all groups.", source: prediction)

  public static let negativePredictiveParity = Criterion(
    "negative_predictive_parity", [.negativePredictiveValue],
    "The share of the rejected that are negative is equal in all groups.", source: prediction)

  public static let falseDiscoveryRateParity = Criterion(
    "false_discovery_rate_parity", [.falseDiscoveryRate],
    "The share of the selected that are negative is equal in all groups.", source: celis)

  public static let falseOmissionRateParity = Criterion(
    "false_omission_rate_parity", [.falseOmissionRate],
    "The share of the rejected that are positive is equal in all groups.", source: celis)

  private static let mistreatment =
    "Zafar et al., Fairness Beyond Disparate Treatment and Disparate Impact, WWW 2017, section 2"
  private static let prediction =
    "Chouldechova, Fair Prediction with Disparate Impact, Big Data 2017, section 2"
  private static let celis =
    "Celis et al., Classification with Fairness Constraints: A Meta-Algorithm with Provable "
    + "Guarantees, FAT* 2019, table 1"
}
