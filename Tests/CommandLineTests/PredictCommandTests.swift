import Foundation
import Testing

/// Rows for a model that is there already.
@Suite struct PredictCommandTests {
  /// 200 rows; `y` follows `x`, and every 20th `x` is what is asked for.
  private static func table(oddX: String = "1", labels: [String] = ["0", "1"]) -> String {
    var text = "x,g,y\n"
    for i in 0..<200 {
      let x = i % 20 == 7 ? oddX : "\((i * 37) % 101)"
      let label = labels[((i * 37) % 101 + i % 7 * 9) > 70 ? 1 : 0]
      text += "\(x),\(i % 3 == 0 ? "a" : "b"),\(label)\n"
    }
    return text
  }

  private func trained(_ arguments: [String] = []) throws -> Program {
    let program = try Program()
    try program.file("t.csv", Self.table())
    let outcome = try program.execute(
      [
        "train", "logistic", "--data", "t.csv", "--label", "y", "--sensitive", "g",
        "--model", "m.eqp",
      ] + arguments)
    try #require(outcome.code == 0, "\(outcome.errors)")
    return program
  }

  @Test func rowsThatAreLeftOutKeepTheirPlace() throws {
    let program = try trained(["--missing", "drop"])
    try program.file("new.csv", Self.table(oddX: "NA"))
    let outcome = try program.run(
      "predict", "--model", "m.eqp", "--data", "new.csv", "--output", "p.csv")
    #expect(outcome.code == 0 && outcome.errors.contains("10 of 200 rows with missing values"))
    let lines = try program.text("p.csv").split(separator: "\n")
    #expect(lines.count == 201)
    for (i, line) in lines.dropFirst().enumerated() {
      #expect((line == ",,") == (i % 20 == 7), "row \(i): \(line)")
    }
    let whole = try program.run(
      "predict", "--model", "m.eqp", "--data", "t.csv", "--output", "q.csv")
    #expect(whole.code == 0)
    let others = try program.text("q.csv").split(separator: "\n")
    for (line, other) in zip(lines, others) where line != ",," { #expect(line == other) }
  }

  /// Beyond probabilities everybody or nobody would be selected.
  @Test(arguments: ["1.5", "-0.1", "50"])
  func thresholdsThatAreNoProbabilitiesAreRefused(_ threshold: String) throws {
    let program = try trained()
    let rows = ["--data", "t.csv", "--threshold=\(threshold)"]
    let roles = ["--label", "y", "--sensitive", "g"]
    for command in [
      ["predict", "--model", "m.eqp", "--output", "p.csv"], ["explain", "--model", "m.eqp"],
      ["audit", "--model", "m.eqp"], ["train", "logistic"] + roles, ["compare"] + roles,
      ["frontier", "penalized"] + roles,
    ] {
      let outcome = try program.execute(command + rows)
      #expect(outcome.code == 2, "\(command): \(outcome.errors)")
      #expect(
        outcome.errors.contains("at least 0 and at most 1") && outcome.errors.contains("threshold"),
        "\(outcome.errors)")
    }
    try program.file(
      "p.yaml",
      "data: {file: t.csv, label: y, sensitive: g}\ndecide: {threshold: \(threshold)}\n"
        + "variants: {a: {}}\n")
    let refused = try program.run("run", "p.yaml", "--dry-run")
    #expect(
      refused.code == 3 && refused.errors.contains("lies between 0.0 and 1.0"), "\(refused.errors)")
    // Scores of a file are in units of their own.
    let scores = try program.execute(
      ["audit", "--score", "x", "--label", "y", "--sensitive", "g"] + rows)
    #expect(scores.code == 0, "\(scores.errors)")
  }

  @Test func aValueThatBeginsWithADashIsToldToNeedASign() throws {
    let program = try trained()
    let outcome = try program.run(
      "predict", "--model", "m.eqp", "--data", "t.csv", "--output", "p.csv", "--threshold", "-1")
    #expect(outcome.code == 2 && outcome.errors.contains("written --threshold=-1)"))
    let nothing = try program.run(
      "predict", "--model", "m.eqp", "--data", "t.csv", "--output", "p.csv", "--threshold")
    #expect(nothing.code == 2 && !nothing.errors.contains("dash"))
  }

  @Test func aPredictionOfOneIsToldToBeThePositiveValue() throws {
    let program = try Program()
    try program.file("t.csv", Self.table(labels: ["denied", "approved"]))
    let fit = try program.run(
      "train", "logistic", "--data", "t.csv", "--label", "y", "--sensitive", "g", "--model", "m.eqp"
    )
    #expect(fit.code == 0)
    let outcome = try program.run(
      "predict", "--model", "m.eqp", "--data", "t.csv", "--output", "p.csv")
    #expect(outcome.output.contains("prediction 1 stands for 'approved'"), "\(outcome.output)")
  }

  /// The document has all that the file would have, and there is one standard output.
  @Test func oneDocumentGoesToStandardOutput() throws {
    let program = try trained()
    let explained = try program.run(
      "explain", "--model", "m.eqp", "--data", "t.csv", "--format", "json", "--output", "-")
    #expect(explained.code == 0 && explained.json["schema"] as? String == "equipoise.explain/1")
    let decided = try program.run(
      "postprocess", "group-thresholds", "--data", "t.csv", "--label", "y", "--sensitive", "g",
      "--score", "x", "--format", "json", "--output", "-")
    #expect(decided.code == 2 && decided.errors.contains("decisions are not JSON"))
  }

  @Test func labelsThatTheModelDoesNotKnowAreNamed() throws {
    let program = try trained()
    try program.file("new.csv", Self.table(labels: ["0", "maybe"]))
    let outcome = try program.run("audit", "--model", "m.eqp", "--data", "new.csv")
    #expect(outcome.code == 3)
    #expect(outcome.errors.contains("column 'y': 'maybe' is not a label of the model"))
    let turned = try program.run(
      "audit", "--model", "m.eqp", "--data", "t.csv", "--positive", "0")
    #expect(turned.code == 2 && turned.errors.contains("fitted with '1' as positive"))
  }

  @Test func whatIsReadIsNotWrittenOver() throws {
    let program = try trained()
    let before = try program.text("t.csv")
    for arguments in [
      ["predict", "--model", "m.eqp", "--data", "t.csv", "--output", "t.csv"],
      ["predict", "--model", "m.eqp", "--data", "t.csv", "--output", "./m.eqp"],
      [
        "train", "logistic", "--data", "t.csv", "--label", "y", "--sensitive", "g", "--model",
        "t.csv",
      ],
      [
        "preprocess", "reweighing", "--data", "t.csv", "--label", "y", "--sensitive", "g",
        "--output", "t.csv",
      ],
    ] {
      let outcome = try program.execute(arguments)
      #expect(outcome.code == 2 && outcome.errors.contains("written over"), "\(arguments)")
    }
    #expect(try program.text("t.csv") == before)
    let still = try program.run(
      "predict", "--model", "m.eqp", "--data", "t.csv", "--output", "p.csv")
    #expect(still.code == 0)
  }

  @Test func aReplacedFileKeepsItsRights() throws {
    let program = try trained()
    let path = program.folder + "/p.csv"
    try program.file("p.csv", "old")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    let arguments = ["predict", "--model", "m.eqp", "--data", "t.csv", "--output", "p.csv"]
    #expect(try program.execute(arguments).code == 0)
    let rights = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
    #expect(rights as? Int == 0o600)
    try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: path)
    let refused = try program.execute(arguments)
    #expect(refused.code != 0 && refused.errors.contains("p.csv"))
  }

  @Test func aControlIsNoSensitiveColumn() throws {
    let program = try trained()
    let outcome = try program.run(
      "audit", "--data", "t.csv", "--label", "y", "--sensitive", "g", "--controls", "g")
    #expect(outcome.code == 2)
    #expect(outcome.errors.contains("column 'g' cannot be both sensitive and a control"))
  }

  @Test func recordsThatMoveAreWritten() throws {
    let program = try trained()
    let outcome = try program.run(
      "preprocess", "optimized-preprocessing", "--data", "t.csv", "--label", "y",
      "--sensitive", "g", "--output", "moved.csv")
    #expect(outcome.code == 0 || outcome.code == 4, "\(outcome.errors)")
    #expect(try program.text("moved.csv").split(separator: "\n").count > 200)
  }
}
