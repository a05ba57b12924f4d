import Foundation
import Testing

@Suite struct ReductionCommandTests {
  @Test func aFrontierShowsTrainAndTestWithIntervals() throws {
    let program = try Program()
    for method in ["reductions", "grid-search"] {
      let outcome = try program.run(
        "frontier", method, "--dataset", "compas", "--sensitive", "sex", "--settings", "0,0.05,1",
        "--criterion", "equalized_odds", "--format", "json", "--quiet")
      let runs = outcome.json["runs"] as? [[String: Any]] ?? []
      #expect(runs.count == 3, "\(outcome.errors)")
      for run in runs {
        let metric = "equalized_odds.difference"
        let intervals = run["intervals"] as? [String: [String: [String: Any]]]
        for part in ["train", "test"] {
          let value = (run[part] as? [String: Any])?[metric] as? Double
          let interval = intervals?[part]?[metric]
          #expect(value! >= interval?["low"] as! Double && value! <= interval?["high"] as! Double)
          let constraint = (run["constraint"] as? [String: [String: Any]])?[part]
          let between = constraint?["difference_between_groups"] as? Double
          #expect(abs(between! - value!) < 1e-12)
          let overall = constraint?["difference_to_overall"] as? Double
          #expect(overall! <= between! + 1e-12 && 2 * overall! >= between! - 1e-12)
        }
        #expect(run["pareto"] is Bool && run["stop_reason"] is String)
        #expect((run["passes"] as? Double)! > 0)
      }
      let table = try program.run(
        "frontier", method, "--dataset", "compas", "--sensitive", "sex", "--settings", "0,1")
      #expect(table.output.contains("95 %") && table.output.contains("Pareto"))
    }
  }

  @Test func optionsOfTheReductionsAreUnderstood() throws {
    let program = try Program()
    func train(_ more: String...) throws -> [String: Any] {
      let outcome = try program.execute(
        ["train", "reductions", "--dataset", "compas", "--format", "json", "--quiet"] + more)
      #expect(outcome.code == 0, "\(more): \(outcome.errors)")
      return (outcome.json["constraint"] as? [String: [String: Any]])?["train"] ?? [:]
    }
    let several = try train("--criterion", "demographic_parity=0.05,equalized_odds=0.1")
    #expect((several["violation"] as? Double)! < 1e-9)
    let ratio = try train("--ratio", "0.9", "--constraint", "true_positive_rate_parity")
    #expect((ratio["ratio_between_groups"] as? Double)! > 0.9 - 1e-9)
    let strata = try train("--controls", "c_charge_degree", "--bound", "0.03")
    #expect((strata["difference_between_groups"] as? Double)! < 0.03 + 1e-9)
    let loss = try train(
      "--constraint", "bounded_group_loss", "--loss", "square", "--bound", "0.25")
    #expect((loss["violation"] as? Double)! < 1e-9 && loss["difference_to_overall"] is NSNull)
  }

  @Test(
    arguments: [
      (["--criterion", "demographic_party"], 2, "did you mean 'demographic_parity'"),
      (["--criterion", "equalized_odds", "--constraint", "equalized_odds"], 2, "same option"),
      (["--constraint", "demographic_party"], 2, "did you mean 'demographic_parity'"),
      (["--constraint", "demographic_parity,demographic_parity"], 2, "twice"),
      (["--constraint", "equalized_odds=2"], 2, "between 0 and 1"),
      (["--loss", "square"], 2, "bounded_group_loss"),
      (["--false-positive-cost", "0", "--false-negative-cost", "0"], 2, "above 0"),
      (["--ratio", "1.5"], 2, "at most 1"),
      (["--constraint", "bounded_group_loss", "--bound", "0.01"], 4, "infeasible"),
      (["--id", "nobody"], 3, "nobody"), (["--controls", "nothing"], 3, "nothing"),
    ] as [([String], Int32, String)])
  func mistakesAreNamed(_ example: ([String], Int32, String)) throws {
    let outcome = try Program().execute(
      ["train", "reductions", "--dataset", "compas", "--quiet"] + example.0)
    #expect(outcome.code == example.1 && outcome.errors.contains(example.2), "\(outcome.errors)")
  }

  /// Another address, another income: the same person draws the same decision.
  @Test func aPersonKeepsTheDraw() throws {
    let program = try Program()
    let rows = loans(1_500).split(separator: "\n")
    let named = rows.enumerated().map { $0 == 0 ? "id,\($1)" : "p\($0),\($1)" }
    try program.file("a.csv", named.joined(separator: "\n") + "\n")
    try program.file(
      "b.csv", ([named[0]] + named.dropFirst().reversed()).joined(separator: "\n") + "\n")
    let trained = try program.run(
      "train", "reductions", "--data", "a.csv", "--label", "repaid", "--sensitive", "sex", "--id",
      "id", "--bound", "0", "--model", "m.eqp", "--quiet")
    #expect(trained.code == 0, "\(trained.errors)")
    for name in ["a", "b"] {
      let predicted = try program.run(
        "predict", "--model", "m.eqp", "--data", "\(name).csv", "--id", "id", "--output",
        "\(name)-out.csv")
      #expect(predicted.code == 0, "\(predicted.errors)")
    }
    func lines(_ name: String) throws -> [Substring] {
      try String(contentsOfFile: program.folder + "/\(name)-out.csv", encoding: .utf8)
        .split(separator: "\n").dropFirst().map { $0 }
    }
    #expect(try lines("a") == lines("b").reversed())
  }
}
