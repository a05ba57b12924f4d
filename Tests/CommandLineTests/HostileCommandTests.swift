import Foundation
import TestSupport
import Testing

/// A command on a bad file, and what it must say.
struct HostileRun: Sendable, CustomTestStringConvertible {
  var what: String
  var bytes: [UInt8]
  var arguments: [String]
  var code: Int32
  var says: [String]

  init(
    _ what: String, _ text: String, _ arguments: [String] = [], code: Int32 = 3, says: [String]
  ) {
    self.init(what, bytes: Array(text.utf8), arguments, code: code, says: says)
  }

  init(
    _ what: String, bytes: [UInt8], _ arguments: [String] = [], code: Int32 = 3, says: [String]
  ) {
    self.what = what
    self.bytes = bytes
    self.arguments = arguments
    self.code = code
    self.says = says
  }

  var testDescription: String { what }

  /// Rows `x,y,g,w` with both labels in both groups.
  static func rows(_ count: Int, _ row: (Int) -> String = { _ in "" }) -> String {
    "x,y,g,w\n"
      + (0..<count).map { i in
        let own = row(i)
        return own.isEmpty ? "\(i * 7 % 13),\((i / 2) % 2),\(i % 2 == 0 ? "a" : "b"),1\n" : own
      }.joined()
  }

  static let files: [HostileRun] = [
    .init("empty file", "", says: ["the file is empty"]),
    .init("header only", "x,y,g\n", says: ["a header and no rows"]),
    .init(
      "ragged row", rows(9) { $0 == 4 ? "1,0\n" : "" }, says: ["line 6: 2 fields", "header has 4"]),
    .init(
      "wrong type in a small file", rows(9) { $0 == 4 ? "oops,0,a,1\n" : "" },
      says: ["line 6, column 'x'", "'oops' is not a number", "--na oops"]),
    .init(
      "infinity", rows(9) { $0 == 4 ? "-inf,0,a,1\n" : "" },
      says: ["line 6, column 'x'", "'-inf' is not a finite number"]),
    .init(
      "NaN", rows(9) { $0 == 4 ? "NaN,0,a,1\n" : "" },
      says: ["line 6, column 'x'", "the value is missing"]),
    .init("one class", "x,y,g\n1,1,a\n2,1,b\n", says: ["every label is '1'"]),
    .init(
      "one class with its value named", "x,y,g\n1,1,a\n2,1,b\n3,1,a\n", ["--positive", "1"],
      says: ["column 'y'", "every label is '1'"]),
    .init("three labels", "x,y,g\n1,1,a\n2,2,b\n3,3,b\n", says: ["more than two values"]),
    .init("one group", "x,y,g\n1,1,a\n2,0,a\n", says: ["every row is in group 'a'"]),
    .init("duplicated names", "x,x,y,g\n1,1,1,a\n2,0,0,b\n", says: ["'x' occurs more than once"]),
    .init(
      "not UTF-8", bytes: Array("x,y,g\n1,0,a\n2,1,".utf8) + [0xE9] + Array("\n".utf8),
      says: ["line 3, column 'g'", "0xE9"]),
    .init(
      "truncated gzip", bytes: [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0x4B, 0xD4],
      says: ["the gzip data end too early"]),
    .init(
      "semicolons here and there", "x;y;g\n1,0,a\n2;1;b\n3,1,a\n",
      says: ["semicolons", "not in every row"]),
    .init("a workbook", "PK\u{3}\u{4}[Content_Types].xml", says: ["Excel workbook", "read_excel"]),
    .init(
      "an identifier as the group", "x,y,g\n" + (0..<70_000).map { "1,\($0 % 2),\($0)\n" }.joined(),
      says: ["column 'g'", "more than 32767 groups", "--bins"]),
    .init(
      "an identifier as the label", "x,y,g\n" + (0..<70_000).map { "1,\($0),a\n" }.joined(),
      says: ["column 'y'", "more than two values"]),
    .init(
      "the sensitive column is the label", "x,y,g\n1,0,a\n2,1,b\n", ["--sensitive", "y"],
      code: 2, says: ["'y' cannot be both the label and sensitive"]),
    .init(
      "the label as a feature", "x,y,g\n1,0,a\n2,1,b\n", ["--numeric", "y"], code: 2,
      says: ["'y' cannot be both the label and a feature"]),
    .init(
      "an unknown column", rows(4), ["--sensitive", "gg"],
      says: ["no column 'gg' for --sensitive", "did you mean 'g'?"]),
    .init(
      "a group with one label", rows(9) { $0 % 2 == 1 ? "1,0,b,1\n" : "" },
      ["--penalty", "equal_opportunity", "--test", "0"],
      says: ["every label in group 'b' is '0'"]),
    .init(
      "weights that are all 0", "x,y,g,w\n1,0,a,0\n2,1,b,0\n", ["--weights", "w"],
      says: ["column 'w'", "every weight is 0"]),
    .init(
      "weights that leave one class", "x,y,g,w\n1,0,a,0\n2,1,b,1\n3,1,a,1\n",
      ["--weights", "w", "--test", "0"], says: ["every label is '1'"]),
    .init(
      "a weight that is missing", rows(9) { $0 == 4 ? "1,0,a,NaN\n" : "" }, ["--weights", "w"],
      says: ["line 6, column 'w'", "the value is missing (--missing drop"]),
    .init(
      "a weight below 0 after blank and broken lines",
      "x,y,g,w\n\n1,0,\"a\nb\",1\n\r\n2,1,b,1\n3,1,b,-2\n", ["--weights", "w"],
      says: ["line 7, column 'w'", "'-2' is not a weight"]),
    .init(
      "an infinite weight", rows(9) { $0 == 4 ? "1,0,a,inf\n" : "" }, ["--weights", "w"],
      says: ["line 6, column 'w'", "finite"]),
    .init(
      "a weight beyond the storage", rows(9) { $0 == 4 ? "1,0,a,1e300\n" : "" },
      ["--weights", "w"], says: ["line 6, column 'w'", "out of range"]),
  ]
}

