import Models

/// What a postprocessor learned: a function of scores and groups, kept with the model.
///
/// Groups are codes `0..<G` of the rows that the rule was fitted to.
public protocol DecisionRule: Codable, Sendable {
  /// The name of this kind in model files.
  static var kind: String { get }
  /// What `values` are.
  var meaning: RuleMeaning { get }
  /// Whether the rule looks at groups.
  var usesGroups: Bool { get }
  /// For how many groups the rule says something; 1 where it does not use groups.
  var groupCount: Int { get }
  /// Whether its parts fit together: what was read from a file may be anything.
  var isConsistent: Bool { get }

  /// The rule's value for each row, shape `(n)`.
  ///
  /// - Parameters:
  ///   - scores: shape `(n)`, without NaN.
  ///   - groups: shape `(n)`, ignored by a rule that does not use them.
  func values(scores: [Double], groups: [Int]) -> [Double]
}

extension DecisionRule {
  public var isConsistent: Bool { true }
}

/// What the values of a rule are.
public enum RuleMeaning: String, Sendable, Codable {
  /// Probabilities of a positive decision, all 0 or 1 when the rule is deterministic.
  case decisions
  /// New scores in [0, 1], on which any threshold may decide.
  case scores
}
