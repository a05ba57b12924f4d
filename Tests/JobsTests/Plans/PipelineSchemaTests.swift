import Foundation
import Jobs
import TestSupport
import Testing

private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

@Suite struct PipelineSchemaTests {
  private func valid(_ json: String, _ methods: PipelineSchema.Methods) throws -> [String] {
    try JSONSchema(try PipelineSchema.json(methods: methods)).problems(of: try JSONValue(json))
  }

  @Test(arguments: [
    #"{"data": {"dataset": "german"}}"#,
    #"{"data": {"file": "a.csv", "positive": 1, "sensitive": ["a", "b*c"], "bins": {"a": [1]}}}"#,
    #"{"learner": {"score": "p"}, "split": {"test": 0.3, "validation": "v.csv"}}"#,
    #"{"learner": {"method": "penalized", "strength": 3}, "postprocess": ["unprocessing"]}"#,
    #"{"learner": {"method": "penalized", "criterion": "equalized_odds", "form": "linear"}}"#,
    #"{"learner": {"method": "penalized", "penalty": "linear_equalized_odds"}}"#,
    #"{"postprocess": [{"method": "group-thresholds", "criterion": "tpr_parity"}]}"#,
    #"{"variants": {"us": null, "eu": {"learner": {"strength": 3}, "audit": null}}}"#,
    #"{"audit": {"reference": {"sex": "male"}, "tau": 0.8}, "fail_on": ["a.ratio<1"]}"#,
    #"{"reports": ["html", "model-card"], "seed": 3, "constraints": {"bound": 0.1}}"#,
  ])
  func whatAFileMaySayIsValid(json: String) throws {
    #expect(try valid(json, .any) == [])
    #expect(try valid(json, .listed) == [])
  }

  @Test(arguments: [
    #"{"dota": {}}"#, #"{"data": {"dataset": "germn"}}"#, #"{"audit": {"tau": 2}}"#,
    #"{"audit": {"tau": "x"}}"#, #"{"split": {"test": []}}"#, #"{"reports": ["pdf"]}"#,
    #"{"postprocess": [{"bound": 1}]}"#, #"{"variants": {"us": {"reports": ["html"]}}}"#,
    #"{"audit": {"reference": "biggest"}}"#, #"{"seed": -1}"#, #"[]"#,
  ])
  func whatItMayNotIsNot(json: String) throws {
    #expect(try valid(json, .any) != [])
    #expect(try valid(json, .listed) != [])
  }

  @Test func theListedSchemaKnowsMethodsAndRanges() throws {
    for json in [
      #"{"learner": "logistik"}"#, #"{"learner": {"method": "penalized", "strenght": 1}}"#,
      #"{"postprocess": ["reductions"]}"#,
      #"{"postprocess": [{"method": "group-thresholds", "bound": 2}]}"#,
    ] {
      #expect(try valid(json, .any) == [])
      #expect(try valid(json, .listed) != [])
    }
  }

  @Test func olderNamesAreMarkedDeprecated() throws {
    let schema = try PipelineSchema.json(methods: .listed)
    #expect(schema.contains("Older name of 'criterion'."))
    #expect(
      try valid(#"{"learner": {"method": "penalized", "criterion": 3}}"#, .listed) != [])
  }

  /// What lies beside the examples does not change when a method is added.
  @Test func theCommittedSchemaIsTheProgramsOwn() throws {
    let place = root.appendingPathComponent("Examples/Pipelines/pipeline.schema.json")
    #expect(
      try String(contentsOf: place, encoding: .utf8) == PipelineSchema.json(methods: .any),
      "equipoise run --schema --any-methods > Examples/Pipelines/pipeline.schema.json")
  }
}
