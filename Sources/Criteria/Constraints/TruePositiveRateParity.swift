/// The true positive rate is alike in all groups (equal opportunity).
///
/// Event: label 1. Utility: h.
public struct TruePositiveRateParity: ParityConstraint {
  public static var name: String { "true_positive_rate_parity" }
  public static var summary: String {
    "The true positive rate is alike in all groups (equal opportunity)."
  }
  public static var source: String {
    "Hardt, Price and Srebro, Equality of Opportunity in Supervised Learning, NeurIPS 2016, definition 2.2"
  }

  public init() {}

  public func event(ofLabel label: Int) -> String? { label == 1 ? Self.labelEvents[1] : nil }
}
