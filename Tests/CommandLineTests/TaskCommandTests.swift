import Foundation
import TestSupport
import Testing

@Suite struct TaskCommandTests {
  /// Wages with an error that differs by group, and a class that is guessed.
  private func wages(_ rows: Int) -> String {
    var text = "sex,wage,predicted,level,guess,weight\n"
    var state: UInt64 = 3
    func next(_ n: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % n
    }
    for _ in 0..<rows {
      let sex = next(2) == 0 ? "f" : "m", wage = 2_000 + Double(next(20_000)) / 10
      let error = Double(next(400)) - 200 - (sex == "f" ? 100 : 0)
      let level = ["low", "middle", "high"][Int(next(3))]
      let guess = next(10) < (sex == "f" ? 6 : 8) ? level : "middle"
      text += "\(sex),\(wage),\(wage + error),\(level),\(guess),\(1 + next(3))\n"
    }
    return text
  }

  @Test func numbersAreAuditedByTheirErrors() throws {
    let program = try Program()
    try program.file("w.csv", wages(2_000))
    let common = ["audit", "--data", "w.csv", "--sensitive", "sex", "--label", "wage"]
    let outcome = try program.execute(
      common + [
        "--prediction", "predicted", "--format", "json", "--report", "w.html", "--report",
        "w.csv.csv", "--report", "w.md",
      ])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("audited as regression"))
    #expect(outcome.json["task"] as? String == "regression")
    let rows = outcome.json["disparities"] as? [[String: Any]] ?? []
    let gap = rows.first {
      $0["metric"] as? String == "mean_error" && $0["method"] as? String == "between_groups"
    }
    #expect((gap?["low"] as? Double ?? 0) > 80 && (gap?["high"] as? Double ?? 999) < 120)
    let page = try String(contentsOfFile: program.folder + "/w.html", encoding: .utf8)
    #expect(HTMLCheck.problems(page) == [])
    let gate = try program.execute(
      common + ["--prediction", "predicted", "--fail-on", "mean_error.difference>50"])
    #expect(gate.code == 5, "\(gate.errors)")
    let weighted = try program.execute(
      common + ["--prediction", "predicted", "--weights", "weight", "--task", "regression"])
    #expect(weighted.code == 0 && !weighted.errors.contains("note:"), "\(weighted.errors)")
  }

  @Test func aModelOfNumbersIsTrainedAndPredicts() throws {
    let program = try Program()
    try program.file("w.csv", wages(2_000))
    let common = ["--data", "w.csv", "--sensitive", "sex"]
    let train =
      ["train", "adversarial"] + common
      + ["--target-column", "wage", "--drop", "level,guess,weight", "--epochs", "10"]
    let outcome = try program.execute(train + ["--model", "w.eqp", "--format", "json"])
    #expect([0, 4].contains(outcome.code), "\(outcome.errors)")
    let metrics = outcome.json["test"] as? [String: Any] ?? [:]
    #expect(metrics["mean_prediction.difference"] is Double)
    #expect((metrics["r2_score"] as? Double ?? 0) > 0.8, "\(metrics)")
    let predicted = try program.run(
      "predict", "--model", "w.eqp", "--data", "w.csv", "--output", "-")
    #expect(predicted.code == 0, "\(predicted.errors)")
    let lines = predicted.output.split(separator: "\n")
    #expect(lines.first == "prediction" && lines.count == 2_001)
    #expect(lines.dropFirst().allSatisfy { (1_500...4_500).contains(Double($0) ?? 0) })
    let audit = try program.execute(["audit"] + common + ["--model", "w.eqp", "--label", "wage"])
    #expect(audit.code == 2 && audit.errors.contains("--task regression"), "\(audit.errors)")
    let other = try program.execute(
      ["train", "logistic"] + common + ["--target-column", "wage"])
    #expect(other.code == 2 && other.errors.contains("--target-column"), "\(other.errors)")
    let both = try program.execute(train + ["--label", "level"])
    #expect(both.code == 2, "\(both.errors)")
    let text = try program.execute(
      ["train", "adversarial"] + common + ["--target-column", "level"])
    #expect(text.code == 3, "\(text.errors)")
  }

  @Test func classesAreAuditedOneByOne() throws {
    let program = try Program()
    try program.file("w.csv", wages(1_500))
    let outcome = try program.run(
      "audit", "--data", "w.csv", "--sensitive", "sex", "--label", "level", "--prediction",
      "guess", "--format", "json", "--report", "c.html")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let classes = outcome.json["classes"] as? [[String: Any]] ?? []
    #expect(classes.map { $0["class"] as? String } == ["high", "low", "middle"])
    let rows = outcome.json["disparities"] as? [[String: Any]] ?? []
    let gap = rows.first {
      $0["metric"] as? String == "accuracy_score" && $0["kind"] as? String == "difference"
        && $0["method"] as? String == "between_groups"
    }
    #expect(gap?["low_group"] as? String == "f" && (gap?["low"] as? Double ?? 0) > 0.01)
    let table = try program.run(
      "audit", "--data", "w.csv", "--sensitive", "sex", "--label", "level", "--prediction",
      "guess")
    #expect(table.output.contains("Class middle against the rest"), "\(table.errors)")
  }

  /// Options, the code and what is said.
  private static let bad: [([String], Int32, String)] = [
    (["--task", "multiclass", "--prediction", "guess", "--positive", "low"], 2, "--positive"),
    (["--task", "regression", "--prediction", "predicted"], 3, "'level' holds"),
    (["--task", "binary", "--prediction", "guess"], 3, "more than two values"),
    (["--task", "multiclass"], 2, "--label and --prediction"),
    (["--task", "multiclass", "--prediction", "guess", "--scan"], 2, "--task binary"),
    (["--prediction", "gess"], 3, "did you mean"),
  ]

  @Test(arguments: bad.indices)
  func badRequestsAreNamed(_ index: Int) throws {
    let (options, code, message) = Self.bad[index]
    let program = try Program()
    try program.file("w.csv", wages(100))
    let outcome = try program.execute(
      ["audit", "--data", "w.csv", "--sensitive", "sex", "--label", "level"] + options)
    let says = message == "'level' holds" ? "is not a number" : message
    #expect(outcome.code == code && outcome.errors.contains(says), "\(outcome.errors)")
  }

  // MARK: Lines

  /// The bad value is in the fourth record, which starts on line 7: two fields hold line ends.
  private func broken(_ value: String, _ good: String = "0.5") -> String {
    "g,y,s,note\na,1,\(good),\"two\nlines\"\nb,0,\(good),\"a\r\nb\"\na,0,\(good),x\nb,1,\(value),y\n"
  }

  @Test func errorsNameTheLineAndNotTheRecord() throws {
    let program = try Program()
    try program.file("s.csv", broken("inf"))
    let audit = try program.run(
      "audit", "--data", "s.csv", "--label", "y", "--sensitive", "g", "--score", "s")
    #expect(audit.code == 3 && audit.errors.contains("line 7, column 's'"), "\(audit.errors)")
    let regression = try program.run(
      "audit", "--data", "s.csv", "--label", "s", "--prediction", "s", "--sensitive", "g",
      "--task", "regression")
    #expect(regression.code == 3 && regression.errors.contains("line 7"), "\(regression.errors)")
    try program.file("d.csv", broken("2", "1"))
    let watch = try program.run(
      "watch", "--data", "d.csv", "--sensitive", "g", "--prediction", "s")
    #expect(watch.code == 3 && watch.errors.contains("line 7, column 's'"), "\(watch.errors)")
    try program.file("p.csv", broken("1.5"))
    let post = try program.run(
      "postprocess", "calibrated-equalized-odds", "--data", "p.csv", "--label", "y",
      "--sensitive", "g", "--score", "s", "--output", "o.csv")
    #expect(post.code == 3 && post.errors.contains("line 7"), "\(post.errors)")
    let membership = try program.run(
      "audit", "--data", "p.csv", "--label", "y", "--sensitive", "g", "--membership",
      "r=one:s,two:s")
    #expect(membership.code == 3 && membership.errors.contains("line 7"), "\(membership.errors)")
  }

  @Test func rowsLeftOutAreCountedInLines() throws {
    let program = try Program()
    try program.file("s.csv", "g,y,s\na,1,0.5\nb,,0.5\na,,0.1\nb,1,inf\na,0,0.2\n")
    let audit = try program.run(
      "audit", "--data", "s.csv", "--label", "y", "--sensitive", "g", "--score", "s",
      "--missing", "drop")
    #expect(audit.code == 3 && audit.errors.contains("line 5, column 's'"), "\(audit.errors)")
  }
}

