/// Quantities of the scores themselves, whatever the threshold.
public enum ScoreMetrics: MetricFamily {
  private static let both: Inputs = [.labels, .scores]

  public static let metrics = [
    Metric(
      "mean_score", "Weighted mean of the scores.", needs: .scores, scale: .score,
      form: .function { mean($0.scores?.sums.sum(), $0.totalWeight, "no rows") }),
    Metric(
      "generalized_true_positive_rate", "E[S | Y = 1]: mean score of the positive.", needs: both,
      scale: .score,
      form: .function {
        mean($0.scores?.sums[1], $0.weight(of: .positives), "no positive labels")
      }),
    Metric(
      "generalized_false_positive_rate", "E[S | Y = 0]: mean score of the negative.", needs: both,
      scale: .score,
      form: .function {
        mean($0.scores?.sums[0], $0.weight(of: .negatives), "no negative labels")
      }),
    Metric(
      "brier_score", "E[(S − Y)²]: mean squared error of a probability.", needs: both,
      scale: .score, form: .function(brier)),
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
