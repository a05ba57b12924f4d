import Optimization

/// A fairness penalty by name: how it is made for given cells, and where it comes from.
///
/// With several attributes a penalty is the sum over them; a group counts when it has positive weight.
public protocol Penalty: Sendable {
  /// The name in options, the same in every interface.
  static var name: String { get }
  /// What it makes alike, in one sentence.
  static var summary: String { get }
  static var source: String { get }

  /// The labels, 0 or 1, whose rows are compared on their own; none when all rows are.
  static var comparedLabels: Set<Int> { get }

  init()

  func terms(_ cells: CellIndex) -> [any ScoreTerm]

  /// The terms for continuous sensitive attributes, or nil when the penalty is defined for groups
  /// only. They read `ScoreSums.attributes`.
  func continuousTerms(totalWeight: Double) -> [any ScoreTerm]?
}

extension Penalty {
  public var name: String { Self.name }
  public var summary: String { Self.summary }
  public var source: String { Self.source }

  public static var comparedLabels: Set<Int> { [] }

  public func continuousTerms(totalWeight: Double) -> [any ScoreTerm]? { nil }
}

/// Every fairness penalty: one line each.
public enum Penalties {
  public static let all: [any Penalty] = [
    DemographicParityPenalty(),
    EqualOpportunityPenalty(),
    FalsePositiveRatePenalty(),
    EqualizedOddsPenalty(),
    CovariancePenalty(),
    LinearDemographicParityPenalty(),
    LinearEqualOpportunityPenalty(),
    LinearFalsePositiveRatePenalty(),
    LinearEqualizedOddsPenalty(),
    PrejudicePenalty(),
    GroupLossVariancePenalty(),
    WorstGroupLossPenalty(),
  ]

  public static func named(_ name: String) -> (any Penalty)? { all.first { $0.name == name } }
}
