import Essentials
import Foundation
import Monitoring
import TestSupport
import Testing

/// Whether checks run that are too long for every change.
private let isLong = ProcessInfo.processInfo.environment["EQUIPOISE_LONG"] != nil

@Suite struct DetectorTests {
  /// Shiryaev and Roberts by their sum: every start has its own product.
  @Test func theDetectorIsTheSumOverStarts() {
    var random = SeededGenerator(seed: 3), detector = ShiryaevRoberts(), factors: [Double] = []
    for t in 1...40 {
      let factor = Double.random(in: 0.2...2, using: &random)
      factors.append(factor)
      detector.take(log(factor), tick: t)
    }
    let terms = factors.indices.map { factors[$0...].reduce(1, *) }
    #expect(abs(exp(detector.logValue) / terms.reduce(0, +) - 1) < 1e-12)
    let likeliest = terms.indices.max { terms[$0] < terms[$1] }!
    #expect(detector.start == likeliest + 1)
    #expect(abs(detector.logPeak - log(terms[likeliest])) < 1e-12)
  }

  @Test func theBudgetIsNeverOverspent() {
    for levels in [[1], [3, 3], [2, 10, 40], [1, 1, 1, 1]] {
      let weights = ErrorBudget.weights(levels: levels)
      let spent = zip(levels, weights).reduce(0) { $0 + Double($1.0) * $1.1 }
      #expect(abs(spent - 1) < 1e-12, "\(levels)")
    }
    for known in [1, 2, 7] {
      let shares = (0..<100_000).map { ErrorBudget.groupShare($0, known: known) }
      #expect(shares.reduce(0, +) <= 1 && shares.reduce(0, +) > 0.9999)
    }
    #expect(ErrorBudget(ticksAYear: 8_760).limit == 175_200)
  }

  /// The chance of a false alarm within T ticks is at most T/A, and the mean run at least A.
  @Test func falseAlarmsAreAsRareAsTheLimitSays() {
    var random = SeededGenerator(seed: 11), early = 0, ticks = 0
    let runs = 200, limit = 60.0
    for _ in 0..<runs {
      var detector = BoundDetector(.difference(atMost: 0)), t = 0
      while detector.logValue < log(limit) && t < 5_000 {
        t += 1
        let chance = 0.5 + 0.2 * sin(Double(t) / 7)
        detector.take(
          (0..<2).map { _ in random.successes(of: 10, at: chance) }, tick: t)
        if t == 30 && detector.logValue >= log(limit) { early += 1 }
      }
      if t <= 30 { early += 1 }
      ticks += t
    }
    #expect(Double(ticks) / Double(runs) >= limit, "\(ticks)")
    // T/A is one half; three standard errors are a tenth.
    #expect(Double(early) / Double(runs) <= 0.6, "\(early)")
  }

  /// Whether a year of weeks raises any alarm: pairs of groups that are treated alike while the common
  /// rate wanders and traffic bursts.
  static func isAlarmed(cells: Int, _ random: inout SeededGenerator) -> Bool {
    let weight = ErrorBudget.weights(levels: [cells])[0], budget = ErrorBudget(ticksAYear: 52)
    var detectors = (0..<cells).map { _ in BoundDetector(.difference(atMost: 0.02)) }
    var rate = 0.3
    for week in 1...52 {
      rate = min(0.9, max(0.05, rate + Double.random(in: -0.02...0.02, using: &random)))
      let isBurst = Int.random(in: 0..<30, using: &random) == 0
      for k in 0..<cells {
        let rows = 5 * (k % 7 + 1) * (isBurst ? 5 : 1)
        detectors[k].take(
          [random.successes(of: rows, at: rate), random.successes(of: 2 * rows, at: rate)],
          tick: week)
        if log(weight) + detectors[k].logValue >= budget.logLimit { return true }
      }
    }
    return false
  }

  /// At most 0.05 a year and three standard errors.
  static func isRare(_ alarmed: Int, of years: Int) -> Bool {
    Double(alarmed) / Double(years) <= 0.05 + 3 * (0.05 * 0.95 / Double(years)).squareRoot()
  }

  /// Fifty years, a hundred pairs of groups.
  @Test func simulatedYearsHaveFewFalseAlarms() {
    var random = SeededGenerator(seed: 2_026), alarmed = 0
    for _ in 0..<50 where Self.isAlarmed(cells: 100, &random) { alarmed += 1 }
    #expect(Self.isRare(alarmed, of: 50), "\(alarmed)")
  }

  /// Ten thousand years, five hundred pairs of groups: one of the long checks.
  @Test(.enabled(if: isLong)) func tenThousandYearsHaveFewFalseAlarms() async {
    let years = 10_000, parts = 100
    let alarmed = await withTaskGroup(of: Int.self) { group in
      for part in 0..<parts {
        group.addTask {
          var random = SeededGenerator(seed: UInt64(7_000 + part)), alarmed = 0
          for _ in 0..<years / parts where Self.isAlarmed(cells: 500, &random) { alarmed += 1 }
          return alarmed
        }
      }
      return await group.reduce(0, +)
    }
    print("false alarms in \(alarmed) of \(years) simulated years")
    #expect(Self.isRare(alarmed, of: years), "\(alarmed)")
  }

