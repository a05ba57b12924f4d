import Criteria

/// Metrics by group and by control, and how they are put together: Fairlearn's contract.
///
/// Groups and overall values are told for each combination of the controls. What cannot be computed
/// is absent with a reason, and aggregates say over how many groups they were taken. Combinations
/// that no row has are no groups; a group without rows in a stratum is absent there.
public struct MetricFrame: Sendable {
  /// Whom a group is compared with.
  public enum Method: Sendable { case betweenGroups, toOverall }

  /// An aggregate over the groups that have a value.
  public struct Aggregate: Sendable, Equatable {
    public var value: MetricValue
    /// How many groups have a value, and how many there are.
    public var groups: Int
    public var of: Int

    public init(value: MetricValue, groups: Int, of: Int) {
      self.value = value
      self.groups = groups
      self.of = of
    }
  }

  /// One combination of the controls; without controls there is one, of no names.
  public struct Stratum: Sendable {
    public let controls: [String]
    public let overall: [String: MetricValue]
    /// In the order of `MetricFrame.groups`.
    public let groups: [[String: MetricValue]]
  }

  public let metrics: [String]
  public let attributes: [String]
  public let controls: [String]
  /// One name an attribute.
  public let groups: [[String]]
  public let strata: [Stratum]

  public init(
    metrics: [String], attributes: [String], controls: [String], groups: [[String]],
    strata: [Stratum]
  ) {
    precondition(strata.allSatisfy { $0.groups.count == groups.count }, "values for each group")
    self.metrics = metrics
    self.attributes = attributes
    self.controls = controls
    self.groups = groups
    self.strata = strata
  }

  /// A frame of counted metrics, by all attributes together that are no controls.
  public init(
    _ counts: OutcomeCounts, metrics: [Metric]? = nil, controls: [String] = []
  ) {
    let metrics = metrics ?? Metrics.available(for: counts.inputs)
    self.init(
      CountedFrame(
        attributes: counts.attributes, levels: counts.levels,
        combinations: Array(counts.combinations), tallies: Array(counts.tallies), empty: Tally(),
        add: { $0 += $1 }),
      metrics: metrics.map(\.name), controls: controls
    ) { tally in
      Dictionary(uniqueKeysWithValues: metrics.map { ($0.name, $0.measure(tally)) })
    }
  }

  /// Overall, by stratum.
  public func overall(_ metric: String) -> [MetricValue] { strata.map { $0.overall[metric]! } }

  /// By stratum, then by group.
  public func byGroup(_ metric: String) -> [[MetricValue]] {
    strata.map { $0.groups.map { $0[metric]! } }
  }

  public func groupMin(_ metric: String) -> [Aggregate] { extreme(metric) { $0.min() } }
  public func groupMax(_ metric: String) -> [Aggregate] { extreme(metric) { $0.max() } }

  /// max − min between the groups, or the largest |group − overall|; absent over fewer than two groups.
  public func difference(_ metric: String, _ method: Method = .betweenGroups) -> [Aggregate] {
    disparity(metric) { spread, overall in
      method == .betweenGroups ? spread.difference : spread.difference(to: overall)
    }
  }

  /// min / max between the groups, or the smallest of group / overall and its inverse; absent over
  /// fewer than two groups.
  ///
  /// 0/0 is absent: nothing can be said about a ratio of rates that are all 0.
  public func ratio(_ metric: String, _ method: Method = .betweenGroups) -> [Aggregate] {
    disparity(metric) { spread, overall in
      method == .betweenGroups ? spread.ratio : spread.ratio(to: overall)
    }
  }

  private func disparity(
    _ metric: String, _ function: (Spread, MetricValue) -> MetricValue
  ) -> [Aggregate] {
    strata.map { stratum in
      let spread = Spread.between(stratum.groups.map { $0[metric]! })
      var value = function(spread, stratum.overall[metric]!)
      if value.value == nil, spread.extremes == nil {
        value = .absent(spread.reason(groups.map { $0.joined(separator: "×") })!)
      }
      return Aggregate(value: value, groups: spread.measured.count, of: groups.count)
    }
  }

  private func extreme(_ metric: String, _ function: ([Double]) -> Double?) -> [Aggregate] {
    strata.map { stratum in
      let values = stratum.groups.map { $0[metric]! }
      let known = values.compactMap(\.value)
      return Aggregate(
        value: function(known).map { .value($0) } ?? .absent(values.first?.reason ?? "no groups"),
        groups: known.count, of: groups.count)
    }
  }
}

/// Sums of any kind by combination of levels, as a frame needs them.
struct CountedFrame<Sum> {
  var attributes: [String]
  var levels: [[String]]
  var combinations: [[Int]]
  var tallies: [Sum]
  var empty: Sum
  var add: (inout Sum, Sum) -> Void

  func sums(by places: [Int]) -> [[Int]: Sum] {
    var sums: [[Int]: Sum] = [:]
    for (key, tally) in zip(combinations, tallies) {
      add(&sums[places.map { key[$0] }, default: empty], tally)
    }
    return sums
  }
}

extension MetricFrame {
  init<Sum>(
    _ table: CountedFrame<Sum>, metrics: [String], controls: [String],
    measure: (Sum) -> [String: MetricValue]
  ) {
    let strict = table.attributes.indices.filter { controls.contains(table.attributes[$0]) }
    let free = table.attributes.indices.filter { !controls.contains(table.attributes[$0]) }
    precondition(strict.count == controls.count, "controls are attributes")
    func sorted(_ keys: some Sequence<[Int]>) -> [[Int]] {
      keys.sorted { $0.lexicographicallyPrecedes($1) }
    }
    let groups =
      free.count == 1
      ? table.levels[free[0]].indices.map { [$0] } : sorted(table.sums(by: free).keys)
    let cells = table.sums(by: strict + free)
    let overall = table.sums(by: strict)
    self.init(
      metrics: metrics, attributes: free.map { table.attributes[$0] },
      controls: strict.map { table.attributes[$0] },
      groups: groups.map { key in zip(free, key).map { table.levels[$0][$1] } },
      strata: sorted(overall.keys).map { stratum in
        Stratum(
          controls: zip(strict, stratum).map { table.levels[$0][$1] },
          overall: measure(overall[stratum]!),
          groups: groups.map { measure(cells[stratum + $0] ?? table.empty) })
      })
  }
}
