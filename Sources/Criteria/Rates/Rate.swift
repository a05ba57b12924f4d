/// A share of a group's outcomes: the weight of `part` among that of `whole`.
///
/// The one definition of a rate. Metrics, constraints, penalties, thresholds and ratios of the
/// plug-in classifier are made of it.
public struct Rate: Sendable {
  /// What documents call it: the names of Fairlearn and scikit-learn.
  public let name: String
  /// Other names in use.
  public let aliases: [String]
  /// Its formula.
  public let summary: String
  public let part: OutcomeSet
  public let whole: OutcomeSet

  /// - Parameters:
  ///   - part: a subset of `whole`.
  public init(
    _ name: String, aliases: [String] = [], _ summary: String, _ part: OutcomeSet,
    among whole: OutcomeSet
  ) {
    precondition(whole.isSuperset(of: part), "a rate counts a part of its whole")
    self.name = name
    self.aliases = aliases
    self.summary = summary
    self.part = part
    self.whole = whole
  }

  /// Why the rate is absent where its whole has no weight.
  public var whenEmpty: String { whole.whenEmpty }

  /// The rate of a name or an alias.
  public static func named(_ name: String) -> Rate? { byName[name] }

  private static let byName = Dictionary(
    uniqueKeysWithValues: all.flatMap { rate in ([rate.name] + rate.aliases).map { ($0, rate) } })
}

extension Rate: Hashable {
  public static func == (left: Rate, right: Rate) -> Bool { left.name == right.name }
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// In documents a rate is its name.
extension Rate: RawRepresentable, Codable {
  public var rawValue: String { name }

  public init?(rawValue name: String) {
    guard let rate = Self.named(name), rate.name == name else { return nil }
    self = rate
  }
}

extension Rate: CustomStringConvertible {
  public var description: String { name }
}
