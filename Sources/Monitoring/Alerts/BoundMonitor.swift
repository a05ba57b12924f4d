import Essentials

/// Watches one bound on the rates of groups, tick by tick, from counts.
///
/// A pure state: it has no clock and reads no files, and equal ticks in equal order leave equal bytes. Rows of one
/// tick may come in any order and from any number of shards (``TickCounts/merge(_:)``).
public struct BoundMonitor: Sendable, Equatable, Codable {
  /// The most ticks whose counts are kept to tell the rates since a change.
  static let window = 100
  /// Rows that should have come before a group is said to have stopped: chance e⁻²⁰ if they came at random.
  static let missedRows = 20.0

  public let name: String
  public let null: ConvexNull
  /// What must be shown to be kept after a fix.
  public let clearing: ConvexNull
  public let settings: MonitorSettings
  /// v: the share of the error budget.
  public let weight: Double
  /// The groups in the order of their coming; those of one tick in the order of their names.
  public private(set) var groups: [String]
  /// Ticks so far.
  public private(set) var ticks = 0
  public private(set) var totals: [RateCounts]
  public private(set) var alert = Alert()
  private(set) var recent: [[RateCounts]] = []
  private(set) var detector: BoundDetector
  /// The evidence since the last time that the bound was shown to be kept, and that time.
  private(set) var kept: KeptEvidence
  private(set) var shown: Shown?
  private(set) var cleared: KeptEvidence?
  private var lastSeen: [Int]
  private(set) var stopped: [Bool]

  /// Ticks that show that the bound is kept.
  struct Shown: Sendable, Equatable, Codable {
    var from: Int
    var at: Int
  }

  /// - Parameters:
  ///   - groups: needed where the bound is of a fixed number of groups; others join as they come.
  ///   - clearing: at least as strict as the bound; nil: the bound.
  public init(
    _ name: String, _ null: ConvexNull, groups: [String] = [], clearing: ConvexNull? = nil,
    settings: MonitorSettings, weight: Double = 1
  ) {
    precondition(null.groupCount ?? groups.count == groups.count, "a name for each rate bounded")
    precondition(weight > 0 && weight <= 1, "a weight is a share of the budget")
    self.name = name
    self.null = null
    self.clearing = clearing ?? null
    self.settings = settings
    self.weight = weight
    self.groups = groups
    totals = groups.map { _ in .zero }
    lastSeen = groups.map { _ in 0 }
    stopped = groups.map { _ in false }
    detector = BoundDetector(null)
    kept = KeptEvidence(null, from: 1, alpha: settings.alpha)
  }

  /// Closes a tick.
  ///
  /// - Parameters:
  ///   - null: the bound in this tick, where it moves with the scores.
  public mutating func take(_ tick: TickCounts, against null: ConvexNull? = nil) {
    ticks += 1
    join(tick.names.filter { !groups.contains($0) })
    let counts = groups.map { tick[$0] }
    if null == nil { gatherKept(counts) }
    detector.take(counts, tick: ticks, against: null)
    count(counts)
    alert.take(reading, tick: ticks)
  }

  /// Closes a tick of calibration: each cell's rate lies within a distance of its mean score in the tick.
  ///
  /// - Parameters:
  ///   - meanScores: of the cells that have rows.
  ///   - distance: 0…1.
  public mutating func take(
    _ tick: TickCounts, meanScores: [String: Double], within distance: Double
  ) {
    // New cells join in the order in which `take` lets them join.
    let cells = groups + tick.names.filter { !groups.contains($0) }
    // A cell without rows says nothing, whatever its limits are.
    take(
      tick,
      against: .ranges(
        cells.map { cell in
          guard let score = meanScores[cell] else { return ConvexNull.RateRange(0, 1) }
          return ConvexNull.RateRange(max(0, score - distance), min(1, score + distance))
        }))
  }

  /// What people do about an alert. A fix starts the detector and the evidence for clearing anew.
  public mutating func take(_ step: AlertStep) throws(AlertFault) {
    try alert.take(step, tick: ticks)
    if step == .fix {
      detector.restart()
      cleared = KeptEvidence(clearing, from: ticks + 1, alpha: settings.alpha)
      kept = KeptEvidence(null, from: ticks + 1, alpha: settings.alpha)
      shown = nil
    }
  }

  /// Evidence that the bound is kept begins anew where it sufficed, and where it is old: a claim
  /// rests on a quarter of a year at most, each at the level of the settings.
  private mutating func gatherKept(_ counts: [RateCounts]) {
    kept.take(counts, past: detector.past, tick: ticks)
    cleared?.take(counts, past: detector.past, tick: ticks)
    if kept.shown != nil { shown = Shown(from: kept.start, at: ticks) }
    if kept.shown != nil || Double(ticks - kept.start) >= settings.quarter {
      kept = KeptEvidence(null, from: ticks + 1, alpha: settings.alpha)
    }
  }

  private mutating func join(_ names: [String]) {
    precondition(names.isEmpty || null.groupCount == nil, "a bound of these groups has no others")
    groups += names
    totals += names.map { _ in .zero }
    lastSeen += names.map { _ in ticks }
    stopped += names.map { _ in false }
  }

  private mutating func count(_ counts: [RateCounts]) {
    recent.append(counts)
    if recent.count > Self.window { recent.removeFirst() }
    for g in groups.indices {
      totals[g] += counts[g]
      if counts[g].rows > 0 {
        lastSeen[g] = ticks
        stopped[g] = false
      } else if detector.past.rowsATick(g) * Double(ticks - lastSeen[g]) >= Self.missedRows {
        stopped[g] = true
      }
    }
  }

  /// ln(vM).
  public var logEvidence: Double { log(weight) + detector.logValue }

  /// Whether vM has reached the limit of notes.
  public var isNoted: Bool {
    logEvidence >= log(settings.budget.ticksAYear / settings.falseNotesAYear)
  }

  /// How far beyond the bound a breach by a group must be to be found within a month.
  public func smallestBreach(_ group: Int) -> Double {
    detector.smallestBreach(
      group, within: settings.month, logLimit: settings.budget.logLimit - log(weight))
  }

  private var reading: AlertReading {
    var reading = AlertReading()
    reading.isRaised = logEvidence >= settings.budget.logLimit
    if let shown { reading.isKept = Double(ticks - shown.at) < settings.quarter }
    if let cleared, let shown = cleared.shown {
      reading.isCleared = Double(ticks - shown) < settings.quarter
    }
    reading.isBlind = groups.indices.allSatisfy { smallestBreach($0) > settings.largestHidden }
    reading.isStale = stopped.count(where: { !$0 }) < min(2, groups.count)
    return reading
  }
}
