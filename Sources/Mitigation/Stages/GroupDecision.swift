import Models

/// What a model's last rule decides about a group: from which score on which share is positive.
public struct GroupDecision: Sendable, Equatable, Encodable {
  public struct Step: Sendable, Equatable, Encodable {
    /// Scores of at least this.
    public var from: ScoreThreshold
    /// 1 for all; between 0 and 1 a lot decides.
    public var share: Double
  }

  public var group: String
  /// Ascending; scores below the first are negative.
  public var steps: [Step]

  /// Whether some decisions are drawn by lot.
  public var draws: Bool { steps.contains { $0.share > 0 && $0.share < 1 } }
}

extension GroupedRule {
  /// What is decided about each group, for rules of thresholds and steps; nil for others.
  public var decisions: [GroupDecision]? {
    guard meaning == .decisions else { return nil }
    let names = usesGroups ? groups : ["all"]
    switch rule {
    case let rule as ThresholdRule:
      return zip(names, rule.thresholds).map { name, threshold in
        GroupDecision(group: name, steps: [.init(from: threshold, share: 1)])
      }
    case let rule as StepRule:
      return zip(names, rule.functions).map { name, function in
        var steps = zip(function.cuts, function.values.dropFirst()).map { cut, share in
          GroupDecision.Step(from: ScoreThreshold(cut), share: share)
        }
        if function.values[0] > 0 {
          steps.insert(.init(from: .everybody, share: function.values[0]), at: 0)
        }
        return GroupDecision(group: name, steps: steps)
      }
    default: return nil
    }
  }
}

extension TrainedModel {
  /// What the last rule decides about each group; nil for models without a rule of thresholds.
  public var groupDecisions: [GroupDecision]? {
    (predictor as? PostprocessedPredictor)?.rule.decisions
  }
}
