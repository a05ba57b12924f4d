import Criteria
import Datasets
import Essentials
import LinearAlgebra

/// An audit of numbers that predict numbers: errors and means by group, with intervals and tests.
///
/// Means have Student's intervals, roots of means those of the delta method; gaps have Welch's, which do
/// not take groups to vary alike, and over more than two groups Bonferroni's level for all pairs. With
/// weights, n is Kish's effective size. R² and the largest error have no interval.
public struct RegressionAudit: Sendable {
  public let options: AuditOptions

  public init(options: AuditOptions = AuditOptions()) { self.options = options }

  /// Metrics that are no negative number and have a natural 0: they have ratios, too.
  static let ratioMetrics: Set = [
    "mean_absolute_error", "mean_squared_error", "root_mean_squared_error",
  ]

  public func run(
    attributes: [GroupIndex], labels: Buffer<Double>, predictions: Buffer<Double>,
    weights: Buffer<Double>? = nil, pool: WorkerPool = .default
  ) throws(AuditError) -> AuditResult {
    let counts: RegressionCounts
    do {
      counts = try RegressionCounts(
        attributes: attributes, labels: labels, predictions: predictions, weights: weights,
        pool: pool)
    } catch { throw .counting(error) }
    return try run(counts)
  }

  public func run(_ counts: RegressionCounts) throws(AuditError) -> AuditResult {
    let frame = CountedFrame(
      attributes: counts.attributes, levels: counts.levels, combinations: counts.combinations,
      tallies: counts.tallies, empty: RegressionTally(), add: { $0 += $1 })
    try TaskReference.check(options, frame.attributes, frame.levels)
    let whole = counts.tallies.reduce(into: RegressionTally()) { $0 += $1 }
    var result = AuditResult(
      rows: whole.rows, weight: whole.weight, overall: estimates(whole), groups: [],
      disparities: [], indices: [:])
    result.task = .regression
    for choice in Audit.choices(of: frame.attributes.count, upTo: options.intersections) {
      let members = frame.members(choice)
      let attribute = choice.map { frame.attributes[$0] }.joined(separator: "×")
      result.groups += members.map { name, tally in
        GroupResult(
          attribute: attribute, value: name, rows: tally.rows, weight: tally.weight,
          metrics: estimates(tally))
      }
      let compared = members.filter {
        options.unknown.compares || !options.isUnknown($0.0, of: attribute)
      }
      let table = RegressionDisparities(
        attribute: attribute, groups: compared, whole: whole,
        reference: TaskReference.name(options, attribute, compared.map { ($0.0, $0.1.weight) }),
        confidence: options.confidence)
      result.disparities += table.rows()
    }
    result.unknown = frame.unknown(options) { ($0.rows, $0.weight) }
    Audit.adjust(&result.disparities)
    return result
  }

  private func estimates(_ tally: RegressionTally) -> [String: Estimate] {
    Dictionary(
      uniqueKeysWithValues: RegressionMetrics.all.map { name, measure in
        (name, estimate(name, measure(tally), tally))
      })
  }

  private func estimate(
    _ name: String, _ value: MetricValue, _ tally: RegressionTally
  ) -> Estimate {
    guard let found = value.value else { return .notEstimable(value.reason ?? "no rows") }
    var estimate = Estimate(value: found)
    if let mean = tally.sampled(name),
      let interval = WelchTests.interval(mean, confidence: options.confidence)
    {
      estimate.low =
        Self.ratioMetrics.contains(name) ? max(0, interval.low) : interval.low
      estimate.high = interval.high
      estimate.interval = interval.method
    }
    if name != "count" && tally.rows < options.minimumCount {
      estimate.status = .lowCount
      estimate.reason = "\(tally.rows) rows, fewer than \(options.minimumCount)"
    }
    return estimate
  }
}

/// Gaps in the errors of the groups of one attribute or cross.
struct RegressionDisparities {
  let attribute: String
  let groups: [(name: String, tally: RegressionTally)]
  let whole: RegressionTally
  let reference: String?
  let confidence: Double

  func rows() -> [Disparity] {
    RegressionMetrics.all.filter { $0.name != "count" }.flatMap { metric in
      let kinds: [Disparity.Kind] =
        RegressionAudit.ratioMetrics.contains(metric.name) ? [.difference, .ratio] : [.difference]
      return kinds.map { between(metric.name, metric.measure, $0) }
        + kinds.flatMap { each(metric.name, metric.measure, $0) }
    }
  }

  private func row(
    _ metric: String, _ kind: Disparity.Kind, _ method: Disparity.Method, groups used: Int,
    group: String? = nil, to reference: String? = nil
  ) -> Disparity {
    Disparity(
      attribute: attribute, metric: metric, kind: kind, method: method, groups: used,
      of: groups.count, reference: reference, group: group)
  }

  private func between(
    _ metric: String, _ measure: (RegressionTally) -> MetricValue, _ kind: Disparity.Kind
  ) -> Disparity {
    let spread = Spread.between(groups.map { measure($0.tally) })
    var row = row(metric, kind, .betweenGroups, groups: spread.measured.count)
    row.take(spread, names: groups.map(\.name))
    let measured = spread.measured.map { groups[$0] }
    let means = measured.compactMap { $0.tally.sampled(metric) }
    guard measured.count > 1, means.count == measured.count else { return row }
    if row.value != nil { row.set(band(means, kind)) }
    row.set(WelchTests.test(means))
    row.hypothesis = Disparity.Hypothesis(family: .betweenGroups, text: "\(attribute) \(metric)")
    return row
  }

