import Criteria

/// The counts of rows whose decisions are drawn: those of each list of decisions, with its
/// probability. Rates of them are expectations over the draw.
public struct ExpectedCounts: Sendable {
  let parts: [(weight: Double, counts: OutcomeCounts)]

  public init(_ parts: [(weight: Double, counts: OutcomeCounts)]) {
    precondition(!parts.isEmpty, "counts of at least one list of decisions")
    self.parts = parts
  }

  var attributes: [String] { parts[0].counts.attributes }

  /// Drawn decisions count as weighted rows.
  private var weighted: Bool { parts[0].counts.weighted || parts.count > 1 }

  private func expected(_ tallies: (OutcomeCounts) -> [Tally]) -> [Tally] {
    let parts = parts.map { (weight: $0.weight, tallies: tallies($0.counts)) }
    return parts[0].tallies.indices.map { group in
      parts.reduce(into: Tally()) { $0 += $1.tallies[group].scaled(by: $1.weight) }
    }
  }

  /// All rows.
  func whole(_ ranks: RankStatistic? = nil) -> AuditedGroup {
    AuditedGroup(
      name: "all", tally: expected { [$0.overall] }[0], ranks: ranks, weighted: weighted)
  }

  /// The groups of an attribute or a cross, and how far they lie apart; nothing is tested.
  func table(of chosen: [Int], all: AuditedGroup, _ options: AuditOptions) -> DisparityTable {
    let attribute = chosen.map { attributes[$0] }.joined(separator: "×")
    let names = parts[0].counts.marginal(of: chosen).names
    let groups = zip(names, expected { $0.marginal(of: chosen).tallies }).map {
      AuditedGroup(name: $0, tally: $1, ranks: nil, weighted: weighted)
    }.filter { options.unknown.compares || !options.isUnknown($0.name, of: attribute) }
    var table = DisparityTable(
      attribute: attribute, groups: groups, overall: all, reference: .none,
      confidence: options.confidence, comparesEach: false)
    table.testsHypotheses = false
    return table
  }
}

/// What decisions that are drawn by lot come to over all draws: what gates of pipelines and tables of
/// fits show, beside an audit of one draw.
public struct ExpectedAudit: Sendable, Equatable, Codable {
  /// Rates of all rows by name.
  public var overall: [String: Estimate]
  /// Between the groups, of these rates.
  public var disparities: [Disparity]

  /// The expected disparity of the same name.
  public func like(_ disparity: Disparity) -> Disparity? {
    disparities.first { $0.name == disparity.name }
  }
}

extension AuditResult {
  /// The rates and the gaps between groups that the audited decisions have over all draws; nil where
  /// nothing is drawn.
  ///
  /// - Parameter counts: of the same rows, of each list of decisions.
  public func expectation(_ counts: ExpectedCounts, _ options: AuditOptions) -> ExpectedAudit? {
    // One list of decisions is not drawn.
    guard counts.parts.count > 1 else { return nil }
    let all = counts.whole()
    let rates = Metrics.all.filter { metric in
      guard case .proportion = metric.form else { return false }
      return overall[metric.name] != nil
    }
    let tables = Audit.choices(of: counts.attributes.count, upTo: options.intersections).map {
      counts.table(of: $0, all: all, options)
    }
    return ExpectedAudit(
      overall: Dictionary(uniqueKeysWithValues: rates.map { ($0.name, all.estimate($0, options)) }),
      disparities: tables.flatMap { $0.rows(for: rates) }.filter { $0.method == .betweenGroups })
  }

  /// The same with the gaps between groups, and the rates of all rows, at the expected rates of a rule
  /// that draws its decisions; itself where nothing is drawn.
  public var expecting: AuditResult {
    guard let expected else { return self }
    var result = self
    result.expected = nil
    result.overall.merge(expected.overall) { $1 }
    let rows = Dictionary(
      expected.disparities.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    for i in result.disparities.indices where result.disparities[i].method == .betweenGroups {
      result.disparities[i] = rows[result.disparities[i].name] ?? result.disparities[i]
    }
    return result
  }
}
