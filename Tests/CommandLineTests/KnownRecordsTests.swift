import Foundation
import TestSupport
import Testing

/// What a model keeps of its table: who a record is, and which groups there are.
@Suite struct KnownRecordsTests {
  private func people(_ rows: Int, sex: [String] = ["f", "m"]) -> String {
    let lines = (0..<rows).map { i in
      let income = i * 37 % 101, who = sex[i % sex.count]
      return "p\(i),\(income),\(who),\((income + (i % 2) * 20 + i * 13 % 29) > 70 ? 1 : 0)"
    }
    return (["id,income,sex,y"] + lines).joined(separator: "\n") + "\n"
  }

  /// A model that draws its decisions knows a record by the column of its fit, without being told again.
  @Test func decisionsAreDrawnByTheColumnOfTheFit() throws {
    let program = try Program()
    try program.file("a.csv", people(400))
    let roles = ["--data", "a.csv", "--label", "y", "--sensitive", "sex", "--id", "id"]
    let fit = try program.execute(["train", "reductions"] + roles + ["--model", "m.eqp"])
    #expect(fit.code == 0, "\(fit.errors)")
    let plain = ["predict", "--model", "m.eqp", "--data", "a.csv"]
    let told = try program.execute(plain + ["--id", "id", "--output", "-"])
    let known = try program.execute(plain + ["--output", "-"])
    #expect(known.code == 0 && known.output == told.output)
    #expect(known.output.hasPrefix("id,") && known.output.contains("\np399,"))
    // A table without the column is predicted by its contents.
    let rows = people(400).split(separator: "\n").map {
      $0.split(separator: ",").dropFirst().joined(separator: ",")
    }
    try program.file("b.csv", rows.joined(separator: "\n") + "\n")
    let without = try program.run(
      "predict", "--model", "m.eqp", "--data", "b.csv", "--output", "-")
    #expect(without.code == 0 && !without.output.contains("p399"), "\(without.errors)")
  }

  @Test func aGroupThatTheModelDoesNotKnowHasItsLine() throws {
    let program = try Program()
    try program.file("a.csv", people(400))
    let fit = try program.run(
      "train", "group-thresholds", "--data", "a.csv", "--label", "y", "--sensitive", "sex",
      "--drop", "id", "--model", "m.eqp")
    #expect(fit.code == 0, "\(fit.errors)")
    try program.file("n.csv", people(9, sex: ["f", "m", "m", "f", "other"]))
    for command in [["predict", "--output", "p.csv"], ["audit"]] {
      let outcome = try program.execute(command + ["--model", "m.eqp", "--data", "n.csv"])
      #expect(outcome.code == 3)
      #expect(outcome.errors.contains("n.csv, line 6"), "\(outcome.errors)")
    }
  }

  /// A model file whose first bytes are blanks to a reader of texts is a model still.
  @Test func infoReadsModelsOfAnyLength() throws {
    let program = try Program()
    try program.file("a.csv", people(120))
    for drop in ["id", "id,income"] {
      for name in ["m", "a-longer-name-of-a-model", String(repeating: "n", count: 77)] {
        let feature = drop == "id" ? [] : ["--use-sensitive"]
        let fit = try program.execute(
          [
            "train", "logistic", "--data", "a.csv", "--label", "y", "--sensitive", "sex", "--drop",
            drop, "--model", "\(name).eqp",
          ] + feature)
        #expect(fit.code == 0, "\(fit.errors)")
        let info = try program.run("info", "\(name).eqp")
        #expect(info.code == 0 && info.output.contains("logistic"), "\(info.errors)")
      }
    }
  }

  @Test func rolesOfAFitAreToldWhereTheyChangeNothing() throws {
    let program = try Program()
    try program.file("a.csv", people(120))
    _ = try program.run(
      "train", "logistic", "--data", "a.csv", "--label", "y", "--drop", "id", "--model", "m.eqp")
    let plain = ["predict", "--model", "m.eqp", "--data", "a.csv", "--output", "-"]
    let told = try program.execute(plain + ["--weights", "income", "--missing", "drop"])
    for option in ["--weights", "--missing"] {
      #expect(told.errors.contains("\(option) changes nothing here"), "\(told.errors)")
    }
    let quiet = try program.execute(plain)
    #expect(!quiet.errors.contains("changes nothing") && quiet.output == told.output)
  }

