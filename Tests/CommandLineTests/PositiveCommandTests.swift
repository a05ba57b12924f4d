import Foundation
import TestSupport
import Testing

/// Which value is positive stands in every table, document and message.
@Suite struct PositiveCommandTests {
  private func loans() -> String {
    let rows = (0..<200).map { row in
      let sex = row % 2 == 0 ? "Female" : "Male"
      let isDenied = (row * 7 + row / 3) % 5 < (row % 2 == 0 ? 3 : 2)
      let word = isDenied ? "denied" : "approved"
      return "\(row),\(sex),\((row * 37) % 100),\(word),\(row % 9 == 0 ? "approved" : word)"
    }
    return "id,sex,p,truth,d\n" + rows.joined(separator: "\n") + "\n"
  }

  @Test func everyDocumentNamesIt() throws {
    let program = try Program()
    try program.file("l.csv", loans())
    let roles = ["--data", "l.csv", "--label", "truth", "--sensitive", "sex"]
    let ends = ["html", "md", "csv", "json"]
    let columns = roles + ["--prediction", "d"]
    let audit = try program.execute(
      ["audit"] + columns + ends.flatMap { ["--report", "audit.\($0)"] })
    #expect(audit.output.hasPrefix("label truth: positive is 'approved' (--positive changes that)"))
    for kind in ["four-fifths", "ll144"] {
      _ = try program.execute(
        ["report", kind] + columns + ends.flatMap { ["--output", "\(kind).\($0)"] })
    }
    let fit = roles + ["--drop", "id,d"]
    let trained = try program.execute(["train", "logistic"] + fit + ["--model", "m.eqp"])
    let compared = try program.execute(
      ["compare"] + fit + ["--methods", "logistic"] + ends.flatMap { ["--report", "runs.\($0)"] })
    let predicted = try program.run(
      "predict", "--model", "m.eqp", "--data", "l.csv", "--output", "p.csv")
    for outcome in [trained, compared, predicted] {
      #expect(outcome.output.contains("label truth: positive is 'approved'"), "\(outcome.output)")
    }
    _ = try program.execute(
      ["report", "model-card", "--data", "l.csv", "--sensitive", "sex", "--model", "m.eqp"]
        + ends.flatMap { ["--output", "card.\($0)"] })
    for name in ["audit", "four-fifths", "ll144", "runs", "card"] {
      for end in ends {
        let text = try String(contentsOfFile: "\(program.folder)/\(name).\(end)", encoding: .utf8)
        #expect(text.contains("approved"), "\(name).\(end)")
      }
    }
    for command in [
      ["audit"] + columns, ["train", "logistic"] + fit, ["info", "m.eqp"],
      ["predict", "--model", "m.eqp", "--data", "l.csv", "--output", "p.csv"],
    ] {
      let json = try program.execute(command + ["--format", "json"]).output
      let found = try JSONValue(json)["positives"]?["label"]?["value"]?.string
      #expect(found == "approved", "\(command)")
    }
  }

  /// With the other value positive the highest rate is that of the other sex.
  @Test func theStatedDecisionTurnsTheTable() throws {
    let program = try Program()
    try program.file("l.csv", loans())
    func best(_ more: [String]) throws -> String {
      _ = try program.execute(
        ["report", "four-fifths", "--data", "l.csv", "--sensitive", "sex", "--prediction", "d"]
          + more + ["--output", "f.md"])
      let text = try String(contentsOfFile: program.folder + "/f.md", encoding: .utf8)
      let line = try #require(
        text.split(separator: "\n").first { $0.contains("highest rate is") })
      return line.contains("of Female") ? "Female" : "Male"
    }
    #expect(try best(["--selected", "denied"]) == "Female")
    #expect(try best(["--selected", "approved"]) == "Male")
    #expect(try best(["--positive", "approved"]) == "Male")
  }

  @Test func rowsWithoutLabelAreAudited() throws {
    let program = try Program()
    try program.file("l.csv", loans())
    _ = try program.run(
      "train", "logistic", "--data", "l.csv", "--label", "truth", "--sensitive", "sex", "--drop",
      "id,d", "--model", "m.eqp")
    try program.file("new.csv", "sex,p\nFemale,3\nMale,90\nFemale,40\nMale,12\n")
    let outcome = try program.run(
      "audit", "--model", "m.eqp", "--data", "new.csv", "--fail-on",
      "selection_rate.difference>2")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("no column 'truth'"))
    let stated = try program.run(
      "audit", "--model", "m.eqp", "--data", "new.csv", "--label", "truth")
    #expect(stated.code == 3 && stated.errors.contains("no column 'truth'"))
    let seen = try program.run(
      "audit", "--model", "m.eqp", "--data", "l.csv", "--format", "json")
    #expect(seen.output.contains("fitted to 140 of the 200 rows"), "\(seen.output.suffix(400))")
  }

  @Test func keysStandBesidePredictions() throws {
    let program = try Program()
    try program.file("l.csv", loans())
    _ = try program.run(
      "train", "logistic", "--data", "l.csv", "--label", "truth", "--sensitive", "sex", "--drop",
      "id,d", "--model", "m.eqp")
    _ = try program.run(
      "predict", "--model", "m.eqp", "--data", "l.csv", "--id", "id", "--keep", "sex,truth",
      "--output", "p.csv")
    let lines = try String(contentsOfFile: program.folder + "/p.csv", encoding: .utf8)
      .split(separator: "\n")
    #expect(lines[0] == "id,sex,truth,score,probability,prediction" && lines.count == 201)
    #expect(lines[1].hasPrefix("0,Female,") && lines[200].hasPrefix("199,Male,"))
    // The README's chain: what predict wrote is audited as it is.
    let audit = try program.run(
      "audit", "--data", "p.csv", "--label", "truth", "--sensitive", "sex", "--prediction",
      "prediction", "--score", "probability")
    #expect(audit.code == 0, "\(audit.errors)")
  }

  @Test func outputsAreCheckedBeforeTheFit() throws {
    let program = try Program()
    try program.file("l.csv", loans())
    let fit = [
      "train", "adversarial", "--data", "l.csv", "--label", "truth", "--sensitive", "sex", "--drop",
      "id,d",
    ]
    let refused = try program.execute(fit + ["--model", "nowhere/m.eqp"])
    #expect(refused.code != 0 && refused.errors.contains("nowhere/m.eqp"))
    #expect(!refused.errors.contains("training"))
    let kept = try program.execute(["train", "logistic"] + fit.dropFirst(2))
    #expect(kept.code == 0 && kept.errors.contains("--model FILE"))
  }
}