/// Rows at the edge of what can be audited.
@Suite struct EdgeOfAuditTests {
  private func audit(_ text: String, _ options: String...) throws -> Outcome {
    let program = try Program()
    try program.file("e.csv", text)
    return try program.execute(["audit", "--data", "e.csv", "--sensitive", "g"] + options)
  }

  @Test func oneRowIsAuditedAndSaysThatItIsFew() throws {
    let one = try audit("g,y,p\na,1,1\n", "--prediction", "p", "--format", "json")
    #expect(one.code == 0, "\(one.errors)")
    let rate = (one.json["overall"] as? [String: Any])?["selection_rate"] as? [String: Any]
    #expect(rate?["status"] as? String == "low_n")
  }

  @Test func decisionsThatAreAllAlikeHaveNoGapAndNoNaN() throws {
    let rows = (0..<80).map { "\($0 % 2 == 0 ? "a" : "b"),\($0 % 3 == 0 ? 1 : 0),1" }
    let all = try audit(
      "g,y,p\n" + rows.joined(separator: "\n") + "\n", "--prediction", "p", "--label", "y",
      "--power", "--dispersion", "--bootstrap", "200", "--scan", "--format", "json")
    #expect(all.code == 0, "\(all.errors)")
    let gaps = all.json["disparities"] as? [[String: Any]] ?? []
    let gap = gaps.first {
      $0["metric"] as? String == "selection_rate" && $0["kind"] as? String == "difference"
    }
    #expect(gap?["value"] as? Double == 0 && gap?["low"] as? Double == 0)
    #expect(!all.output.lowercased().contains("nan"))
  }

