import Datasets
import LinearAlgebra
import Models

/// The settings that every postprocessed method has besides its own and the learner's.
struct RuleSettings: OptionTable {
  /// Share of the training rows that the rule is fitted to and the model is not; 0 fits both to all.
  var holdout = 0.0
  /// What predicts a group without training rows.
  var unseenGroup = UnseenGroupPolicy.error
  var groups = RuleGroups.known

  static let table: [OptionRecord<RuleSettings>] = [
    .number(
      "holdout", \.holdout, in: 0...0.9,
      "share of the training rows that the rule is fitted to and the model is not; 0 fits both to "
        + "all"),
    .choice(
      "unseen_group", \.unseenGroup,
      "how to treat a group absent from training: an error, or the pooled rule"),
    .choice(
      "groups", \.groups,
      "whether new rows bring their groups, or a model infers them from the features; rates are "
        + "then alike between inferred groups"),
  ]
}

/// The setting of rules whose groups bind each other.
struct LeastGroupSettings: OptionTable {
  /// nil: as usual for the method.
  var leastGroup: Int?

  static let table: [OptionRecord<LeastGroupSettings>] = [
    .integer(
      MethodOption.leastGroupName, \.leastGroup, in: 0...Int.max,
      "a group of fewer training rows gets the rule of all rows as one group and binds nobody"
    ).derived("\(GroupPolicy.usualLeastGroup)")
  ]
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

extension Stage where Method == any Preprocessor.Type {
  /// A stage with the options that are the properties of a value.
  public init(_ value: some Preprocessor) { self.init(type(of: value), value.recorded) }
}

extension Stage where Method == any Postprocessor.Type {
  /// A stage with the options that are the properties of a value.
  public init(_ value: some Postprocessor) { self.init(type(of: value), value.recorded) }
}

extension Stage where Method == any Mitigation.Type {
  /// A stage with the options that are the properties of a value; a property that is no option has its
  /// default.
  public init(_ value: some TypedMitigation) { self.init(type(of: value), value.recorded) }
}
