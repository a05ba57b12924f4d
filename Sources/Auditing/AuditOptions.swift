import Criteria
import Datasets

/// What an audit computes and how sure it says it is.
public struct AuditOptions: Sendable {
  /// Which group the others are compared with, besides each other.
  public enum Reference: Sendable, Equatable {
    case none
    /// The group with the most weight in each attribute.
    case largest
    /// A group by attribute; attributes that are not named get no reference.
    case named([String: String])
    /// For each metric the group where it is least, or greatest: the one selected most, for the
    /// impact ratios of personnel selection.
    case leastOfMetric, greatestOfMetric
  }

  /// How areas under the curve are computed.
  public enum Ranking: Sendable, Equatable {
    case exact
    /// From counts in bins of the score, with a bound on the error; the scores are within 0…1.
    case histogram(bins: Int)
  }

  /// What happens to rows whose attribute is not known. Excluded and pooled rows have a line in the
  /// table of groups, count in the overall, and are compared with nobody.
  public typealias Unknown = UnknownGroups

  /// Beyond this many groups of a cross, single groups are not compared with the overall or a
  /// reference: the comparisons would fill hundreds of megabytes, and be read by nobody.
  public static let comparisonLimit = 1_000
  /// Bins of a histogram of scores: a multiple of the bins of calibration.
  public static let defaultBins = 1_000
  public static let largestBins = 1_000_000
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
  /// Attributes that are not audited: everything is told within each of their combinations, too.
  public var controls: [String]
  public var unknown: Unknown
  /// The name that unknown values go by.
  public var unknownName: String
  /// Ratios from τ to 1/τ are marked as within; nil marks none.
  public var tau: Double?

  public init(
    intersections: Int = 1, reference: Reference = .none,
    confidence: Double = defaultConfidence, interval: ProportionInterval = .wilson,
    minimumCount: Int = defaultMinimumCount, ranking: Ranking = .exact,
    controls: [String] = [], unknown: Unknown = .exclude,
    unknownName: String = UnknownGroups.levelName, tau: Double? = nil
  ) {
    precondition(tau == nil || (tau! > 0 && tau! <= 1), "tau is between 0 and 1")
    precondition(intersections >= 1, "an audit crosses at least one attribute")
    precondition(confidence > 0 && confidence < 1, "a confidence is between 0 and 1")
    self.intersections = intersections
    self.reference = reference
    self.confidence = confidence
    self.interval = interval
    self.minimumCount = minimumCount
    self.ranking = ranking
    self.controls = controls
    self.unknown = unknown
    self.unknownName = unknownName
    self.tau = tau
  }
}

extension AuditOptions {
  /// Whether a level of an attribute means that the value, or a part of a cross, is not known.
  func isUnknown(_ level: String, of attribute: String) -> Bool {
    UnknownGroups.isUnknown(level, of: attribute, called: unknownName)
  }
}

/// An audit that cannot be made as asked.
public enum AuditError: UserError, Equatable, CustomStringConvertible {
  case unknownReference(group: String, attribute: String, known: [String])
  case unknownAttribute(String, known: [String])
  case unknownControl(String, known: [String])
  case nothingToAudit
  /// Neighbours among so many columns mean nothing.
  case tooWide(columns: Int, limit: Int)
  case counting(CountingError)

  public var blame: Blame {
    if case .counting(let error) = self { error.blame } else { .usage }
  }
  public var place: RowPlace? {
    if case .counting(let error) = self { error.place } else { nil }
  }

  public var description: String {
    switch self {
    case .unknownReference(let group, let attribute, let known):
      "there is no group '\(group)' in '\(attribute)'"
        + (NearestName.of(group, among: known).map { "; did you mean '\($0)'? Its" } ?? "; its")
        + " groups are " + known.joined(separator: ", ")
    case .unknownAttribute(let name, let known):
      "a reference is given for '\(name)', which is not audited; the attributes are "
        + known.joined(separator: ", ")
    case .unknownControl(let name, let known):
      "there is no column '\(name)' to control for; there are " + known.joined(separator: ", ")
    case .nothingToAudit: "every attribute is a control: none is left to audit"
    case .tooWide(let columns, let limit):
      "consistency needs features of at most \(limit) columns, and these have \(columns)"
    case .counting(let error): error.description
    }
  }
}
