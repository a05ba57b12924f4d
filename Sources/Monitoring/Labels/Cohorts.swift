/// Rows whose labels come late, judged when they are old enough and not before.
///
/// Bad outcomes show early and good ones at the end, so a rate of those labeled so far errs in both directions.
/// A row enters the counts in the tick in which its age reaches the horizon, with a label or without: what that tick
/// holds is fixed by then and does not depend on how fast outcomes come, so the evidence of the tick is
/// valid (``TickEvidence``). A label after that changes no past evidence and is counted as late.
public struct Cohorts: Sendable, Equatable, Codable {
  /// Decisions of a group in a tick, and the labels that came in time.
  struct Cohort: Sendable, Equatable, Codable {
    var decided = 0
    var labels = RateCounts.zero
  }

  /// What became of rows that are old enough.
  public struct Matured: Sendable, Equatable, Codable {
    /// Rows with a label.
    public var labels: RateCounts
    /// Rows without one.
    public var missing: Int

    public init(labels: RateCounts, missing: Int) {
      self.labels = labels
      self.missing = missing
    }

    /// successes/rows over what the missing labels may have been; nil without rows.
    public var bounds: ClosedRange<Double>? {
      let rows = Double(labels.rows + missing)
      guard rows > 0 else { return nil }
      return Double(labels.successes) / rows...Double(labels.successes + missing) / rows
    }

    public static let none = Matured(labels: .zero, missing: 0)

    public static func + (a: Matured, b: Matured) -> Matured {
      Matured(labels: a.labels + b.labels, missing: a.missing + b.missing)
    }

    /// The share of rows with a label, which may differ between groups: a bound to watch itself.
    public var coverage: RateCounts {
      RateCounts(rows: labels.rows + missing, successes: labels.rows)
    }
  }

  public enum Arrival: Sendable, Equatable {
    case counted
    /// After the rows of that tick were judged.
    case late
    /// More labels than decisions of that tick and group.
    case unknown
  }

  /// The age, in ticks, at which a row is judged.
  public let horizon: Int
  /// Decision tick → group → rows that are not old enough.
  private var open: [Int: [String: Cohort]] = [:]
  /// The last tick that was closed.
  public private(set) var closed: Int?
  public private(set) var lateLabels = 0
  public private(set) var labels = 0

  public init(horizon: Int) {
    precondition(horizon >= 0, "a horizon is an age")
    self.horizon = horizon
  }

  /// Rows that were decided in a tick.
  public mutating func decide(_ group: String, rows: Int = 1, tick: Int) -> Arrival {
    if let closed, tick + horizon <= closed { return .late }
    open[tick, default: [:]][group, default: Cohort()].decided += rows
    return .counted
  }

  /// A label of a row that was decided in a tick.
  public mutating func take(
    _ group: String, decided tick: Int, success: Bool
  ) -> Arrival {
    labels += 1
    if let closed, tick + horizon <= closed {
      lateLabels += 1
      return .late
    }
    guard let cohort = open[tick]?[group], cohort.labels.rows < cohort.decided else {
      labels -= 1
      return .unknown
    }
    open[tick]![group]!.labels.take(success: success)
    return .counted
  }

  /// Closes a tick: the rows whose age reaches the horizon in it, by group.
  public mutating func close(_ tick: Int) -> [String: Matured] {
    closed = max(tick, closed ?? tick)
    var matured: [String: Matured] = [:]
    for decided in open.keys.filter({ $0 + horizon <= tick }).sorted() {
      for (group, cohort) in open.removeValue(forKey: decided)! {
        matured[group] =
          matured[group, default: .none]
          + Matured(
            labels: cohort.labels, missing: cohort.decided - cohort.labels.rows)
      }
    }
    return matured
  }

  /// Rows that are not old enough to judge, of all groups.
  public var waiting: Int {
    open.values.reduce(0) { $0 + $1.values.reduce(0) { $0 + $1.decided } }
  }

  /// Whether more than one label in a hundred came late: the horizon is too short.
  public var isHorizonShort: Bool { 100 * lateLabels > labels }
}
