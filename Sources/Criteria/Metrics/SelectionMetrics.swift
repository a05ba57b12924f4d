/// How many rows there are, how many are positive, and how many are predicted to be.
public enum SelectionMetrics: MetricFamily {
  public static let metrics = [
    Metric(
      "count", "Number of rows, whatever their weight.", needs: [], scale: .count,
      form: .function { .value(Double($0.rowCount)) }),
    Metric(
      "base_rate", "P(Y = 1): share of positive labels.", needs: .labels,
      form: .proportion(of: .positives, among: .all)),
    Metric(
      "selection_rate", "P(Ŷ = 1): share of positive predictions.", needs: .predictions,
      form: .proportion(of: .selected, among: .all)),
    Metric(
      "mean_prediction", "Mean of the predictions; for 0 and 1 the selection rate.",
      needs: .predictions, form: .proportion(of: .selected, among: .all)),
  ]
}
