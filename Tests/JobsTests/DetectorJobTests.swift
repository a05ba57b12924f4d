import Datasets
import Foundation
import Jobs
import Monitoring
import Testing

/// Batches under detectors.
@Suite struct DetectorJobTests {
  private let folder = NSTemporaryDirectory() + "equipoise-detector-\(UUID().uuidString)"

  private func watch(
    _ text: String, named name: String, sensitive: [String] = ["g"],
    _ change: (inout WatchJob) -> Void = { _ in }
  ) throws -> WatchJob.Outcome {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let path = folder + "/" + name
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    var job = WatchJob()
    job.data = DataInput(file: path, DataOptions(sensitive: sensitive))
    job.prediction = "d"
    job.state = folder + "/s.watch"
    job.watching.isDetector = true
    // Made batches hold equal rows, which a stream would not.
    job.again = true
    change(&job)
    return try job.run(JobContext())
  }

  /// Rows of "a" and "b" with given successes of 200 each; a mark makes files differ.
  private func batch(_ a: Int, _ b: Int, mark: Int) -> String {
    var lines = ["g,d,mark"]
    for (group, successes) in [("a", a), ("b", b)] {
      for row in 0..<200 { lines.append("\(group),\(row < successes ? 1 : 0),\(mark)") }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  @Test func aBoundThatBeginsToBreakIsRaisedFixedAndCleared() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var day = 0
    func run(_ a: Int, _ b: Int, _ step: AlertStep? = nil) throws -> WatchJob.Outcome {
      day += 1
      return try watch(batch(a, b, mark: day), named: "\(day).csv") {
        if step != nil { $0.watching.step = step }
      }
    }
    var outcome = try run(100, 98)
    for _ in 0..<20 { outcome = try run(100, 98) }
    let within = try #require(outcome.document.detector?.comparisons.first)
    #expect(within.reading.state == .shownWithin && outcome.ending == .done)
    #expect(
      within.words[0].contains(
        "no breach of the bound (differences of at most 0.05 in selection_rate) lasted"))
    for _ in 0..<10 where !outcome.document.isRaised { outcome = try run(100, 60) }
    let raised = try #require(outcome.document.detector?.comparisons.first)
    #expect(raised.reading.state == .raised && raised.reading.start >= 21)
    #expect(outcome.ending == .exceeded("a bound is broken in 'g'"))
    #expect(raised.words.contains { $0.contains("since batch \(raised.reading.start)") })
    #expect(try run(100, 98).document.isRaised, "an alarm does not end by itself")
    outcome = try run(100, 98, .acknowledge)
    #expect(!outcome.document.isRaised && outcome.ending == .done)
    #expect(throws: WatchError.noSuchStep("acknowledge")) { _ = try run(100, 98, .acknowledge) }
    outcome = try run(100, 98, .fix)
    #expect(outcome.document.detector?.comparisons[0].reading.state == .clearing)
    for _ in 0..<20 { outcome = try run(100, 98) }
    #expect(outcome.document.detector?.comparisons[0].reading.state == .cleared)
  }

  @Test func crossesShareTheBudget() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let outcome = try watch(
      "g,h,d\na,x,1\nb,y,0\na,y,1\nb,x,0\n", named: "a.csv", sensitive: ["g", "h"]
    ) { $0.watching.intersections = 2 }
    let report = try #require(outcome.document.detector)
    #expect(report.comparisons.map(\.reading.name) == ["g", "h", "g×h"])
    #expect(report.comparisons.map(\.weight) == [0.25, 0.25, 0.5])
    #expect(report.comparisons.allSatisfy { $0.reading.state == .blind })
    #expect(report.comparisons[2].reading.groups.map(\.name) == ["a×x", "a×y", "b×x", "b×y"])
    #expect(report.evidenceLimit == 7_300)
  }

  /// New groups and other spellings join; a batch without rows is a batch.
  @Test func anyBatchIsTaken() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    _ = try watch("g,d\n0,1\n1,0\n", named: "a.csv")
    for (name, text) in [
      ("floats", "g,d\n0.0,1\n1.0,0\n"), ("new", "g,d\n2,1\n"), ("none", "g,d\n"),
    ] {
      _ = try watch(text, named: name + ".csv")
    }
    let report = try watch("g,d\n1,1\n", named: "last.csv").document.detector
    #expect(report?.batches == 5)
    let groups = try #require(report?.comparisons.first).reading.groups
    #expect(groups.map(\.name) == ["0", "1", "2"] && groups.map(\.rows) == [2, 3, 1])
    #expect(throws: WatchError.self) {
      _ = try watch("g,d\n1,1\n", named: "again.csv") { $0.again = false }
    }
  }

  @Test func orderOfRowsLeavesTheSameState() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let rows = batch(100, 80, mark: 1).split(separator: "\n")
    var states: [Data] = []
    for (k, body) in [Array(rows.dropFirst()), rows.dropFirst().reversed()].enumerated() {
      let text = ([rows[0]] + body).joined(separator: "\n") + "\n"
      _ = try watch(text, named: "\(k).csv") { $0.state = folder + "/\(k).watch" }
      states.append(try Data(contentsOf: URL(fileURLWithPath: folder + "/\(k).watch")))
    }
    // The digests of the files and of their rows are all that differs.
    let texts = states.map { String(decoding: $0, as: UTF8.self).split(separator: "\n") }
    #expect(zip(texts[0], texts[1]).count { $0 != $1 } == 2)
  }

  @Test func ratesThatNeedMissingLabelsAreBounded() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let text = "g,d,y\na,1,1\na,1,0\na,0,\na,0,\nb,1,1\nb,1,1\nb,0,\n"
    let outcome = try watch(text, named: "a.csv") {
      $0.data.stated.label = "y"
      $0.metric = .truePositive
      $0.watching.selectedLabels = true
    }
    let report = try #require(outcome.document.detector)
    #expect(report.comparisons.isEmpty && !report.isRaised)
    #expect(report.notEstimable?.map(\.group) == ["a", "b"])
    #expect(report.notEstimable?.map(\.low) == [1.0 / 3, 2.0 / 3])
    #expect(report.notEstimable?.map(\.high) == [1, 1])
  }

  @Test func otherOptionsAreAnotherWatch() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    _ = try watch("g,d\n0,1\n1,0\n", named: "a.csv") { $0.watching.leastRatio = 0.8 }
    for change: (inout WatchJob) -> Void in [
      { $0.watching.tolerance = 0.1 }, { $0.watching.falseAlarms = 1 },
      { $0.watching.batchesAYear = 12 }, { $0.watching.isDetector = false },
    ] {
      let error = #expect(throws: WatchError.self) {
        _ = try watch("g,d\n0,1\n1,0\n1,1\n", named: "b.csv", change)
      }
      #expect(error?.blame == .usage)
    }
    let error = #expect(throws: JobError.self) {
      _ = try watch("g,d\n0,1\n", named: "c.csv") {
        $0.watching.isDetector = false
        $0.watching.tolerance = 0.1
      }
    }
    #expect(error?.text(.commandLine).contains("--tolerance needs --detector") == true)
  }
}
