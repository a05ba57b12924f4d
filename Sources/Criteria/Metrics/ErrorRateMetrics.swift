/// Rates given the label: what happens to the people who are positive, and to those who are not.
public enum ErrorRateMetrics: MetricFamily {
  public static let metrics = Rate.all.filter { [.positives, .negatives].contains($0.whole) }
    .map { Metric($0) }
}
