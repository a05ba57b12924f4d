/// The false positive rate is alike in all groups.
///
/// Event: label 0. Utility: h.
public struct FalsePositiveRateParity: ParityConstraint {
  public static var name: String { "false_positive_rate_parity" }
  public static var summary: String {
    "The false positive rate is alike in all groups."
  }
  public static var source: String {
    "Zafar et al., Fairness Beyond Disparate Treatment and Disparate Impact, WWW 2017, section 2"
  }

  public init() {}

  public func event(ofLabel label: Int) -> String? { label == 0 ? Self.labelEvents[0] : nil }
}
