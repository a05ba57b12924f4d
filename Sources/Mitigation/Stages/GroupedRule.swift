import Datasets
import Essentials
import LinearAlgebra
import Models

/// What to do with a row whose group the rule was not fitted to.
public enum UnseenGroupPolicy: String, Codable, Sendable, CaseIterable {
  /// Refuse the rows, naming the group.
  case error
  /// Use the rule that the same method gives when all rows are one group.
  case pooled
}

/// A fitted rule with the groups it knows by name and what it does with others.
public struct GroupedRule: Sendable {
  /// The attributes whose observed combinations the groups are.
  public let attributes: [String]
  /// Shape `(G)`.
  public let groups: [String]
  public let rule: any DecisionRule
  /// The rule of all rows as one group, for groups that are not among `groups`; nil refuses them.
  public let pooledRule: (any DecisionRule)?
  /// The groups that the pooled rule takes besides unknown ones; nil: every group without a rule.
  public let pooledGroups: [String]?

  public init(
    attributes: [String], groups: [String], rule: any DecisionRule,
    pooledRule: (any DecisionRule)? = nil, pooledGroups: [String]? = nil
  ) {
    self.attributes = attributes
    self.groups = groups
    self.rule = rule
    self.pooledRule = pooledRule
    self.pooledGroups = pooledGroups
  }

  public var meaning: RuleMeaning { rule.meaning }
  public var usesGroups: Bool { rule.usesGroups }

  /// The value of each row, shape `(n)`.
  ///
  /// - Parameter found: the rows' attributes, among which the rule's must be if it uses groups.
  public func values(scores: [Double], attributes found: [GroupIndex]) throws -> [Double] {
    guard let codes = try codes(found) else {
      return rule.values(scores: scores, groups: [Int](repeating: 0, count: scores.count))
    }
    let unseen = codes.indices.filter { codes[$0] < 0 }
    guard !unseen.isEmpty, let pooledRule else { return rule.values(scores: scores, groups: codes) }
    let known = codes.indices.filter { codes[$0] >= 0 }
    var values = [Double](repeating: 0, count: scores.count)
    for (rows, values_) in [
      (known, rule.values(scores: known.map { scores[$0] }, groups: known.map { codes[$0] })),
      (
        unseen,
        pooledRule.values(
          scores: unseen.map { scores[$0] }, groups: [Int](repeating: 0, count: unseen.count))
      ),
    ] {
      for (row, value) in zip(rows, values_) { values[row] = value }
    }
    return values
  }

  /// Marks the rows that the pooled rule decides; nil where there are none.
  public func pooledRows(_ found: [GroupIndex]) throws -> [Bool]? {
    guard let codes = try codes(found), codes.contains(-1) else { return nil }
    return codes.map { $0 < 0 }
  }

  /// The place of each row's group, −1 for the pooled rule; nil where the rule does not use groups.
  private func codes(_ found: [GroupIndex]) throws(PredictorError) -> [Int]? {
    guard usesGroups, !attributes.isEmpty else { return nil }
    let pooled = pooledGroups.map(KnownValues.init)
    let cross = attributes.joined(separator: "×")
    return try GroupIndex.codes(of: attributes, as: groups, among: found) { group in
      guard pooledRule != nil else { return false }
      guard let pooled else { return true }
      return pooled.position(of: group) != nil || UnknownGroups.isUnknown(group, of: cross)
    }
  }
}

extension GroupedRule: Codable {
  private enum Key: String, CodingKey {
    case attributes, groups, kind, rule, pooledKind, pooled, pooledGroups
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(attributes, forKey: .attributes)
    try container.encode(groups, forKey: .groups)
    try container.encode(type(of: rule).kind, forKey: .kind)
    try rule.encode(to: container.superEncoder(forKey: .rule))
    if let pooledRule {
      try container.encode(type(of: pooledRule).kind, forKey: .pooledKind)
      try pooledRule.encode(to: container.superEncoder(forKey: .pooled))
      try container.encodeIfPresent(pooledGroups, forKey: .pooledGroups)
    }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    func rule(_ kindKey: Key, _ key: Key) throws -> any DecisionRule {
      let name = try container.decode(String.self, forKey: kindKey)
      guard let kind = Postprocessors.rules.first(where: { $0.kind == name }) else {
        throw JSONFault("this version has no rule of kind '\(name)'")
      }
      return try kind.init(from: try container.superDecoder(forKey: key))
    }
    self.init(
      attributes: try container.decode([String].self, forKey: .attributes),
      groups: try container.decode([String].self, forKey: .groups),
      rule: try rule(.kind, .rule),
      pooledRule: container.contains(.pooledKind) ? try rule(.pooledKind, .pooled) : nil,
      pooledGroups: try container.decodeIfPresent([String].self, forKey: .pooledGroups))
    let isFit = self.rule.groupCount == groups.count || self.rule.groupCount == 1
    guard isFit, pooledRule?.groupCount ?? 1 == 1, self.rule.isConsistent,
      pooledRule?.isConsistent ?? true
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .rule, in: container, debugDescription: "a rule for each of the groups is needed")
    }
  }
}
