import Datasets
import Foundation
import Jobs
import Testing

/// Batches as a live system has them.
@Suite struct WatchBatchTests {
  private let folder = NSTemporaryDirectory() + "equipoise-batches-\(UUID().uuidString)"

  private func watch(
    _ text: String, named name: String, _ change: (inout WatchJob) -> Void = { _ in }
  ) throws -> WatchJob.Outcome {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let path = folder + "/" + name
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    var job = WatchJob()
    job.data = DataInput(file: path, DataOptions(sensitive: ["g"]))
    job.prediction = "d"
    job.state = folder + "/s.watch"
    change(&job)
    return try job.run(JobContext())
  }

  private func records(_ outcome: WatchJob.Outcome) -> Int { outcome.document.gaps[0].records }

  @Test func anyBatchIsTaken() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let first = try watch("g,d\n0,1\n1,0\n0,0\n1,1\n", named: "first.csv")
    #expect(records(first) == 4)
    var count = 4
    for (name, text, added) in [
      ("one", "g,d\n1,1\n", 1), ("group", "g,d\n1,1\n1,0\n", 2), ("none", "g,d\n", 0),
      ("floats", "g,d\n0.0,1\n1.0,0.0\n", 2), ("bools", "g,d\n0,True\n1,False\n", 2),
      ("words", "g,d\n0,yes\n1,no\n", 2), ("nobody", "g,d\n0,0\n1,0\n", 2),
    ] {
      count += added
      #expect(records(try watch(text, named: name + ".csv")) == count, "\(name)")
    }
    let stated = try watch("g,d\n0,approve\n1,deny\n", named: "a.csv") { $0.selected = "approve" }
    #expect(records(stated) == count + 2)
  }

  @Test func aFileIsCountedOnce() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let text = "g,d\n0,1\n1,0\n"
    _ = try watch(text, named: "monday.csv")
    for name in ["monday.csv", "copy.csv"] {
      let error = #expect(throws: WatchError.self) { _ = try watch(text, named: name) }
      #expect(error?.text(.commandLine).contains("--again") == true && error?.blame == .data)
    }
    #expect(records(try watch(text, named: "monday.csv") { $0.again = true }) == 4)
    #expect(records(try watch(text + "1,1\n", named: "tuesday.csv")) == 7)
  }

  /// The same rows are found in another file, and not where so few rows may well be equal by chance.
  @Test func equalRowsAreCountedOnceWhateverTheyComeIn() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let lines = (0..<60).map { "\($0 % 3 == 0 ? "a" : "b"),\($0 * 7 % 5 < 2 ? 1 : 0)" }
    _ = try watch("g,d\n" + lines.joined(separator: "\n"), named: "day.csv")
    let other =
      "d;g;more\r\n"
      + lines.map { "\($0.suffix(1));\($0.prefix(1));x" }.joined(separator: "\r\n")
    let error = #expect(throws: WatchError.self) { _ = try watch(other, named: "export.csv") }
    #expect(error == .rowsCountedBefore(folder + "/export.csv", 60) && error?.blame == .data)
    #expect(error?.text(.python).contains("again") == true)
    #expect(records(try watch(other, named: "export.csv") { $0.again = true }) == 120)
    let turned = "g,d\n" + lines.reversed().joined(separator: "\n")
    #expect(records(try watch(turned, named: "turned.csv")) == 180)
    // One record, or many that are all alike, may come again.
    #expect(records(try watch("g,d\na,1\n", named: "one.csv")) == 181)
    #expect(records(try watch("d,g\n1,a\n", named: "another.csv")) == 182)
    // An identifier tells one record from another.
    let keyed = { (job: inout WatchJob) in job.data.stated.identifier = "k" }
    #expect(records(try watch("k,g,d\n1,a,1\n", named: "k1.csv", keyed)) == 183)
    #expect(records(try watch("k,g,d\n2,a,1\n", named: "k2.csv", keyed)) == 184)
    #expect(throws: WatchError.self) { _ = try watch("d,g,k\n1,a,1\n", named: "k3.csv", keyed) }
  }

  @Test func rowsOfUnknownGroupsAreComparedWithNobody() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let first = try watch("g,d\n0,1\n1,0\n,1\n", named: "first.csv")
    #expect(first.document.gaps.map { [$0.first, $0.second] } == [["0", "1"]])
    #expect(records(first) == 2)
    #expect(records(try watch("g,d\n,1\n,0\n", named: "unknown.csv")) == 2)
    let own = try watch("g,d\n0,1\n1,0\n,1\n", named: "own.csv") {
      $0.state = nil
      $0.unknown.policy = .ownGroup
    }
    #expect(own.document.gaps.count == 3)
    #expect(throws: JobError.self) {
      _ = try watch("g,d\n0,1\n", named: "both.csv") {
        $0.unknown.policy = .ownGroup
        $0.data.stated.missing = .drop
      }
    }
  }

  @Test func unknownLabelsCountInNoRateThatNeedsThem() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func rate(_ text: String, _ name: String) throws -> Int {
      records(
        try watch(text, named: name) {
          $0.data.stated.label = "l"
          $0.metric = .truePositive
        })
    }
    #expect(try rate("g,d,l\n0,1,1\n1,0,1\n0,1,0\n", "first.csv") == 2)
    #expect(try rate("g,d,l\n0,1,1\n1,0,1\n", "ones.csv") == 4)
    #expect(try rate("g,d,l\n0,1,0\n1,0,0\n", "zeros.csv") == 4)
    #expect(try rate("g,d,l\n0,1,\n1,0,1\n", "unknown.csv") == 5)
    #expect(try rate("g,d,l\n0,1,\n1,0,\n", "nothing.csv") == 5)
  }

  /// A first batch of one group waits for another; a third group is then a new watch.
  @Test func aSecondGroupMayJoin() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    #expect(try watch("g,d\n0,1\n", named: "a.csv").document.gaps.isEmpty)
    #expect(records(try watch("g,d\n0,1\n1,0\n", named: "b.csv")) == 2)
    #expect(throws: WatchError.self) { _ = try watch("g,d\n2,1\n", named: "c.csv") }
  }
}