  /// Limits of max − min, or of min / max, from all pairs at a level at which they hold together.
  private func band(_ means: [SampledMean], _ kind: Disparity.Kind) -> Interval? {
    guard means.count <= SimultaneousBand.pairwiseLimit else { return nil }
    let pairs = means.count * (means.count - 1) / 2
    let level = 1 - (1 - confidence) / Double(pairs)
    var low = 0.0, high = 0.0
    for i in means.indices {
      for j in means.indices where j > i {
        let gap =
          kind == .difference
          ? WelchTests.difference(means[i], means[j]) : WelchTests.logRatio(means[i], means[j])
        guard let gap, let interval = WelchTests.interval(gap, confidence: level) else {
          return nil
        }
        low = max(low, interval.low, -interval.high)
        high = max(high, interval.high, -interval.low)
      }
    }
    let method = "welch_t" + (means.count > 2 ? "_bonferroni" : "")
    return kind == .difference
      ? Interval(low: low, high: high, method: method)
      : Interval(low: exp(-high), high: exp(-low), method: method)
  }

  /// Each group to all rows and to the reference.
  private func each(
    _ metric: String, _ measure: (RegressionTally) -> MetricValue, _ kind: Disparity.Kind
  ) -> [Disparity] {
    guard groups.count <= AuditOptions.comparisonLimit else { return [] }
    let spread = Spread.between(groups.map { measure($0.tally) })
    // Of one group alone the mean of all rows is its own.
    let alone = spread.extremes == nil ? spread.reason(groups.map(\.name)) : nil
    var rows = groups.map { toOverall(metric, measure, kind, $0, alone: alone) }
    guard let reference = groups.first(where: { $0.name == self.reference }) else { return rows }
    rows += groups.filter { $0.name != reference.name }.map { group in
      var row = row(
        metric, kind, .toReference, groups: 2, group: group.name, to: reference.name)
      let own = measure(group.tally), other = measure(reference.tally)
      row.groups = (own.value == nil ? 0 : 1) + (other.value == nil ? 0 : 1)
      row.take(kind.compare(own, to: other, whenZero: "the reference's value is not above 0"))
      guard row.groups == 2 else { return row }
      set(&row, metric, kind, group.tally, reference.tally, isPair: groups.count == 2)
      return row
    }
    return rows
  }

  /// A group against all rows. A mean of all rows is that of the group and the rest by weight, so
  /// group − all = (1 − f)(group − rest), f the group's share: limits of the latter carry over.
  private func toOverall(
    _ metric: String, _ measure: (RegressionTally) -> MetricValue, _ kind: Disparity.Kind,
    _ group: (name: String, tally: RegressionTally), alone: String?
  ) -> Disparity {
    let own = measure(group.tally), all = measure(whole)
    var row = row(
      metric, kind, .toOverall, groups: own.value == nil ? 0 : 1, group: group.name)
    row.take(kind.compare(own, to: all, whenZero: "the overall value is not above 0"))
    guard own.value != nil, all.value != nil else { return row }
    if let alone {
      row.take(.absent(alone))
      return row
    }
    let rest = whole - group.tally
    guard rest.rows > 0 else { return row }
    let others = groups.filter { $0.name != group.name }
    let isPair = others.count == 1 && others[0].tally.rows == rest.rows
    set(&row, metric, kind, group.tally, rest, isPair: isPair)
    let share = group.tally.weight / whole.weight
    let isMean = kind == .difference && !metric.hasPrefix("root")
    row.low = isMean ? row.low.map { (1 - share) * $0 } : nil
    row.high = isMean ? row.high.map { (1 - share) * $0 } : nil
    if !isMean { row.interval = nil }
    return row
  }

  private func set(
    _ row: inout Disparity, _ metric: String, _ kind: Disparity.Kind, _ a: RegressionTally,
    _ b: RegressionTally, isPair: Bool
  ) {
    guard let first = a.sampled(metric), let second = b.sampled(metric) else { return }
    if row.value != nil, let interval = pair(first, second, kind) {
      row.set(interval)
    }
    row.set(WelchTests.test([first, second]))
    // Of two groups, one against the other is the question between them.
    row.hypothesis =
      isPair
      ? Disparity.Hypothesis(family: .betweenGroups, text: "\(attribute) \(metric)")
      : Disparity.Hypothesis(
        family: row.method, text: "\(attribute) \(row.group ?? "") \(metric)")
  }

  /// Limits of a − b, or of a/b.
  private func pair(
    _ a: SampledMean, _ b: SampledMean, _ kind: Disparity.Kind
  ) -> Interval? {
    let gap = kind == .difference ? WelchTests.difference(a, b) : WelchTests.logRatio(a, b)
    guard let gap, let interval = WelchTests.interval(gap, confidence: confidence) else {
      return nil
    }
    return kind == .difference
      ? Interval(low: interval.low, high: interval.high, method: "welch_t")
      : Interval(low: exp(interval.low), high: exp(interval.high), method: "welch_t")
  }
}
