import Foundation
import Testing

@Suite struct HelpTests {
  private func sections(_ help: String) -> [String] {
    help.split(separator: "\n").filter { $0.hasSuffix(":") && $0 == $0.uppercased() }
      .map(String.init)
  }

  /// Sixty options in a row are read by nobody.
  @Test(
    arguments: [
      ["audit"], ["compare"], ["train"], ["predict"], ["frontier"], ["watch"], ["explain"],
      ["explore"],
      ["preprocess"], ["postprocess"], ["describe"], ["bench"],
      ["report", "ll144"],
      ["report", "four-fifths"],
      ["report", "datasheet"], ["report", "model-card"],
    ])
  func manyOptionsStandUnderHeads(_ command: [String]) throws {
    let help = try Program().execute(command + ["--help"]).output
    let heads = sections(help)
    #expect(heads.contains("DATA:") && heads.contains("OUTPUT:") && heads.contains("COMMON:"))
    // Each option once, wherever it stands.
    let options = help.split(separator: "\n").compactMap { line -> String? in
      guard line.hasPrefix("  --") else { return nil }
      return String(line.dropFirst(2).prefix { $0 != " " && $0 != "," })
    }
    #expect(Set(options).count == options.count, "\(options)")
    #expect(options.contains("--sensitive") && options.contains("--threads"))
  }

  /// A command that a help page breaks apart cannot be copied.
  @Test(
    arguments: [
      "audit", "bench", "compare", "describe", "explain", "explore", "export", "frontier",
      "generate", "info",
      "kernels", "log", "methods", "pack", "postprocess", "predict", "preprocess", "report",
      "requirements", "run", "train", "watch",
    ])
  func examplesFitOnTheirLines(_ command: String) throws {
    let help = try Program().run(command, "--help").output
    #expect(help.contains("OVERVIEW:"))
    #expect(!help.split(separator: "\n").contains { $0.allSatisfy { " \\".contains($0) } })
  }

  @Test func fewOptionsNeedNone() throws {
    let heads = sections(try Program().run("info", "--help").output)
    #expect(!heads.contains("COMMON:") && heads.contains("OPTIONS:"))
  }

  /// Options under a head reach the job, and both names of a document's file are one option.
  @Test(arguments: ["--report", "--output"]) func bothNamesOfADocumentsFile(_ name: String) throws {
    let program = try Program()
    try program.file("rows.csv", loans(300))
    for (number, command) in [
      ["audit", "--data", "rows.csv", "--label", "repaid", "--sensitive", "sex"],
      ["describe", "--data", "rows.csv"],
      ["report", "datasheet", "--data", "rows.csv"],
      [
        "report", "four-fifths", "--data", "rows.csv", "--sensitive", "sex", "--prediction",
        "repaid",
      ],
      [
        "compare", "--data", "rows.csv", "--label", "repaid", "--sensitive", "sex", "--methods",
        "logistic",
      ],
    ].enumerated() {
      let outcome = try program.execute(command + [name, "\(number).html", "--quiet"])
      #expect(outcome.code == 0 && program.exists("\(number).html"), "\(outcome.errors)")
    }
    let both = try program.run(
      "audit", "--data", "rows.csv", "--label", "repaid", "--sensitive", "sex", "--report", "a.md",
      "--output", "b.md", "--quiet")
    #expect(both.code == 0 && program.exists("a.md") && program.exists("b.md"), "\(both.errors)")
  }

  @Test(
    arguments: [
      (["audi", "--data", "x"], "equipoise audit"), (["report", "datashet"], "report datasheet"),
      (["log", "verfy", "x"], "log verify"), (["help", "audi"], "equipoise audit"),
    ])
  func aMisspeltCommandIsAllThatIsSaid(_ example: ([String], String)) throws {
    let outcome = try Program().execute(example.0)
    #expect(outcome.code == 2 && outcome.errors.contains("Did you mean '"))
    #expect(outcome.errors.contains(example.1 + "'?"), "\(outcome.errors)")
    #expect(!outcome.errors.contains("nknown option") && !outcome.errors.contains("nexpected"))
  }

  @Test func aCommandThatNobodyMeantListsWhatThereIs() throws {
    let outcome = try Program().run("report", "qqqqqqqq")
    #expect(outcome.code == 2 && outcome.errors.contains("model-card, datasheet"))
  }

  /// No least number of the machine, no greatest, and no number on two lines.
  @Test(arguments: ["penalized", "group-thresholds", "adversarial", "reductions", "logistic"])
  func rangesAreInWords(_ method: String) throws {
    let text = try Program().run("methods", method).output
    #expect(text.contains("at least 0") || text.contains("above 0") || text.contains("at least 1"))
    for bad in ["e-308", "9223372036854775807", "…1000000", "e-0"] {
      #expect(!text.contains(bad), "\(bad) in \(text)")
    }
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(!text.contains(/[0-9]e-?\n/))
  }

  @Test(
    arguments: [
      ("a.csv", "x,y\n1,2\n", "a table (CSV)"), ("a.json", "{\"a\": 1}", "JSON"),
      ("e", "", "empty"),
    ])
  func infoSaysWhatAnotherFileIs(_ example: (String, String, String)) throws {
    let program = try Program()
    try program.file(example.0, example.1)
    let outcome = try program.run("info", example.0)
    #expect(outcome.code == 3 && outcome.errors.contains(example.2), "\(outcome.errors)")
    let log = try program.run("log", "verify", example.0)
    #expect(log.code == 3 && !log.errors.contains("cut off"), "\(log.errors)")
    let folder = try program.run("info", ".")
    #expect(folder.code == 3 && folder.errors.contains("a folder"), "\(folder.errors)")
  }

  @Test func oneThingIsNotMany() throws {
    let program = try Program()
    try program.file("rows.csv", loans(300))
    _ = try program.run("log", "append", "audit.log", "--message", "hi")
    let log = try program.run("log", "verify", "audit.log")
    #expect(log.output.hasPrefix("1 entry holds; "), "\(log.output)")
    let fit = try program.run(
      "train", "group-thresholds", "--data", "rows.csv", "--label", "repaid", "--sensitive", "sex",
      "--model", "m.eqp", "--quiet")
    #expect(!fit.output.contains("1 iterations"))
    let info = try program.run("info", "m.eqp").output
    #expect(!info.contains(/\b1 iterations/), "\(info)")
    #expect(!info.contains(/[0-9]e-0/) && !info.contains(/[0-9]{8}e-/), "\(info)")
  }

  /// A pipe gets notes and no progress.
  @Test func progressIsForTerminals() throws {
    let outcome = try Program().run(
      "compare", "--dataset", "german", "--methods", "logistic,penalized,reductions")
    #expect(outcome.code == 0 && !outcome.errors.contains("%"), "\(outcome.errors)")
    #expect(!outcome.errors.contains("comparing"))
  }
}
