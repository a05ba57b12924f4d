import Criteria

/// An audit of groups that are known as chances, with what the chances leave open.
public struct MembershipAudit: Sendable {
  /// A group's rate: the weighted estimate, and the rates that no relation of outcome and membership
  /// can leave.
  public struct Group: Sendable, Equatable, Codable {
    public var value: String
    public var expectedRows: Double
    public var metrics: [String: Estimate]
    /// By metric: the least and the largest possible rate in these rows.
    public var bounds: [String: [Double]]

    enum CodingKeys: String, CodingKey {
      case value
      case expectedRows = "expected_rows"
      case metrics, bounds
    }
  }

  public struct Result: Sendable, Equatable, Codable {
    public var attribute: String
    public var groups: [Group]
    public var disparities: [Disparity]
  }

  public var confidence: Double

  public init(confidence: Double = AuditOptions.defaultConfidence) {
    self.confidence = confidence
  }

  /// Audits one attribute. Groups share rows, so intervals of gaps are a little wide.
  public func run(
    _ membership: Membership, _ outcomes: Outcomes
  ) throws(AuditError) -> Result {
    let counts = membership.counts(outcomes)
    let audit = try Audit(options: AuditOptions(confidence: confidence)).run(counts)
    let metrics = Metrics.available(for: counts.inputs)
    let groups = audit.groups.enumerated().map { k, group in
      var bounds: [String: [Double]] = [:]
      for metric in metrics where k < membership.names.count {
        guard let range = membership.bounds(metric, group: k, outcomes) else { continue }
        bounds[metric.name] = [range.lowerBound, range.upperBound]
      }
      return Group(
        value: group.value, expectedRows: counts.tallies[k].weights.sum(), metrics: group.metrics,
        bounds: bounds)
    }
    return Result(
      attribute: membership.attribute, groups: groups, disparities: audit.disparities)
  }
}
