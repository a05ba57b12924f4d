import Criteria
import Datasets
import Essentials
import Models

/// What an audit found, encoded as the document `equipoise.audit/1`.
public struct AuditResult: Sendable, Equatable, Codable {
  public static let schemaName = "equipoise.audit/1"

  public var schema = schemaName
  public var rows: Int
  public var weight: Double
  /// Which values of the label and of the decisions are positive.
  public var positives: PositiveValues?
  /// What the decisions of a model come to, group by group.
  public var decisions: DecisionReview?
  /// The same over all draws, of decisions that are drawn by lot; nil where none is.
  public var expected: ExpectedAudit?
  /// By metric name.
  public var overall: [String: Estimate]
  public var groups: [GroupResult]
  public var disparities: [Disparity]
  public var indices: [String: Estimate]
  /// How many rows of each attribute have no known value, and what was done with them.
  public var unknown: [UnknownRows]
  /// The same within each combination of the controls; absent without controls.
  public var strata: [StratumResult]?
  /// How often each column has no value, by group; only in an audit of labels.
  public var missing: [MissingShare]?
  /// What a reader must know about what was left out.
  public var notes: [String]?
  /// What labels and predictions are, where they are not two-valued.
  public var task: AuditTask?
  /// Each class against the rest, of several classes.
  public var classes: [ClassAudit]?
  /// What was found by searching and comparing; nil when nothing was asked for.
  public var findings: AuditFindings?

  public init(
    rows: Int, weight: Double, overall: [String: Estimate], groups: [GroupResult],
    disparities: [Disparity], indices: [String: Estimate], unknown: [UnknownRows] = [],
    strata: [StratumResult]? = nil, missing: [MissingShare]? = nil, notes: [String]? = nil
  ) {
    self.unknown = unknown
    self.strata = strata
    self.missing = missing
    self.notes = notes
    self.rows = rows
    self.weight = weight
    self.overall = overall
    self.groups = groups
    self.disparities = disparities
    self.indices = indices
  }

  /// The JSON document, keys sorted, ending with a newline: same audit, same bytes.
  public func json() throws -> Data {
    Data((try CanonicalJSON.text(self, .indented) + "\n").utf8)
  }

  /// The estimate of a metric in a group.
  public func estimate(_ metric: String, attribute: String, group: String) -> Estimate? {
    groups.first { $0.attribute == attribute && $0.value == group }?.metrics[metric]
  }

  /// The disparity between the groups of an attribute.
  public func between(
    _ metric: String, _ kind: Disparity.Kind, attribute: String
  ) -> Disparity? {
    disparities.first {
      $0.attribute == attribute && $0.metric == metric && $0.kind == kind
        && $0.method == .betweenGroups
    }
  }
}

extension AuditResult {
  /// A number that the audit found under a name.
  public struct Found: Sendable, Equatable {
    /// Whose groups are compared; nil for a metric of all rows.
    public var attribute: String?
    /// The groups where it is smallest and largest.
    public var lowGroup: String?
    public var highGroup: String?
    public var estimate: Estimate
  }

  /// What the audit found under a name: of the attribute it names, or of every attribute and cross;
  /// of all rows where no groups are compared. Empty where there is no such number.
  public func found(_ name: MeasureName) -> [Found] {
    let here = entries(name, name.metric)
    guard here.isEmpty, let other = Metrics.aliases[name.metric] else { return here }
    return entries(name, other)
  }

  private func entries(_ name: MeasureName, _ metric: String) -> [Found] {
    guard let kind = name.kind else {
      return name.attribute == nil ? overall[metric].map { [Found(estimate: $0)] } ?? [] : []
    }
    return disparities.filter {
      $0.metric == metric && $0.kind == kind && $0.method == .betweenGroups
        && (name.attribute ?? $0.attribute) == $0.attribute
    }.map {
      Found(
        attribute: $0.attribute, lowGroup: $0.lowGroup, highGroup: $0.highGroup,
        estimate: $0.estimate)
    }
  }
}

/// The metrics of one group.
public struct GroupResult: Sendable, Equatable, Codable {
  /// `"sex"`, or `"sex×race"` for an intersection.
  public var attribute: String
  public var value: String
  public var rows: Int
  public var weight: Double
  public var metrics: [String: Estimate]
}

