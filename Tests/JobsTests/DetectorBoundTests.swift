import Datasets
import Foundation
import Jobs
import Monitoring
import Testing

/// Bounds of rates, of two arms, and of rows whose labels come late, from files.
@Suite struct DetectorBoundTests {
  /// A stream of files in a folder of its own.
  private final class Stream {
    let folder = NSTemporaryDirectory() + "equipoise-bound-\(UUID().uuidString)"
    var day = 0
    let change: (inout WatchJob) -> Void

    init(_ change: @escaping (inout WatchJob) -> Void) { self.change = change }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Runs a batch; rows as CSV under "g,d" or another header.
    @discardableResult
    func run(_ rows: [String], header: String = "g,d", _ step: AlertStep? = nil) throws
      -> WatchJob.Outcome
    {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      day += 1
      let path = folder + "/\(day).csv"
      let marked = rows.map { $0 + ",\(day)" }
      try ([header + ",mark"] + marked).joined(separator: "\n")
        .write(toFile: path, atomically: true, encoding: .utf8)
      var job = WatchJob()
      job.data = DataInput(file: path, DataOptions(sensitive: ["g"]))
      job.prediction = "d"
      job.state = folder + "/s.watch"
      job.watching.isDetector = true
      // Made batches hold equal rows, which a stream would not.
      job.again = true
      job.watching.step = step
      change(&job)
      return try job.run(JobContext())
    }
  }

  /// `count` rows that begin alike, of which the first `successes` end in 1.
  private func rows(_ start: String, _ successes: Int, of count: Int, end: String = "") -> [String]
  {
    (0..<count).map { "\(start),\($0 < successes ? 1 : 0)\(end)" }
  }

  private func states(_ outcome: WatchJob.Outcome) -> [String] {
    outcome.document.detector?.comparisons.map {
      "\($0.reading.name): \($0.reading.state.rawValue)"
    }
      ?? []
  }

