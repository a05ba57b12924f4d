import Foundation
import Testing

@Suite struct FindingCommandTests {
  /// Rows with two models' decisions, a score and chances of membership.
  private func scored(_ rows: Int, gap: Double = 0.3) -> String {
    var text = "age,town,sex,repaid,first,second,score,p_a,p_b\n"
    var state: UInt64 = 7
    func next(_ n: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % n
    }
    for _ in 0..<rows {
      let sex = next(2) == 0 ? "f" : "m", town = ["x", "y", "z"][Int(next(3))]
      let score = Double(next(1_000)) / 1_000, repaid = Double(next(1_000)) / 1_000 < score
      let first = score > (sex == "f" ? 0.4 + gap : 0.4), second = score > 0.5
      let chance = Double(next(100)) / 100
      text +=
        "\(20 + next(50)),\(town),\(sex),\(repaid ? 1 : 0),\(first ? 1 : 0),\(second ? 1 : 0),"
        + "\(score),\(chance),\(1 - chance)\n"
    }
    return text
  }

  @Test func anAuditSearchesComparesAndTakesChances() throws {
    let program = try Program()
    try program.file("scored.csv", scored(1_500))
    let common = [
      "audit", "--data", "scored.csv", "--label", "repaid", "--sensitive", "sex",
      "--prediction", "first", "--drop", "score",
    ]
    let all = try program.execute(
      common + [
        "--scan", "--proxies", "--dispersion", "--compare-with", "second", "--membership",
        "race=A:p_a,B:p_b", "--format", "json",
      ])
    #expect(all.code == 0, "\(all.errors)")
    let findings = all.json["findings"] as? [String: Any]
    #expect(
      Set(findings?.keys.map { $0 } ?? []) == [
        "worst_cells", "bias_scan", "rich_subgroups", "proxies", "dispersion", "comparison",
        "memberships",
      ])
    let cells = (findings?["worst_cells"] as? [String: Any])?["cells"] as? [[String: Any]]
    #expect(cells?.first?["attribute"] as? String == "sex")
    let scans = findings?["bias_scan"] as? [[String: Any]]
    let selection =
      scans?.first {
        ($0["question"] as? String)?.hasPrefix("selection") == true
          && ($0["finding"] as? [String: Any])?["direction"] as? String == "below"
      }?["finding"] as? [String: Any]
    let subset = selection?["subset"] as? [[String: Any]]
    #expect(subset?.contains { $0["values"] as? [String] == ["f"] } == true)
    let gaps =
      (findings?["comparison"] as? [String: Any])?["gaps"] as? [[String: Any]] ?? []
    let change = gaps.first { $0["metric"] as? String == "selection_rate" }
    #expect((change?["high"] as? Double ?? 1) < 0, "the second model closes the gap")
    let again = try program.execute(
      common + [
        "--scan", "--proxies", "--dispersion", "--compare-with", "second", "--membership",
        "race=A:p_a,B:p_b", "--format", "json", "--threads", "1",
      ])
    #expect(again.output == all.output, "one thread writes the same bytes")
    let table = try program.execute(
      common + ["--scan", "--proxies", "--dispersion", "--compare-with", "second"])
    #expect(table.code == 0 && table.output.contains("Worst of"), "\(table.errors)")
    #expect(table.output.contains("Proxies of sex; strongest:"))
    let plain = try program.execute(common + ["--format", "json"])
    #expect(plain.json["findings"] == nil)
  }

  @Test func twoModelFilesAreCompared() throws {
    let program = try Program()
    for (method, file) in [("logistic", "a.eqp"), ("penalized", "b.eqp")] {
      let trained = try program.run("train", method, "--dataset", "german", "--model", file)
      #expect(trained.code == 0, "\(trained.errors)")
    }
    let audit = try program.run(
      "audit", "--dataset", "german", "--model", "a.eqp", "--compare-with", "b.eqp", "--format",
      "json")
    #expect(audit.code == 0, "\(audit.errors)")
    let findings = audit.json["findings"] as? [String: Any]
    let rows = (findings?["comparison"] as? [String: Any])?["rows"] as? [[String: Any]]
    #expect(rows?.contains { $0["metric"] as? String == "roc_auc_score" } == true)
  }

  @Test func aWatchKeepsItsStateAndRaisesAnAlarm() throws {
    let program = try Program()
    try program.file("fair.csv", scored(400, gap: 0))
    try program.file("unfair.csv", scored(1_500))
    let arguments = ["--sensitive", "sex", "--prediction", "first", "--state", "s.watch"]
    let fair = try program.execute(
      ["watch", "--data", "fair.csv", "--format", "json"] + arguments)
    #expect(fair.code == 0, "\(fair.errors)")
    let unfair = try program.execute(
      ["watch", "--data", "unfair.csv", "--format", "json"] + arguments)
    #expect(unfair.code == 5, "\(unfair.errors)")
    let gap = (unfair.json["gaps"] as? [[String: Any]])?.first
    #expect(gap?["alarm"] as? Bool == true && gap?["records"] as? Int == 1_900)
    let other = try program.execute(
      ["watch", "--data", "fair.csv", "--alpha", "0.01"] + arguments)
    #expect(other.code == 2 && other.errors.contains("another watch"), "\(other.errors)")
    try program.file("new.csv", "sex,first\nother,1\nf,0\n")
    let new = try program.execute(["watch", "--data", "new.csv"] + arguments)
    #expect(new.code == 3 && new.errors.contains("'other'"), "\(new.errors)")
  }

  @Test func aDetectorSaysWhatItKnowsAndWhatCouldHide() throws {
    let program = try Program()
    try program.file("fair.csv", scored(400, gap: 0))
    try program.file("unfair.csv", scored(1_500))
    let arguments = [
      "--sensitive", "sex", "--prediction", "first", "--state", "s.watch", "--detector",
    ]
    let fair = try program.execute(["watch", "--data", "fair.csv"] + arguments)
    #expect(fair.code == 0 && fair.output.contains("no alarm: selection_rate"), "\(fair.errors)")
    let told = fair.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(told.contains("at most 0.05 false alarms a year of 365 batches"))
    let unfair = try program.execute(
      ["watch", "--data", "unfair.csv", "--format", "json"] + arguments)
    #expect(unfair.code == 5, "\(unfair.errors)")
    #expect(unfair.json["alarm"] as? Bool == true)
    let comparison = (unfair.json["comparisons"] as? [[String: Any]])?.first
    #expect(comparison?["state"] as? String == "raised" && comparison?["since"] as? Int == 2)
    let other = try program.execute(
      ["watch", "--data", "fair.csv", "--tolerance", "0.2", "--again"] + arguments)
    #expect(other.code == 2 && other.errors.contains("another watch"), "\(other.errors)")
  }

  @Test(
    arguments: [
      (["--compare-with", "secnd"], 3, "did you mean 'second'"),
      (["--membership", "race"], 2, "--membership race"),
      (["--membership", "race=A:score,B:score"], 3, "add up"),
    ] as [([String], Int32, String)])
  func badRequestsAreNamed(_ example: ([String], Int32, String)) throws {
    let (options, code, message) = example
    let program = try Program()
    try program.file("scored.csv", scored(100))
    let outcome = try program.execute(
      ["audit", "--data", "scored.csv", "--sensitive", "sex", "--prediction", "first"] + options)
    #expect(outcome.code == code && outcome.errors.contains(message), "\(outcome.errors)")
  }
}
