import Criteria
import Datasets
import LinearAlgebra

/// What is audited together: all rows, or those of one combination of the controls.
struct AuditScope {
  /// Over the audited attributes.
  let counts: OutcomeCounts
  /// The level of each control; none for all rows.
  let levels: [Int]
  let options: AuditOptions
  let pool: WorkerPool
  let whole: AuditedGroup
  private let metrics: [Metric]

  private(set) var groups: [GroupResult] = []
  var disparities: [Disparity] = []
  private(set) var notes: [String] = []

  /// - Parameter ranked: the scores by the levels of the controls.
  init(
    counts: OutcomeCounts, levels: [Int] = [], ranked: [[Int]: RankedRows.Group]?,
    options: AuditOptions, pool: WorkerPool = .default
  ) {
    self.pool = pool
    self.counts = counts
    self.levels = levels
    self.options = options
    let inputs = counts.inputs
    metrics = Metrics.available(
      for: inputs.contains(.scores) ? inputs.union(.probabilities) : inputs)
    let tally = counts.overall
    whole = AuditedGroup(
      name: "all", tally: tally, profile: Self.profile(ranked?[levels], tally, counts),
      weighted: counts.weighted, hasImproperScores: Self.areImproper(counts))
  }

  var overall: [String: Estimate] { estimates(whole) }

  func result(controls: [String: String]) -> StratumResult {
    StratumResult(
      controls: controls, rows: counts.rows, weight: whole.tally.totalWeight, overall: overall,
      groups: groups, disparities: disparities)
  }

  /// Adds the groups of a choice of the audited attributes, and their disparities.
  ///
  /// - Parameter ranked: the scores by the levels of the controls and of the chosen attributes.
  mutating func audit(_ chosen: [Int], ranked: [[Int]: RankedRows.Group]?) {
    let attribute = chosen.map { counts.attributes[$0] }.joined(separator: "×")
    let members = members(of: chosen, ranked)
    groups += members.map { group in
      GroupResult(
        attribute: attribute, value: group.name, rows: group.tally.rowCount,
        weight: group.tally.totalWeight, metrics: estimates(group))
    }
    let compared = options.unknown.compares ? members : members.filter { !$0.isUnknown }
    let comparesEach = compared.count <= AuditOptions.comparisonLimit
    if !comparesEach {
      notes.append(
        "\(attribute): \(compared.count) groups are compared with each other only, not each with "
          + "the overall or a reference")
    }
    var table = DisparityTable(
      attribute: attribute, groups: compared, overall: whole,
      reference: reference(attribute, compared), confidence: options.confidence,
      comparesEach: comparesEach)
    table.pool = pool
    var found = table.rows(for: metrics) + table.scoreRows(inputs: counts.inputs)
    for i in found.indices {
      if !levels.isEmpty { found[i].hypothesis = found[i].hypothesis?.told("in \(levels)") }
      found[i].mark(tau: options.tau)
    }
    disparities += found
  }

  private func members(
    of chosen: [Int], _ ranked: [[Int]: RankedRows.Group]?
  ) -> [AuditedGroup] {
    let marginal = counts.marginal(of: chosen)
    let unknown = chosen.map { a in
      counts.levels[a].map { options.isUnknown($0, of: counts.attributes[a]) }
    }
    return marginal.names.indices.map { g in
      let key = marginal.combinations[g], tally = marginal.tallies[g]
      let row = ranked?[levels + key]
      return AuditedGroup(
        name: marginal.names[g], tally: tally, profile: Self.profile(row, tally, counts),
        scores: row?.scores, weighted: counts.weighted,
        hasImproperScores: Self.areImproper(counts),
        isUnknown: zip(unknown, key).contains { $0[$1] })
    }
  }

  private static func areImproper(_ counts: OutcomeCounts) -> Bool {
    counts.inputs.contains(.scores) && !counts.inputs.contains(.probabilities)
  }

  private static func profile(
    _ ranked: RankedRows.Group?, _ tally: Tally, _ counts: OutcomeCounts
  ) -> ScoreProfile? {
    ranked?.profile
      ?? ScoreProfile(histogramOf: tally, areProbabilities: !areImproper(counts))
  }

  private func estimates(_ group: AuditedGroup) -> [String: Estimate] {
    Dictionary(uniqueKeysWithValues: metrics.map { ($0.name, group.estimate($0, options)) })
  }

  private func reference(
    _ attribute: String, _ groups: [AuditedGroup]
  ) -> DisparityTable.Reference {
    switch options.reference {
    case .none: return .none
    case .leastOfMetric: return .least
    case .greatestOfMetric: return .greatest
    case .largest:
      let largest = groups.indices.max {
        let a = groups[$0].tally.totalWeight, b = groups[$1].tally.totalWeight
        return (a, $1) < (b, $0)
      }
      return largest.map { .group($0) } ?? .none
    case .named(let names):
      return groups.firstIndex { $0.name == names[attribute] }.map { .group($0) } ?? .none
    }
  }
}

extension Disparity {
  /// Marks a ratio as within or outside the band τ…1/τ.
  ///
  /// P. Saleiro et al., *Aequitas: a bias and fairness audit toolkit*, arXiv 1811.05577, 2018, §3.
  mutating func mark(tau limit: Double?) {
    guard let limit, kind == .ratio, let value else { return }
    tau = value >= limit && value <= 1 / limit ? "within" : "outside"
  }
}
