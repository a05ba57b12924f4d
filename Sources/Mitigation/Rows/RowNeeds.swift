/// What a fit takes for granted about its rows.
public struct RowNeeds: Sendable, Equatable {
  /// What is to be predicted.
  public enum Outcome: Sendable {
    /// Nothing: labels may be there or not.
    case anything
    /// Labels of two classes with weight.
    case labels
    /// Labels of two classes, or numbers that vary.
    case labelsOrNumbers
  }

  public enum Features: Sendable {
    case anything
    /// At least one column.
    case present
    /// At least one column, and every number within its range.
    case inRange
  }

  /// The method, as refusals call it.
  public var method: String
  public var outcome: Outcome
  /// Whether there must be a sensitive attribute.
  public var groups: Bool
  /// Whether a continuous sensitive attribute does as well.
  public var takesContinuous: Bool
  public var features: Features
  /// The labels, 0 or 1, that every group with weight must have.
  public var labelsInGroups: Set<Int>
  /// A group of fewer rows needs no labels: nothing binds it.
  public var leastGroup: Int

  public init(
    method: String, outcome: Outcome = .labels, groups: Bool = true,
    takesContinuous: Bool = false, features: Features = .inRange, labelsInGroups: Set<Int> = [],
    leastGroup: Int = 0
  ) {
    self.method = method
    self.outcome = outcome
    self.groups = groups
    self.takesContinuous = takesContinuous
    self.features = features
    self.labelsInGroups = labelsInGroups
    self.leastGroup = leastGroup
  }
}
