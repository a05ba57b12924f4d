/// The true negative rate is alike in all groups.
///
/// Event: label 0. Utility: 1 − h. Differs from the false positive rate under ratio bounds only.
public struct TrueNegativeRateParity: ParityConstraint {
  public static var name: String { "true_negative_rate_parity" }
  public static var summary: String {
    "The true negative rate is alike in all groups."
  }
  public static var source: String {
    "Zafar et al., Fairness Beyond Disparate Treatment and Disparate Impact, WWW 2017, section 2"
  }

  public init() {}

  public func event(ofLabel label: Int) -> String? { label == 0 ? Self.labelEvents[0] : nil }

  public func utility(ofLabel label: Int) -> (ifNegative: Double, ifPositive: Double) { (1, 0) }
}
