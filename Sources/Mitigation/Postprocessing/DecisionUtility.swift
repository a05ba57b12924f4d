import Datasets

/// What decisions are worth, linear in what they select: a·TP − b·FP with TP and FP the selected
/// weights of positives and negatives.
///
/// Accuracy, balanced accuracy and expected cost have this form; F1 is a ratio of two such forms.
public struct DecisionUtility: Sendable, Equatable {
  /// a: what selecting a positive of weight 1 gains.
  public var gain: Double
  /// b: what selecting a negative of weight 1 loses.
  public var loss: Double
  /// A loss of 1 in these units is one of `scale` in the objective's.
  public var scale: Double

  public init(gain: Double, loss: Double, scale: Double = 1) {
    self.gain = gain
    self.loss = loss
    self.scale = scale
  }

  public func value(_ truePositives: Double, _ falsePositives: Double) -> Double {
    gain * truePositives - loss * falsePositives
  }

  /// What is lost against perfect decisions: the error rate for accuracy.
  public func cost(utility: Double, positives: Double) -> Double {
    scale * (gain * positives - utility)
  }

  public enum Objective: String, Sendable, CaseIterable {
    /// Share of right decisions.
    case accuracy
    /// Mean of the true positive and the true negative rate of all rows.
    case balancedAccuracy = "balanced_accuracy"
    /// (false positive cost·FP + false negative cost·FN)/W, negated.
    case cost
    /// 2·TP/(2·TP + FP + FN) of all rows.
    case f1
  }

  /// The utility of an objective over all rows.
  ///
  /// - Parameter f1: for the objective F1, the value that is asked whether it can be exceeded.
  public init(
    _ objective: Objective, positives: Double, negatives: Double,
    falsePositiveCost: Double = 1, falseNegativeCost: Double = 1, f1: Double = 0
  ) {
    let total = max(positives + negatives, .leastNormalMagnitude)
    switch objective {
    case .accuracy: self.init(gain: 1, loss: 1, scale: 1 / total)
    case .balancedAccuracy:
      self.init(
        gain: positives > 0 ? 0.5 / positives : 0, loss: negatives > 0 ? 0.5 / negatives : 0)
    case .cost:
      self.init(gain: falseNegativeCost, loss: falsePositiveCost, scale: 1 / total)
    case .f1: self.init(gain: 2 - f1, loss: f1)
    }
  }
}

extension [ThresholdCurve] {
  /// 2·TP/(P + TP + FP) of all rows at the cuts; 0 when nothing is positive or selected.
  func f1(_ cuts: [Int]) -> Double {
    let selected = zip(self, cuts).reduce(into: (hits: 0.0, alarms: 0.0)) {
      $0.hits += $1.0.truePositives[$1.1]
      $0.alarms += $1.0.falsePositives[$1.1]
    }
    let whole = reduce(0) { $0 + $1.positives } + selected.hits + selected.alarms
    return whole > 0 ? 2 * selected.hits / whole : 0
  }
}
