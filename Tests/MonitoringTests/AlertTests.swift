import Essentials
import Monitoring
import TestSupport
import Testing

@Suite struct AlertTests {
  private func reading(_ change: (inout AlertReading) -> Void) -> AlertReading {
    var reading = AlertReading()
    change(&reading)
    return reading
  }

  @Test func anAlarmIsLeftByEvidenceOnly() throws {
    var alert = Alert()
    alert.take(reading { $0.isRaised = true }, tick: 4)
    #expect(alert.state == .raised && alert.since == 4)
    for other in [AlertReading(), reading { $0.isKept = true }, reading { $0.isStale = true }] {
      alert.take(other, tick: 5)
      #expect(alert.state == .raised && alert.since == 4)
    }
    try alert.take(.acknowledge, tick: 6)
    try alert.take(.openCase, tick: 7)
    #expect(throws: AlertFault.self) { try alert.take(.acknowledge, tick: 8) }
    try alert.take(.fix, tick: 8)
    alert.take(reading { $0.isKept = true }, tick: 9)
    #expect(alert.state == .clearing && alert.since == 8)
    alert.take(reading { $0.isCleared = true }, tick: 10)
    #expect(alert.state == .cleared && !alert.state.isOpen)
    alert.take(AlertReading(), tick: 11)
    #expect(alert.state == .quiet)
  }

  @Test func aNewAlarmEndsClearing() throws {
    var alert = Alert()
    alert.take(reading { $0.isRaised = true }, tick: 1)
    try alert.take(.fix, tick: 2)
    alert.take(
      reading {
        $0.isRaised = true; $0.isCleared = true
      }, tick: 3)
    #expect(alert.state == .raised && alert.since == 3)
  }

  @Test func whatIsNotEstimableIsNotJudged() {
    var alert = Alert()
    alert.setEstimable(false, tick: 2)
    alert.take(reading { $0.isRaised = true }, tick: 3)
    #expect(alert.state == .notEstimable && alert.since == 2)
    alert.setEstimable(true, tick: 5)
    #expect(alert.state == .quiet && alert.since == 5)
  }

  /// Blind, quiet, shown, raised, fixed, cleared: a monitor's life, each state from the counts.
  @Test func aMonitorGoesThroughItsStates() throws {
    var random = SeededGenerator(seed: 41)
    let settings = MonitorSettings(budget: ErrorBudget(ticksAYear: 365))
    var monitor = BoundMonitor(
      "sex", .difference(atMost: 0.1), clearing: .difference(atMost: 0.08), settings: settings)
    monitor.take(tick([5, 1], [0.5, 0.5], &random))
    #expect(monitor.alert.state == .blind && monitor.report.groups.allSatisfy(\.isBlind))
    func run(_ state: AlertState, rows: [Int], _ rates: [Double], within: Int) -> Bool {
      for _ in 0..<within {
        if monitor.alert.state == state { return true }
        monitor.take(tick(rows, rates, &random))
      }
      return monitor.alert.state == state
    }
    #expect(run(.quiet, rows: [200, 200], [0.5, 0.43], within: 60))
    #expect(run(.shownWithin, rows: [400, 400], [0.5, 0.48], within: 80))
    #expect(run(.raised, rows: [400, 400], [0.5, 0.3], within: 30))
    #expect(!run(.quiet, rows: [400, 400], [0.5, 0.5], within: 30))
    try monitor.take(.fix)
    #expect(run(.cleared, rows: [400, 400], [0.5, 0.5], within: 60))
    #expect(monitor.report.keptFrom ?? 0 > monitor.ticks - 62)
  }

  @Test func aFeedThatStopsIsStale() {
    var random = SeededGenerator(seed: 43)
    var monitor = BoundMonitor("sex", .difference(atMost: 0.1), settings: hourly())
    for _ in 0..<50 { monitor.take(tick([40, 40], [0.5, 0.5], &random)) }
    monitor.take(tick([40], [0.5], &random))
    #expect(monitor.alert.state == .stale)
    #expect(monitor.report.groups.map(\.hasStopped) == [false, true])
    for _ in 0..<2_000 { monitor.take(TickCounts()) }
    #expect(monitor.alert.state == .stale && monitor.report.groups.allSatisfy(\.hasStopped))
    monitor.take(tick([40, 40], [0.5, 0.5], &random))
    #expect(monitor.alert.state != .stale)
  }

  /// A gap of the size that is said to be found within a month is found in about that time.
  @Test func theSmallestBreachIsFoundInAboutAMonth() {
    var months: [Double] = []
    for seed in 0..<7 {
      var random = SeededGenerator(seed: UInt64(200 + seed))
      var monitor = BoundMonitor("sex", .difference(atMost: 0), settings: hourly())
      for _ in 0..<300 { monitor.take(tick([5, 5], [0.5, 0.5], &random)) }
      let gap = monitor.smallestBreach(0)
      #expect(gap > 0.05 && gap < 0.2, "\(gap)")
      var ticks = 0.0
      while monitor.alert.state != .raised && ticks < 10_000 {
        monitor.take(tick([5, 5], [0.5, 0.5 - gap], &random))
        ticks += 1
      }
      months.append(ticks / 730)
    }
    #expect(months.sorted()[3] < 1.5 && months.sorted()[3] > 0.4, "\(months)")
  }

  /// A bound that is broken is shown to be kept with a chance of at most α.
  @Test func aBrokenBoundIsSeldomShownToBeKept() {
    var random = SeededGenerator(seed: 47), shown = 0
    for _ in 0..<300 {
      var monitor = BoundMonitor(
        "sex", .difference(atMost: 0.1),
        settings: MonitorSettings(
          budget: ErrorBudget(ticksAYear: 1_000, falseAlarmsAYear: 0.01), alpha: 0.1))
      for _ in 0..<100 {
        monitor.take(tick([20, 20], [0.5, 0.4], &random))
        if monitor.report.keptAt != nil {
          shown += 1
          break
        }
      }
    }
    #expect(Double(shown) / 300 <= 0.1 + 3 * (0.09 / 300).squareRoot(), "\(shown)")
  }
}
