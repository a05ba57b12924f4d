import Criteria

extension Disparity {
  /// Takes over how far the values of groups lie apart, between which groups and over how many.
  ///
  /// - Parameter names: of the groups, in the spread's order.
  mutating func take(_ spread: Spread, names: [String]) {
    groups = spread.measured.count
    of = spread.values.count
    lowGroup = spread.lowest.map { names[$0] }
    highGroup = spread.highest.map { names[$0] }
    let found = spread.value(kind)
    value = found.value
    reason = spread.reason(names) ?? found.reason
  }

  /// Takes over a value, or why there is none.
  mutating func take(_ found: MetricValue) {
    value = found.value
    reason = found.reason
  }

  /// Its value, or why there is none.
  var found: MetricValue {
    value.map { .value($0) } ?? .absent(reason ?? "not estimable")
  }

  /// What it says as a number of its own.
  public var estimate: Estimate {
    Estimate(
      value: value, low: low, high: high, interval: interval,
      status: value == nil ? .notEstimable : .estimate, reason: reason)
  }

  /// What the data show at least: the end of the interval that is nearer to alike, 0 where it has none.
  public var least: Double { low ?? 0 }

  /// What it is called in gates and in the metrics of a fit.
  public var name: MeasureName { MeasureName(metric, kind, attribute: attribute) }
}

extension AuditResult {
  /// The gaps between the groups of an attribute, or of all, in some metrics: the clearest, whose
  /// interval begins highest, comes first.
  public func gaps(of metrics: [String], attribute: String? = nil) -> [Disparity] {
    let found = disparities.filter {
      $0.method == .betweenGroups && $0.kind == .difference && $0.value != nil
        && metrics.contains($0.metric) && (attribute ?? $0.attribute) == $0.attribute
    }
    let ranks = found.map { (restsOnFew($0) ? 0 : 1, $0.least, $0.value ?? 0) }
    return found.indices
      .sorted { ranks[$0] == ranks[$1] ? $0 < $1 : ranks[$0] > ranks[$1] }
      .map { found[$0] }
  }
}
