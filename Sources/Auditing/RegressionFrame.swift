import Criteria

extension MetricFrame {
  /// A frame of regression metrics by group and control.
  public init(_ counts: RegressionCounts, controls: [String] = []) {
    self.init(
      CountedFrame(
        attributes: counts.attributes, levels: counts.levels, combinations: counts.combinations,
        tallies: counts.tallies, empty: RegressionTally(), add: { $0 += $1 }),
      metrics: RegressionMetrics.all.map(\.name), controls: controls
    ) { tally in
      Dictionary(uniqueKeysWithValues: RegressionMetrics.all.map { ($0.name, $0.measure(tally)) })
    }
  }
}
