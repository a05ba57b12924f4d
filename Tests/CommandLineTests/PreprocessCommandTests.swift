import Foundation
import Testing

@Suite struct PreprocessCommandTests {
  private func column(_ text: String, _ name: String) -> [String] {
    let lines = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let place = lines[0].firstIndex(of: name)!
    return lines.dropFirst().map { $0[place] }
  }

  private func rates(_ text: String, weights: [Double]? = nil) -> [String: Double] {
    var sums: [String: (Double, Double)] = [:]
    for (i, (sex, repaid)) in zip(column(text, "sex"), column(text, "repaid")).enumerated() {
      let weight = weights?[i] ?? 1, old = sums[sex] ?? (0, 0)
      sums[sex] = (old.0 + (repaid == "yes" ? weight : 0), old.1 + weight)
    }
    return sums.mapValues { $0.0 / $0.1 }
  }

  @Test func reweighingAddsAColumnAndChangesNothingElse() throws {
    let program = try Program()
    // Odd blanks, quotes and numbers must come out as they went in.
    var text = loans(400)
    text += "\"1,5e2\",house ,f,no\n"
    text = text.replacing("\"1,5e2\"", with: "0150.0")
    try program.file("loans.csv", text)
    let outcome = try program.run(
      "preprocess", "reweighing", "--data", "loans.csv", "--label", "repaid", "--sensitive", "sex",
      "--output", "out.csv", "--format", "json", "--quiet")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.json["schema"] as? String == "equipoise.preprocess/1")
    #expect(outcome.json["added"] as? [String] == ["weight"])
    let before = outcome.json["before"] as? [String: Double]
    let after = outcome.json["after"] as? [String: Double]
    #expect(before!["base_rate_difference"]! > 0.05 && after!["base_rate_difference"]! < 1e-12)
    let written = try program.text("out.csv")
    let kept = written.split(separator: "\n").map { (line: Substring) -> String in
      line.split(separator: ",").dropLast().joined(separator: ",")
    }
    #expect(kept.joined(separator: "\n") + "\n" == text)
    let rates = rates(written, weights: column(written, "weight").map { Double($0)! })
    #expect(abs(rates["f"]! - rates["m"]!) < 1e-12)
    let again = try program.run(
      "preprocess", "reweighing", "--data", "out.csv", "--label", "repaid", "--sensitive", "sex",
      "--weights", "weight", "--output", "twice.csv", "--quiet")
    #expect(again.code == 0)
    for weight in column(try program.text("twice.csv"), "weight") { #expect(Double(weight)! > 0) }
    #expect(
      try program.text("twice.csv").split(separator: "\n")[0] == "income,purpose,sex,repaid,weight")
  }

  /// Keys and dates are no features: a repair leaves their very text, and says so.
  @Test func keysAndDatesAreLeftAlone() throws {
    let program = try Program()
    let rows = loans(400).split(separator: "\n").map(String.init)
    let lines = rows.enumerated().map { i, line in
      let month = 10 + i % 3, day = 10 + i % 17
      let dates = "2020-\(month)-\(day),2021\(month)\(day)"
      return (i == 0 ? "id,ref,opened,when," : "\(i),R\(i),\(dates),") + line
    }
    try program.file("loans.csv", lines.joined(separator: "\n") + "\n")
    let base = [
      "preprocess", "optimal-transport", "--data", "loans.csv", "--label", "repaid", "--sensitive",
      "sex", "--output", "out.csv",
    ]
    let outcome = try program.execute(base)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(
      outcome.errors.contains(
        "left as they are, since they look like keys or dates: 'id', 'ref', 'opened', 'when'"))
    let before = try program.text("loans.csv"), after = try program.text("out.csv")
    for name in ["id", "ref", "opened", "when"] {
      #expect(column(after, name) == column(before, name), "\(name)")
    }
    #expect(column(after, "income") != column(before, "income"))
    let asked = try program.execute(base + ["--numeric", "id,when"])
    #expect(asked.code == 0 && !asked.errors.contains("'id'"), "\(asked.errors)")
    #expect(column(try program.text("out.csv"), "id") != column(before, "id"))
  }

  @Test func aRepairIsFittedOnTrainAndAppliedToTest() throws {
    let program = try Program()
    try program.file("train.csv", loans(900))
    let all = loans(1_500).split(separator: "\n")
    try program.file("test.csv", ([all[0]] + all.dropFirst(901)).joined(separator: "\n") + "\n")
    for method in ["disparate-impact-remover", "optimal-transport", "correlation-remover"] {
      let fit = try program.run(
        "preprocess", method, "--data", "train.csv", "--label", "repaid", "--sensitive", "sex",
        "--transform", "t.eqp", "--output", "train-out.csv", "--format", "json", "--quiet")
      #expect(fit.code == 0, "\(fit.errors)")
      #expect((fit.json["changed"] as? [String])?.contains("income") == true, "\(fit.output)")
      let apply = try program.run(
        "preprocess", "--apply", "t.eqp", "--data", "test.csv", "--output", "test-out.csv",
        "--quiet")
      #expect(apply.code == 0, "\(apply.errors)")
      let text = try program.text("test-out.csv")
      #expect(column(text, "sex") == column(try program.text("test.csv"), "sex"))
      #expect(column(text, "repaid") == column(try program.text("test.csv"), "repaid"))
      #expect(column(text, "income") != column(try program.text("test.csv"), "income"))
      // The rows that were fitted get the same from the file.
      let same = try program.run(
        "preprocess", "--apply", "t.eqp", "--data", "train.csv", "--output", "again.csv",
        "--quiet")
      #expect(same.code == 0)
      #expect(
        column(try program.text("again.csv"), "income")
          == column(try program.text("train-out.csv"), "income"))
      // Columns are found by name, and need no label.
      let incomes = column(text, "income").prefix(3)
      try program.file(
        "short.csv",
        "sex,income,purpose\n"
          + zip(0..<3, all.dropFirst(901)).map { _, line in
            let parts = line.split(separator: ",")
            return "\(parts[2]),\(parts[0]),\(parts[1])"
          }.joined(separator: "\n") + "\n")
      let short = try program.run(
        "preprocess", "--apply", "t.eqp", "--data", "short.csv", "--output", "-", "--quiet")
      #expect(Array(incomes) == column(short.output, "income"), "\(method) \(short.errors)")
      let stranger = try program.run(
        "preprocess", "--apply", "t.eqp", "--data", "-", "--output", "-", input: "x")
      #expect(stranger.code == 2 && stranger.errors.contains("twice"))
      try program.file("new.csv", "income,purpose,sex\n10,car,x\n")
      let unseen = try program.run(
        "preprocess", "--apply", "t.eqp", "--data", "new.csv", "--output", "no.csv")
      #expect(unseen.code == 3 && unseen.errors.contains("'x'"), "\(unseen.errors)")
      #expect(!program.exists("no.csv"))
    }
  }

  @Test func labelsAndRowsAreChanged() throws {
    let program = try Program()
    try program.file("loans.csv", loans(600))
    func run(_ method: String, _ more: String...) throws -> String {
      let outcome = try program.execute(
        [
          "preprocess", method, "--data", "loans.csv", "--label", "repaid", "--sensitive", "sex",
          "--output", "out.csv", "--quiet",
        ] + more)
      #expect(outcome.code == 0, "\(outcome.errors)")
      return try program.text("out.csv")
    }
    let before = rates(try program.text("loans.csv"))
    #expect(abs(before["f"]! - before["m"]!) > 0.1)
    for method in ["massaging", "label-flipping"] {
      let text = try run(method), after = rates(text)
      #expect(abs(after["f"]! - after["m"]!) < 0.01)
      #expect(column(text, "income") == column(try program.text("loans.csv"), "income"))
    }
    for scheme in ["uniform", "preferential", "synthetic"] {
      let text = try run("sampling", "--scheme", scheme), after = rates(text)
      #expect(abs(after["f"]! - after["m"]!) < 0.01)
      #expect(column(text, "sex").count > 500)
    }
    let suppressed = try run(
      "feature-suppression", "--by", "importance", "--most", "1", "--threshold", "0")
    #expect(suppressed.split(separator: "\n")[0].split(separator: ",").count == 3)
  }

  @Test func foldersOfArraysStayFolders() throws {
    let program = try Program()
    let made = try program.run(
      "generate", "--rows", "800", "--features", "2", "--categorical", "1", "--output", "g",
      "--quiet")
    #expect(made.code == 0 && program.exists("g/X.npy"), "\(made.errors)")
    for method in ["reweighing", "disparate-impact-remover", "sampling"] {
      let outcome = try program.run(
        "preprocess", method, "--data", "g", "--label", "label", "--sensitive", "group",
        "--output", "h", "--format", "json", "--quiet")
      #expect(outcome.code == 0, "\(outcome.errors)")
      let weights = method == "reweighing" ? ["--weights", "weight"] : []
      let read = try program.execute(
        ["train", "logistic", "--data", "h", "--label", "label", "--sensitive", "group", "--quiet"]
          + weights)
      #expect(read.code == 0, "\(method): \(read.errors)")
    }
  }

  @Test func missingValuesStayMissing() throws {
    let program = try Program()
    var lines = loans(300).split(separator: "\n").map(String.init)
    lines[5] = "," + lines[5].drop { $0 != "," }.dropFirst()
    lines[9] = lines[9].replacing("car", with: "").replacing("house", with: "")
      .replacing("school", with: "")
    try program.file("m.csv", lines.joined(separator: "\n") + "\n")
    let base = [
      "preprocess", "optimal-transport", "--data", "m.csv", "--label", "repaid", "--sensitive",
      "sex", "--output", "o.csv", "--quiet",
    ]
    #expect(try program.execute(base).code == 3)
    let own = try program.execute(base + ["--missing", "own-level"])
    #expect(own.code == 0, "\(own.errors)")
    let text = try program.text("o.csv")
    #expect(column(text, "income")[4] == "" && column(text, "purpose")[8] == "")
    #expect(column(text, "income").count { $0 == "" } == 1)
    let dropped = try program.execute(base + ["--missing", "drop"])
    let left = column(try program.text("o.csv"), "income")
    #expect(dropped.code == 0 && left.count == 298)
  }

  @Test(
    arguments: [
      (["reweighing"], 2, "--output"), (["--output", "o.csv"], 2, "METHOD"),
      (["reweighin", "--output", "o.csv"], 2, "did you mean 'reweighing'"),
      (["reweighing", "--output", "o.csv", "--transform", "t"], 2, "nothing to apply"),
      (["disparate-impact-remover", "--output", "o.csv", "--repair-level", "2"], 2, "at most 1"),
      (["disparate-impact-remover", "--output", "o.csv", "--repair-levl", "1"], 2, "repair-level"),
      (["optimal-transport", "--output", "o.csv", "--reference", "Mail"], 2, "reference"),
      (["massaging", "--output", "no/such/o.csv"], 3, "no/such"),
    ] as [([String], Int32, String)])
  func mistakesAreNamed(_ example: ([String], Int32, String)) throws {
    let program = try Program()
    let outcome = try program.execute(
      ["preprocess", "--dataset", "german", "--quiet"] + example.0)
    #expect(outcome.code == example.1 && outcome.errors.contains(example.2), "\(outcome.errors)")
    #expect(program.names.isEmpty, "\(program.names)")
  }

  /// The same bytes for any number of threads, and every method beside the others in a comparison.
  @Test func comparisonsRunEveryMethod() throws {
    let program = try Program()
    let methods =
      "reweighing,sampling,massaging,label-flipping,disparate-impact-remover,optimal-transport,"
      + "correlation-remover,feature-suppression"
    let outcome = try program.run(
      "compare", "--dataset", "german", "--methods", "logistic," + methods, "--format", "json",
      "--quiet")
    let runs = outcome.json["runs"] as? [[String: Any]] ?? []
    #expect(runs.count == 9, "\(outcome.errors)")
    for run in runs { #expect(run["status"] as? String == "converged", "\(run["method"] ?? "")") }
    for threads in ["1", "2", "4"] {
      _ = try program.run(
        "preprocess", "disparate-impact-remover", "--dataset", "compas", "--output",
        "o\(threads).csv", "--threads", threads, "--quiet")
    }
    #expect(try program.text("o1.csv") == program.text("o2.csv"))
    #expect(try program.text("o1.csv") == program.text("o4.csv"))
  }

  /// A sensitive number takes the place of groups, in training too.
  @Test func sensitiveNumbersAreRemoved() throws {
    let program = try Program()
    var text = "age,income,repaid\n"
    for i in 0..<300 { text += "\(20 + i % 40),\(i % 40 * 3 + i % 7),\(i % 40 + i % 11 > 22)\n" }
    try program.file("n.csv", text)
    let outcome = try program.run(
      "preprocess", "correlation-remover", "--data", "n.csv", "--label", "repaid", "--continuous",
      "age", "--output", "o.csv", "--format", "json", "--quiet")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let after = outcome.json["after"] as? [String: Double]
    #expect(after!["association"]! < 1e-10)
    #expect(column(try program.text("o.csv"), "age") == column(text, "age"))
    let train = try program.run(
      "train", "correlation-remover", "--data", "n.csv", "--label", "repaid", "--continuous", "age",
      "--model", "m.eqp", "--quiet")
    #expect(train.code == 0, "\(train.errors)")
    let predict = try program.run(
      "predict", "--model", "m.eqp", "--data", "n.csv", "--output", "p.csv")
    #expect(predict.code == 0, "\(predict.errors)")
  }
}
