/// Rates given the label: what happens to the people who are positive, and to those who are not.
public enum ErrorRateMetrics: MetricFamily {
  private static let both: Inputs = [.labels, .predictions]

  public static let metrics = [
    Metric(
      "true_positive_rate", "P(Ŷ = 1 | Y = 1): recall, sensitivity.", needs: both,
      form: .proportion(of: .truePositive, among: .positives), whenEmpty: "no positive labels"),
    Metric(
      "false_negative_rate", "P(Ŷ = 0 | Y = 1).", needs: both,
      form: .proportion(of: .falseNegative, among: .positives), whenEmpty: "no positive labels"),
    Metric(
      "false_positive_rate", "P(Ŷ = 1 | Y = 0).", needs: both,
      form: .proportion(of: .falsePositive, among: .negatives), whenEmpty: "no negative labels"),
    Metric(
      "true_negative_rate", "P(Ŷ = 0 | Y = 0): specificity.", needs: both,
      form: .proportion(of: .trueNegative, among: .negatives), whenEmpty: "no negative labels"),
  ]
}
