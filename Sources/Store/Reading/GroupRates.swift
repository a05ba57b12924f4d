import Monitoring

/// The rates of groups over some time.
public struct GroupRates: Sendable, Equatable, Codable {
  public struct Group: Sendable, Equatable, Codable {
    public var group: [String]
    /// nil where they are withheld, and so are the others.
    public var rows: Int?
    public var successes: Int?
    public var rate: Double?
    /// Limits of the rate that hold at all times together, at 0.95 for all groups at once.
    public var low: Double?
    public var high: Double?
    /// Between which values the rate lies, whatever the labels are that have not come.
    public var leastPossible: Double?
    public var mostPossible: Double?
    /// Fewer rows than this; nil where the numbers are shown.
    public var fewerThan: Int?
    /// Withheld so that another group cannot be told.
    public var isComplement: Bool

    enum CodingKeys: String, CodingKey {
      case group, rows, successes, rate, low, high
      case leastPossible = "least_possible"
      case mostPossible = "most_possible"
      case fewerThan = "fewer_than"
      case isComplement = "withheld_for_others"
    }
  }

  public var metric: CountedRate
  public var by: [String]
  /// The first instant and the one after the last.
  public var from: String?
  public var until: String
  public var groups: [Group]
  /// Why there are no rates where there are none.
  public var notEstimable: String?

  enum CodingKeys: String, CodingKey {
    case metric, by, from, until, groups
    case notEstimable = "not_estimable"
  }
}

extension MonitorReader {
  static let alpha = 0.05

  /// The rates of groups.
  ///
  /// - Parameters:
  ///   - by: attributes, whose crosses are the groups.
  ///   - from: the first instant, in milliseconds since 1970; ticks are whole.
  ///   - until: the instant after the last.
  public func rates(
    _ metric: CountedRate, by attributes: [String], from: Int64? = nil, until: Int64? = nil,
    model: String? = nil, arm: String? = nil
  ) throws(StoreError) -> GroupRates {
    let choice = try choice(attributes)
    let first = from.map { plan.tick(of: $0) } ?? 0
    let last = max(first, min(end, until.map { plan.tick(of: $0) } ?? end))
    var groups: [[String]: DecisionCounts] = [:]
    let names = summary.names
    try sums(.chart, first..<last) { key, _, outcomes in
      if let model, names.models[Int(key.model)] != model { return }
      if let arm, names.arms[Int(key.arm)] != arm { return }
      groups[choice.map { names.text(key.code(of: $0), of: $0) }, default: DecisionCounts()] +=
        outcomes
    }
    let isEstimable = !plan.selectedLabels || !metric.needsAllLabels
    return GroupRates(
      metric: metric, by: attributes, from: from.map { _ in instant(ofTick: first) },
      until: instant(ofTick: last), groups: published(groups, metric, isEstimable),
      notEstimable: isEstimable ? nil : "no labels of those who were not selected")
  }

  private func published(
    _ groups: [[String]: DecisionCounts], _ metric: CountedRate, _ isEstimable: Bool
  ) -> [GroupRates.Group] {
    let all = groups.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    let rows = all.map { min($0.value.rows, metric.counts($0.value).rows) }
    let isWithheld = SmallCells.withheld(rows, all.map(\.key), least: plan.leastCell)
    return all.indices.map { k in
      var group = GroupRates.Group(group: all[k].key, isComplement: false)
      guard !isWithheld[k] else {
        group.isComplement = rows[k] >= plan.leastCell
        group.fewerThan = group.isComplement ? nil : plan.leastCell
        return group
      }
      let counts = metric.counts(all[k].value)
      group.rows = counts.rows
      group.leastPossible = metric.bounds(all[k].value)?.lowerBound
      group.mostPossible = metric.bounds(all[k].value)?.upperBound
      guard isEstimable else { return group }
      let limits = RateSequence.ofMeanChance(counts, alpha: Self.alpha / Double(all.count))
      group.successes = counts.successes
      group.rate = counts.rate
      group.low = limits.lowerBound
      group.high = limits.upperBound
      return group
    }
  }
}
