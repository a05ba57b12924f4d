import Criteria

/// Each group against the rest within strata of control attributes: what is left of a gap when like is
/// compared with like.
///
/// The common odds ratio of Mantel and Haenszel with its interval, the Cochran–Mantel–Haenszel test that
/// it is 1, and Breslow and Day's test that it is the same in all strata: where that is small, one number
/// for all strata hides something. p-values of the first are Holm's over the table.
public struct StratifiedComparison: Sendable, Equatable, Codable {
  public var attribute: String
  public var group: String
  public var metric: String
  public var controls: [String]
  /// Strata that say something, and all.
  public var strata: Int
  public var of: Int
  /// Nil when it is 0/0 or infinite.
  public var oddsRatio: Double?
  public var low: Double?
  public var high: Double?
  public var pValue: Double?
  public var adjustedP: Double?
  public var test: String?
  /// That the odds ratio is the same in all strata.
  public var homogeneityP: Double?

  enum CodingKeys: String, CodingKey {
    case attribute, group, metric, controls, strata, of
    case oddsRatio = "odds_ratio"
    case low, high
    case pValue = "p_value"
    case adjustedP = "adjusted_p"
    case test
    case homogeneityP = "homogeneity_p"
  }

  /// Below this many expected rows in the smaller cell of all strata together, the exact test is taken.
  static let smallestExpected = 5.0

  /// All groups of all attributes that are no controls, for every proportion.
  public static func all(
    of counts: OutcomeCounts, controls: [String], confidence: Double = 0.95
  ) -> [StratifiedComparison] {
    let places = controls.compactMap { counts.attributes.firstIndex(of: $0) }
    guard !places.isEmpty else { return [] }
    let metrics = Metrics.proportions(for: counts.inputs)
    var rows: [StratifiedComparison] = []
    for a in counts.attributes.indices where !places.contains(a) {
      var strata: [[Int]: [Tally]] = [:]
      for (key, tally) in zip(counts.combinations, counts.tallies) {
        let empty = Array(repeating: Tally(), count: counts.levels[a].count)
        strata[places.map { key[$0] }, default: empty][key[a]] += tally
      }
      let order = strata.keys.sorted { $0.lexicographicallyPrecedes($1) }
      for g in counts.levels[a].indices {
        for metric in metrics {
          let tables = order.compactMap {
            stratum(strata[$0]!, group: g, metric, weighted: counts.weighted)
          }
          var row = StratifiedComparison(
            attribute: counts.attributes[a], group: counts.levels[a][g], metric: metric.name,
            controls: controls, strata: 0, of: order.count)
          row.fill(StratifiedTables(tables), confidence)
          rows.append(row)
        }
      }
    }
    let tested = rows.indices.filter { rows[$0].pValue != nil }
    let adjusted = Multiplicity.holm(tested.map { rows[$0].pValue! })
    for (place, i) in tested.enumerated() { rows[i].adjustedP = adjusted[place] }
    return rows
  }

  private static func stratum(
    _ tallies: [Tally], group: Int, _ metric: Metric, weighted: Bool
  ) -> StratifiedTables.Stratum? {
    let rest = tallies.indices.filter { $0 != group }.reduce(into: Tally()) { $0 += tallies[$1] }
    func proportion(_ tally: Tally) -> Proportion? {
      AuditedGroup(name: "", tally: tally, ranks: nil, weighted: weighted).proportion(metric)
    }
    guard let first = proportion(tallies[group]), let second = proportion(rest) else {
      return nil
    }
    return StratifiedTables.Stratum(first, second)
  }

  private mutating func fill(_ tables: StratifiedTables, _ confidence: Double) {
    strata = tables.used
    if let odds = tables.oddsRatio(confidence: confidence), odds.value.isFinite {
      oddsRatio = odds.value
      low = odds.interval?.low
      high = odds.interval?.high
    }
    let smallest = tables.strata.reduce(0) { sum, stratum in
      sum + min(stratum.expected, stratum.first.trials - stratum.expected)
    }
    let result = (smallest < Self.smallestExpected ? tables.exactTest() : nil) ?? tables.test()
    pValue = result?.pValue
    test = result?.test
    homogeneityP = tables.homogeneity()?.pValue
  }
}
