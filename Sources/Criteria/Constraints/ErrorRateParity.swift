/// The share of wrong predictions is alike in all groups.
///
/// Event: every row. Utility: the zero-one error, y + (1 − 2y)·h.
public struct ErrorRateParity: ParityConstraint {
  public static var name: String { "error_rate_parity" }
  public static var summary: String {
    "The share of wrong predictions is alike in all groups."
  }
  public static var source: String {
    "Zafar et al., Fairness Beyond Disparate Treatment and Disparate Impact, WWW 2017, section 2"
  }

  public init() {}

  public func event(ofLabel label: Int) -> String? { "all" }

  public func utility(ofLabel label: Int) -> (ifNegative: Double, ifPositive: Double) {
    label == 1 ? (1, 0) : (0, 1)
  }
}
