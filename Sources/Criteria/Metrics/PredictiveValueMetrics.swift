/// Rates given the prediction: what a prediction is worth.
public enum PredictiveValueMetrics: MetricFamily {
  public static let metrics = Rate.all.filter { [.selected, .rejected].contains($0.whole) }
    .map { Metric($0) }
}
