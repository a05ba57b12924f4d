/// What a store knows beside counts: where it is in its journal, and totals.
public struct Summary: Sendable, Equatable, Codable {
  /// Up to where the journal is counted.
  public var applied = 0
  /// Up to where records are in the runs of the index.
  var indexed = 0
  package internal(set) var runs: [IndexRun.Record] = []
  package internal(set) var names: NameTable
  /// The last tick that has ended.
  public var closed: Int?
  /// The latest instant that an event or a clock has told, in milliseconds since 1970; those of backfill left out.
  public var latest: Int64?
  /// The latest instant of any event.
  public var latestOfAll: Int64?
  public var decisions = 0
  public var labels = 0
  /// Labels that came after their decision was judged.
  public var lateLabels = 0
  /// Labels whose decision has not come.
  public var waitingLabels = 0
  public var corrections = 0
  public var duplicates = 0
  public var lateDecisions = 0
  public var backfilled = 0
  /// Members of events that nothing is made of.
  public var unused: [String: Int] = [:]
  /// Values that are counted as `(other)`, by attribute.
  public var others: [String: Int] = [:]
  public var batches = 0
  public var alertChanges = 0

  enum CodingKeys: String, CodingKey {
    case applied, indexed, runs, names, closed, latest, decisions, labels, corrections, duplicates
    case backfilled, unused, others, batches
    case latestOfAll = "latest_of_all"
    case lateLabels = "late_labels"
    case waitingLabels = "waiting_labels"
    case lateDecisions = "late_decisions"
    case alertChanges = "alert_changes"
  }

  init(_ plan: MonitorPlan) { names = NameTable(plan) }

  public static func == (a: Summary, b: Summary) -> Bool {
    a.comparable == b.comparable
  }

  private var comparable: [String] {
    [
      "\(names.models)", "\(names.arms)", "\(names.values)", "\(closed as Int?)",
      "\(latest as Int64?)", "\(latestOfAll as Int64?)",
      "\([decisions, labels, lateLabels, waitingLabels, corrections, duplicates, lateDecisions])",
      "\([backfilled, batches, alertChanges])", "\(unused.sorted { $0.key < $1.key })",
      "\(others.sorted { $0.key < $1.key })",
    ]
  }
}