  @Test func aFloorThatIsBrokenIsRaisedAndANewGroupIsHeldToIt() throws {
    let stream = Stream { $0.watching.floor = 0.3 }
    for _ in 0..<25 { try stream.run(rows("a", 100, of: 200) + rows("b", 80, of: 200)) }
    var outcome = try stream.run(rows("a", 100, of: 200) + rows("b", 80, of: 200))
    #expect(states(outcome) == ["g: shown-within"])
    let report = try #require(outcome.document.detector)
    #expect(report.bound == "floor" && report.limit == 0.3)
    #expect(
      report.comparisons[0].words.contains { $0.contains("selection_rate of at least 0.3 in each") }
    )
    for _ in 0..<20 where !outcome.document.isRaised {
      outcome = try stream.run(
        rows("a", 100, of: 200) + rows("b", 80, of: 200) + rows("c", 30, of: 200))
    }
    #expect(outcome.document.isRaised)
    #expect(outcome.document.detector?.comparisons[0].reading.suspect == "c")
    #expect(outcome.ending == .exceeded("a bound is broken in 'g'"))
  }

  @Test func aCeilingIsABoundToo() throws {
    let stream = Stream { $0.watching.ceiling = 0.6 }
    var outcome = try stream.run(rows("a", 90, of: 200))
    for _ in 0..<30 where !outcome.document.isRaised {
      outcome = try stream.run(rows("a", 160, of: 200))
    }
    #expect(outcome.document.isRaised && outcome.document.detector?.bound == "ceiling")
  }

  /// The false positive rates part while the true positive rates stay together.
  @Test func equalizedOddsHasBothRates() throws {
    let stream = Stream {
      $0.data.stated.label = "y"
      $0.metric = .equalizedOdds
    }
    func day(_ falsePositives: Int) -> [String] {
      rows("a", 160, of: 200, end: ",1") + rows("b", 160, of: 200, end: ",1")
        + rows("a", 40, of: 200, end: ",0") + rows("b", falsePositives, of: 200, end: ",0")
    }
    var outcome = try stream.run(day(40), header: "g,d,y")
    for _ in 0..<25 { outcome = try stream.run(day(40), header: "g,d,y") }
    #expect(states(outcome) == ["g: shown-within", "g: shown-within"])
    for _ in 0..<20 where !outcome.document.isRaised {
      outcome = try stream.run(day(90), header: "g,d,y")
    }
    let report = try #require(outcome.document.detector)
    #expect(report.comparisons.map(\.metric) == ["true_positive_rate", "false_positive_rate"])
    #expect(report.comparisons.map(\.weight) == [0.5, 0.5])
    #expect(report.comparisons[1].reading.state == .raised)
    #expect(report.comparisons[0].reading.state != .raised)
    #expect(report.comparisons[1].words[0].hasPrefix("g, false_positive_rate: raised"))
  }

  /// A new version is not inferior in "a" and is in "b".
  @Test func theNewArmIsHeldAgainstTheOtherInEveryGroup() throws {
    let stream = Stream {
      $0.watching.arm = "v"
      $0.watching.control = "old"
      $0.watching.notBelow = 0.05
    }
    func day(_ b: Int) -> [String] {
      rows("a,old", 100, of: 200) + rows("a,new", 104, of: 200) + rows("b,old", 100, of: 200)
        + rows("b,new", b, of: 200)
    }
    var outcome = try stream.run(day(100), header: "g,v,d")
    for _ in 0..<40 { outcome = try stream.run(day(100), header: "g,v,d") }
    #expect(states(outcome) == ["g: a: shown-within", "g: b: shown-within"])
    for _ in 0..<20 where !outcome.document.isRaised {
      outcome = try stream.run(day(60), header: "g,v,d")
    }
    #expect(states(outcome).last == "g: b: raised" && states(outcome).first != "g: a: raised")
    let report = try #require(outcome.document.detector)
    #expect(report.bound == "not_below" && report.comparisons.map(\.weight) == [0.25, 0.25])
    let groups = report.comparisons[1].reading.groups
    #expect(groups.map(\.name) == ["b, new arm", "b, control"])
    // A group that comes later has a share that was kept for it, and the batches before are its own.
    outcome = try stream.run(
      day(60) + rows("c,old", 5, of: 10) + rows("c,new", 5, of: 10), header: "g,v,d")
    let late = try #require(outcome.document.detector?.comparisons.last)
    #expect(late.reading.name == "g: c" && late.weight == 0.25 && late.reading.ticks == stream.day)
    #expect(throws: WatchError.otherArms("third", known: ["old", "new"])) {
      try stream.run(rows("a,third", 1, of: 2), header: "g,v,d")
    }
  }

  /// Both arms are at other levels; what counts is that the gap is larger in the new one.
  @Test func aGapThatTheNewArmWidensIsFound() throws {
    let stream = Stream {
      $0.watching.arm = "v"
      $0.watching.control = "old"
      $0.watching.gapChange = 0.05
    }
    func day(_ b: Int) -> [String] {
      rows("a,old", 100, of: 200) + rows("b,old", 80, of: 200) + rows("a,new", 140, of: 200)
        + rows("b,new", b, of: 200)
    }
    var outcome = try stream.run(day(120), header: "g,v,d")
    for _ in 0..<20 { outcome = try stream.run(day(120), header: "g,v,d") }
    #expect(!outcome.document.isRaised)
    for _ in 0..<30 where !outcome.document.isRaised {
      outcome = try stream.run(day(60), header: "g,v,d")
    }
    let raised = outcome.document.detector?.comparisons.filter { $0.reading.state == .raised }
    #expect(raised?.map(\.reading.name) == ["g: a − b"])
  }

  /// Labels arrive in reverse, twice and too late: what is judged at the horizon is what a batch over all rows
  /// would count.
  @Test func lateLabelsAreJudgedAtTheirAge() throws {
    let stream = Stream {
      $0.data.stated.label = "y"
      $0.metric = .precision
      $0.watching.horizon = 2
      $0.watching.decided = "at"
    }
    // 1: ten selected of each group; 2: labels of some; 3: judged, and one label that is too many.
    try stream.run(
      (0..<10).flatMap { _ in ["a,1,,1", "b,1,,1", "b,0,,1"] }, header: "g,d,y,at")
    try stream.run(
      ["b,1,0,1", "a,1,1,1", "a,1,1,1", "a,1,0,1", "b,1,1,1", "a,1,,2"], header: "g,d,y,at")
    let outcome = try stream.run(["a,1,1,1", "b,1,,3"], header: "g,d,y,at")
    let late = try #require(outcome.document.detector?.late)
    #expect(late.horizon == 2 && late.waiting == 2 && late.lateLabels == 0)
    #expect(late.groups.map(\.group) == ["a", "b"])
    #expect(late.groups.map(\.labeled) == [4, 2] && late.groups.map(\.missing) == [6, 8])
    #expect(late.groups.map(\.rate) == [0.75, 0.5])
    #expect(late.groups.map(\.low) == [0.3, 0.1] && late.groups.map(\.high) == [0.9, 0.9])
    let reading = try #require(outcome.document.detector?.comparisons.first).reading
    #expect(reading.groups.map(\.rows) == [4, 2] && reading.groups.map(\.successes) == [3, 1])
    // A label of the first batch comes now: its rows were judged, and their evidence stays.
    let after = try stream.run(["a,1,1,1"], header: "g,d,y,at")
    #expect(after.document.detector?.late?.lateLabels == 1)
    #expect(after.document.detector?.late?.groups[0].labeled == 4)
    let error = #expect(throws: WatchError.self) {
      try stream.run(["a,1,1,9"], header: "g,d,y,at")
    }
    #expect(error?.description.contains("'9.0' in 'at' is no batch up to this one") == true)
  }

  /// What is judged does not depend on when within the horizon labels came, nor on their order.
  @Test func orderOfLabelsLeavesTheSameNumbers() throws {
    var reports: [String] = []
    let labels = (0..<30).map { "\($0 % 3 == 0 ? "a" : "b"),\($0 % 2),\($0 % 5 == 0 ? 1 : 0),1" }
    for order in [labels, labels.reversed(), Array(labels[7...] + labels[..<7])] {
      let stream = Stream {
        $0.data.stated.label = "y"
        $0.metric = .equalizedOdds
        $0.watching.horizon = 3
        $0.watching.decided = "at"
      }
      let decisions = (0..<30).map { "\($0 % 3 == 0 ? "a" : "b"),\($0 % 2),,1" }
      try stream.run(decisions, header: "g,d,y,at")
      try stream.run(Array(order.prefix(11)), header: "g,d,y,at")
      try stream.run(Array(order.dropFirst(11)), header: "g,d,y,at")
      let outcome = try stream.run(["a,1,,4"], header: "g,d,y,at")
      let late = try #require(outcome.document.detector?.late)
      #expect(late.groups.allSatisfy { $0.missing == 0 && $0.low == $0.rate && $0.high == $0.rate })
      reports.append("\(late.groups)\(outcome.document.detector!.comparisons.map(\.reading))")
    }
    #expect(Set(reports).count == 1)
  }

  /// The precision needs no labels of rows that were not selected.
  @Test func theRateOfTheSelectedIsEstimable() throws {
    let stream = Stream {
      $0.data.stated.label = "y"
      $0.metric = .precision
      $0.watching.selectedLabels = true
    }
    let outcome = try stream.run(
      ["a,1,1", "a,1,0", "a,0,", "b,1,1", "b,0,"], header: "g,d,y")
    let report = try #require(outcome.document.detector)
    #expect(report.notEstimable == nil)
    #expect(report.comparisons[0].reading.groups.map(\.rate) == [0.5, 1])
  }

  @Test func optionsThatDoNotGoTogetherAreRefused() throws {
    func words(_ change: (inout WatchJob) -> Void) -> String {
      var job = WatchJob()
      job.data = DataInput(file: "a.csv", DataOptions(sensitive: ["g"]))
      job.prediction = "d"
      job.watching.isDetector = true
      change(&job)
      do {
        try job.check()
        return ""
      } catch { return error.text(.commandLine) }
    }
    for (wanted, change) in [
      (
        "--tolerance and --floor exclude each other",
        { (job: inout WatchJob) in
          job.watching.tolerance = 0.1
          job.watching.floor = 0.1
        }
      ),
      ("--not-below needs --arm and --control", { $0.watching.notBelow = 0.1 }),
      ("--arm and --control need each other", { $0.watching.arm = "v" }),
      (
        "--arm needs --not-below or --gap-change",
        {
          $0.watching.arm = "v"
          $0.watching.control = "old"
        }
      ),
      ("--decided needs --horizon", { $0.watching.decided = "at" }),
      (
        "--metric equalized_odds needs --detector",
        {
          $0.watching.isDetector = false
          $0.metric = .equalizedOdds
        }
      ),
    ] as [(String, (inout WatchJob) -> Void)] {
      #expect(words(change) == wanted)
    }
  }
}