  /// A gap of 0.10 that begins after 300,000 fair pairs, one of 96 things that are watched by the hour.
  @Test func aLateGapIsFoundSoon() {
    var delays: [Int] = []
    for seed in 0..<9 {
      var random = SeededGenerator(seed: UInt64(100 + seed))
      var monitor = BoundMonitor(
        "sex", .difference(atMost: 0), settings: hourly(), weight: 1.0 / 96)
      for _ in 0..<6_000 { monitor.take(tick([50, 50], [0.5, 0.5], &random)) }
      #expect(monitor.alert.state == .quiet)
      var rows = 0
      while monitor.alert.state != .raised && rows < 10_000 {
        monitor.take(tick([50, 50], [0.5, 0.4], &random))
        rows += 50
      }
      delays.append(rows)
      #expect(abs(monitor.report.start - 6_000) <= 30, "\(monitor.report.start)")
    }
    #expect(delays.sorted()[4] <= 2_000, "\(delays)")
  }

  /// A true gap within the bound is no alarm, however many rows show it.
  @Test func aGapWithinTheBoundIsNoAlarm() {
    var random = SeededGenerator(seed: 5)
    var monitor = BoundMonitor("sex", .difference(atMost: 0.05), settings: hourly())
    for _ in 0..<200 { monitor.take(tick([2_000, 2_000], [0.5, 0.47], &random)) }
    #expect(monitor.alert.state == .shownWithin)
    for _ in 0..<40 where monitor.alert.state != .raised {
      monitor.take(tick([2_000, 2_000], [0.5, 0.42], &random))
    }
    #expect(monitor.alert.state == .raised)
  }

  @Test(arguments: [
    (ConvexNull.ratio(atLeast: 0.8), [0.5, 0.45], [0.5, 0.3]),
    (.floor(0.3, groups: 2), [0.4, 0.5], [0.4, 0.2]),
    (.floor(0.3), [0.4, 0.5], [0.4, 0.2]), (.ceiling(0.6), [0.4, 0.5], [0.4, 0.7]),
    (.notBelow(by: 0.05), [0.45, 0.5], [0.35, 0.5]),
    (.calibration(meanScores: [0.4, 0.6], within: 0.05), [0.4, 0.6], [0.4, 0.75]),
    (.gapChange(atMost: 0.02), [0.5, 0.4, 0.5, 0.4], [0.6, 0.4, 0.5, 0.4]),
    (.equalizedOdds(groups: 2, atMost: 0.05), [0.8, 0.8, 0.2, 0.2], [0.8, 0.8, 0.2, 0.35]),
  ])
  func everyBoundIsWatched(null: ConvexNull, within: [Double], beyond: [Double]) {
    var random = SeededGenerator(seed: 17)
    let groups = Array(["a", "b", "c", "d"].prefix(within.count))
    let rows = groups.map { _ in 100 }
    var monitor = BoundMonitor(
      "x", null, groups: null.groupCount == nil ? [] : groups, settings: hourly())
    for _ in 0..<300 { monitor.take(tick(rows, within, &random)) }
    #expect(!monitor.alert.state.isOpen, "\(null)")
    var ticks = 0
    while !monitor.alert.state.isOpen && ticks < 200 {
      monitor.take(tick(rows, beyond, &random))
      ticks += 1
    }
    #expect(monitor.alert.state == .raised && ticks < 60, "\(null): \(ticks)")
  }

  @Test func aNewGroupJoinsAndIsFound() {
    var random = SeededGenerator(seed: 23)
    var monitor = BoundMonitor("origin", .difference(atMost: 0.02), settings: hourly())
    for _ in 0..<100 { monitor.take(tick([50, 50], [0.5, 0.5], &random)) }
    var ticks = 0
    while monitor.alert.state != .raised && ticks < 200 {
      monitor.take(tick([50, 50, 20], [0.5, 0.5, 0.25], &random))
      ticks += 1
    }
    #expect(monitor.groups == ["a", "b", "c"])
    #expect(monitor.alert.state == .raised && ticks < 60, "\(ticks)")
    #expect(monitor.report.suspect == "c" && monitor.report.start >= 95)
  }

  /// Rows shuffled within a tick and dealt to shards in any order leave the same bytes.
  @Test func shardsAndOrderLeaveTheSameBytes() throws {
    var random = SeededGenerator(seed: 31)
    var whole = BoundMonitor("sex", .ratio(atLeast: 0.8), settings: hourly()), dealt = whole
    for _ in 0..<60 {
      let rows = (0..<90).map { _ in
        (
          ["c", "a", "b"][Int.random(in: 0..<3, using: &random)],
          Double.random(in: 0..<1, using: &random) < 0.4
        )
      }
      var counts = TickCounts(), shards = Array(repeating: TickCounts(), count: 4)
      for (group, success) in rows { counts.take(group, success: success) }
      for (group, success) in rows.shuffled(using: &random) {
        shards[Int.random(in: 0..<4, using: &random)].take(group, success: success)
      }
      var merged = TickCounts()
      for shard in shards.shuffled(using: &random) { merged.merge(shard) }
      whole.take(counts)
      dealt.take(merged)
      let text = try CanonicalJSON.text(whole, specials: .asTexts)
      #expect(try CanonicalJSON.text(dealt, specials: .asTexts) == text)
      // A state that was stored goes on as the one that was not.
      dealt = try CanonicalJSON.value(from: Array(text.utf8))
    }
    #expect(whole == dealt)
  }
}
