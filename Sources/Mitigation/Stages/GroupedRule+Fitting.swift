import Datasets
import Models

/// Which groups a rule treats apart, and what becomes of the others.
public struct GroupPolicy: Sendable, Equatable {
  /// Groups that no training row is of.
  public var unseen: UnseenGroupPolicy
  /// A group of fewer rows takes the pooled rule and binds nobody, of methods whose groups bind each
  /// other; nil: as usual for the method.
  public var leastGroup: Int?

  /// Rates of fewer rows than these say next to nothing of a group.
  public static let usualLeastGroup = 10
  /// A group of fewer rows that binds the others is told: its rates may be off by 0.2.
  static let fewRows = 30

  public init(unseen: UnseenGroupPolicy = .error, leastGroup: Int? = nil) {
    self.unseen = unseen
    self.leastGroup = leastGroup
  }
}

extension GroupedRule {
  /// Fits a method to rows, and where a row may come that has no rule of its own to all of them as one
  /// group besides.
  ///
  /// Groups of few rows, and rows of unknown groups unless they are a group of their own, are not
  /// among those whose rates bind each other. Where fewer than two groups are left, nothing binds, and
  /// the rule is the pooled one.
  public static func fit(
    _ method: any Postprocessor.Type, _ rows: ScoredRows, _ policy: GroupPolicy,
    _ request: FitRequest
  ) throws -> (rule: GroupedRule, fit: PostprocessingFit) {
    let least = method.usualLeastGroup.map { policy.leastGroup ?? $0 } ?? 0
    let sizes = GroupSizes(rows, least: least)
    let attributes = rows.attributes.map(\.attribute)
    guard sizes.isPooled.contains(true), !rows.attributes.isEmpty else {
      var fit = try method.fit(rows, request)
      if method.usualLeastGroup != nil { fit.report.smallGroups = sizes.told(.binds) }
      let isAsked = policy.unseen == .pooled || rows.leavesOutUnknown
      let pooled =
        isAsked && fit.rule.usesGroups ? try method.fit(try rows.poolable(), request).rule : nil
      let rule = GroupedRule(
        attributes: attributes, groups: rows.groups.names, rule: fit.rule, pooledRule: pooled,
        pooledGroups: pooled == nil || policy.unseen == .pooled ? nil : [])
      return (rule, fit)
    }
    let pooled = try method.fit(try rows.poolable(), request)
    let bound = sizes.isPooled.indices.filter { !sizes.isPooled[$0] }
    var fit = bound.count < 2 ? pooled : try method.fit(try rows.binding(bound), request)
    let binds = bound.count > 1 && method.usualLeastGroup != nil ? sizes.told(.binds) ?? [] : []
    let told = (sizes.told(.pooled) ?? []) + binds
    fit.report.smallGroups = told.isEmpty ? nil : told
    let rule = GroupedRule(
      attributes: attributes,
      groups: bound.count < 2 ? rows.groups.names : bound.map { rows.groups.names[$0] },
      rule: fit.rule, pooledRule: fit.rule.usesGroups ? pooled.rule : nil,
      pooledGroups: policy.unseen == .pooled || !fit.rule.usesGroups ? nil : sizes.pooledNames)
    return (rule, fit)
  }
}

extension GroupedRule {
  /// The same where every group binds, however few rows it has.
  public static func fit(
    _ method: any Postprocessor.Type, _ rows: ScoredRows, unseen: UnseenGroupPolicy,
    _ request: FitRequest
  ) throws -> (rule: GroupedRule, fit: PostprocessingFit) {
    try fit(method, rows, GroupPolicy(unseen: unseen, leastGroup: 0), request)
  }
}

/// How many rows each group has, and which groups are pooled.
private struct GroupSizes {
  let groups: GroupIndex
  let counts: [Int]
  let isPooled: [Bool]
  private let isUnknown: [Bool]
  private let least: Int

  init(_ rows: ScoredRows, least: Int) {
    groups = rows.groups
    self.least = least
    var counts = [Int](repeating: 0, count: groups.count)
    for row in 0..<rows.count { counts[rows.groups[row]] += 1 }
    self.counts = counts
    let unknown = groups.names.map { name in
      !rows.unknown.compares && UnknownGroups.isUnknown(name, of: rows.groups.attribute)
    }
    isUnknown = unknown
    isPooled = counts.indices.map { unknown[$0] || counts[$0] < least }
  }

  /// Groups that had rows.
  var pooledNames: [String] {
    groups.names.indices.filter { isPooled[$0] && counts[$0] > 0 }.map { groups.names[$0] }
  }

  /// Groups of few rows; nil where there are none.
  func told(_ fate: SmallGroup.Fate) -> [SmallGroup]? {
    let sizes = fate == .binds ? least..<GroupPolicy.fewRows : 0..<least
    let small = groups.names.indices.filter {
      counts[$0] > 0 && sizes.contains(counts[$0]) && !isUnknown[$0]
    }
    guard !small.isEmpty, groups.count > 1 else { return nil }
    return small.map {
      SmallGroup(
        attribute: groups.attribute, group: groups.names[$0], rows: counts[$0], fate: fate)
    }
  }
}
