/// Rates given the prediction: what a prediction is worth.
public enum PredictiveValueMetrics: MetricFamily {
  private static let both: Inputs = [.labels, .predictions]

  public static let metrics = [
    Metric(
      "precision_score", "P(Y = 1 | Ŷ = 1): positive predictive value.", needs: both,
      form: .proportion(of: .truePositive, among: .selected),
      whenEmpty: "no positive predictions"),
    Metric(
      "false_discovery_rate", "P(Y = 0 | Ŷ = 1).", needs: both,
      form: .proportion(of: .falsePositive, among: .selected),
      whenEmpty: "no positive predictions"),
    Metric(
      "false_omission_rate", "P(Y = 1 | Ŷ = 0).", needs: both,
      form: .proportion(of: .falseNegative, among: .rejected),
      whenEmpty: "no negative predictions"),
    Metric(
      "negative_predictive_value", "P(Y = 0 | Ŷ = 0).", needs: both,
      form: .proportion(of: .trueNegative, among: .rejected),
      whenEmpty: "no negative predictions"),
  ]
}
