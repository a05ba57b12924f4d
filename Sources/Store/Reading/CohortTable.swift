import Monitoring

/// What became of the decisions of each period, by how long after them labels came.
public struct CohortTable: Sendable, Equatable, Codable {
  public struct Cohort: Sendable, Equatable, Codable {
    /// When the period of the decisions begins.
    public var period: String
    public var group: [String]
    /// nil where they are withheld.
    public var decisions: Int?
    public var labeled: Int?
    public var positive: Int?
    /// Whether all of its decisions are old enough to judge.
    public var isMature: Bool
    /// Labels that came within so many periods of the decision, and those that are positive.
    public var labeledByAge: [Int]?
    public var positiveByAge: [Int]?

    enum CodingKeys: String, CodingKey {
      case period, group, decisions, labeled, positive
      case isMature = "mature"
      case labeledByAge = "labeled_by_age"
      case positiveByAge = "positive_by_age"
    }
  }

  public var by: [String]
  public var length: String
  public var horizon: String
  public var cohorts: [Cohort]
}

extension MonitorReader {
  private struct Place: Hashable {
    var period: Int
    var group: [String]
  }

  /// Decisions by the period in which they were made, with the labels that have come.
  public func cohorts(by attributes: [String]) throws(StoreError) -> CohortTable {
    let choice = try choice(attributes), names = summary.names
    let ticks = max(1, Int(plan.cohortLength / plan.tickLength))
    func group(_ key: CountKey) -> [String] {
      choice.map { names.text(key.code(of: $0), of: $0) }
    }
    var all: [Place: DecisionCounts] = [:], ages: [Place: [Int: DecisionCounts]] = [:]
    try sums(
      .chart, 0..<end,
      { key, period, outcomes in
        all[Place(period: period, group: group(key)), default: DecisionCounts()] += outcomes
      }, period: ticks)
    try sums(
      .ages, 0..<end,
      { key, period, outcomes in
        ages[Place(period: period, group: group(key)), default: [:]][
          Int(key.age), default: DecisionCounts()] += outcomes
      }, period: ticks)
    let periods = Dictionary(grouping: all.keys, by: \.period).sorted { $0.key < $1.key }
    return CohortTable(
      by: attributes, length: plan.cohort, horizon: plan.horizon,
      cohorts: periods.flatMap { period, places in
        let sorted = places.sorted { $0.group.lexicographicallyPrecedes($1.group) }
        let withheld = SmallCells.withheld(
          sorted.map { all[$0]!.rows }, sorted.map(\.group), least: plan.leastCell)
        let isMature = (period + 1) * ticks + plan.horizonTicks <= end
        return zip(sorted, withheld).map { place, isWithheld in
          cohort(
            place, ticks, isMature, isWithheld ? nil : all[place]!, ages[place] ?? [:])
        }
      })
  }

  private func cohort(
    _ place: Place, _ ticks: Int, _ isMature: Bool, _ outcomes: DecisionCounts?,
    _ ages: [Int: DecisionCounts]
  ) -> CohortTable.Cohort {
    var cohort = CohortTable.Cohort(
      period: instant(ofTick: place.period * ticks), group: place.group, isMature: isMature)
    guard let outcomes else { return cohort }
    cohort.decisions = outcomes.rows
    cohort.labeled = outcomes.labeled
    cohort.positive = outcomes.counts[1] + outcomes.counts[4]
    var labeled = 0, positive = 0
    cohort.labeledByAge = []
    cohort.positiveByAge = []
    for age in 0...(ages.keys.max() ?? 0) {
      let came = ages[age] ?? DecisionCounts()
      labeled += came.labeled
      positive += came.counts[1] + came.counts[4]
      cohort.labeledByAge!.append(labeled)
      cohort.positiveByAge!.append(positive)
    }
    return cohort
  }
}
