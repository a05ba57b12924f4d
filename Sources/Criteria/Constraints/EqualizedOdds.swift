/// True and false positive rates are alike in all groups.
///
/// Events: each label. Utility: h.
public struct EqualizedOdds: ParityConstraint {
  public static var name: String { "equalized_odds" }
  public static var summary: String {
    "True and false positive rates are alike in all groups."
  }
  public static var source: String {
    "Hardt, Price and Srebro, Equality of Opportunity in Supervised Learning, NeurIPS 2016, definition 2.1"
  }

  public init() {}

  public func event(ofLabel label: Int) -> String? { Self.labelEvents[label] }
}