@Suite struct HostileCommandTests {
  @Test(arguments: HostileRun.files)
  func badDataAreNamedAndNothingIsWritten(_ hostile: HostileRun) throws {
    let program = try Program()
    try program.file("bad.csv", hostile.bytes)
    var arguments = ["train", "penalized", "--data", "bad.csv", "--label", "y", "--model", "m.eqp"]
    if !hostile.arguments.contains("--sensitive") { arguments += ["--sensitive", "g"] }
    let outcome = try program.execute(arguments + hostile.arguments)
    #expect(outcome.code == hostile.code, "\(outcome.errors)")
    if hostile.code == 3 { #expect(outcome.errors.contains("bad.csv")) }
    for part in hostile.says { #expect(outcome.errors.contains(part), "\(outcome.errors)") }
    #expect(outcome.output.isEmpty && program.names == ["bad.csv"])
  }

  @Test func oneOddFieldFarDownAMillionRowsIsNamed() throws {
    let program = try Program()
    var text = "x,y,g\n"
    text.reserveCapacity(1 << 23)
    for i in 0..<1_000_000 {
      text +=
        i == 900_000 ? "oops,1,a\n" : "\(i % 97),\(i % 3 == 0 ? 1 : 0),\(i % 2 == 0 ? "a" : "b")\n"
    }
    try program.file("late.csv", Array(text.utf8))
    let outcome = try program.run(
      "train", "logistic", "--data", "late.csv", "--label", "y", "--sensitive", "g")
    #expect(outcome.code == 3)
    #expect(outcome.errors.contains("late.csv, line 900002, column 'x': 'oops' is not a number"))
  }

  @Test(
    arguments: [
      ("trian", ["trian", "logistic"], "equipoise train"),
      ("option of the command", ["train", "logistic", "--dataste", "adult"], "--dataset"),
      (
        "option of the method", ["train", "penalized", "--dataset", "adult", "--penlaty", "x"],
        "--penalty"
      ),
      (
        "choice", ["train", "penalized", "--dataset", "german", "--penalty", "equal_odds"],
        "equalized_odds"
      ),
      (
        "another method's name",
        [
          "train", "penalized", "--dataset", "german", "--constraint", "equal_odds",
        ], "--constraint equal_odds"
      ),
      ("label", ["audit", "--dataset", "german", "--label", "credti"], "'credit'"),
      (
        "positive", ["audit", "--dataset", "german", "--label", "credit", "--positive", "goood"],
        "'good'"
      ),
      (
        "disparity",
        [
          "compare", "--dataset", "german", "--methods", "logistic", "--disparity",
          "selection_rates.difference",
        ], "selection_rate.difference"
      ),
      (
        "gate", ["audit", "--dataset", "german", "--fail-on", "base_rates.difference>0.1"],
        "'base_rate'"
      ),
      ("option", ["compare", "--dataset", "german", "--metods", "all"], "--methods"),
    ] as [(String, [String], String)])
  func misspeltNamesGetTheNearest(_ example: (String, [String], String)) throws {
    let program = try Program()
    let outcome = try program.execute(example.1)
    #expect(outcome.code == 2 || outcome.code == 3, "\(outcome.errors)")
    #expect(outcome.errors.lowercased().contains("did you mean"), "\(outcome.errors)")
    #expect(outcome.errors.contains(example.2), "\(outcome.errors)")
    #expect(outcome.errors.hasPrefix("error: ") || outcome.errors.hasPrefix("note: "))
  }

  @Test func usageThatCannotBeMeantIsRefused() throws {
    let program = try Program()
    try program.file("loans.csv", loans(200))
    let data = ["--data", "loans.csv", "--label", "repaid", "--sensitive", "sex"]
    for (arguments, message) in [
      (["audit", "--data", "loans.csv", "--sensitive", "sex"], "--prediction"),
      (["audit", "--data", "loans.csv", "--label", "repaid"], "--sensitive"),
      (["train", "logistic", "--l2", "1", "--c", "1"] + data, "--l2"),
      (["train", "logistic", "--model", "-"] + data, "--model"),
      (["train", "logistic", "--test", "1"] + data, "--test"),
      (["train", "logistic", "--test", "0.5", "--test-data", "loans.csv"] + data, "--test-data"),
      (["train", "logistic", "--dataset", "adult"] + data, "exclude"),
      (["train", "logistic", "extra"] + data, "extra"),
      (["train", "logistic", "--bins", "sex=2,1"] + data, "ascend"),
      (["train", "logistic", "--bins", "income=2,1000"] + data, "--sensitive"),
      (["train", "logistic", "--precision", "half"] + data, "precision"),
      (["frontier", "penalized", "--settings", "1,x"] + data, "--settings"),
      (["generate", "--rows", "5", "--base-rate", "2", "--output", "x.csv"], "rate"),
    ] {
      let outcome = try program.execute(arguments)
      #expect(outcome.code == 2, "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.contains(message), "\(arguments): \(outcome.errors)")
      #expect(outcome.output.isEmpty)
    }
  }

  @Test func decisionsMayBeSpelledAsTheLabelIs() throws {
    let program = try Program()
    try program.file(
      "d.csv", "p,q,r,y,g\nyes,1,1,yes,a\nno,0.0,0,no,a\nyes,1,2,no,b\nno,0,1,yes,b\n")
    func audit(_ column: String) throws -> Outcome {
      try program.run(
        "audit", "--data", "d.csv", "--label", "y", "--sensitive", "g", "--prediction", column,
        "--format", "json")
    }
    let words = try audit("p"), numbers = try audit("q"), wrong = try audit("r")
    let found = try JSONValue(words.output), same = try JSONValue(numbers.output)
    #expect(words.code == 0 && found["overall"] == same["overall"])
    #expect(found["disparities"] == same["disparities"])
    let rate = found["overall"]?["selection_rate"]?["value"]?.number
    #expect(rate == 0.5)
    #expect(wrong.code == 3 && wrong.errors.contains("line 4, column 'r': '2' is not a decision"))
  }

  @Test func strangeNamesSurviveTheModelFile() throws {
    let program = try Program()
    let kinds = ["\"a×b\"", "\"c, \"\"d\"\"\"", "\"e\nf\"", "ü", "\"=1\""]
    var text = "x,\"ki\"\"nd, of\ncolumn\",y,\"g×s\"\n"
    for i in 0..<120 {
      text += "\(i * 7 % 13),\(kinds[i % 5]),\(i / 3 % 2),\(i % 2 == 0 ? "×" : "\"\"\",\n\"")\n"
    }
    try program.file("odd.csv", text)
    let train = try program.run(
      "train", "prejudice-remover", "--data", "odd.csv", "--label", "y", "--sensitive", "g×s",
      "--model", "m.eqp", "--test", "0")
    #expect(train.code == 0, "\(train.errors)")
    let predict = try program.run(
      "predict", "--data", "odd.csv", "--model", "m.eqp", "--output", "p.csv")
    #expect(predict.code == 0, "\(predict.errors)")
    let audit = try program.run(
      "audit", "--data", "odd.csv", "--model", "m.eqp", "--format", "json")
    let groups = try JSONValue(audit.output)["groups"]?.array.compactMap { $0["value"]?.string }
    #expect(groups == ["\",\n", "×"])
  }

  @Test func predictingFindsColumnsByNameAndSaysWhatIsMissing() throws {
    let program = try Program()
    try program.file("loans.csv", loans(500))
    let train = try program.run(
      "train", "prejudice-remover", "--data", "loans.csv", "--label", "repaid", "--sensitive",
      "sex", "--model", "m.eqp")
    #expect(train.code == 0, "\(train.errors)")
    try program.file("a.csv", "income,purpose,sex\n400,car,f\n900,house,f\n")
    try program.file("b.csv", "extra,sex,purpose,income\n9,f,car,400\n8,f,house,900\n")
    try program.file("unseen.csv", "income,purpose,sex\n400,boat,f\n")
    try program.file("lacking.csv", "income,sex\n400,f\n")
    try program.file("stranger.csv", "income,purpose,sex\n400,car,x\n")
    func predict(_ name: String) throws -> Outcome {
      try program.run("predict", "--model", "m.eqp", "--data", name, "--output", "-", "--quiet")
    }
    let a = try predict("a.csv"), b = try predict("b.csv")
    #expect(a.code == 0 && a.output == b.output, "one group alone can be predicted: \(a.errors)")
    #expect(a.output.split(separator: "\n").count == 3)
    #expect(try predict("unseen.csv").code == 0)
    let lacking = try predict("lacking.csv")
    #expect(lacking.code == 3 && lacking.errors.contains("no column 'purpose'"))
    let stranger = try predict("stranger.csv")
    #expect(stranger.code == 3 && stranger.errors.contains("no group 'x' of 'sex'"))
    let other = try program.run(
      "predict", "--model", "m.eqp", "--dataset", "german", "--output", "-")
    #expect(other.code == 3 && other.errors.contains("'income'"), "a model of another schema")
  }

  @Test func aModelOfAnotherFormatIsRefusedByName() throws {
    let program = try Program()
    _ = try program.run("train", "logistic", "--dataset", "german", "--model", "m.eqp", "--quiet")
    var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: program.folder + "/m.eqp")))
    let name = Array("equipoise.model/1".utf8)
    let place = bytes.indices.first { bytes[$0...].starts(with: name) }!
    bytes[place + name.count - 1] = UInt8(ascii: "9")
    try program.file("later.eqp", bytes)
    try program.file("text.eqp", "no model at all, but text")
    for (file, message) in [
      ("later.eqp", "the format is 'equipoise.model/9'"),
      ("text.eqp", "no model, rule or transform file, but a text"),
    ] {
      let outcome = try program.run("audit", "--dataset", "german", "--model", file)
      #expect(outcome.code == 3 && outcome.errors.contains(message), "\(outcome.errors)")
    }
  }

  /// Neither the format of text nor gzip nor the way in changes a number.
  @Test func theSameTableInOtherFormsGivesTheSameModel() throws {
    let program = try Program()
    let plain = loans(400)
    try program.file("a.csv", plain)
    try program.file("b.csv", "\u{FEFF}" + plain.replacing("\n", with: "\r\n"))
    try program.file(
      "c.csv", plain.replacing("house", with: "\"house\"").replacing(",", with: " , "))
    let zip = Process()
    zip.executableURL = URL(fileURLWithPath: "/bin/sh")
    zip.arguments = ["-c", "gzip -c a.csv > d.csv.gz"]
    zip.currentDirectoryURL = URL(fileURLWithPath: program.folder)
    try zip.run()
    zip.waitUntilExit()
    func objective(_ name: String, input: String? = nil) throws -> Double? {
      let outcome = try program.execute(
        ["train", "logistic", "--label", "repaid", "--sensitive", "sex", "--format", "json"]
          + ["--data", name], input: input)
      #expect(outcome.code == 0, "\(outcome.errors)")
      return try JSONValue(outcome.output)["objective"]?.number
    }
    let expected = try objective("a.csv")
    #expect(try expected != nil && objective("b.csv") == expected)
    // A quoted or padded field counts as the bare one.
    #expect(try objective("c.csv") == expected)
    #expect(try objective("d.csv.gz") == expected)
    #expect(try objective("-", input: plain) == expected)
  }
}
