/// How many rows there are, how many are positive, and how many are predicted to be.
public enum SelectionMetrics: MetricFamily {
  public static let metrics =
    [
      Metric(
        "count", "Number of rows, whatever their weight.", needs: [], scale: .count,
        form: .function { .value(Double($0.rowCount)) })
    ]
    + Rate.all.filter { $0.whole == .all && $0.needs != [.labels, .predictions] }.map { Metric($0) }
    + [
      Metric(
        .selectionRate, "mean_prediction",
        "Mean of the predictions; for 0 and 1 the selection rate.")
    ]
}
