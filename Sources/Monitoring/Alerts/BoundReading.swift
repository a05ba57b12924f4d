import Essentials

/// What a monitor knows of a bound, and what it does not, as numbers.
public struct BoundReading: Sendable, Equatable, Codable {
  /// A group's part.
  public struct Group: Sendable, Equatable, Codable {
    public var name: String
    public var rows: Int
    public var successes: Int
    /// Since the start; nil without rows.
    public var rate: Double?
    /// Limits of the mean chance of its rows that hold at all times together, for all groups at once.
    public var low: Double
    public var high: Double
    /// The rate since ``BoundReading/start``, or over the ticks whose counts are kept.
    public var rateSince: Double?
    /// How far beyond the bound a breach by the group must be to be found within a month; nil without rows.
    public var smallestBreach: Double?
    /// Whether a larger breach than may stay hidden could.
    public var isBlind: Bool
    /// Whether its rows have stopped coming.
    public var hasStopped: Bool

    enum CodingKeys: String, CodingKey {
      case name = "group"
      case rows, successes, rate, low, high
      case rateSince = "rate_since"
      case smallestBreach = "smallest_breach"
      case isBlind = "blind"
      case hasStopped = "stopped"
    }
  }

  public var name: String
  public var state: AlertState
  /// The tick at which the state began.
  public var since: Int
  public var ticks: Int
  /// ln(vM); nil before any evidence.
  public var logEvidence: Double?
  public var logLimit: Double
  /// Whether the evidence has reached the limit of notes.
  public var isNoted: Bool
  /// The tick at which a change most likely began, if there was one.
  public var start: Int
  /// The group that the evidence points to; nil where it is about several.
  public var suspect: String?
  /// The largest rate minus the smallest since the beginning, and its limits at all times together.
  public var difference: Double?
  public var differenceLow: Double?
  public var differenceHigh: Double?
  /// The largest rate minus the smallest since ``start``.
  public var differenceSince: Double?
  /// The first tick of the data that show that the bound is kept, and the one at which they sufficed.
  public var keptFrom: Int?
  public var keptAt: Int?
  public var groups: [Group]

  enum CodingKeys: String, CodingKey {
    case name = "comparison"
    case state, since, ticks
    case logEvidence = "log_evidence"
    case logLimit = "log_limit"
    case isNoted = "noted"
    case start = "likely_start"
    case suspect, difference
    case differenceLow = "difference_low"
    case differenceHigh = "difference_high"
    case differenceSince = "difference_since"
    case keptFrom = "kept_from"
    case keptAt = "kept_at"
    case groups
  }
}

extension BoundMonitor {
  /// What is known now.
  public var report: BoundReading {
    let evidence = logEvidence, since = countsSinceStart
    let limits = RateSequence.ofLargestDifference(totals, alpha: settings.alpha)
    let isCleared = alert.state == .cleared
    return BoundReading(
      name: name, state: alert.state, since: alert.since, ticks: ticks,
      logEvidence: evidence.isFinite ? evidence : nil, logLimit: settings.budget.logLimit,
      isNoted: isNoted, start: detector.start,
      suspect: detector.suspect.flatMap { $0 < groups.count ? groups[$0] : nil },
      difference: Self.difference(totals), differenceLow: limits?.lowerBound,
      differenceHigh: limits?.upperBound, differenceSince: Self.difference(since),
      keptFrom: isCleared ? cleared?.start : shown?.from,
      keptAt: isCleared ? cleared?.shown : shown?.at,
      groups: groups.indices.map { group($0, since: since[$0]) })
  }

  private func group(_ g: Int, since: RateCounts) -> BoundReading.Group {
    let limits = RateSequence.ofMeanChance(
      totals[g], alpha: settings.alpha / Double(groups.count))
    let breach = smallestBreach(g)
    return BoundReading.Group(
      name: groups[g], rows: totals[g].rows, successes: totals[g].successes,
      rate: totals[g].rate, low: limits.lowerBound, high: limits.upperBound,
      rateSince: since.rate, smallestBreach: breach.isFinite ? breach : nil,
      isBlind: breach > settings.largestHidden, hasStopped: stopped[g])
  }

  /// The counts since the likely start of a change, as far as they are kept.
  private var countsSinceStart: [RateCounts] {
    let ticksSince = max(1, ticks - detector.start + 1)
    return groups.indices.map { g in
      recent.suffix(ticksSince).reduce(.zero) { g < $1.count ? $0 + $1[g] : $0 }
    }
  }

  private static func difference(_ counts: [RateCounts]) -> Double? {
    let rates = counts.compactMap(\.rate)
    return rates.count > 1 ? rates.max()! - rates.min()! : nil
  }
}
