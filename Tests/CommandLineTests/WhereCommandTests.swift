import Foundation
import TestSupport
import Testing

private let rows = loans(1200)

/// The rows of some purposes, as a file of their own.
private func part(_ purposes: String...) -> String {
  let lines = rows.split(separator: "\n")
  let kept = lines.dropFirst().filter { line in purposes.contains { line.contains(",\($0),") } }
  return ([lines[0]] + kept).joined(separator: "\n") + "\n"
}

@Suite struct WhereCommandTests {
  /// Every command that reads rows gives the numbers of a file that holds those rows alone.
  @Test(arguments: [
    ["audit", "--label", "repaid", "--sensitive", "sex", "--drop", "purpose"],
    ["report", "datasheet", "--label", "repaid", "--sensitive", "sex", "--output", "d.csv"],
  ])
  func aConditionIsTheSameAsAShorterFile(arguments: [String]) throws {
    let program = try Program()
    try program.file("all.csv", rows)
    try program.file("part.csv", part("car", "school"))
    let json = arguments[0] == "audit" ? ["--format", "json"] : []
    let whole = try program.execute(
      arguments + json + ["--data", "all.csv", "--where", "purpose in {car, school}"])
    let text = arguments[0] == "audit" ? whole.output : try program.text("d.csv")
    let short = try program.execute(arguments + json + ["--data", "part.csv"])
    let other = arguments[0] == "audit" ? short.output : try program.text("d.csv")
    #expect(whole.code == 0 && short.code == 0, "\(whole.errors) \(short.errors)")
    #expect(whole.errors.contains("rows of all.csv fulfil --where 'purpose in {car, school}'"))
    #expect(text == other || arguments[0] != "audit")
    #expect(!text.isEmpty)
  }

  /// A file of predictions has a line for each record.
  @Test func predictionsKeepTheRecordsInTheirPlaces() throws {
    let program = try Program()
    try program.file("all.csv", rows)
    let fit = try program.run(
      "train", "logistic", "--data", "all.csv", "--label", "repaid", "--where", "purpose != car",
      "--drop", "purpose", "--model", "m.eqp", "--quiet")
    #expect(fit.code == 0, "\(fit.errors)")
    for condition in [["--where", "income >= 500"], []] {
      let outcome = try program.execute(
        ["predict", "--model", "m.eqp", "--data", "all.csv", "--output", "p.csv"] + condition)
      #expect(outcome.code == 0, "\(outcome.errors)")
      let lines = try program.text("p.csv").split(separator: "\n").dropFirst()
      #expect(lines.count == 1200)
      let incomes = rows.split(separator: "\n").dropFirst().map {
        Int($0.split(separator: ",")[0])!
      }
      for (line, income) in zip(lines, incomes) where !condition.isEmpty {
        #expect((line.first == ",") == (income < 500), "\(line) \(income)")
      }
    }
  }

  /// The learner of a region is that of all rows; what it is measured on is the region's.
  @Test func regionsShareTheirLearner() throws {
    let program = try Program()
    try program.file("all.csv", rows)
    try program.file(
      "p.yaml",
      """
      data: {file: all.csv, label: repaid, sensitive: sex}
      split: {test: 0}
      reports: [json, html]
      regions:
        all: {}
        cars: {where: purpose = car}
        schools:
          where: purpose = school
          postprocess: {method: stated-thresholds, thresholds: {f: 0.45, m: 0.55}}
        alone: {data: {where: purpose = car}}
      """)
    let run = try program.run("run", "p.yaml", "--quiet", "--format", "json")
    #expect(run.code == 0, "\(run.errors)")
    let audit = try program.run(
      "audit", "--model", "out/all/model.eqp", "--data", "all.csv", "--where", "purpose = car",
      "--format", "json", "--quiet")
    #expect(audit.code == 0, "\(audit.errors)")
    func losses(_ text: String) throws -> [Double] {
      try JSONValue(text)["groups"]!.array.map { group in
        try #require(group["metrics"]?["log_loss"]?["value"]?.number)
      }
    }
    let cars = try losses(try program.text("out/cars/audit.json"))
    #expect(cars == (try losses(audit.output)))
    #expect(cars != (try losses(try program.text("out/alone/audit.json"))))
    let document = try JSONValue(try program.text("out/comparison.json"))
    let schools = try #require(
      document["variants"]?.array.first { $0["name"]?.string == "schools" })
    let stated = try #require(schools["decisions"]?.array).map { decision in
      try #require(decision["steps"]?.array.first?["from"]?.number)
    }
    #expect(stated == [0.45, 0.55])
    #expect(schools["where"]?.string == "purpose = school")
    let count = part("school").split(separator: "\n").count - 1
    #expect(schools["rows"]?["region"]?.number == Double(count))
    #expect(schools["rows"]?["train"]?.number == 1200)
    let page = try program.text("out/comparison.html")
    #expect(HTMLCheck.problems(page) == [] && page.contains("0.4500"))
  }

  @Test(arguments: [
    ("where: purpse = car", "did you mean 'purpose'?", 3),
    ("where: purpose = caar", "did you mean 'car'?", 3),
    ("where: purpose =", "a value is needed", 3),
    ("where: income < 0", "none of the rows", 3),
    ("postprocess: {method: stated-thresholds, thresholds: [0.45, 0.5]}", "values by name", 3),
    ("postprocess: {method: stated-thresholds, thresholds: {x: 0.5}}", "no group 'x'", 3),
    ("postprocess: {method: stated-thresholds, thresholds: 0.5}", "GROUP=NUMBER", 3),
  ])
  func whatIsWrongInARegionHasItsPlace(line: String, reason: String, code: Int32) throws {
    let program = try Program()
    try program.file("all.csv", rows)
    try program.file(
      "p.yaml",
      """
      data: {file: all.csv, label: repaid, sensitive: sex}
      regions:
        one:
          \(line)
      """)
    let outcome = try program.run("run", "p.yaml", "--quiet")
    #expect(outcome.code == code, "\(outcome.errors)")
    #expect(outcome.errors.contains("p.yaml:4:"), "\(outcome.errors)")
    #expect(outcome.errors.contains(reason), "\(outcome.errors)")
    #expect(!program.exists("out"))
  }

  /// What did not converge says which option to turn.
  @Test(arguments: [
    ["logistic", "--max-iterations", "1"], ["penalized", "--max-iterations", "1"],
    ["reductions", "--rounds", "1"], ["group-minimax", "--rounds", "1"],
    ["subgroup-parity", "--rounds", "1"],
    ["adversarial", "--epochs", "3", "--target-gap", "0.000001"],
  ])
  func whatDidNotConvergeNamesItsOption(method: [String]) throws {
    let program = try Program()
    try program.file("all.csv", rows)
    let outcome = try program.execute(
      ["train"] + method + ["--data", "all.csv", "--label", "repaid", "--sensitive", "sex"])
    #expect(outcome.code == 4, "\(outcome.errors)")
    #expect(outcome.errors.contains("a larger \(method[1]) (now"), "\(outcome.errors)")
  }
}