  @Test func aScoreThatIsNoNumberHasItsPlace() throws {
    let found = try audit(
      "g,y,s\na,1,0.5\nb,0,nan\na,0,0.1\n", "--label", "y", "--score", "s")
    #expect(found.code == 3 && found.errors.contains("line 3, column 's'"), "\(found.errors)")
  }

  @Test func manyLevelsAreRefusedInOneColumnAndCountedInACross() throws {
    let rows = (0..<40_000).map { "\($0),\($0 % 2)\n" }.joined()
    let one = try audit("g,p\n" + rows, "--prediction", "p")
    #expect(one.code == 3 && one.errors.contains("column 'g'"), "\(one.errors)")
    #expect(one.errors.contains("32767") || one.errors.contains("32,767"), "\(one.errors)")
    let cross = (0..<40_000).map { "\($0 / 200),\($0 % 200),\($0 % 3 % 2)\n" }.joined()
    let program = try Program()
    try program.file("x.csv", "g,h,p\n" + cross)
    let two = try program.run(
      "audit", "--data", "x.csv", "--sensitive", "g,h", "--prediction", "p", "--format", "json")
    #expect(two.code == 0, "\(two.errors)")
    #expect((two.json["groups"] as? [Any])?.count == 400)
  }

  @Test func aGroupWithoutOneLabelIsAbsentWithAReason() throws {
    let found = try audit(
      "g,y,p\na,1,1\na,0,0\nb,0,1\nb,0,0\n", "--prediction", "p", "--label", "y", "--format",
      "json")
    #expect(found.code == 0, "\(found.errors)")
    let groups = found.json["groups"] as? [[String: Any]] ?? []
    let rate =
      (groups.first { $0["value"] as? String == "b" }?["metrics"] as? [String: Any])?[
        "true_positive_rate"] as? [String: Any]
    #expect(rate?["status"] as? String == "not_estimable" && rate?["reason"] != nil)
  }
}
