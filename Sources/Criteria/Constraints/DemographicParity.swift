/// The share of positive predictions is alike in all groups.
///
/// Event: every row. Utility: h.
public struct DemographicParity: ParityConstraint {
  public static var name: String { "demographic_parity" }
  public static var summary: String {
    "The share of positive predictions is alike in all groups."
  }
  public static var source: String {
    "Agarwal et al., A Reductions Approach to Fair Classification, ICML 2018, definition 1"
  }

  public init() {}

  public func event(ofLabel label: Int) -> String? { "all" }
}
