/// A parity constraint by name: which rows count (the event) and what is averaged (the utility).
///
/// It asks that E[utility | event, group] be alike over the groups. With h the prediction in
/// [0, 1], utility = ifNegative + (ifPositive − ifNegative)·h. Both depend on the label alone, so a
/// moment is a sum over cells and a multiplier is one weight a cell (Agarwal et al., A Reductions
/// Approach to Fair Classification, ICML 2018, section 2).
public protocol ParityConstraint: Sendable {
  /// The name in options, the same in every interface.
  static var name: String { get }
  /// What it makes alike, in one sentence.
  static var summary: String { get }
  static var source: String { get }

  init()

  /// The event that rows with this label belong to; nil when the constraint ignores them.
  func event(ofLabel label: Int) -> String?

  /// The utility of a negative and of a positive prediction for a row with this label.
  func utility(ofLabel label: Int) -> (ifNegative: Double, ifPositive: Double)
}

extension ParityConstraint {
  public var name: String { Self.name }
  public var summary: String { Self.summary }
  public var source: String { Self.source }

  /// The labels, 0 or 1, that are an event of their own: each group needs rows with them.
  public var comparedLabels: Set<Int> {
    let events = [event(ofLabel: 0), event(ofLabel: 1)]
    return Set([0, 1].filter { events[$0] != nil && events[$0] != events[1 - $0] })
  }

  /// The rate of positive predictions.
  public func utility(ofLabel label: Int) -> (ifNegative: Double, ifPositive: Double) { (0, 1) }

  static var labelEvents: [String] { ["label=0", "label=1"] }
}

/// Every parity constraint: one line each.
public enum ParityConstraints {
  public static let all: [any ParityConstraint] = [
    DemographicParity(),
    EqualizedOdds(),
    TruePositiveRateParity(),
    FalsePositiveRateParity(),
    TrueNegativeRateParity(),
    FalseNegativeRateParity(),
    ErrorRateParity(),
  ]

  public static func named(_ name: String) -> (any ParityConstraint)? {
    all.first { $0.name == name }
  }
}
