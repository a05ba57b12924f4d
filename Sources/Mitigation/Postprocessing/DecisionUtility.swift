import Datasets

/// What decisions are worth, linear in what they select: a·TP − b·FP with TP and FP the selected
/// weights of positives and negatives.
///
/// Accuracy, its balanced form and expected cost have this form up to a constant.
public struct DecisionUtility: Sendable, Equatable {
  /// a: what selecting a positive of weight 1 gains.
  public var gain: Double
  /// b: what selecting a negative of weight 1 loses.
  public var loss: Double

  public init(gain: Double, loss: Double) {
    self.gain = gain
    self.loss = loss
  }

  public func value(_ truePositives: Double, _ falsePositives: Double) -> Double {
    gain * truePositives - loss * falsePositives
  }

  public enum Objective: String, Sendable, CaseIterable {
    /// Share of right decisions.
    case accuracy
    /// Mean of the true positive and the true negative rate of all rows.
    case balancedAccuracy = "balanced_accuracy"
    /// (false positive cost·FP + false negative cost·FN)/W, negated.
    case cost
  }

  /// The utility of an objective over all rows, in units of the objective.
  public init(
    _ objective: Objective, positives: Double, negatives: Double,
    falsePositiveCost: Double = 1, falseNegativeCost: Double = 1
  ) {
    let total = max(positives + negatives, .leastNormalMagnitude)
    switch objective {
    case .accuracy: self.init(gain: 1 / total, loss: 1 / total)
    case .balancedAccuracy:
      self.init(
        gain: positives > 0 ? 0.5 / positives : 0, loss: negatives > 0 ? 0.5 / negatives : 0)
    case .cost: self.init(gain: falseNegativeCost / total, loss: falsePositiveCost / total)
    }
  }

  static let options = [
    MethodOption(
      "objective", .choice(Objective.allCases.map(\.rawValue)),
      default: .text(Objective.accuracy.rawValue), "what the thresholds make as large as they can"),
    MethodOption(
      "false_positive_cost", .number(0...Double.greatestFiniteMagnitude), default: .number(1),
      "cost of selecting a negative, for the objective 'cost'"),
    MethodOption(
      "false_negative_cost", .number(0...Double.greatestFiniteMagnitude), default: .number(1),
      "cost of rejecting a positive, for the objective 'cost'"),
  ]

  init(_ options: MethodOptions, _ curves: [ThresholdCurve]) {
    guard let objective = Objective(rawValue: options.text("objective")) else {
      preconditionFailure("the option allows names of objectives only")
    }
    self.init(
      objective, positives: curves.reduce(0) { $0 + $1.positives },
      negatives: curves.reduce(0) { $0 + $1.negatives },
      falsePositiveCost: options.number("false_positive_cost") ?? 1,
      falseNegativeCost: options.number("false_negative_cost") ?? 1)
  }
}
