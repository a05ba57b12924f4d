/// The metrics an audit knows. A new one is a file in this folder and a line here.
public enum Metrics {
  /// Each family has a file of its name in this folder.
  public static let families: [any MetricFamily.Type] = [
    SelectionMetrics.self,
    ErrorRateMetrics.self,
    PredictiveValueMetrics.self,
    AccuracyMetrics.self,
    ScoreMetrics.self,
    GeneralizedMetrics.self,
    CalibrationMetrics.self,
    CountMetrics.self,
  ]

  public static let all: [Metric] = families.flatMap { $0.metrics }

  /// Other names in use for the same quantity.
  public static let aliases: [String: String] = [
    "brier_score_loss": "brier_score", "mean_squared_error": "brier_score",
    "num_instances": "sum_of_weights",
  ].merging(
    Rate.all.flatMap { rate in rate.aliases.map { ($0, rate.name) } }
  ) { own, _ in own }

  /// The metric of a name or an alias.
  public static func named(_ name: String) -> Metric? { byName[aliases[name] ?? name] }

  /// Metrics that data of these kinds can give.
  public static func available(for inputs: Inputs) -> [Metric] {
    all.filter { inputs.isSuperset(of: $0.needs) }
  }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}
