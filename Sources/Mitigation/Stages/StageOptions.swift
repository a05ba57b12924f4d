import Datasets
import LinearAlgebra
import Models

/// The options that every postprocessed method has besides its own and the learner's.
enum StageOptions {
  static let holdout = MethodOption(
    "holdout", .number(0...0.9), default: .number(0),
    "share of the training rows that the rule is fitted to and the model is not; 0 fits both to all"
  )
  static let unseenGroup = MethodOption(
    "unseen_group", .choice(UnseenGroupPolicy.allCases.map(\.rawValue)),
    default: .text(UnseenGroupPolicy.error.rawValue),
    "what predicts a group without training rows: nothing, or the rule of all rows as one group")
  static let groups = MethodOption(
    "groups", .choice(RuleGroups.allCases.map(\.rawValue)),
    default: .text(RuleGroups.known.rawValue),
    "whether new rows bring their groups, or a model infers them from the features; rates are then "
      + "alike between inferred groups")
  static let postprocessing = [holdout, unseenGroup, groups]
}

/// How a rule comes to know a row's group.
public enum RuleGroups: String, Sendable, Codable, CaseIterable {
  /// New rows bring their sensitive columns.
  case known
  /// A model infers the group from the features.
  case inferred
}

/// One stage of a fit with the options it was given.
public struct Stage<Method: Sendable>: Sendable {
  public var method: Method
  public var options: MethodOptions

  public init(_ method: Method, _ options: MethodOptions) {
    self.method = method
    self.options = options
  }
}
