import Essentials
import Monitoring

/// Reads what a monitor has counted, beside its writer.
///
/// It sees what the writer's last checkpoint saw. What it gives out is for anybody: groups of fewer than the plan's
/// `least_cell` rows are withheld, and so is the tick that has not ended.
public final class MonitorReader {
  public let folder: String
  public let plan: MonitorPlan
  public let summary: Summary
  let state: SQLiteState

  public init(_ folder: String) throws(StoreError) {
    guard DiskFiles().exists(folder + "/" + SQLiteState.fileName) else { throw .none(folder) }
    self.folder = folder
    state = try SQLiteState(folder, isWriter: false)
    guard let planText = try state.document("plan"), let text = try state.document("summary")
    else { throw .none(folder) }
    plan = try MonitorStore.decode(MonitorPlan.self, planText, folder)
    var summary = try MonitorStore.decode(Summary.self, text, folder)
    summary.names = NameTable(plan, stored: summary.names)
    self.summary = summary
  }

  /// The first tick that is not given out: nothing of it is, until a later event has come.
  var end: Int {
    let latest = [summary.latest, summary.latestOfAll].compactMap(\.self).max()
    return latest.map { plan.tick(of: $0) } ?? 0
  }

  /// The readings of all bounds.
  public func alerts() throws(StoreError) -> [WatchedBound] {
    let all = BoundWatch.all(plan)
    var found: [WatchedBound] = []
    for (k, watch) in all.enumerated() {
      let text = try state.document("watch/\(k)")
      let monitor = try text.map { text throws(StoreError) in
        try MonitorStore.decode(BoundMonitor.self, text, folder)
      }
      let reading = (monitor ?? watch.monitor).report
      found.append(
        WatchedBound(
          bound: watch.bound.words, metric: watch.bound.metric, groupLeast: plan.leastCell, reading)
      )
    }
    return found
  }

  /// Changes of states after a number, the oldest first.
  public func changes(after number: Int = 0) throws(StoreError) -> [AlertChange] {
    var found: [AlertChange] = []
    try state.database.run(
      """
      SELECT number, tick, bound, comparison, was, becomes FROM changes WHERE number>?
      ORDER BY number
      """, [.integer(Int64(number))]
    ) { row in
      found.append(
        AlertChange(
          number: Int(row.integer(0)), tick: Int(row.integer(1)), bound: row.text(2),
          comparison: row.text(3), from: row.text(4), to: row.text(5)))
    }
    return found
  }

  /// When a tick begins.
  public func instant(ofTick tick: Int) -> String {
    Timestamp.text(Int64(tick) * plan.tickLength)
  }

  /// Counts of some ticks, summed.
  func sums(
    _ kind: CountBlock.Kind, _ ticks: Range<Int>, _ body: (CountKey, Int, DecisionCounts) -> Void,
    period: Int = 1
  ) throws(StoreError) {
    try state.database.run(
      """
      SELECT tick/?, cell, model, arm, age, sum(c0), sum(c1), sum(c2), sum(c3), sum(c4), sum(c5)
      FROM counts WHERE kind=? AND tick>=? AND tick<? GROUP BY 1, cell, model, arm, age
      """,
      [
        .integer(Int64(period)), .integer(Int64(kind.rawValue)), .integer(Int64(ticks.lowerBound)),
        .integer(Int64(ticks.upperBound)),
      ]
    ) { row in
      let key = CountKey(
        cell: UInt64(bitPattern: row.integer(1)), model: UInt16(row.integer(2)),
        arm: UInt8(row.integer(3)), age: UInt8(row.integer(4)))
      body(key, Int(row.integer(0)), DecisionCounts((5..<11).map { Int(row.integer($0)) }))
    }
  }

  /// The places of attributes by their names.
  func choice(_ names: [String]) throws(StoreError) -> [Int] {
    var places: [Int] = []
    for name in names {
      guard let place = plan.attributes.firstIndex(where: { $0.name == name }) else {
        let known = plan.attributes.map(\.name).joined(separator: ", ")
        throw .settings("the monitor has no attribute '\(name)' (it has \(known))")
      }
      places.append(place)
    }
    return places
  }
}

/// A bound and what is known of it.
public struct WatchedBound: Sendable, Equatable, Codable {
  public var bound: String
  public var metric: CountedRate
  public var reading: BoundReading
  /// Groups whose numbers are withheld because they have few rows.
  public var withheld: [String]

  init(bound: String, metric: CountedRate, groupLeast least: Int, _ reading: BoundReading) {
    self.bound = bound
    self.metric = metric
    var reading = reading
    let isWithheld = SmallCells.withheld(
      reading.groups.map(\.rows), reading.groups.map { [$0.name] }, least: least)
    withheld = zip(reading.groups, isWithheld).filter(\.1).map(\.0.name)
    reading.groups = zip(reading.groups, isWithheld).filter { !$0.1 }.map(\.0)
    self.reading = reading
  }
}
