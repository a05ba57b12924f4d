/// A rate of one group's decisions, from its selected weights.
public enum DecisionRate: String, Sendable, CaseIterable {
  case selectionRate = "selection_rate"
  case truePositiveRate = "true_positive_rate"
  case falsePositiveRate = "false_positive_rate"
  case trueNegativeRate = "true_negative_rate"
  case falseNegativeRate = "false_negative_rate"
  case accuracy = "accuracy_score"
  case precision = "precision_score"

  /// nil when the rate's denominator is empty.
  public func value(
    truePositives: Double, falsePositives: Double, positives: Double, negatives: Double
  ) -> Double? {
    let (part, whole) =
      switch self {
      case .selectionRate: (truePositives + falsePositives, positives + negatives)
      case .truePositiveRate: (truePositives, positives)
      case .falsePositiveRate: (falsePositives, negatives)
      case .trueNegativeRate: (negatives - falsePositives, negatives)
      case .falseNegativeRate: (positives - truePositives, positives)
      case .accuracy: (truePositives + (negatives - falsePositives), positives + negatives)
      case .precision: (truePositives, truePositives + falsePositives)
      }
    return whole > 0 ? part / whole : nil
  }

  func value(_ curve: ThresholdCurve, _ cut: Int) -> Double? {
    value(
      truePositives: curve.truePositives[cut], falsePositives: curve.falsePositives[cut],
      positives: curve.positives, negatives: curve.negatives)
  }
}
