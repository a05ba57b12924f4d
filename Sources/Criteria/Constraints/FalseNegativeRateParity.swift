/// The false negative rate is alike in all groups.
///
/// Event: label 1. Utility: 1 − h. Differs from the true positive rate under ratio bounds only.
public struct FalseNegativeRateParity: ParityConstraint {
  public static var name: String { "false_negative_rate_parity" }
  public static var summary: String {
    "The false negative rate is alike in all groups."
  }
  public static var source: String {
    "Zafar et al., Fairness Beyond Disparate Treatment and Disparate Impact, WWW 2017, section 2"
  }

  public init() {}

  public func event(ofLabel label: Int) -> String? { label == 1 ? Self.labelEvents[1] : nil }

  public func utility(ofLabel label: Int) -> (ifNegative: Double, ifPositive: Double) { (1, 0) }
}
