import Essentials
import Monitoring
import Store

/// What a monitor tells.
public enum MonitorDocument: Sendable, Encodable {
  case status(MonitorStatus)
  case alerts(AlertsReport)
  case rates([GroupRates])
  case cohorts(CohortTable)
  case check(StoreCheck)

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .status(let status): try status.encode(to: encoder)
    case .alerts(let report): try report.encode(to: encoder)
    case .rates(let rates): try ["rates": rates].encode(to: encoder)
    case .cohorts(let table): try table.encode(to: encoder)
    case .check(let check): try check.encode(to: encoder)
    }
  }
}

/// All bounds with their evidence, and how their states went.
public struct AlertsReport: Sendable, Encodable {
  public var bounds: [WatchedBound]
  public var changes: [AlertChange]
  /// When ticks begin: tick × length.
  public var tick: String
  public var falseAlarmsAYear: Double

  enum CodingKeys: String, CodingKey {
    case bounds, changes, tick
    case falseAlarmsAYear = "false_alarms_a_year"
  }

  init(bounds: [WatchedBound], changes: [AlertChange], settings: MonitorPlan) {
    self.bounds = bounds
    self.changes = changes
    tick = settings.tick
    falseAlarmsAYear = settings.falseAlarms
  }
}

/// How a monitor stands.
public struct MonitorStatus: Sendable, Encodable {
  public var folder: String
  public var attributes: [String]
  public var tick: String
  /// Up to when ticks have ended; nil before the first.
  public var closedUntil: String?
  public var decisions: Int
  public var labels: Int
  public var waitingLabels: Int
  public var corrections: Int
  public var duplicates: Int
  public var lateDecisions: Int
  public var backfilled: Int
  public var batches: Int
  /// How many bounds are in each state.
  public var states: [String: Int]
  /// What somebody should look at.
  public var notices: [String]

  enum CodingKeys: String, CodingKey {
    case folder, attributes, tick, decisions, labels, corrections, duplicates, backfilled, batches
    case states, notices
    case closedUntil = "closed_until"
    case waitingLabels = "waiting_labels"
    case lateDecisions = "late_decisions"
  }

  init(_ reader: MonitorReader, _ bounds: [WatchedBound]) {
    let told = reader.summary
    folder = reader.folder
    attributes = reader.plan.attributes.map(\.name)
    tick = reader.plan.tick
    closedUntil = told.closed.map { reader.instant(ofTick: $0 + 1) }
    decisions = told.decisions
    labels = told.labels
    waitingLabels = told.waitingLabels
    corrections = told.corrections
    duplicates = told.duplicates
    lateDecisions = told.lateDecisions
    backfilled = told.backfilled
    batches = told.batches
    states = Dictionary(grouping: bounds) { $0.reading.state.rawValue }.mapValues(\.count)
    notices = Self.notices(told)
  }

  private static func notices(_ told: Summary) -> [String] {
    var notices: [String] = []
    for (name, count) in told.others.sorted(by: { $0.key < $1.key }) {
      notices.append("\(count) decisions have a value of '\(name)' that is counted as (other)")
    }
    for (name, count) in told.unused.sorted(by: { $0.key < $1.key }) {
      notices.append("'\(name)' came \(count) times and is not used")
    }
    if 100 * told.lateLabels > told.labels {
      notices.append(
        "\(told.lateLabels) of \(told.labels) labels came after their decision was judged: the "
          + "horizon is too short")
    }
    if told.waitingLabels > 0 {
      notices.append("\(told.waitingLabels) labels are of decisions that have not come")
    }
    return notices
  }
}
