import Foundation
import Testing

@Suite struct CommandLineTests {
  @Test func theMainJobRunsFromTrainingToAudit() throws {
    let program = try Program()
    try program.file("loans.csv", loans(2_000))
    let train = try program.run(
      "train", "penalized", "--data", "loans.csv", "--label", "repaid", "--sensitive", "sex",
      "--strength", "5", "--model", "m.eqp", "--format", "json", "--quiet")
    #expect(train.code == 0 && train.errors.isEmpty, "\(train.errors)")
    #expect(train.json["schema"] as? String == "equipoise.fit/1")
    let needed: Set = [
      "method", "options", "seed", "status", "iterations", "objective", "certificate", "seconds",
      "peak_memory_bytes", "train", "test", "oracle_calls",
    ]
    #expect(needed.isSubset(of: train.json.keys))
    #expect((train.json["options"] as? [String: Any])?["strength"] as? Double == 5)
    let predict = try program.run(
      "predict", "--model", "m.eqp", "--data", "loans.csv", "--output", "p.csv")
    #expect(predict.code == 0, "\(predict.errors)")
    let lines = try String(contentsOfFile: program.folder + "/p.csv", encoding: .utf8)
      .split(separator: "\n")
    #expect(lines.count == 2_001 && lines[0] == "score,probability,prediction")
    let audit = try program.run(
      "audit", "--model", "m.eqp", "--data", "loans.csv", "--format", "json")
    #expect(audit.code == 0, "\(audit.errors)")
    #expect(audit.json["schema"] as? String == "equipoise.audit/1")
    #expect(audit.json["rows"] as? Int == 2_000)
    let positive = lines.dropFirst().count { $0.hasSuffix(",1") }
    let overall = audit.json["overall"] as? [String: [String: Any]]
    let rate = overall?["selection_rate"]?["value"] as? Double
    #expect(abs(rate! - Double(positive) / 2_000) < 1e-12)
  }

  @Test func comparingPrintsOneTableOrOneDocument() throws {
    let program = try Program()
    let table = try program.run("compare", "--dataset", "adult", "--sensitive", "sex")
    #expect(table.code == 0, "\(table.errors)")
    #expect(table.output.contains("penalized") && table.output.contains("accuracy"))
    let document = try program.run(
      "compare", "--dataset", "german", "--methods", "logistic,penalized", "--format", "json",
      "--quiet")
    let runs = document.json["runs"] as? [[String: Any]]
    #expect(document.json["schema"] as? String == "equipoise.runs/1" && runs?.count == 2)
    let flags = runs?.compactMap { $0["pareto"] as? Bool } ?? []
    #expect(flags.count == 2)
  }

