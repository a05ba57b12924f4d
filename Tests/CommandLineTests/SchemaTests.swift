import Foundation
import TestSupport
import Testing

private func schema(_ name: String) throws -> JSONSchema {
  let place = Bundle.module.resourceURL!.appendingPathComponent("Schemas/\(name).schema.json")
  return try JSONSchema(try String(contentsOf: place, encoding: .utf8))
}

@Suite struct SchemaTests {
  private static let source = [
    "--data", "loans.csv", "--label", "repaid", "--sensitive", "sex,purpose", "--format", "json",
  ]

  @Test(arguments: [
    ["train", "logistic"], ["train", "logistic", "--test", "0"],
    ["train", "penalized", "--target-gap", "0.02"], ["train", "reductions", "--use-sensitive"],
    ["train", "prejudice-remover", "--max-iterations", "0"],
    ["frontier", "penalized", "--settings", "0,1,100"], ["frontier", "reductions"],
    ["compare"], ["compare", "--methods", "logistic"],
  ])
  func fitsPrintTheirDocument(arguments: [String]) throws {
    let program = try Program()
    try program.file("loans.csv", loans(1_200))
    let outcome = try program.execute(arguments + Self.source)
    #expect(outcome.code == 0 || outcome.code == 4, "\(outcome.errors)")
    let document = try JSONValue(outcome.output)
    #expect(try schema("fit").problems(of: document) == [])
    #expect(try schema("audit").problems(of: document) != [], "schemas tell documents apart")
  }

  @Test(arguments: [
    [], ["--score", "income", "--threshold", "600"], ["--prediction", "repaid"],
    ["--reference", "sex=m", "--intersections", "2", "--confidence", "0.9"],
    ["--reference", "largest", "--prediction", "repaid", "--score", "income"],
  ])
  func auditsPrintTheirDocument(arguments: [String]) throws {
    let program = try Program()
    // A group of its own whose only label leaves rates without a denominator.
    try program.file("loans.csv", loans(400) + "10,boat,f,no\n20,boat,f,no\n")
    let outcome = try program.execute(["audit"] + Self.source + arguments)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let document = try JSONValue(outcome.output)
    #expect(try schema("audit").problems(of: document) == [])
    if arguments.contains("--prediction") {
      #expect(outcome.output.contains("not_estimable"))
    }
  }

  /// Each variant of a pipeline holds the document of a fit.
  @Test func pipelinesPrintTheirDocument() throws {
    let program = try Program()
    try program.file("loans.csv", loans(900))
    try program.file(
      "p.yaml",
      """
      data: {file: loans.csv, label: repaid, sensitive: [sex, purpose]}
      variants: {a: {}, b: {learner: reductions, postprocess: [unprocessing]}}
      fail_on: selection_rate.ratio<0.0001
      """)
    let outcome = try program.run("run", "p.yaml", "--format", "json", "--quiet")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let document = try JSONValue(outcome.output)
    #expect(document["schema"]?.string == "equipoise.pipeline/1")
    #expect(document["variants"]?.array.count == 2)
    for variant in document["variants"]?.array ?? [] {
      let fit = try #require(variant["fit"])
      #expect(try schema("fit").problems(of: fit) == [])
      #expect(fit["pareto"] != nil && variant["gates"]?.array.count == 1)
    }
    let stored = try JSONValue(try program.text("out/comparison.json"))
    let own = try #require(stored["variants"]?.array.first?["fit"])
    #expect(own["seconds"] == nil && own["test"] == document["variants"]?.array[0]["fit"]?["test"])
  }

  @Test func everyOtherCommandPrintsOneDocument() throws {
    let program = try Program()
    try program.file("loans.csv", loans(300))
    let train = try program.run(
      "train", "logistic", "--data", "loans.csv", "--label", "repaid", "--model", "m.eqp",
      "--quiet")
    #expect(train.code == 0)
    for arguments in [
      ["methods"], ["methods", "penalized"], ["info"],
      ["generate", "--rows", "10", "--output", "g.csv"],
      ["predict", "--model", "m.eqp", "--data", "loans.csv", "--output", "p.csv"],
    ] {
      let outcome = try program.execute(arguments + ["--format", "json"])
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(throws: Never.self) { _ = try JSONValue(outcome.output) }
    }
  }

  @Test func theValidatorFindsWhatIsWrong() throws {
    let schema = try JSONSchema(
      #"""
      {"type": "object", "required": ["a"], "additionalProperties": false, "properties": {
        "a": {"type": "integer", "minimum": 1}, "b": {"enum": ["x", null]},
        "c": {"oneOf": [{"type": "string"}, {"$ref": "#/$defs/list"}]}},
       "$defs": {"list": {"type": "array", "minItems": 1, "items": {"type": ["number", "null"]}}}}
      """#)
    for good in [#"{"a": 1}"#, #"{"a": 2, "b": null, "c": [1.5, null]}"#, #"{"a": 3, "c": "s"}"#] {
      #expect(schema.problems(of: try JSONValue(good)) == [], "\(good)")
    }
    for bad in [
      "{}", "[]", #"{"a": 0}"#, #"{"a": 1.5}"#, #"{"a": true}"#, #"{"a": 1, "b": "y"}"#,
      #"{"a": 1, "c": []}"#, #"{"a": 1, "c": ["s"]}"#, #"{"a": 1, "d": 1}"#,
    ] {
      #expect(schema.problems(of: try JSONValue(bad)) != [], "\(bad)")
    }
    let strange = try JSONSchema(#"{"pattern": "x"}"#)
    #expect(strange.problems(of: .null) != [], "an unknown keyword is not passed over")
    #expect(throws: (any Error).self) { _ = try JSONValue(#"{"a": 1} {"a": 1}"#) }
  }
}
