import Criteria

/// What an audit found when it was asked to search, to compare or to go beyond rates by group: the key
/// `findings` of its document. Parts that were not asked for are left out.
public struct AuditFindings: Sendable, Equatable, Codable {
  /// The worst of all groups and crosses, with bounds that hold together.
  public var worstCells: WorstCells.Result?
  /// Subgroups with the most surprising outcomes: what is observed, against what is expected.
  public var biasScan: [NamedScan]?
  /// The worst linear subgroups of the sensitive attributes.
  public var richSubgroups: [RichSubgroups.Finding]?
  public var proxies: [Proxies.Finding]?
  public var comparison: ModelComparison.Result?
  /// How much groups differ beyond noise, by attribute and metric.
  public var dispersion: [NamedDispersion]?
  /// Each group against the rest within the strata of the controls.
  public var stratified: [StratifiedComparison]?
  /// Groups that are known as chances.
  public var memberships: [MembershipAudit.Result]?
  /// Rates of small groups pulled towards the common one.
  public var shrinkage: [ShrunkenRates]?
  /// Effect sizes, and how small a gap these rows could have shown.
  public var detectable: [DetectableGap]?
  public var bootstrap: BootstrapTable?
  /// Aequitas's tables, an attribute each.
  public var aequitas: [AequitasFinding]?

  public init() {}

  enum CodingKeys: String, CodingKey {
    case worstCells = "worst_cells"
    case biasScan = "bias_scan"
    case richSubgroups = "rich_subgroups"
    case proxies, comparison, dispersion, stratified, memberships, shrinkage, bootstrap,
      aequitas
    case detectable = "detectable_gaps"
  }

  /// A bias scan with what it looked at.
  public struct NamedScan: Sendable, Equatable, Codable {
    public var question: String
    public var attributes: [String]
    /// Rows that were looked at, and all.
    public var rowsScanned: Int
    public var of: Int
    public var finding: BiasFinding

    enum CodingKeys: String, CodingKey {
      case question, attributes
      case rowsScanned = "rows_scanned"
      case of, finding
    }

    public init(
      question: String, attributes: [String], rowsScanned: Int, of: Int, finding: BiasFinding
    ) {
      self.question = question
      self.attributes = attributes
      self.rowsScanned = rowsScanned
      self.of = of
      self.finding = finding
    }
  }

  /// The spread of one metric over the groups of one attribute.
  public struct NamedDispersion: Sendable, Equatable, Codable {
    public var attribute: String
    public var metric: String
    /// Bias-corrected variance between groups; it may be negative.
    public var variance: Double
    public var deviation: Double
    public var naiveDeviation: Double
    public var low: Double
    public var high: Double
    public var interval: String
    public var groups: Int
    public var of: Int

    enum CodingKeys: String, CodingKey {
      case attribute, metric, variance, deviation
      case naiveDeviation = "naive_deviation"
      case low, high, interval, groups, of
    }
  }
}

extension AuditFindings.NamedDispersion {
  /// The spread of each proportion over the groups of each attribute and cross.
  public static func all(
    of counts: OutcomeCounts, intersections: Int = 1, confidence: Double = 0.95
  ) -> [Self] {
    let metrics = Metrics.proportions(for: counts.inputs)
    return Audit.choices(of: counts.attributes.count, upTo: intersections).flatMap { choice in
      let part = counts.marginal(of: choice)
      let groups = zip(part.names, part.tallies).map {
        AuditedGroup(name: $0, tally: $1, ranks: nil, weighted: counts.weighted)
      }
      let attribute = choice.map { counts.attributes[$0] }.joined(separator: "×")
      return metrics.compactMap { metric -> Self? in
        guard
          let spread = Dispersion(
            groups.compactMap { $0.proportion(metric) }, confidence: confidence)
        else { return nil }
        return Self(
          attribute: attribute, metric: metric.name, variance: spread.variance,
          deviation: spread.deviation, naiveDeviation: spread.naiveDeviation,
          low: spread.interval.low, high: spread.interval.high,
          interval: spread.interval.method, groups: spread.groups, of: groups.count)
      }
    }
  }
}