  @Test func standardInputAndGeneratedDataAreData() throws {
    let program = try Program()
    let audit = try program.run(
      "audit", "--data", "-", "--label", "repaid", "--sensitive", "sex", "--format", "json",
      input: loans(300))
    #expect(audit.code == 0, "\(audit.errors)")
    let made = try program.run(
      "generate", "--rows", "5000", "--features", "3", "--categorical", "1", "--output", "g.csv",
      "--quiet")
    #expect(made.code == 0)
    let again = try program.run(
      "generate", "--rows", "5000", "--features", "3", "--categorical", "1", "--output", "h.csv",
      "--threads", "1", "--quiet")
    #expect(again.code == 0)
    #expect(
      FileManager.default.contentsEqual(
        atPath: program.folder + "/g.csv", andPath: program.folder + "/h.csv"))
    let fit = try program.run(
      "train", "logistic", "--data", "g.csv", "--label", "label", "--sensitive", "group",
      "--format", "json")
    #expect(fit.json["status"] as? String == "converged")
  }

  @Test(
    arguments: [
      (["train", "nonsense", "--dataset", "adult"], 2, "no such method"),
      (["train", "logistc", "--dataset", "adult"], 2, "did you mean 'logistic'"),
      (["train", "penalized", "--dataset", "adult", "--strenght", "1"], 2, "--strength"),
      (["train", "penalized", "--dataset", "adult", "--strength", "-1"], 2, "at least 0"),
      (["train", "penalized", "--dataset", "adlut"], 2, "did you mean 'adult'"),
      (["train", "logistic"], 2, "--data"),
      (["compare", "--dataset", "adult", "--threads", "0"], 2, "--threads"),
      (["audit", "--data", "none.csv", "--label", "y", "--sensitive", "g"], 3, "none.csv"),
      (["audit", "--dataset", "adult", "--sensitive", "sexx"], 3, "did you mean 'sex'"),
      (["audit", "--dataset", "compas", "--fail-on", "base_rate.difference>0.1"], 5, "gate"),
      (["audit", "--dataset", "compas", "--fail-on", "base_rate 0.1"], 2, "METRIC.difference"),
      (["train", "logistic", "--dataset", "german", "--max-iterations", "0"], 4, "tolerance"),
      (["predict", "--dataset", "adult", "--model", "no.eqp", "--output", "p"], 3, "no.eqp"),
      (["generate", "--rows", "0", "--output", "x.csv"], 2, "--rows"),
      (["generate", "--rows", "9", "--output", "no/such/x.csv"], 3, "no/such/x.csv"),
      (["postprocess", "--dataset", "german", "--score", "age"], 2, "METHOD"),
      (
        ["postprocess", "group-treshold", "--dataset", "german", "--score", "age"], 2,
        "did you mean"
      ),
      (["frontier", "logistic", "--dataset", "german"], 2, "dial"),
    ] as [([String], Int32, String)])
  func failuresHaveTheirCodeAndSayWhatToDo(_ example: ([String], Int32, String)) throws {
    let (arguments, code, message) = example
    let program = try Program()
    let outcome = try program.execute(arguments)
    #expect(outcome.code == code, "\(outcome.errors)")
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
    if code != 4 && code != 5 { #expect(outcome.output.isEmpty) }
  }

  @Test func helpTeachesAndEveryCommandHasAnExample() throws {
    let program = try Program()
    let root = try program.run("--help")
    #expect(root.code == 0 && root.output.contains("Exit codes"))
    let commands = [
      "compare", "run", "train", "predict", "audit", "frontier", "report", "log", "methods",
      "generate", "preprocess", "postprocess", "export", "info",
    ]
    for command in commands {
      let help = try program.run(command, "--help")
      #expect(help.code == 0 && help.output.contains("equipoise \(command)"), "\(command)")
      #expect(root.output.contains(command))
    }
  }

  /// Fitted on one file, applied to another; a model of ours does the same job in one command.
  @Test func scoresOfAnyModelBecomeDecisions() throws {
    let program = try Program()
    try program.file("loans.csv", loans(2_000))
    _ = try program.run(
      "train", "logistic", "--data", "loans.csv", "--label", "repaid", "--sensitive", "sex",
      "--model", "m.eqp", "--quiet")
    _ = try program.run("predict", "--model", "m.eqp", "--data", "loans.csv", "--output", "p.csv")
    func lines(_ name: String) throws -> [Substring] {
      try String(contentsOfFile: program.folder + "/" + name, encoding: .utf8)
        .split(separator: "\n")
    }
    let joined = zip(try lines("loans.csv"), try lines("p.csv")).map { $0 + "," + $1 }
    try program.file("scored.csv", joined.joined(separator: "\n") + "\n")
    let fit = try program.run(
      "postprocess", "group-thresholds", "--data", "scored.csv", "--label", "repaid",
      "--sensitive", "sex", "--score", "probability", "--bound", "0.005", "--rule", "r.json",
      "--output", "d.csv", "--format", "json", "--quiet")
    #expect(fit.code == 0 && fit.errors.isEmpty, "\(fit.errors)")
    let after = fit.json["after"] as? [String: Double],
      before = fit.json["before"] as? [String: Double]
    #expect(after!["selection_rate.difference"]! <= 0.005)
    #expect(before!["selection_rate.difference"]! > 0.005)
    let again = try program.run(
      "postprocess", "--apply", "r.json", "--data", "scored.csv", "--sensitive", "sex", "--score",
      "probability", "--output", "e.csv")
    #expect(again.code == 0, "\(again.errors)")
    #expect(
      FileManager.default.contentsEqual(
        atPath: program.folder + "/d.csv", andPath: program.folder + "/e.csv"))
    let model = try program.run(
      "train", "group-thresholds", "--data", "loans.csv", "--label", "repaid", "--sensitive", "sex",
      "--bound", "0.02", "--model", "g.eqp", "--test", "0", "--quiet")
    #expect(model.code == 0, "\(model.errors)")
    let decided = try program.run(
      "predict", "--model", "g.eqp", "--data", "loans.csv", "--output", "-")
    #expect(decided.code == 0 && decided.output.split(separator: "\n").count == 2_001)
    for (text, message) in [
      ("0.5,x,no\n", "'x'"), ("NaN,m,no\n", "line 3"), ("0.5,f,no\n", ""),
    ] {
      try program.file("new.csv", "probability,sex,repaid\n0.4,m,yes\n" + text)
      let applied = try program.run(
        "postprocess", "--apply", "r.json", "--data", "new.csv", "--sensitive", "sex", "--score",
        "probability", "--output", "-")
      #expect(applied.code == (message.isEmpty ? 0 : 3), "\(text) \(applied.errors)")
      #expect(message.isEmpty || applied.errors.contains(message), "\(applied.errors)")
    }
  }

  @Test func unprocessedModelsStandBesideTheirOwn() throws {
    let program = try Program()
    let document = try program.run(
      "compare", "--dataset", "german", "--methods", "logistic,group-thresholds", "--unprocess",
      "--format", "json", "--quiet")
    let names = (document.json["runs"] as? [[String: Any]])?.compactMap { $0["method"] as? String }
    #expect(
      names == [
        "logistic", "logistic, unprocessed", "group-thresholds", "group-thresholds, unprocessed",
      ])
  }

  @Test func aDamagedModelIsRefused() throws {
    let program = try Program()
    let trained = try program.run(
      "train", "logistic", "--dataset", "german", "--model", "m.eqp", "--quiet")
    #expect(trained.code == 0)
    var bytes = try Data(contentsOf: URL(fileURLWithPath: program.folder + "/m.eqp"))
    bytes[bytes.count - 3] ^= 1
    try bytes.write(to: URL(fileURLWithPath: program.folder + "/m.eqp"))
    let predict = try program.run(
      "predict", "--dataset", "german", "--model", "m.eqp", "--output", "p.csv")
    #expect(predict.code == 3 && predict.errors.contains("m.eqp") && !program.exists("p.csv"))
  }
}

@Suite struct KernelsCommandTests {
  @Test func measuresNamedCases() throws {
    let program = try Program()
    let outcome = try program.run(
      "kernels", "evaluate-f32", "fit-codes", "--scale", "0.02", "--repetitions", "1", "--format",
      "json", "--quiet")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let cases = outcome.json["cases"] as? [[String: Any]] ?? []
    #expect(cases.map { $0["name"] as? String } == ["evaluate-f32", "fit-codes"])
    #expect(cases.last?["status"] as? String == "converged")
    for item in cases { #expect(item["median_seconds"] as? Double ?? 0 > 0) }
  }

  @Test func namesTheNearestCase() throws {
    let outcome = try Program().run("kernels", "fit-code")
    #expect(outcome.code == 3 || outcome.code == 2)
    #expect(outcome.errors.contains("fit-codes"))
  }
}
