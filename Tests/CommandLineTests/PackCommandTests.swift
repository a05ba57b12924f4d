import Foundation
import Testing

/// Every command that takes a table takes a packed one, and says the same.
@Suite struct PackCommandTests {
  /// Rows with every kind of column; the label depends on the income and on the group.
  private static func loans(_ rows: Range<Int>) -> String {
    var text = "id,income,age,job,note,sex,region,paid,score,decided\n"
    for i in rows {
      let income = i % 61 == 5 ? "" : "\(i * 37 % 90).\(i % 10)0"
      let paid = (i * 37 % 90 + i * 13 % 29 + (i % 2) * 9) > 55 ? "yes" : "no"
      text +=
        "k\(i),\(income),\(18 + i * 7 % 50),\(["clerk", " smith", "\"a, b\""][i % 3]),"
        + "\"said \"\"\(i)\"\"\",\(["f", "m"][i % 2]),\(["n", "s", "e", ""][i / 5 % 4]),"
        + "\(paid),\(Double(i * 53 % 100) / 100),\(i * 11 % 3 == 0 ? 1 : 0)\n"
    }
    return text
  }

  private static func program() throws -> Program {
    let program = try Program()
    try program.file("t.csv", loans(0..<600))
    let packed = try program.run("pack", "t.csv", "--output", "t.eqp", "--quiet")
    #expect(packed.code == 0, "\(packed.errors)")
    return program
  }

  private static let roles = [
    "--label", "paid", "--sensitive", "sex", "--drop", "id,note,score,decided", "--missing",
    "own-level",
  ]

  /// Commands by what they write; `T` is the table.
  static let commands: [[String]] = [
    ["train", "logistic", "--data", "T"] + roles + ["--test", "0.3"],
    ["train", "penalized", "--data", "T"] + roles + ["--strength", "5"],
    ["train", "exponentiated-gradient", "--data", "T"] + roles,
    ["compare", "--data", "T"] + roles,
    ["frontier", "penalized", "--data", "T"] + roles,
    ["describe", "--data", "T"],
    ["describe", "--data", "T", "--label", "paid", "--sensitive", "sex*region"],
    ["audit", "--data", "T", "--label", "paid", "--sensitive", "sex", "--prediction", "decided"],
    [
      "audit", "--data", "T", "--label", "paid", "--sensitive", "sex,region", "--score", "score",
      "--where", "age < 40",
    ],
    [
      "predict", "--data", "T", "--model", "m.eqp", "--id", "id", "--keep", "job,note",
      "--output", "OUT",
    ],
    ["audit", "--data", "T", "--model", "m.eqp"],
    [
      "preprocess", "reweighing", "--data", "T", "--label", "paid", "--sensitive", "sex",
      "--drop", "id,note", "--missing", "own-level", "--output", "OUT",
    ],
    [
      "preprocess", "optimal-transport", "--data", "T", "--label", "paid", "--sensitive", "sex",
      "--drop", "id,note,income", "--output", "OUT",
    ],
    [
      "postprocess", "group-thresholds", "--data", "T", "--label", "paid", "--sensitive", "sex",
      "--score", "score", "--keep", "job", "--output", "OUT",
    ],
    [
      "watch", "--data", "T", "--sensitive", "sex", "--prediction", "decided", "--state", "OUT",
    ],
    ["audit", "--data", "T", "--label", "job", "--sensitive", "sex", "--prediction", "decided"],
    ["train", "logistic", "--data", "T", "--label", "paid"],
    ["train", "logistic", "--data", "T", "--label", "pade"],
  ]

  /// What a command says of a table, and what it writes; the file's own name and digest left out.
  private func told(_ program: Program, _ command: [String], _ table: String) throws -> String {
    let arguments = command.map { $0 == "T" ? table : $0 == "OUT" ? table + ".out" : $0 }
    let outcome = try program.execute(arguments + ["--format", "json", "--quiet"])
    let place = program.folder + "/" + table + ".out"
    let written = (try? String(contentsOfFile: place, encoding: .utf8)) ?? ""
    try? FileManager.default.removeItem(atPath: place)
    let text = "\(outcome.code)\n\(outcome.output)\n\(outcome.errors)\n\(written)"
    return text.replacing(table, with: "T").replacing(#/[0-9a-f]{64}/#, with: "SHA")
      .replacing(
        #/"(\w*seconds\w*|memory\w*|peak\w*|load|pack|fit|apply|transform|write)" ?: [-+.e0-9]+/#,
        with: "TIME")
  }

  /// Predictions and audits within a limit are those without, and their files too.
  @Test(arguments: [
    ["predict", "--model", "m.eqp", "--keep", "job", "--id", "id", "--output", "OUT"],
    ["audit", "--model", "m.eqp", "--sensitive", "sex,region"],
    [
      "audit", "--label", "paid", "--sensitive", "sex*region", "--prediction", "decided",
      "--score", "score", "--dispersion", "--report", "OUT.html",
    ],
  ])
  func limitsOfMemoryChangeNothing(_ command: [String]) throws {
    let program = try Self.program()
    let fit =
      ["train", "logistic", "--data", "t.eqp", "--model", "m.eqp", "--quiet"] + Self.roles
    #expect(try program.execute(fit).code == 0)
    let found = try [[], ["--memory", "100MB"]].map { limit in
      let output = limit.isEmpty ? "whole" : "within"
      let words = command.map { $0.replacing("OUT", with: output) }
      let run = try program.execute(words + ["--data", "t.eqp", "--format", "json"] + limit)
      #expect(run.code == 0, "\(run.errors)")
      let path = words.last { $0.hasPrefix(output) }
      let written = try path.map { try program.text($0) } ?? ""
      return (run.output + run.errors + written).replacing(output, with: "OUT")
        .replacing(" --memory 100MB", with: "")
    }
    #expect(found[0] == found[1])
  }

  @Test func aFileIsPackedOnceInACall() throws {
    let program = try Self.program()
    let twice = try program.run("pack", "t.csv", "./t.csv", "--output", "two.eqp")
    #expect(twice.code == 2)
    #expect(twice.errors.contains("'t.csv' would be packed twice, as './t.csv' again"))
  }

  @Test(arguments: commands) func saysTheSame(_ command: [String]) throws {
    let program = try Self.program()
    let answers = try ["t.eqp", "t.csv"].map { table in
      // A model knows the file that it was fitted to, and an audit says so.
      let model = try program.execute(
        ["train", "logistic", "--data", table, "--model", "m.eqp", "--quiet"] + Self.roles)
      #expect(model.code == 0, "\(model.errors)")
      return try told(program, command, table)
    }
    #expect(answers[0] == answers[1])
    #expect(!answers[0].isEmpty)
  }

  @Test func modelsAreTheSame() throws {
    let program = try Self.program()
    for table in ["t.csv", "t.eqp"] {
      let outcome = try program.execute(
        ["train", "penalized", "--data", table, "--model", table + ".m", "--quiet"] + Self.roles)
      #expect(outcome.code == 0, "\(outcome.errors)")
    }
    let shown = try ["t.csv.m", "t.eqp.m"].map { model in
      try program.run("info", model, "--format", "json").output
        .replacing(#/[0-9a-f]{64}/#, with: "SHA").replacing(model.dropLast(2), with: "T")
    }
    #expect(shown[0] == shown[1] && shown[0].contains("coefficients"))
  }

  @Test func pipelinesTakePackedTables() throws {
    let program = try Self.program()
    let outputs = try ["t.csv", "t.eqp"].map { table in
      try program.file(
        "p.yaml",
        """
        data:
          file: \(table)
          label: paid
          sensitive: [sex]
          drop: [id, note, score, decided]
          missing: own-level
        learner:
          method: penalized
        """)
      return try told(program, ["run", "p.yaml"], table)
    }
    #expect(outputs[0] == outputs[1] && outputs[0].hasPrefix("0\n"), "\(outputs[0])")
  }

  @Test func packsPipesAndCompressedText() throws {
    let program = try Self.program()
    let text = Self.loans(0..<600)
    let piped = try program.run("pack", "-", "--output", "p.eqp", "--quiet", input: text)
    #expect(piped.code == 0, "\(piped.errors)")
    func bytes(_ name: String) -> Data? {
      FileManager.default.contents(atPath: program.folder + "/" + name)
    }
    #expect(bytes("p.eqp") == bytes("t.eqp") && bytes("t.eqp") != nil)
    let empty = try program.run("pack", "-", "--output", "e.eqp", input: "")
    #expect(empty.code == 3 && empty.errors.contains("the file is empty"))
    #expect(!program.names.contains("e.eqp"))
    let none = try program.run("pack", "--output", "e.eqp")
    #expect(none.code == 2)
    let onto = try program.run("pack", "t.csv", "--output", "t.csv")
    #expect(onto.code == 2 && onto.errors.contains("would be written over what is read"))
    let stream = try program.run("pack", "t.csv", "--output", "-")
    #expect(stream.code != 0 && stream.errors.contains("needs a file"))
  }

  /// A packed file of one table is that table: a model of the one knows the rows of the other.
  @Test func aModelKnowsItsRowsPackedOrNot() throws {
    let program = try Self.program()
    let piped = try program.run(
      "pack", "-", "--output", "p.eqp", "--quiet", input: Self.loans(0..<600))
    try program.file("more.csv", Self.loans(600..<900))
    let both = try program.run("pack", "t.csv", "more.csv", "--output", "both.eqp", "--quiet")
    #expect(piped.code == 0 && both.code == 0)
    for trained in ["t.csv", "t.eqp"] {
      let fit = try program.execute(
        ["train", "logistic", "--data", trained, "--model", "m.eqp", "--quiet"] + Self.roles)
      #expect(fit.code == 0, "\(fit.errors)")
      for (audited, isKnown) in [
        ("t.csv", true), ("t.eqp", true), ("p.eqp", true), ("both.eqp", false), ("more.csv", false),
      ] {
        let audit = try program.run("audit", "--data", audited, "--model", "m.eqp", "--quiet")
        #expect(audit.code == 0, "\(audit.errors)")
        let text = audit.output.replacing("\n", with: " ").replacing("  ", with: " ")
        #expect(text.contains("The model was fitted to") == isKnown, "\(trained), \(audited)")
      }
    }
    let grown = try program.run("pack", "more.csv", "--output", "t.eqp", "--append", "--quiet")
    let other = try program.run("audit", "--data", "t.eqp", "--model", "m.eqp", "--quiet")
    #expect(grown.code == 0 && !other.output.contains("The model was fitted to"))
  }

  @Test func infoShowsWhatIsInIt() throws {
    let program = try Self.program()
    try program.file("more.csv", Self.loans(600..<900))
    let more = try program.run("pack", "more.csv", "--output", "t.eqp", "--append")
    #expect(more.code == 0 && more.output.contains("300 rows of 10 columns"), "\(more.errors)")
    let text = try program.run("info", "t.eqp")
    #expect(text.code == 0 && text.output.contains("packed table"), "\(text.errors)")
    let info = try program.run("info", "t.eqp", "--format", "json").json
    #expect(info["schema"] as? String == "equipoise.packed/1" && info["rows"] as? Int == 900)
    let blocks = info["blocks"] as? [[String: Any]] ?? []
    #expect(blocks.map { $0["rows"] as? Int } == [600, 300])
    #expect(blocks.allSatisfy { ($0["digest"] as? String)?.count == 16 })
    let columns = info["columns"] as? [[String: Any]] ?? []
    #expect(columns.count == 10 && columns[5]["levels"] as? Int == 2)
  }

  /// A packed table in the place of a model, and a model in the place of a table.
  @Test func otherFilesAreNamed() throws {
    let program = try Self.program()
    let model = try program.run(
      "predict", "--data", "t.csv", "--model", "t.eqp", "--output", "p.csv")
    #expect(model.code == 3 && model.errors.contains("a packed table"), "\(model.errors)")
    let info = try program.run("info", "t.csv")
    #expect(info.code == 3)
  }
}