  /// What cannot be written is said before any work.
  @Test func placesAreLookedAtFirst() throws {
    let program = try Program()
    try program.file("a.csv", people(120))
    try FileManager.default.createDirectory(
      atPath: program.folder + "/d", withIntermediateDirectories: true)
    let roles = ["--data", "a.csv", "--label", "y", "--sensitive", "sex"]
    try program.file("o.csv", "no folder")
    for (arguments, reason) in [
      (["train", "logistic"] + roles + ["--model", "d"], "directory"),
      (["audit"] + roles + ["--evidence", "o.csv"], "a directory"),
      (["audit"] + roles + ["--evidence", "o.csv/x"], "a directory"),
    ] {
      let outcome = try program.execute(arguments)
      #expect(outcome.code == 3 && outcome.errors.contains(reason), "\(outcome.errors)")
      #expect(outcome.output.isEmpty)
    }
  }

  /// The commands that a description ends with run on the file that it describes.
  @Test func whatADescriptionAdvisesRuns() throws {
    let program = try Program()
    var lines = people(300).split(separator: "\n").map(String.init)
    lines[7] = "p6,forty,f,1"
    lines[9] = "p8,,m,0"
    lines[11] = "p10,17,f,"
    try program.file("a.csv", lines.joined(separator: "\n") + "\n")
    let told = try program.run(
      "describe", "--data", "a.csv", "--label", "y", "--sensitive", "sex", "--quiet")
    #expect(told.code == 0, "\(told.errors)")
    let commands = told.output.split(separator: "\n").map {
      $0.trimmingCharacters(in: .whitespaces)
    }.filter {
      $0.hasPrefix("equipoise audit ") || $0.hasPrefix("equipoise compare ")
    }
    #expect(commands.count == 2, "\(told.output)")
    for command in commands {
      var words: [String] = []
      for (place, part) in command.split(separator: "'", omittingEmptySubsequences: false)
        .enumerated()
      {
        words += place % 2 == 1 ? [String(part)] : part.split(separator: " ").map(String.init)
      }
      let outcome = try program.execute(Array(words.dropFirst()))
      #expect(outcome.code == 0, "\(command)\n\(outcome.errors)")
    }
  }

  @Test func crossesAreNamedAsTheyAreTyped() throws {
    let program = try Program()
    let rows = (0..<200).map {
      "\($0 % 2 == 0 ? "f" : "m"),\($0 % 3 == 0 ? "a" : "b"),\($0 % 7 < 4 ? 1 : 0),0.\($0 % 90 + 10)"
    }
    try program.file("d.csv", "sex,race,y,p\n" + rows.joined(separator: "\n") + "\n")
    let roles = ["--data", "d.csv", "--label", "y"]
    let audit = try program.execute(
      ["audit"] + roles + [
        "--score", "p", "--sensitive", "sex*race", "--reference", "sex*race=m*b", "--fail-on",
        "sex*race.selection_rate.ratio<0",
      ])
    #expect(audit.code == 0 && audit.output.contains("against m×b"), "\(audit.errors)")
    let rule = try program.execute(
      ["postprocess", "stated-thresholds"] + roles + [
        "--score", "p", "--sensitive", "sex,race", "--thresholds", "f*b=0.4", "--output", "p.csv",
      ])
    #expect(rule.code == 0, "\(rule.errors)")
  }

  /// A run loses its mark only to one that keeps its own.
  @Test func marksAreLostToRunsThatKeepThem() throws {
    let program = try Program()
    let outcome = try program.run(
      "compare", "--dataset", "adult", "--sensitive", "sex", "--format", "json", "--quiet",
      "--methods",
      "logistic,prejudice-remover,subgroup-parity,reweighing,massaging,group-thresholds")
    let runs = try #require(try JSONValue(outcome.output)["runs"]?.array)
    func name(_ run: JSONValue) -> String { run["label"]?.string ?? run["method"]?.string ?? "" }
    let lost = runs.filter { $0["not_told_apart_from"] != nil }
    let kept = runs.filter { $0["pareto"] == .bool(true) && $0["not_told_apart_from"] == nil }
    #expect(!lost.isEmpty && kept.count > 1)
    for run in lost {
      let better = run["not_told_apart_from"]?.string
      #expect(kept.contains { name($0) == better }, "\(name(run)) lost to \(better ?? "")")
    }
  }
}
