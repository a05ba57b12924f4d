/// One threshold a group: the decision is 1[score ≥ cut of the group].
public struct ThresholdRule: DecisionRule, Equatable {
  public static let kind = "thresholds"

  /// Shape `(G)`.
  public let thresholds: [ScoreThreshold]

  public init(thresholds: [ScoreThreshold]) { self.thresholds = thresholds }

  public var meaning: RuleMeaning { .decisions }
  public var usesGroups: Bool { thresholds.count > 1 }
  public var groupCount: Int { thresholds.count }

  public func values(scores: [Double], groups: [Int]) -> [Double] {
    zip(scores, groups).map { thresholds[$1].selects($0) ? 1 : 0 }
  }
}