/// Rows whose value of an attribute is not known.
public struct UnknownRows: Sendable, Equatable, Codable {
  public var attribute: String
  public var rows: Int
  public var weight: Double
  /// `"own-group"` or `"exclude"`.
  public var policy: String

  /// Whether the rows are a group like any other.
  public var isCompared: Bool { UnknownGroups(rawValue: policy)?.compares ?? true }

  public init(attribute: String, rows: Int, weight: Double, policy: String) {
    self.attribute = attribute
    self.rows = rows
    self.weight = weight
    self.policy = policy
  }
}

/// An audit within one combination of the controls.
public struct StratumResult: Sendable, Equatable, Codable {
  /// The value of each control.
  public var controls: [String: String]
  public var rows: Int
  public var weight: Double
  public var overall: [String: Estimate]
  public var groups: [GroupResult]
  public var disparities: [Disparity]
}

/// How far a metric of the groups of an attribute lies apart.
public struct Disparity: Sendable, Equatable, Codable {
  public typealias Kind = DisparityKind

  public enum Method: String, Sendable, Codable, CaseIterable {
    /// max − min ≥ 0, or min / max ≤ 1.
    case betweenGroups = "between_groups"
    /// group − overall, or group / overall.
    case toOverall = "to_overall"
    /// group − reference, or group / reference, not inverted.
    case toReference = "to_reference"
  }

  public var attribute: String
  public var metric: String
  public var kind: Kind
  public var method: Method
  public var reference: String?
  public var group: String?
  public var lowGroup: String?
  public var highGroup: String?
  /// Over how many groups it was taken, and of how many.
  public var groups: Int
  public var of: Int
  public var value: Double?
  public var low: Double?
  public var high: Double?
  public var interval: String?
  public var pValue: Double?
  public var adjustedP: Double?
  public var test: String?
  /// `"within"` when a ratio lies from τ to 1/τ, else `"outside"`; nil without τ or a value.
  public var tau: String?
  /// Why there is no value, or how exact it is.
  public var reason: String?
  /// What the p-value is about; rows that share it count once in its family.
  package var hypothesis: Hypothesis?

  /// A hypothesis that a test is of.
  package struct Hypothesis: Sendable, Hashable {
    /// Which hypotheses it is adjusted together with. Where there are two groups, one against all
    /// rows or against the other is the question between them.
    package var family: Method
    var text: String

    /// The same of a part of the audit.
    func told(_ part: String) -> Hypothesis {
      Hypothesis(family: family, text: "\(text) \(part)")
    }
  }

  enum CodingKeys: String, CodingKey {
    case attribute, metric, kind, method, reference, group
    case lowGroup = "low_group"
    case highGroup = "high_group"
    case groups, of, value, low, high, interval
    case pValue = "p_value"
    case adjustedP = "adjusted_p"
    case test, tau, reason
  }

  init(
    attribute: String, metric: String, kind: Kind, method: Method, groups: Int, of: Int,
    reference: String? = nil, group: String? = nil
  ) {
    self.attribute = attribute
    self.metric = metric
    self.kind = kind
    self.method = method
    self.groups = groups
    self.of = of
    self.reference = reference
    self.group = group
  }

  /// Numbers that are absent are nulls, so every row has the same keys.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(attribute, forKey: .attribute)
    try container.encode(metric, forKey: .metric)
    try container.encode(kind, forKey: .kind)
    try container.encode(method, forKey: .method)
    try container.encode(reference, forKey: .reference)
    try container.encode(group, forKey: .group)
    try container.encode(lowGroup, forKey: .lowGroup)
    try container.encode(highGroup, forKey: .highGroup)
    try container.encode(groups, forKey: .groups)
    try container.encode(of, forKey: .of)
    try container.encode(Self.finite(value), forKey: .value)
    try container.encode(Self.finite(low), forKey: .low)
    try container.encode(Self.finite(high), forKey: .high)
    try container.encode(interval, forKey: .interval)
    try container.encode(Self.finite(pValue), forKey: .pValue)
    try container.encode(Self.finite(adjustedP), forKey: .adjustedP)
    try container.encode(test, forKey: .test)
    try container.encodeIfPresent(tau, forKey: .tau)
    try container.encodeIfPresent(reason, forKey: .reason)
  }

  /// JSON has no infinity: a limit that does not exist is null.
  private static func finite(_ value: Double?) -> Double? {
    value.flatMap { $0.isFinite ? $0 : nil }
  }
}
