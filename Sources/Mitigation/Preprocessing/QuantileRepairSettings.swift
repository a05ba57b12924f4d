import Datasets

/// The settings that both methods of quantile maps have.
public struct QuantileRepairSettings: OptionTable {
  /// How far values move to the target: 0 not at all, 1 all the way.
  public var level = 1.0
  public var ties = TiePolicy.mean
  /// Most points of each column's map of each group; 0 keeps all.
  public var knots = 10_000
  public var categories = Categories.match
  public var unseenGroup = UnseenGroupPolicy.error

  /// What becomes of categorical columns.
  public enum Categories: String, CaseIterable, Sendable {
    /// As few rows are recoded as gives all groups the same shares.
    case match
    case keep
  }

  public init() {}

  public static let table: [OptionRecord<QuantileRepairSettings>] = [
    level(\.level),
    .choice(
      "ties", \.ties,
      "rows of a group with the same value: all get the mean of the target over their weight, or "
        + "each a place of its own within it by a hash of the row"),
    .integer(
      "knots", \.knots, in: 0...Int(Int32.max),
      "most points of each column's map of each group, at even steps of weight; 0 keeps all"),
    .choice(
      "categories", \.categories,
      "recode as few rows of categorical columns as gives all groups the same shares, or leave them"
    ),
    .unseenGroup(\.unseenGroup, pooled: "the map of all rows as one group"),
  ]

  static let levelName = "repair_level"

  static func level<Root>(_ path: WritableKeyPath<Root, Double> & Sendable) -> OptionRecord<Root> {
    .number(
      levelName, path, in: 0...1,
      "how far values move to the target: 0 not at all, 1 all the way")
  }
}
