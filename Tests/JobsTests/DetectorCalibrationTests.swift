import Datasets
import Foundation
import Jobs
import Monitoring
import TestSupport
import Testing

/// Calibration within groups under a detector.
@Suite struct DetectorCalibrationTests {
  private let folder = NSTemporaryDirectory() + "equipoise-calibration-\(UUID().uuidString)"

  private func watch(
    _ rows: [String], named name: String, _ change: (inout WatchJob) -> Void = { _ in }
  ) throws -> WatchJob.Outcome {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let path = folder + "/\(name).csv"
    try (["g,p,y"] + rows).joined(separator: "\n").write(
      toFile: path, atomically: true, encoding: .utf8)
    var job = WatchJob()
    job.data = DataInput(file: path, DataOptions(label: "y", sensitive: ["g"]))
    job.state = folder + "/s.watch"
    job.watching.isDetector = true
    job.watching.calibration = 0.05
    job.watching.score = "p"
    job.watching.scoreBins = 4
    change(&job)
    return try job.run(JobContext())
  }

  /// Rows whose labels follow their scores, but for `shift` in group "b".
  private func rows(
    _ count: Int, shift: Double, _ random: inout SeededGenerator
  ) -> [String] {
    (0..<count).map { _ in
      let group = Bool.random(using: &random) ? "a" : "b"
      let score = Double(Int.random(in: 50...950, using: &random)) / 1_000
      let chance = min(1, max(0, score + (group == "b" ? shift : 0)))
      let label = Double.random(in: 0..<1, using: &random) < chance ? 1 : 0
      return "\(group),\(score),\(label)"
    }
  }

  @Test func groupsWhoseScoresDriftAreFoundAndOthersAreNot() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var random = SeededGenerator(seed: 3)
    var outcome = try watch(rows(800, shift: 0.03, &random), named: "0")
    for day in 1..<25 {
      outcome = try watch(rows(800, shift: 0.03, &random), named: "\(day)")
      #expect(outcome.ending == .done, "within the bound, batch \(day)")
    }
    var later = 0
    while outcome.ending == .done, later < 12 {
      later += 1
      outcome = try watch(rows(800, shift: -0.2, &random), named: "later \(later)")
    }
    #expect(outcome.ending == .exceeded("a bound is broken in 'g'"))
    let found = try #require(outcome.document.detector?.comparisons.first)
    #expect(found.reading.start >= 24 && found.metric == "base_rate")
    let suspect = try #require(found.reading.suspect)
    #expect(suspect.hasPrefix("b, scores "))
    #expect(found.words.contains { $0.contains("the evidence points to b, scores") })
  }

  @Test func cellsHaveTheirRatesAndMeanScores() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let made = ["a,0.1,0", "a,0.2,1", "b,0.25,0", "b,1,1", "a,0,0", "b,0.75,", "b,0.5,1"]
    let outcome = try watch(made, named: "made")
    let report = try #require(outcome.document.detector)
    let cells = report.comparisons[0].reading.groups
    #expect(
      cells.map(\.name) == [
        "a, scores 0 to 0.25", "b, scores 0.25 to 0.5", "b, scores 0.5 to 0.75",
        "b, scores 0.75 to 1",
      ])
    #expect(cells.map(\.rows) == [3, 1, 1, 1] && cells.map(\.successes) == [1, 0, 1, 1])
    let means = try #require(report.comparisons[0].meanScores)
    #expect(abs(means["a, scores 0 to 0.25"]! - 0.1) < 1e-9)
    #expect(means["b, scores 0.75 to 1"] == 1, "the row without a label is left out")
    #expect(report.bound == "calibration" && report.limit == 0.05)
  }

  @Test func theOrderOfRowsLeavesTheSameState() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var random = SeededGenerator(seed: 8)
    let made = rows(500, shift: 0, &random)
    _ = try watch(made, named: "one") { $0.state = folder + "/1.watch" }
    _ = try watch(made.shuffled(using: &random), named: "two") {
      $0.state = folder + "/2.watch"
    }
    func counts(_ name: String) throws -> DetectorReport {
      try #require(try DetectorState.read(folder + "/" + name)).report
    }
    #expect(try counts("1.watch") == counts("2.watch"))
  }

  @Test func aWatchGoesOnWithoutItsBoundAndRefusesAnother() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var random = SeededGenerator(seed: 5)
    _ = try watch(rows(50, shift: 0, &random), named: "one")
    let second = try watch(rows(50, shift: 0, &random), named: "two") {
      $0.watching.calibration = nil
      $0.watching.scoreBins = nil
    }
    #expect(second.document.detector?.batches == 2)
    #expect(throws: WatchError.self) {
      _ = try watch(rows(50, shift: 0, &random), named: "three") { $0.watching.calibration = 0.1 }
    }
  }

  @Test func whatCannotBeWatchedSaysSo() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func refusal(_ rows: [String], _ change: (inout WatchJob) -> Void) -> String {
      do {
        _ = try watch(rows, named: "odd") {
          $0.state = nil
          change(&$0)
        }
        return "accepted"
      } catch { return "\(error)" }
    }
    let fine = ["a,0.5,1", "b,0.5,0"]
    #expect(refusal(["a,0.5,1", "b,1.5,0"]) { _ in }.contains("row 2: '1.5' in 'p' is no probab"))
    #expect(refusal(fine) { $0.watching.score = nil }.contains("'calibration' needs 'score'"))
    #expect(refusal(fine) { $0.watching.horizon = 3 }.contains("exclude each other"))
    #expect(refusal(fine) { $0.watching.tolerance = 0.1 }.contains("exclude each other"))
    #expect(refusal(fine) { $0.metric = .selection }.contains("exclude each other"))
    #expect(
      refusal(fine) { $0.data = DataInput(file: $0.data.file!, DataOptions(sensitive: ["g"])) }
        .contains("needs 'label'"))
    #expect(
      refusal(fine) {
        $0.watching.calibration = nil
        $0.watching.scoreBins = nil
      }.contains("'prediction' is needed"))
  }
}
