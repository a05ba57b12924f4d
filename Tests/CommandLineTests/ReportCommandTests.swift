import Foundation
import TestSupport
import Testing

private func applicants(_ rows: Int) -> String {
  var text = "sex,race,score,hired,interviewed\n"
  var state: UInt64 = 5
  func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 33
  }
  for _ in 0..<rows {
    let sex = next() % 2 == 0 ? "Female" : "Male"
    let race = ["White", "Black", "Asian", "Unknown"][Int(next() % 4)]
    let score = next() % 100 + (sex == "Male" ? 10 : 0)
    text += "\(sex),\(race),\(score),\(score > 60 ? 1 : 0),\(next() % 2)\n"
  }
  return text
}

@Suite struct ReportCommandTests {
  private func text(_ program: Program, _ name: String) throws -> String {
    try String(contentsOfFile: program.folder + "/" + name, encoding: .utf8)
  }

  @Test func anAuditIsWrittenInFourForms() throws {
    let program = try Program()
    let outcome = try program.run(
      "audit", "--dataset", "german", "--sensitive", "sex", "--report", "a.html", "--report",
      "a.md", "--report", "a.csv", "--report", "a.json", "--format", "json", "--quiet")
    #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
    #expect(HTMLCheck.problems(try text(program, "a.html")) == [])
    #expect(try text(program, "a.md").hasPrefix("# Audit of the labels of german"))
    #expect(try text(program, "a.csv").hasPrefix("table,row,column,text,value"))
    #expect(try text(program, "a.json") == outcome.output)
  }

  @Test func theSameInputGivesTheSameBytesUnderAnyNameAndNumberOfThreads() throws {
    let program = try Program()
    try program.file("rows.csv", applicants(3_000))
    for threads in ["1", "2", "4"] {
      for end in ["html", "md", "csv", "json"] {
        let outcome = try program.run(
          "audit", "--data", "rows.csv", "--label", "interviewed", "--sensitive", "sex,race",
          "--prediction", "hired", "--intersections", "2", "--report", "r\(threads).\(end)",
          "--threads", threads, "--quiet")
        #expect(outcome.code == 0, "\(outcome.errors)")
      }
    }
    for end in ["html", "md", "csv", "json"] {
      let texts = try ["1", "2", "4"].map { try text(program, "r\($0).\(end)") }
      #expect(Set(texts).count == 1, "\(end)")
      #expect(!texts[0].contains("r1."))
    }
  }

  @Test func aGateClosesAfterTheReportIsWritten() throws {
    let program = try Program()
    let outcome = try program.run(
      "audit", "--dataset", "compas", "--report", "a.html", "--fail-on",
      "base_rate.difference>0.1")
    #expect(outcome.code == 5 && program.exists("a.html"))
    let open = try program.run(
      "audit", "--dataset", "compas", "--fail-on", "base_rate.difference>0.99")
    #expect(open.code == 0)
  }

  @Test func evidenceIsPackedLoggedAndVerified() throws {
    let program = try Program()
    try program.file("rows.csv", applicants(500))
    let outcome = try program.run(
      "audit", "--data", "rows.csv", "--label", "interviewed", "--sensitive", "sex",
      "--prediction", "hired", "--evidence", "pack", "--log", "audit.log", "--date", "2026-01-31",
      "--quiet")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let folder = try program.run("log", "verify", "pack")
    #expect(folder.code == 0 && folder.output.hasPrefix("6 files"), "\(folder.errors)")
    let chain = try program.run("log", "verify", "audit.log", "--format", "json")
    #expect(chain.json["entries"] as? Int == 1)
    let manifest = try text(program, "pack/evidence.json")
    #expect(manifest.contains("\"name\" : \"rows.csv\"") && manifest.contains("\"build\""))
    try program.file("pack/report.md", "changed")
    let changed = try program.run("log", "verify", "pack")
    #expect(changed.code == 3 && changed.errors.contains("report.md: the file was changed"))
    let kept = try program.run(
      "log", "append", "audit.log", "--message", "approved", "--file", "rows.csv")
    #expect(kept.code == 0 && kept.output.hasPrefix("entry 2: "))
    let head = String(kept.output.dropFirst("entry 2: ".count).prefix(64))
    #expect(try program.run("log", "verify", "audit.log", "--head", head).code == 0)
    let lines = try text(program, "audit.log").split(separator: "\n")
    try program.file("audit.log", lines[0] + "\n")
    let short = try program.run("log", "verify", "audit.log", "--head", head)
    #expect(short.code == 3 && short.errors.contains("missing at the end"))
  }

