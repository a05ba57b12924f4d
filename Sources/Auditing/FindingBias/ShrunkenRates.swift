import Criteria

/// One metric of the groups of an attribute or cross, each pulled towards what is common to all
/// (`Shrinkage`).
public struct ShrunkenRates: Sendable, Equatable, Codable {
  public struct Group: Sendable, Equatable, Codable {
    public var value: String
    public var rows: Int
    /// Nil without rows.
    public var observed: Double?
    public var estimate: Estimate
  }

  public var attribute: String
  public var metric: String
  /// The common rate, and how many rows it is worth.
  public var mean: Double
  public var strength: Double
  public var groups: [Group]

  /// Every proportion of every attribute and cross of at least three groups.
  public static func all(
    of counts: OutcomeCounts, intersections: Int = 1, confidence: Double = 0.95
  ) -> [ShrunkenRates] {
    let metrics = Metrics.proportions(for: counts.inputs)
    return Audit.choices(of: counts.attributes.count, upTo: intersections).flatMap { choice in
      let part = counts.marginal(of: choice)
      let groups = zip(part.names, part.tallies).map {
        AuditedGroup(name: $0, tally: $1, ranks: nil, weighted: counts.weighted)
      }
      let attribute = choice.map { counts.attributes[$0] }.joined(separator: "×")
      return metrics.compactMap { metric -> ShrunkenRates? in
        let proportions = groups.map { $0.proportion(metric) }
        guard let found = Shrinkage(proportions, confidence: confidence) else { return nil }
        return ShrunkenRates(
          attribute: attribute, metric: metric.name, mean: found.mean, strength: found.strength,
          groups: groups.indices.map { g in
            Group(
              value: groups[g].name, rows: groups[g].rows(behind: metric),
              observed: proportions[g]?.rate, estimate: found.estimates[g])
          })
      }
    }
  }
}
