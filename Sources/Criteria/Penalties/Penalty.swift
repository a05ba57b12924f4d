import Optimization

/// A fairness penalty by name: how it is made for given cells, and where it comes from.
///
/// With several attributes a penalty is the sum over them; a group counts when it has positive weight.
public protocol Penalty: Sendable {
  /// The name in options, the same in every interface.
  var name: String { get }
  /// What it makes alike, in one sentence.
  var summary: String { get }
  var source: String { get }
  /// The criterion that it serves, or comes nearest to: what a frontier of its strength is drawn by.
  var criterion: Criterion { get }

  /// The labels, 0 or 1, whose rows are compared on their own; none when all rows are.
  var comparedLabels: Set<Int> { get }

  /// Whether a group of few rows counts as much as a large one.
  var bindsFewRows: Bool { get }

  func terms(_ cells: CellIndex) -> [any ScoreTerm]

  /// The terms for continuous sensitive attributes, or nil when the penalty is defined for groups
  /// only. They read `ScoreSums.attributes`.
  func continuousTerms(totalWeight: Double) -> [any ScoreTerm]?
}

extension Penalty {
  public var comparedLabels: Set<Int> { [] }
  public var bindsFewRows: Bool { false }

  public func continuousTerms(totalWeight: Double) -> [any ScoreTerm]? { nil }
}

/// Every fairness penalty: one for each criterion and form of group means, and a line for each other.
public enum Penalties {
  public static let all: [any Penalty] = groupMeans + others

  /// Squared gaps of group means, of each criterion that they are rates of.
  public static let groupMeans = GroupMeansPenalty.Form.allCases.flatMap { form in
    Criterion.ofPredictions.map { GroupMeansPenalty(form, $0) }
  }

  /// Penalties of a shape of their own.
  public static let others: [any Penalty] = [
    CovariancePenalty(),
    PrejudicePenalty(),
    GroupLossVariancePenalty(),
    WorstGroupLossPenalty(),
  ]

  /// The penalty of a name; the criterion in it may have any of its spellings.
  public static func named(_ name: String) -> (any Penalty)? {
    let isLinear = name.hasPrefix(GroupMeansPenalty.linearPrefix)
    let rest = isLinear ? String(name.dropFirst(GroupMeansPenalty.linearPrefix.count)) : name
    return others.first { $0.name == name }
      ?? Criterion.named(rest).flatMap {
        $0.comparesPredictions ? GroupMeansPenalty(isLinear ? .linear : .probability, $0) : nil
      }
  }
}
