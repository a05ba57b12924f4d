/// Quantities of the scores themselves, whatever the threshold.
public enum ScoreMetrics: MetricFamily {
  private static let both: Inputs = [.labels, .scores]
  private static let probable: Inputs = [.labels, .scores, .probabilities]

  public static let metrics = [
    Metric(
      "mean_score", "Weighted mean of the scores.", needs: .scores, scale: .score,
      form: .function { mean($0.scores?.sums.sum(), $0.totalWeight, "no rows") }),
    Metric(
      "brier_score", "E[(S − Y)²]: mean squared error of a probability.", needs: probable,
      scale: .score, form: .function(brier)),
    Metric(
      "log_loss", "−E[Y ln S + (1 − Y) ln(1 − S)], in nats.", needs: probable, scale: .score,
      form: .profile(\.logLoss)),
    Metric(
      "roc_auc_score", "Area under the ROC curve: P(S₊ > S₋) + ½ P(S₊ = S₋).", needs: both,
      form: .area, whenEmpty: "needs both labels"),
  ]

  private static func mean(_ sum: Double?, _ weight: Double, _ reason: String) -> MetricValue {
    guard let sum, weight > 0 else { return .absent(reason) }
    return .value(sum / weight)
  }

  @Sendable private static func brier(_ tally: Tally) -> MetricValue {
    guard let scores = tally.scores, tally.totalWeight > 0 else { return .absent("no rows") }
    let sum = scores.squares.sum() - 2 * scores.sums[1] + tally.weight(of: .positives)
    return .value(max(0, sum) / tally.totalWeight)
  }
}
