/// Confusion counts and rates in which a row counts by its score: a share S of it is predicted
/// positive and 1 − S negative. AIF360's `generalized_…`.
///
/// G. Pleiss et al., *On fairness and calibration*, NeurIPS 2017, definition 1.
public enum GeneralizedMetrics: MetricFamily {
  private static let needs: Inputs = [.labels, .scores, .probabilities]

  public static let metrics = [
    rate(
      "generalized_true_positive_rate", "E[S | Y = 1]: mean score of the positive.", label: 1,
      positive: true),
    rate(
      "generalized_false_positive_rate", "E[S | Y = 0]: mean score of the negative.", label: 0,
      positive: true),
    rate("generalized_false_negative_rate", "E[1 − S | Y = 1].", label: 1, positive: false),
    rate("generalized_true_negative_rate", "E[1 − S | Y = 0].", label: 0, positive: false),
    count("num_generalized_true_positives", "Σ w·S over Y = 1.", label: 1, positive: true),
    count("num_generalized_false_positives", "Σ w·S over Y = 0.", label: 0, positive: true),
    count("num_generalized_false_negatives", "Σ w·(1 − S) over Y = 1.", label: 1, positive: false),
    count("num_generalized_true_negatives", "Σ w·(1 − S) over Y = 0.", label: 0, positive: false),
  ]

  private static func rate(
    _ name: String, _ summary: String, label: Int, positive: Bool
  ) -> Metric {
    Metric(
      name, summary, needs: needs, scale: .fraction,
      form: .function { tally in
        let weight = tally.weight(of: label == 1 ? .positives : .negatives)
        guard weight > 0, let amount = amount(tally, label, positive) else {
          return .absent(label == 1 ? "no positive labels" : "no negative labels")
        }
        return .value(amount / weight)
      })
  }

  private static func count(
    _ name: String, _ summary: String, label: Int, positive: Bool
  ) -> Metric {
    Metric(
      name, summary, needs: needs, scale: .count,
      form: .function { tally in
        .value(amount(tally, label, positive) ?? 0)
      })
  }

  private static func amount(_ tally: Tally, _ label: Int, _ positive: Bool) -> Double? {
    guard let sum = tally.scores?.sums[label] else { return nil }
    return positive ? sum : tally.weight(of: label == 1 ? .positives : .negatives) - sum
  }
}
