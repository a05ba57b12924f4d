/// The sums of weights that rates are made of, under AIF360's names; numbers of rows without weights.
public enum CountMetrics: MetricFamily {
  private static let both: Inputs = [.labels, .predictions]

  public static let metrics = [
    weight("sum_of_weights", "Σ w over all rows.", of: .all, needs: []),
    weight("num_positives", "Σ w over Y = 1.", of: .positives, needs: .labels),
    weight("num_negatives", "Σ w over Y = 0.", of: .negatives, needs: .labels),
    weight("num_pred_positives", "Σ w over Ŷ = 1.", of: .selected, needs: .predictions),
    weight("num_pred_negatives", "Σ w over Ŷ = 0.", of: .rejected, needs: .predictions),
    weight("num_true_positives", "Σ w over Ŷ = Y = 1.", of: .truePositive, needs: both),
    weight("num_false_positives", "Σ w over Ŷ = 1, Y = 0.", of: .falsePositive, needs: both),
    weight("num_false_negatives", "Σ w over Ŷ = 0, Y = 1.", of: .falseNegative, needs: both),
    weight("num_true_negatives", "Σ w over Ŷ = Y = 0.", of: .trueNegative, needs: both),
  ]

  private static func weight(
    _ name: String, _ summary: String, of outcomes: OutcomeSet, needs: Inputs
  ) -> Metric {
    Metric(
      name, summary, needs: needs, scale: .count,
      form: .function { .value($0.weight(of: outcomes)) })
  }
}