  @Test func processesThatAppendAtTheSameTimeKeepTheChain() throws {
    let program = try Program()
    DispatchQueue.concurrentPerform(iterations: 8) { k in
      _ = try? program.run("log", "append", "audit.log", "--message", "entry \(k)", "--quiet")
    }
    let chain = try program.run("log", "verify", "audit.log", "--format", "json")
    #expect(chain.json["entries"] as? Int == 8, "\(chain.errors)")
  }

  @Test func everyDocumentIsWritten() throws {
    let program = try Program()
    try program.file("rows.csv", applicants(800))
    try program.file("notes.yaml", "system:\n  name: Ranker\nll144:\n  justification: few people\n")
    let trained = try program.run(
      "train", "logistic", "--dataset", "german", "--sensitive", "sex", "--model", "m.eqp",
      "--quiet")
    #expect(trained.code == 0)
    let rows = ["--data", "rows.csv", "--sensitive", "sex,race", "--notes", "notes.yaml"]
    let documents: [(String, [String], String)] = [
      (
        "ll144", rows + ["--prediction", "hired", "--exclude-below", "0.02"],
        "Selection rate by sex"
      ),
      ("ll144", rows + ["--score", "score"], "Scoring rate by race"),
      ("four-fifths", rows + ["--prediction", "hired"], "Statistical significance by sex"),
      ("datasheet", rows + ["--label", "hired"], "Columns"),
      (
        "model-card", ["--dataset", "german", "--sensitive", "sex", "--model", "m.eqp"],
        "Quantitative analyses"
      ),
    ]
    for (kind, arguments, part) in documents {
      let outcome = try program.execute(
        ["report", kind] + arguments + ["--output", "d.html", "--output", "d.json", "--quiet"])
      #expect(outcome.code == 0, "\(kind): \(outcome.errors)")
      let page = try text(program, "d.html")
      #expect(HTMLCheck.problems(page) == [] && page.contains(part), "\(kind)")
      #expect(
        (try? JSONSerialization.jsonObject(with: Data(try text(program, "d.json").utf8))) != nil)
      let printed = try program.execute(["report", kind] + arguments + ["--quiet"])
      #expect(printed.output.hasPrefix("# "))
    }
  }

  @Test func comparisonsAndFrontiersAreDocuments() throws {
    let program = try Program()
    for name in ["one.html", "two.html"] {
      let outcome = try program.run(
        "compare", "--dataset", "german", "--methods", "logistic,penalized", "--report", name,
        "--quiet")
      #expect(outcome.code == 0, "\(outcome.errors)")
    }
    let page = try text(program, "one.html")
    let again = try text(program, "two.html")
    #expect(HTMLCheck.problems(page) == [] && page == again)
    let frontier = try program.run(
      "frontier", "penalized", "--dataset", "german", "--settings", "0,1,10", "--report", "f.html",
      "--report", "f.json", "--quiet")
    #expect(frontier.code == 0, "\(frontier.errors)")
    #expect(HTMLCheck.problems(try text(program, "f.html")) == [])
    #expect(try text(program, "f.json").contains("equipoise.runs/1"))
  }

  @Test(
    arguments: [
      (["audit", "--dataset", "german", "--report", "a.pdf"], 2, "a.pdf"),
      (["audit", "--dataset", "german", "--report", "no/such/a.html"], 3, "no/such/a.html"),
      (
        ["audit", "--dataset", "german", "--report", "a.md", "--notes", "none.yaml"], 3, "none.yaml"
      ),
      (["report", "ll144", "--dataset", "german"], 2, "--prediction"),
      (
        ["report", "ll144", "--dataset", "german", "--score", "age", "--exclude-below", "0.5"], 2,
        "at most 0.02"
      ),
      (
        ["report", "ll144", "--dataset", "german", "--score", "age", "--exclude-below", "0.02"], 2,
        "justification"
      ),
      (["report", "model-card", "--dataset", "german"], 2, "--model"),
      (["log", "verify", "none.log"], 3, "none.log"),
      (["log", "append", "x.log"], 2, "--message"),
      (["log", "append", "no/such/x.log", "--message", "x"], 3, "no/such/x.log"),
    ] as [([String], Int32, String)])
  func failuresHaveTheirCodeAndSayWhatToDo(_ example: ([String], Int32, String)) throws {
    let (arguments, code, message) = example
    let outcome = try Program().execute(arguments)
    #expect(outcome.code == code && outcome.errors.contains(message), "\(outcome.errors)")
  }
}
