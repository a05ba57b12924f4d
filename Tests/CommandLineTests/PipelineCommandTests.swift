import Foundation
import TestSupport
import Testing

private let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent()
  .appendingPathComponent("Examples/Pipelines")

extension Program {
  /// All files below a folder, by path, with their bytes.
  fileprivate func tree(_ name: String) -> [String: Data] {
    let root = folder + "/" + name
    let names = FileManager.default.enumerator(atPath: root)?.allObjects as? [String] ?? []
    return Dictionary(
      uniqueKeysWithValues: names.compactMap { path in
        FileManager.default.contents(atPath: root + "/" + path).map { (path, $0) }
      })
  }

  fileprivate func example(_ name: String) throws {
    try FileManager.default.copyItem(
      atPath: examples.appendingPathComponent(name).path, toPath: folder + "/" + name)
  }

  /// The commands of an example's own comments, with the paths of this folder.
  fileprivate func commands(of example: String) throws -> [[String]] {
    try text(example).replacing("\\\n#", with: "").split(separator: "\n").filter {
      $0.hasPrefix("#   equipoise ")
    }.map { line in
      line.dropFirst("#   equipoise ".count).replacing("Examples/Pipelines/", with: "")
        .split(separator: " ").map(String.init)
    }
  }
}

/// Rows whose test part is a file of its own.
private func split(_ program: Program) throws {
  try program.file("train.csv", loans(900))
  try program.file("test.csv", loans(400))
}

private let staged = """
  pipeline: p
  data: {file: train.csv, label: repaid, sensitive: sex}
  split: {test: test.csv, validation: 0.25}
  learner: {method: penalized, strength: 1}
  postprocess: [{method: group-thresholds, bound: 0.05}]
  reports: [html, markdown, json, csv, model-card, datasheet, four-fifths, evidence]
  variants:
    a: {title: First}
    b: {learner: logistic, postprocess: [relaxed-parity, unprocessing]}
  """

