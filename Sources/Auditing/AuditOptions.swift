import Criteria

/// What an audit computes and how sure it says it is.
public struct AuditOptions: Sendable {
  /// Which group the others are compared with, besides each other.
  public enum Reference: Sendable, Equatable {
    case none
    /// The group with the most weight in each attribute.
    case largest
    /// A group by attribute; attributes that are not named get no reference.
    case named([String: String])
  }

  /// How areas under the curve are computed.
  public enum Ranking: Sendable, Equatable {
    case exact
    /// From counts in bins of the score, with a bound on the error; the scores are within 0…1.
    case histogram(bins: Int)
  }

  /// The usual confidence level of intervals.
  public static let defaultConfidence = 0.95
  /// A rate of fewer rows has an interval wider than a third: it is marked, never left out.
  public static let defaultMinimumCount = 30

  /// Crosses of up to this many attributes are audited besides each attribute.
  public var intersections: Int
  public var reference: Reference
  public var confidence: Double
  public var interval: ProportionInterval
  /// An estimate from fewer rows is marked as `low_n`.
  public var minimumCount: Int
  public var ranking: Ranking

  public init(
    intersections: Int = 1, reference: Reference = .none,
    confidence: Double = defaultConfidence, interval: ProportionInterval = .wilson,
    minimumCount: Int = defaultMinimumCount, ranking: Ranking = .exact
  ) {
    precondition(intersections >= 1, "an audit crosses at least one attribute")
    precondition(confidence > 0 && confidence < 1, "a confidence is between 0 and 1")
    self.intersections = intersections
    self.reference = reference
    self.confidence = confidence
    self.interval = interval
    self.minimumCount = minimumCount
    self.ranking = ranking
  }
}

/// An audit that cannot be made as asked.
public enum AuditError: Error, Equatable, CustomStringConvertible {
  case unknownReference(group: String, attribute: String, known: [String])
  case unknownAttribute(String, known: [String])
  case counting(CountingError)

  public var description: String {
    switch self {
    case .unknownReference(let group, let attribute, let known):
      "there is no group '\(group)' in '\(attribute)'; its groups are "
        + known.joined(separator: ", ")
    case .unknownAttribute(let name, let known):
      "a reference is given for '\(name)', which is not audited; the attributes are "
        + known.joined(separator: ", ")
    case .counting(let error): error.description
    }
  }
}
