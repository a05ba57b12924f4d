import Criteria
import Datasets
import LinearAlgebra

/// Every metric of every group, how far the groups lie apart, and how sure that is.
///
/// What is computed depends on what there is: with neither predictions nor scores the labels are
/// audited, without labels the selection.
public struct Audit: Sendable {
  public let options: AuditOptions

  public init(options: AuditOptions = AuditOptions()) { self.options = options }

  /// Counts rows in one pass and audits the counts.
  public func run(
    _ outcomes: Outcomes, pool: WorkerPool = .default
  ) throws(AuditError) -> AuditResult {
    var bins = 0
    if case .histogram(let asked) = options.ranking { bins = asked }
    let counts: OutcomeCounts
    do {
      counts = try OutcomeCounts(counting: outcomes, scoreBins: bins, pool: pool)
    } catch { throw .counting(error) }
    guard options.ranking == .exact, let scores = outcomes.scores, let labels = outcomes.labels
    else { return try run(counts) }
    let order = rowsSortedByScore(scores)
    return try run(counts) { chosen in
      let groups =
        chosen.isEmpty
        ? GroupIndex(attribute: "", codes: Buffer(zeroed: outcomes.rows), names: ["all"])
        : GroupIndex.cross(chosen.map { outcomes.attributes[$0] })
      return RankStatistic.exact(
        of: groups, scores: scores, labels: labels, weights: outcomes.weights, order: order)
    }
  }

  /// Audits counts, for example merged ones; areas under the curve come from their histograms.
  public func run(_ counts: OutcomeCounts) throws(AuditError) -> AuditResult {
    try run(counts) { _ in nil }
  }

  /// - Parameter ranks: statistics of each group of a choice of attributes; of all rows for none.
  private func run(
    _ counts: OutcomeCounts, ranks: (_ chosen: [Int]) -> [RankStatistic?]?
  ) throws(AuditError) -> AuditResult {
    try checkReference(counts)
    let metrics = Metrics.available(for: counts.inputs)
    let whole = group("all", counts.overall, ranks([])?[0], counts)
    var groupRows: [GroupResult] = [], disparities: [Disparity] = []
    for chosen in Self.choices(of: counts.attributes.count, upTo: options.intersections) {
      let (names, tallies) = counts.marginal(of: chosen)
      let statistics = ranks(chosen)
      let attribute = chosen.map { counts.attributes[$0] }.joined(separator: "×")
      let groups = names.indices.map { g in
        group(names[g], tallies[g], statistics?[g], counts)
      }
      groupRows += groups.map { result($0, attribute, metrics) }
      let table = DisparityTable(
        attribute: attribute, groups: groups, overall: whole,
        reference: reference(attribute, groups), confidence: options.confidence)
      disparities += table.rows(for: metrics)
    }
    Self.adjust(&disparities)
    return AuditResult(
      rows: counts.rows, weight: whole.tally.totalWeight,
      overall: estimates(whole, metrics), groups: groupRows, disparities: disparities,
      indices: Indices.all(of: counts))
  }

  private func group(
    _ name: String, _ tally: Tally, _ ranks: RankStatistic?, _ counts: OutcomeCounts
  ) -> AuditedGroup {
    AuditedGroup(
      name: name, tally: tally, ranks: ranks ?? RankStatistic(histogramOf: tally),
      weighted: counts.weighted)
  }

  private func estimates(_ group: AuditedGroup, _ metrics: [Metric]) -> [String: Estimate] {
    Dictionary(uniqueKeysWithValues: metrics.map { ($0.name, group.estimate($0, options)) })
  }

  private func result(
    _ group: AuditedGroup, _ attribute: String, _ metrics: [Metric]
  ) -> GroupResult {
    GroupResult(
      attribute: attribute, value: group.name, rows: group.tally.rowCount,
      weight: group.tally.totalWeight, metrics: estimates(group, metrics))
  }

  private func reference(_ attribute: String, _ groups: [AuditedGroup]) -> Int? {
    switch options.reference {
    case .none: nil
    case .largest:
      groups.indices.max { groups[$0].tally.totalWeight < groups[$1].tally.totalWeight }
    case .named(let names): groups.firstIndex { $0.name == names[attribute] }
    }
  }

  private func checkReference(_ counts: OutcomeCounts) throws(AuditError) {
    guard case .named(let names) = options.reference else { return }
    let choices = Self.choices(of: counts.attributes.count, upTo: options.intersections)
    let known = choices.map { chosen in
      (chosen.map { counts.attributes[$0] }.joined(separator: "×"), chosen)
    }
    for (attribute, group) in names.sorted(by: { $0.key < $1.key }) {
      guard let chosen = known.first(where: { $0.0 == attribute })?.1 else {
        throw .unknownAttribute(attribute, known: known.map(\.0))
      }
      let groups = counts.marginal(of: chosen).names
      guard groups.contains(group) else {
        throw .unknownReference(group: group, attribute: attribute, known: groups)
      }
    }
  }

  /// Every choice of 1…k of n attributes: single ones first, then pairs, in order.
  static func choices(of n: Int, upTo k: Int) -> [[Int]] {
    var result: [[Int]] = []
    var last: [[Int]] = [[]]
    for _ in 0..<min(n, k) {
      last = last.flatMap { chosen in (((chosen.last ?? -1) + 1)..<n).map { chosen + [$0] } }
      result += last
    }
    return result
  }

  /// Holm's adjustment over all hypotheses of the audit, each counted once.
  static func adjust(_ rows: inout [Disparity]) {
    var pValues: [String: Double] = [:]
    var order: [String] = []
    for row in rows {
      guard let p = row.pValue, let key = row.hypothesis, pValues[key] == nil else { continue }
      pValues[key] = p
      order.append(key)
    }
    let adjusted = Multiplicity.holm(order.map { pValues[$0]! })
    let byKey = Dictionary(uniqueKeysWithValues: zip(order, adjusted))
    for i in rows.indices { rows[i].adjustedP = rows[i].hypothesis.flatMap { byKey[$0] } }
  }
}