@Suite struct PipelineCommandTests {
  /// Its own variants are in order; under a pack of another region the thresholds are refused.
  @Test func theExampleOfRequirementsRunsAsItSays() throws {
    let program = try Program()
    try program.example("requirements.yaml")
    try program.example("loans.csv")
    let commands = try program.commands(of: "requirements.yaml")
    #expect(commands.count == 2)
    let checked = try program.execute(commands[0])
    #expect(checked.code == 5)
    #expect(
      checked.errors.contains(
        "'group-thresholds' sets thresholds by group, which the pack 'us-credit' refuses"))
    let done = try program.execute(commands[1] + ["--format", "json"])
    #expect(done.code == 0, "\(done.errors)")
    #expect(done.errors.contains("of which the pack 'uk-equality' warns"))
    let variants = try #require(done.json["variants"] as? [[String: Any]])
    let packs = variants.compactMap { ($0["requirements"] as? [[String: Any]])?.first }
    #expect(packs.compactMap { $0["id"] as? String } == ["us-credit", "sg-feat", "uk-equality"])
    #expect(packs.allSatisfy { ($0["sha256"] as? String)?.count == 64 })
    try program.file(
      "p.yaml",
      try program.text("requirements.yaml").replacing("uk-equality", with: "us-employment"))
    let refused = try program.execute(["run", "p.yaml", "--dry-run"])
    #expect(refused.code == 3)
    #expect(refused.errors.contains("p.yaml:44:27: 'group-thresholds' sets thresholds by group"))
  }

  /// Before mitigation the groups are selected at rates 20 points apart, after it no further than
  /// the gate allows.
  @Test func theHiringExampleRunsAsItSays() throws {
    let program = try Program()
    try program.example("hiring.yaml")
    try program.example("applicants.csv.gz")
    let commands = try program.commands(of: "hiring.yaml")
    #expect(commands.count == 2)
    let outcome = try program.execute(commands[0] + ["--quiet", "--format", "json"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    func gap(_ name: String) throws -> Double {
      let variants = try #require(outcome.json["variants"] as? [[String: Any]])
      let found = try #require(variants.first { $0["name"] as? String == name })
      let fit = try #require(found["fit"] as? [String: Any])
      let test = try #require(fit["test"] as? [String: Any])
      return try #require(test["selection_rate.difference"] as? Double)
    }
    let before = try gap("as-is")
    #expect((0.17...0.23).contains(before), "\(before)")
    #expect(try gap("before") < before - 0.03)
    for name in ["learner", "thresholds", "both"] {
      let after = try gap(name)
      #expect(after <= 0.08, "\(name): \(after)")
    }
    let page = try program.text("out/comparison.html")
    #expect(HTMLCheck.problems(page) == [] && page.contains("as-is, unprocessed"))
  }

  /// The applicants that lie beside the example are those that it says how to make.
  @Test func theApplicantsAreThoseThatAreGenerated() throws {
    let program = try Program()
    try program.example("hiring.yaml")
    try program.example("applicants.csv.gz")
    let command = try program.commands(of: "hiring.yaml")[1]
    #expect(try program.execute(command + ["--quiet"]).code == 0)
    func audit(_ file: String) throws -> NSDictionary {
      let outcome = try program.run(
        "audit", "--data", file, "--label", "label", "--sensitive", "group", "--format", "json")
      var found = outcome.json
      #expect(found["rows"] as? Int == 6000)
      found["source"] = nil
      return found as NSDictionary
    }
    #expect(try audit("applicants.csv") == audit("applicants.csv.gz"))
  }

  @Test func theCreditExampleServesThreeRegions() throws {
    let program = try Program()
    try program.example("credit.yaml")
    try program.example("loans.csv")
    let commands = try program.commands(of: "credit.yaml")
    let outcome = try program.execute(commands[0] + ["--quiet"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    for region in ["as-is", "us", "eu", "sg"] {
      #expect(outcome.output.contains("\n\(region) "), "\(outcome.output)")
      for file in ["model.eqp", "audit.html", "audit.md", "audit.json", "model-card.html"] {
        #expect(program.exists("out/\(region)/\(file)"), "\(region)/\(file)")
      }
    }
    let eu = try JSONValue(try program.text("out/eu/audit.json"))
    #expect(eu["groups"]?.array.contains { $0["attribute"]?.string == "sex×age" } == true)
    // A region's thresholds stand beside the others'.
    let document = try JSONValue(try program.text("out/comparison.json"))
    let variants = try #require(document["variants"]?.array)
    #expect(variants.map { $0["decisions"] != nil } == [false, true, true, true])
    #expect(
      variants.dropFirst().map { $0["where"]?.string }
        == ["us", "eu", "sg"].map { "region = \($0)" })
    for page in ["out/comparison.html", "out/us/audit.html", "out/sg/model-card.html"] {
      #expect(HTMLCheck.problems(try program.text(page)) == [], "\(page)")
    }
    let one = try program.run(
      "run", "credit.yaml", "--variants", "us", "--output-directory", "one", "--quiet")
    #expect(one.code == 0 && program.tree("one")["eu/model.eqp"] == nil)
    // A variant does not depend on which others run beside it.
    #expect(program.tree("one")["us/model.eqp"] == program.tree("out")["us/model.eqp"])
  }

  /// Whatever the number of threads and the folder, the files are the same; the list names them all.
  @Test func theSameInputGivesTheSameBytes() throws {
    let program = try Program()
    try split(program)
    try program.file("p.yaml", staged)
    for (folder, threads) in [("one", "1"), ("two", "2"), ("four", "4")] {
      let outcome = try program.run(
        "run", "p.yaml", "--output-directory", folder, "--threads", threads, "--quiet")
      #expect(outcome.code == 0, "\(outcome.errors)")
    }
    let one = program.tree("one")
    #expect(one == program.tree("two") && one == program.tree("four"))
    #expect(one.count > 20, "\(one.keys.sorted())")
    let listed = try program.text("one/SHA256SUMS").split(separator: "\n").map {
      String($0.dropFirst(66))
    }
    let inPacks = one.keys.filter { $0.contains("/evidence/") && !$0.hasSuffix("SHA256SUMS") }
    #expect(Set(listed) == Set(one.keys).subtracting(inPacks).subtracting(["SHA256SUMS"]))
    let verified = try program.run("log", "verify", "one/a/evidence")
    #expect(verified.code == 0, "\(verified.errors)")
    let used = try program.run(
      "predict", "--model", "one/a/model.eqp", "--data", "test.csv", "--output", "scored.csv",
      "--quiet")
    #expect(used.code == 0, "\(used.errors)")
  }

  /// Nothing of the test rows goes into a model: neither their labels nor anything else of them.
  @Test func testRowsDoNotReachTheModels() throws {
    let program = try Program()
    try split(program)
    try program.file("p.yaml", staged)
    #expect(try program.run("run", "p.yaml", "--output-directory", "one", "--quiet").code == 0)
    let lines = try program.text("test.csv").split(separator: "\n").map(String.init)
    // Labels turned round, incomes multiplied, a purpose that no training row has.
    let changed = lines.dropFirst().map { line in
      let fields = line.split(separator: ",").map(String.init)
      return "\(fields[0])00,boat,\(fields[2]),\(fields[3] == "yes" ? "no" : "yes")"
    }
    try program.file("test.csv", ([lines[0]] + changed).joined(separator: "\n") + "\n")
    #expect(try program.run("run", "p.yaml", "--output-directory", "two", "--quiet").code == 0)
    let one = program.tree("one"), two = program.tree("two")
    for name in ["a/model.eqp", "b/model.eqp"] { #expect(one[name] == two[name], "\(name)") }
    for name in ["a/audit.json", "comparison.json"] { #expect(one[name] != two[name], "\(name)") }
    // The rows that rules are fitted to do reach them, so that the test can see a leak.
    try program.file("p.yaml", staged.replacing("validation: 0.25", with: "validation: test.csv"))
    #expect(try program.run("run", "p.yaml", "--output-directory", "three", "--quiet").code == 0)
    #expect(program.tree("three")["a/model.eqp"] != one["a/model.eqp"])
  }

  /// Scores from outside: no features, no learner; the model file is the rule over the column.
  @Test func outsideScoresNeedNoLearner() throws {
    let program = try Program()
    var text = "p,sex,repaid\n"
    for i in 0..<600 {
      let p = Double(i * 37 % 101) / 100
      text += "\(p),\(i % 3 == 0 ? "f" : "m"),\((i * 53 % 97) < Int(20 + 60 * p) ? 1 : 0)\n"
    }
    try program.file("scored.csv", text)
    try program.file(
      "p.yaml",
      """
      data: {file: scored.csv, label: repaid, sensitive: sex}
      learner: {score: p}
      variants:
        cut: {}
        fair: {postprocess: [{method: group-thresholds, bound: 0.02}]}
        drawn: {postprocess: [relaxed-parity]}
      """)
    let outcome = try program.run("run", "p.yaml", "--quiet")
    #expect(outcome.code == 0, "\(outcome.errors)")
    for name in ["cut", "fair", "drawn"] {
      let used = try program.run(
        "predict", "--model", "out/\(name)/model.eqp", "--data", "scored.csv", "--output",
        "\(name).csv", "--quiet")
      #expect(used.code == 0, "\(used.errors)")
    }
    let first = try program.text("cut.csv").split(separator: "\n")[2]
    #expect(first == "0.37,0.37,0")
  }

  @Test func gatesStopAReleaseAndEverythingIsWritten() throws {
    let program = try Program()
    try program.file("p.yaml", "data: {dataset: german}\nfail_on: selection_rate.difference>0.0001")
    let outcome = try program.run("run", "p.yaml", "--quiet")
    #expect(outcome.code == 5 && outcome.errors.contains("p: selection_rate.difference of "))
    #expect(program.exists("out/SHA256SUMS") && outcome.output.contains("exceeded"))
    try program.file("q.yaml", "data: {dataset: german}\nlearner: {max_iterations: 0}")
    let unfinished = try program.run("run", "q.yaml", "--output-directory", "q", "--quiet")
    #expect(unfinished.code == 4 && program.exists("q/q/model.eqp"), "\(unfinished.errors)")
  }

  @Test func aDryRunReadsTheRowsAndWritesNothing() throws {
    let program = try Program()
    try split(program)
    try program.file("p.yaml", staged)
    let outcome = try program.run("run", "p.yaml", "--dry-run")
    #expect(outcome.code == 0, "\(outcome.errors)")
    for words in [
      "675 rows to train, 225 to validate, 400 to test", "fitted to the validation rows",
      "the file test.csv", "a/evidence/SHA256SUMS", "Nothing was fitted or written.",
    ] { #expect(outcome.output.contains(words), "\(outcome.output)") }
    let json = try program.run("run", "p.yaml", "--dry-run", "--format", "json")
    #expect(json.json["schema"] as? String == "equipoise.pipeline-plan/1")
    #expect(program.names == ["p.yaml", "test.csv", "train.csv"])
  }

  @Test(
    arguments: [
      ("data: {dataset: german}\nlearner: x", [], 3, "p.yaml:2:10: no method 'x'"),
      ("data: {file: l.csv, label: repayd, sensitive: sex}", [], 3, "p.yaml:1:28: "),
      (
        "data: {file: l.csv, label: repayd, sensitive: sex}", ["--dry-run"], 3,
        "did you mean 'repaid'"
      ),
      ("data: {dataset: german, sensitive: six}", [], 3, "p.yaml:1:36: "),
      ("data: {dataset: german}\naudit: {reference: {sex: mail}}", [], 3, "p.yaml:2:26: "),
      (
        "data: {dataset: german}\nfail_on: selection_rat.ratio<1", [], 3,
        "p.yaml:2:10: no metric 'selection_rat'"
      ),
      (
        "data: {dataset: german}\ncompare: {disparity: x.ratio}", [], 3,
        "p.yaml:2:22: 'x.ratio': no such disparity"
      ),
      ("data: {dataset: german}", ["--variants", "us"], 2, "no such variant"),
      (
        "data: {dataset: german}\nvariants: {us: {}}", ["--variants", "uss"], 2, "did you mean 'us'"
      ),
      ("data: {dataset: german}\nnotes: l.csv", [], 3, "l.csv"),
      ("data: {dataset: german}", ["--output-directory", "l.csv"], 3, "l.csv"),
      ("seed: 1\ndata: {dataset: german}", ["--seed", "2"], 3, "p.yaml:1:1: the file has a seed"),
      ("data: {dataset: german}\n\tx: 1", [], 3, "p.yaml:2:1: no valid YAML"),
      ("data: {dataset: german}", ["--schema"], 2, "not both"),
    ] as [(String, [String], Int32, String)])
  func failuresHaveTheirPlaceAndCode(_ example: (String, [String], Int32, String)) throws {
    let (text, options, code, message) = example
    let program = try Program()
    try program.file("l.csv", loans(200))
    try program.file("p.yaml", text)
    let outcome = try program.execute(["run", "p.yaml", "--quiet"] + options)
    #expect(outcome.code == code && outcome.errors.contains(message), "\(outcome.errors)")
    #expect(program.names == ["l.csv", "p.yaml"], "nothing is written")
    let missing = try program.run("run", "none.yaml")
    #expect(missing.code == 3 && missing.errors.contains("none.yaml: cannot be read"))
  }

  /// A fit with more epochs than anybody waits for ends by the signal, and nothing is written.
  @Test func aStoppedRunWritesNothing() throws {
    let program = try Program()
    try program.file(
      "p.yaml",
      """
      data: {dataset: german}
      variants: {quick: {}, slow: {learner: {method: adversarial, pretraining: 0, epochs: 1000000}}}
      """)
    let process = program.process(["run", "p.yaml", "--quiet"])
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    defer { kill(process.processIdentifier, SIGKILL) }
    usleep(300_000)
    #expect(process.isRunning)
    kill(process.processIdentifier, SIGINT)
    process.waitUntilExit()
    #expect(process.terminationStatus == 130 && program.names == ["p.yaml"])
  }

  @Test func stagesAreComparedByTheirNames() throws {
    let program = try Program()
    let names = "logistic,logistic+group-thresholds,penalized+group-calibration+group-thresholds"
    let outcome = try program.run(
      "compare", "--dataset", "german", "--sensitive", "sex", "--methods", names, "--unprocess",
      "--format", "json", "--report", "r.html", "--quiet")
    // Few rows of a group leave its calibration unfinished, which is told and written.
    #expect([0, 4].contains(outcome.code), "\(outcome.errors)")
    let runs = try #require(outcome.json["runs"] as? [[String: Any]])
    #expect(runs.compactMap { $0["method"] as? String }.count { $0.contains("unprocessed") } == 3)
    let options = try #require(runs[4]["options"] as? [String: Any])
    #expect(options["group-thresholds.bound"] != nil && options["penalized.strength"] != nil)
    #expect(HTMLCheck.problems(try program.text("r.html")) == [])
    // One stage after logistic regression is the method of that name.
    let plain = try program.run(
      "compare", "--dataset", "german", "--sensitive", "sex", "--methods",
      "group-thresholds,logistic+group-thresholds", "--format", "json", "--quiet")
    let pair = try #require(plain.json["runs"] as? [[String: Any]])
    #expect(
      NSDictionary(dictionary: pair[0]["test"] as? [String: Any] ?? ["": 0])
        .isEqual(to: pair[1]["test"] as? [String: Any] ?? [:]))
    for (wrong, words) in [
      ("group-thresholds+logistic", "cannot stand there"), ("logistic+penalized", "cannot stand"),
      ("logistic+group-treshold", "did you mean 'group-thresholds'"),
      ("logistic+", "no such method"),
    ] {
      let refused = try program.run(
        "compare", "--dataset", "german", "--sensitive", "sex", "--methods", wrong, "--quiet")
      #expect(refused.code == 2 && refused.errors.contains(words), "\(refused.errors)")
    }
  }
}
