import Criteria
import Datasets

/// Between which groups a disparity of a fit lies: a largest minus smallest value alone does not say
/// who is behind.
public struct GapSides: Sendable, Equatable, Codable {
  public var attribute: String
  /// The groups where the rate is smallest and largest; nil where it joins rates that rank the groups
  /// differently.
  public var lowGroup: String?
  public var highGroup: String?
  /// Over how many groups it was taken.
  public var groups: Int
  /// Whether one of the two groups has fewer rows than make a reliable number.
  public var restsOnFew: Bool

  enum CodingKeys: String, CodingKey {
    case attribute, groups
    case lowGroup = "low_group"
    case highGroup = "high_group"
    case restsOnFew = "rests_on_few"
  }

  /// A gap no larger is one of rounding.
  private static let alike = 1e-12

  init(_ disparity: Disparity, restsOnFew: Bool) {
    attribute = disparity.attribute
    // Nobody is behind where all are alike.
    if let value = disparity.value, disparity.kind.size(value) > Self.alike {
      lowGroup = disparity.lowGroup
      highGroup = disparity.highGroup
    }
    groups = disparity.groups
    self.restsOnFew = restsOnFew
  }
}

extension Disparity {
  /// Whether it lies between groups one of which has few rows behind the rate, of a disparity that joins
  /// several rates behind those that it was taken from.
  ///
  /// - Parameters:
  ///   - rows: among which the rates that it joins are looked for.
  ///   - isFew: whether a group has few rows behind a metric.
  func restsOnFew(
    among rows: [Disparity], _ isFew: (_ metric: String, _ group: String) -> Bool
  ) -> Bool {
    parts(among: rows).contains { part in
      [part.lowGroup, part.highGroup].compactMap(\.self).contains { isFew(part.metric, $0) }
    }
  }

  /// The rates that it was taken from: itself, unless it joins several.
  private func parts(among rows: [Disparity]) -> [Disparity] {
    guard let composite = OddsComposite(rawValue: metric) else { return [self] }
    return rows.filter { row in
      guard row.attribute == attribute, row.kind == kind, row.method == method else { return false }
      switch (composite, row.metric) {
      case (.averageOdds, "true_positive_rate"), (.averageOdds, "false_positive_rate"),
        (.equalOpportunity, "true_positive_rate"):
        return true
      case (.equalizedOdds, "true_positive_rate"), (.equalizedOdds, "false_positive_rate"):
        return row.value == value
      default: return false
      }
    }
  }
}

extension AuditResult {
  /// The rates whose gaps lead texts and pages, and which pictures show.
  private static let leadingRates = [
    "selection_rate", "true_positive_rate", "false_positive_rate", "precision_score",
    "accuracy_score",
  ]

  /// Those of them that were measured; without decisions the share of positive labels before them.
  public var leadingMetrics: [String] {
    let found = Self.leadingRates.filter { overall[$0]?.value != nil }
    return found.contains("selection_rate") || overall["base_rate"] == nil
      ? found : ["base_rate"] + found
  }

  /// Whether one of the groups that a gap lies between has few rows: such a gap leads no page.
  public func restsOnFew(_ gap: Disparity) -> Bool {
    gap.restsOnFew(among: disparities) { metric, group in
      estimate(metric, attribute: gap.attribute, group: group)?.status == .lowCount
    }
  }

  /// A rate of a group.
  public typealias GroupValue = (name: String, value: Double)

  /// The smallest and the largest rate among the groups with enough rows, where a gap rests on few;
  /// nil where it does not, or where fewer than two groups have enough.
  public func extremesAmongMany(_ gap: Disparity) -> (low: GroupValue, high: GroupValue)? {
    guard gap.method == .betweenGroups, restsOnFew(gap) else { return nil }
    let many = groups.filter {
      $0.attribute == gap.attribute && !isUnknown($0.value, of: gap.attribute)
    }.compactMap { group -> GroupValue? in
      guard let estimate = group.metrics[gap.metric], estimate.status != .lowCount else {
        return nil
      }
      return estimate.value.map { (group.value, $0) }
    }
    guard many.count > 1, let low = many.min(by: { $0.value < $1.value }),
      let high = many.max(by: { $0.value < $1.value })
    else { return nil }
    return (low, high)
  }

  /// Whether nobody knows which group rows are of, and none is compared with them.
  public func isUnknown(_ group: String, of attribute: String) -> Bool {
    let areCompared = unknown.contains { $0.attribute == attribute && $0.isCompared }
    return !areCompared && UnknownGroups.isUnknown(group, of: attribute)
  }
}
