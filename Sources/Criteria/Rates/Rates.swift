/// Every rate: a line in `all` for each. Metrics of the same names follow.
extension Rate {
  public static let all: [Rate] = [
    baseRate,
    selectionRate,
    truePositiveRate,
    falseNegativeRate,
    falsePositiveRate,
    trueNegativeRate,
    precision,
    falseDiscoveryRate,
    falseOmissionRate,
    negativePredictiveValue,
    accuracy,
    errorRate,
  ]

  /// The rates that depend on decisions: those that a method can move.
  public static let ofDecisions = all.filter(\.isOfDecisions)

  public static let baseRate = Rate(
    "base_rate", aliases: ["prevalence", "prev"], "P(Y = 1): share of positive labels.",
    .positives, among: .all)
  public static let selectionRate = Rate(
    "selection_rate", aliases: ["pprev"], "P(Ŷ = 1): share of positive predictions.",
    .selected, among: .all)

  public static let truePositiveRate = Rate(
    "true_positive_rate", aliases: ["recall_score", "recall", "sensitivity", "tpr"],
    "P(Ŷ = 1 | Y = 1): recall, sensitivity.", .truePositive, among: .positives)
  public static let falseNegativeRate = Rate(
    "false_negative_rate", aliases: ["fnr"], "P(Ŷ = 0 | Y = 1).", .falseNegative, among: .positives)
  public static let falsePositiveRate = Rate(
    "false_positive_rate", aliases: ["fpr"], "P(Ŷ = 1 | Y = 0).", .falsePositive, among: .negatives)
  public static let trueNegativeRate = Rate(
    "true_negative_rate", aliases: ["specificity", "tnr"], "P(Ŷ = 0 | Y = 0): specificity.",
    .trueNegative, among: .negatives)

  public static let precision = Rate(
    "precision_score", aliases: ["precision", "positive_predictive_value", "ppv"],
    "P(Y = 1 | Ŷ = 1): positive predictive value.", .truePositive, among: .selected)
  public static let falseDiscoveryRate = Rate(
    "false_discovery_rate", aliases: ["fdr"], "P(Y = 0 | Ŷ = 1).", .falsePositive,
    among: .selected)
  public static let falseOmissionRate = Rate(
    "false_omission_rate", aliases: ["for"], "P(Y = 1 | Ŷ = 0).", .falseNegative,
    among: .rejected)
  public static let negativePredictiveValue = Rate(
    "negative_predictive_value", aliases: ["npv"], "P(Y = 0 | Ŷ = 0).", .trueNegative,
    among: .rejected)

  public static let accuracy = Rate(
    "accuracy_score", aliases: ["accuracy"], "P(Ŷ = Y).", .correct, among: .all)
  public static let errorRate = Rate(
    "zero_one_loss", aliases: ["error_rate"], "P(Ŷ ≠ Y): the error rate.", .wrong, among: .all)
}
