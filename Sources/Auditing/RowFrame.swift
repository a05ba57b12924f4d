import Criteria
import Datasets

extension MetricFrame {
  /// A frame of any functions of rows: for metrics that no counts can give.
  ///
  /// - Parameters:
  ///   - attributes: at least one, all of n rows.
  ///   - controls: attributes within whose combinations everything is told.
  ///   - measure: takes row numbers, ascending and at least one, and gives a value for each metric.
  public init(
    metrics: [String], attributes: [GroupIndex], controls: [GroupIndex] = [],
    measure: ([Int]) -> [String: MetricValue]
  ) {
    precondition(!attributes.isEmpty, "a frame needs an attribute")
    let all = controls + attributes
    precondition(all.allSatisfy { $0.rows == all[0].rows }, "attributes of different lengths")
    var members: [[Int]: [Int]] = [:]
    for i in 0..<all[0].rows { members[all.map { $0[i] }, default: []].append(i) }
    let keys = members.keys.sorted { $0.lexicographicallyPrecedes($1) }
    let nothing = Dictionary(
      uniqueKeysWithValues: metrics.map { ($0, MetricValue.absent("no rows")) })
    self.init(
      CountedFrame(
        attributes: all.map(\.attribute), levels: all.map(\.names), combinations: keys,
        tallies: keys.map { members[$0]! }, empty: [], add: { $0 += $1 }),
      metrics: metrics, controls: controls.map(\.attribute)
    ) { rows in
      rows.isEmpty ? nothing : measure(rows.sorted())
    }
  }
}
