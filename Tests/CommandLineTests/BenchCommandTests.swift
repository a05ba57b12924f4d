import Foundation
import Testing

@Suite struct BenchCommandTests {
  private func cells(_ outcome: Outcome) -> [[String: Any]] {
    outcome.json["cells"] as? [[String: Any]] ?? []
  }

  /// Every cell is a process of its own, and what is measured of its decisions is there.
  @Test func aSuiteOfTheEngineAlone() throws {
    let program = try Program()
    let outcome = try program.run(
      "bench", "--problems", "german,synthetic:rows=3000:features=3:categorical=1:groups=3",
      "--methods", "logistic,reductions:bound=0.05", "--repetitions", "2", "--report", "suite.html",
      "--format", "json", "--quiet")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let cells = cells(outcome)
    #expect(
      cells.map { $0["method"] as? String }
        == ["null", "logistic", "reductions", "null", "logistic", "reductions"])
    for cell in cells {
      #expect(cell["status"] as? String == "ok" && cell["adapter"] as? String == "equipoise")
      let seconds = cell["seconds"] as? [String: [String: Double]] ?? [:]
      #expect(seconds["process"]?["runs"] == 2 && seconds["load"]?["median"] ?? 0 > 0)
      let test = cell["test"] as? [String: Any] ?? [:]
      #expect((test["error"] as? Double ?? 1) < (cell["method"] as? String == "null" ? 1 : 0.4))
      guard cell["method"] as? String != "null" else {
        #expect(seconds["fit"] == nil && cell["above_null"] == nil)
        continue
      }
      #expect(seconds["fit"]?["median"] ?? 0 > 0 && cell["readings"] as? Double ?? 0 > 0)
      #expect(cell["above_null"] != nil && cell["roof"] != nil)
    }
    #expect(
      cells[2]["options"] as? [String: String] == [
        "criterion": "demographic_parity", "bound": "0.05", "compared": "to_overall",
      ])
    let bounded = cells[2]["train"] as? [String: Any]
    let constraint = bounded?["constraint"] as? [String: Double]
    #expect(constraint?["difference_to_overall"] ?? 1 <= 0.0501)
    let problems = outcome.json["problems"] as? [[String: Any]] ?? []
    #expect(problems.last?["groups"] as? Int == 3 && problems.last?["dense"] as? Int == 3)
    #expect(
      (problems.last?["rows"] as? Int ?? 0) + (problems.last?["test_rows"] as? Int ?? 0) == 3000)
    #expect(program.exists("suite.html"))
  }

  /// The rows of a file, and the table for people.
  @Test func aFileOfTheUsers() throws {
    let program = try Program()
    try program.file("loans.csv", loans(900))
    let outcome = try program.run(
      "bench", "--data", "loans.csv", "--label", "repaid", "--sensitive", "sex", "--methods",
      "logistic", "--repetitions", "1")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("loans.csv: ") && outcome.output.contains("logistic"))
  }

  /// A side that refuses, one that takes too long and one that is ended stand in the table all alike.
  @Test func cellsThatFailAreNotLeftOut() throws {
    let program = try Program()
    try program.file(
      "picky.sh",
      "read line; echo hello; echo '{\"status\": \"refused\", \"reason\": \"not today\"}'\n")
    let outcome = try program.run(
      "bench", "--problems", "german", "--methods", "logistic", "--repetitions", "2", "--budget",
      "30", "--adapter", "picky=sh picky.sh", "--adapter", "ended=sh -c 'kill -9 $$'", "--format",
      "json", "--quiet")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let found = cells(outcome).map { "\($0["adapter"] ?? "") \($0["status"] ?? "")" }
    let row = ["equipoise ok", "picky refused", "ended out_of_memory"]
    #expect(found == row + row)
    #expect(cells(outcome)[1]["reason"] as? String == "not today")
    let slow = try program.run(
      "bench", "--problems", "german", "--methods", "logistic", "--repetitions", "1", "--budget",
      "0.001", "--format", "json", "--quiet")
    #expect(slow.code == 0 && cells(slow).allSatisfy { $0["status"] as? String == "timeout" })
  }

  @Test(arguments: [
    (["--adapter", "bad=false"], "bad does not answer on german"),
    (["--adapter", "bad"], "expected NAME=COMMAND"),
    (["--methods", "logistik"], "did you mean 'logistic'"),
    (["--methods", "reductions:bound"], "has no '='"),
    (["--methods", "reductions:bound=2"], "bound"),
    (["--methods", "reductions:bound=0.1:bound=1"], "given twice"),
    (["--methods", "logistic:strength=1"], "strength"), (["--problems", "germn"], "germ"),
    (["--problems", "synthetic:rows=0"], "rows"),
    (["--problems", "german:sensitve=sex"], "sensitive"), (["fit-codes"], "nexpected argument"),
  ])
  func mistakesAreNamed(_ words: [String], _ said: String) throws {
    var words = words
    if words[0] != "--problems" { words += ["--problems", "german"] }
    if words[0] != "--methods" { words += ["--methods", "logistic"] }
    let outcome = try Program().execute(["bench", "--repetitions", "1", "--quiet"] + words)
    #expect([2, 3].contains(outcome.code) && outcome.errors.contains(said), "\(outcome.errors)")
  }
}
