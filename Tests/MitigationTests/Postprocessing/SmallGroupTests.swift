import Datasets
import Foundation
import LinearAlgebra
import Mitigation
import Models
import Testing

/// A group of few rows binds nobody and gets the rule of all rows.
@Suite struct SmallGroupTests {
  /// Rows of large groups, and then of small ones by their sizes.
  private static func rows(large: Int, small: [Int], seed: UInt64 = 5) throws -> ScoredRows {
    var random = CounterRandom(seed: seed, stream: 9)
    var groups: [String] = []
    for i in 0..<(60 * large) { groups.append("g\(i % large)") }
    for (place, size) in small.enumerated() {
      groups += [String](repeating: "z\(place)", count: size)
    }
    var scores: [Double] = [], labels: [UInt8] = []
    for _ in groups {
      let score = random.uniform()
      scores.append(score)
      labels.append(random.uniform() < score ? 1 : 0)
    }
    return try ScoredRows(
      scores: scores, labels: Buffer(labels),
      attributes: [GroupIndex(attribute: "g", values: groups)])
  }

  private static func request(_ method: any Postprocessor.Type) throws -> FitRequest {
    FitRequest(options: try MethodOptions([:], from: method.options, of: method.name))
  }

  private static func text(_ rule: (any DecisionRule)?) throws -> String? {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return try rule.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
  }

  static let methods = Postprocessors.all.filter { $0.usualLeastGroup != nil }.map { $0.name }

  @Test(arguments: methods)
  func aSmallGroupIsLeftOut(name: String) throws {
    let method = try Postprocessors.named(name)
    for large in [2, 3, 5, 40] {
      let without = try Self.rows(large: large, small: [])
      let alone = try method.fit(without, try Self.request(method))
      for small in [[1], [2], [9], [1, 4, 9]] {
        let rows = try Self.rows(large: large, small: small)
        let (rule, fit) = try GroupedRule.fit(method, rows, GroupPolicy(), try Self.request(method))
        #expect(rule.groups == without.groups.names)
        #expect(try Self.text(rule.rule) == Self.text(alone.rule))
        let pooled = try method.fit(try rows.pooled(), try Self.request(method))
        #expect(try Self.text(rule.pooledRule) == Self.text(pooled.rule))
        #expect(fit.report.smallGroups?.map(\.rows) == small)
        #expect(fit.report.smallGroups?.allSatisfy { $0.fate == .pooled } == true)
        _ = try rule.values(scores: rows.scores, attributes: rows.attributes)
        #expect(throws: PredictorError.self) {
          try rule.values(
            scores: [0.5], attributes: [GroupIndex(attribute: "g", values: ["nobody"])])
        }
      }
    }
  }

  @Test(arguments: methods)
  func largeGroupsAreFittedAsBefore(name: String) throws {
    let method = try Postprocessors.named(name)
    let rows = try Self.rows(large: 3, small: [10])
    let (rule, fit) = try GroupedRule.fit(method, rows, GroupPolicy(), try Self.request(method))
    let before = try method.fit(rows, try Self.request(method))
    #expect(try Self.text(rule.rule) == Self.text(before.rule))
    #expect(rule.pooledRule == nil && rule.pooledGroups == nil)
    // Ten rows bind as before, and are told.
    #expect(fit.report.smallGroups?.allSatisfy { $0.fate == .binds && $0.rows == 10 } ?? true)
  }

  @Test func fewerThanTwoLargeGroupsBindNobody() throws {
    for (large, small) in [(1, [1]), (1, [9, 9]), (0, [3, 4])] {
      let rows = try Self.rows(large: max(large, 0), small: small)
      let (rule, _) = try GroupedRule.fit(
        GroupThresholds.self, rows, GroupPolicy(), try Self.request(GroupThresholds.self))
      let pooled = try GroupThresholds().fit(try rows.pooled())
      #expect(!rule.usesGroups)
      #expect(try Self.text(rule.rule) == Self.text(pooled.rule))
    }
  }

  @Test func oneRowDecidesForAllUnlessItIsPooled() throws {
    var rows = try Self.rows(large: 3, small: [1])
    // The one row has the lowest score of all: a rule that selects it selects everybody.
    rows = try ScoredRows(
      scores: Array(rows.scores.dropLast()) + [0], labels: rows.labels, attributes: rows.attributes)
    func selected(_ least: Int?) throws -> Double {
      let (rule, fit) = try GroupedRule.fit(
        GroupThresholds.self, rows, GroupPolicy(leastGroup: least),
        try Self.request(GroupThresholds.self))
      #expect(fit.report.smallGroups?.map(\.fate) == [least == 0 ? .binds : .pooled])
      let values = try rule.values(scores: rows.scores, attributes: rows.attributes)
      return values.reduce(0, +) / Double(values.count)
    }
    let bound = try selected(0), pooled = try selected(nil)
    #expect(bound < 0.02 || bound > 0.98)
    #expect(pooled > 0.3 && pooled < 0.7)
  }

  @Test func aStoredRuleKnowsWhatItPools() throws {
    let rows = try Self.rows(large: 2, small: [2])
    let (rule, _) = try GroupedRule.fit(
      GroupThresholds.self, rows, GroupPolicy(), try Self.request(GroupThresholds.self))
    let again = try JSONDecoder().decode(GroupedRule.self, from: JSONEncoder().encode(rule))
    #expect(again.pooledGroups == ["z0"])
    let new = [GroupIndex(attribute: "g", values: ["g0", "z0", UnknownGroups.levelName])]
    #expect(try again.pooledRows(new) == [false, true, true])
    #expect(
      try again.values(scores: [0.4, 0.5, 0.6], attributes: new)
        == rule.values(scores: [0.4, 0.5, 0.6], attributes: new))
  }
}
