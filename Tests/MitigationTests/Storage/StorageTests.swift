import Datasets
import Foundation
import LinearAlgebra
import Mitigation
import Models
import TestSupport
import Testing

/// Files that version 0.1.0 wrote for sixteen rows, and what it made of those rows with them.
private struct StoredFiles {
  private let golden = GoldenFiles(.module, "stored")
  /// Numbers by name, for each kind of file and for the rows.
  private let expected: [String: [String: [Double]]]
  let data: Dataset<Double>
  let scores: [Double]

  init() throws {
    // Foundation's dictionaries of numbers are off by a rounding.
    expected = try JSONDecoder().decode(
      [String: [String: [Double]]].self,
      from: Data(contentsOf: golden.folder.appendingPathComponent("expected.json")))
    let rows = try #require(expected["rows"])
    let features = Matrix<Double>(rows: 16, columns: 2)
    for (j, name) in ["age", "income"].enumerated() {
      for i in 0..<16 { features[i, j] = rows[name]![i] }
    }
    scores = rows["score"]!
    data = Dataset(
      source: "memory",
      encoder: FeatureEncoder(numeric: [.init(name: "age"), .init(name: "income")]),
      features: DesignMatrix(dense: features), labels: Buffer(rows["label"]!.map { UInt8($0) }),
      attributes: [
        GroupIndex(attribute: "sex", values: rows["sex"]!.map { $0 == 0 ? "a" : "b" })
      ])
  }

  /// Each file of a kind, with the numbers that belong to it.
  func files(_ kind: String) throws -> [(path: String, values: [Double])] {
    let known = try #require(expected[kind])
    let folder = golden.folder.appendingPathComponent(kind)
    let found = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(Set(found) == Set(known.keys))
    return known.sorted { $0.key < $1.key }.map {
      (folder.appendingPathComponent($0.key).path, $0.value)
    }
  }

  /// The features of new rows, or the weights of training rows where only those change.
  func values(_ fitted: FittedTransform) throws -> [Double] {
    guard fitted.transform.changesFeatures else {
      return try fitted.transform.training(data, pool: .default).sampleWeights
        ?? [Double](repeating: 1, count: 16)
    }
    let changed = try fitted.transform.applied(to: data, pool: .default).features.dense
    return (0..<changed.rows).flatMap { i in (0..<changed.columns).map { changed[i, $0] } }
  }

  func values(_ fitted: FittedRule) throws -> [Double] {
    try fitted.rule.values(scores: scores, attributes: data.attributes)
  }
}

/// The text with its members in another order and with blanks, as a database might give it back.
private func reordered(_ text: String) throws -> String {
  let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
  return String(
    decoding: try JSONSerialization.data(withJSONObject: object, options: .prettyPrinted),
    as: UTF8.self)
}

@Suite struct StorageTests {
  @Test func rulesOfVersion010AreRead() throws {
    let stored = try StoredFiles()
    for (path, values) in try stored.files("rules") {
      #expect(try stored.values(RuleStore.read(path)) == values, "\(path)")
    }
  }

  @Test func transformsOfVersion010AreRead() throws {
    let stored = try StoredFiles()
    for (path, values) in try stored.files("transforms") {
      let fitted = try TransformStore.read(path)
      for (value, wanted) in zip(try stored.values(fitted), values) {
        #expect(abs(value - wanted) <= 1e-12 * (1 + abs(wanted)), "\(path)")
      }
    }
  }

  @Test func modelsOfVersion010AreRead() throws {
    let stored = try StoredFiles()
    for (path, values) in try stored.files("models") {
      let found = try ModelStore.read(path).predictor.probabilities(stored.data, pool: .default)
      for (value, wanted) in zip(found, values) { #expect(abs(value - wanted) <= 1e-12, "\(path)") }
    }
  }

  /// Texts of the C interface may have gone through a database, those of 0.1.0 too.
  @Test func reorderedTextsOfVersion010AreRead() throws {
    let stored = try StoredFiles()
    var seen = 0
    for (path, values) in try stored.files("rules") {
      let text = try String(contentsOfFile: path, encoding: .utf8)
      guard text.contains("\"digest\"") else { continue }
      seen += 1
      #expect(try stored.values(RuleStore.rule(reordered(text))) == values, "\(path)")
    }
    for (path, _) in try stored.files("transforms") where path.hasSuffix(".json") {
      seen += 1
      let text = try String(contentsOfFile: path, encoding: .utf8)
      #expect(
        try stored.values(TransformStore.transform(reordered(text)))
          == stored.values(TransformStore.transform(text)), "\(path)")
    }
    #expect(seen > 4)
  }

  @Test func rulesComeBackFromFilesAndTexts() throws {
    let stored = try StoredFiles()
    for (path, values) in try stored.files("rules") {
      let fitted = try RuleStore.read(path)
      let copy = NSTemporaryDirectory() + "equipoise-rule-\(UUID().uuidString).json"
      defer { try? FileManager.default.removeItem(atPath: copy) }
      try RuleStore.write(fitted, to: copy)
      let text = RuleStore.text(fitted)
      for again in [
        try RuleStore.read(copy), try RuleStore.rule(text), try RuleStore.rule(reordered(text)),
      ] {
        #expect(RuleStore.text(again) == text && again.seed == 7)
        #expect(try stored.values(again) == values)
      }
    }
  }

  @Test func transformsComeBackFromFilesAndTexts() throws {
    let stored = try StoredFiles()
    for (path, _) in try stored.files("transforms") {
      let fitted = try TransformStore.read(path), text = TransformStore.text(fitted)
      let bytes = TransformStore.bytes(fitted)
      for again in [
        try TransformStore.transform(text), try TransformStore.transform(reordered(text)),
        try TransformStore.transform(bytes, file: "memory"),
        try TransformStore.transform(Array(text.utf8), file: "memory"),
      ] {
        #expect(TransformStore.text(again) == text && TransformStore.bytes(again) == bytes)
        #expect(try stored.values(again) == stored.values(fitted))
      }
    }
  }

  /// Infinities and NaN, which a report may hold, come back.
  @Test func numbersThatJSONLacksComeBack() throws {
    let rule = FittedRule(
      method: "stated-thresholds", options: ["bound": .number(.infinity)], seed: .max,
      report: FitReport(status: .stalled, iterations: 0, objective: .nan),
      rule: GroupedRule(
        attributes: [], groups: ["all"], rule: ThresholdRule(thresholds: [.nobody])))
    let again = try RuleStore.rule(RuleStore.text(rule))
    #expect(again.seed == .max && again.report?.objective?.isNaN == true)
  }

  /// A digit that changes is found, but for the last of a number that stays the same in binary.
  @Test func everyChangedDigitIsFound() throws {
    let stored = try StoredFiles()
    let rule = RuleStore.text(try RuleStore.read(stored.files("rules")[0].path))
    let transform = TransformStore.text(
      try TransformStore.read(try stored.files("transforms")[0].path))
    let readers: [(text: String, kind: String, again: (String) throws -> String)] = [
      (rule, "rule", { RuleStore.text(try RuleStore.rule($0)) }),
      (transform, "transform", { TransformStore.text(try TransformStore.transform($0)) }),
    ]
    for (text, kind, again) in readers {
      // Digits of the schema's version name another version.
      let version = text.range(of: "/2")!
      for place in text.indices where text[place].isNumber && !version.contains(place) {
        var changed = text
        changed.replaceSubrange(place...place, with: text[place] == "1" ? "2" : "1")
        do { #expect(try again(changed) == text) } catch {
          #expect(error as? ModelFileError == .changed(kind, file: nil))
        }
      }
    }
  }

  @Test(arguments: [
    ("", "it is not JSON"), ("[]", "the document is not an object"), ("{}", "'digest' is missing"),
    (#"{"schema":"equipoise.audit/1"}"#, "its schema is 'equipoise.audit/1'"),
    (#"{"schema":"equipoise.rule/1"}"#, "'method' is missing"),
    (#"{"schema":"equipoise.rule/2"}"#, "'digest' is missing"),
    (
      #"{"schema":"equipoise.rule/1","method":"m","options":{},"seed":1,"rule":{"kind":"x"}}"#,
      "'rule.attributes' is missing"
    ),
    (
      #"{"schema":"equipoise.rule/1","method":"m","options":{},"seed":"one"}"#,
      "'seed' is not a whole number"
    ),
    (
      #"{"schema":"equipoise.rule/1","method":"m","options":{},"seed":1,"rule":{"attributes":[],"#
        + #""groups":[],"kind":"x"}}"#, "this version has no rule of kind 'x'"
    ),
  ])
  func whatIsNoRuleIsSaidInWords(_ text: String, _ reason: String) {
    #expect(throws: ModelFileError.notA("rule", file: "r.json", reason: reason)) {
      try RuleStore.rule(text, file: "r.json")
    }
  }

  @Test func filesOfOtherKindsAndVersionsAreRefused() throws {
    let stored = try StoredFiles()
    let model = try stored.files("models")[0].path, rule = try stored.files("rules")[0].path
    let transform = try stored.files("transforms")[0].path
    #expect(
      throws: ModelFileError.notA("transform", file: model, reason: "'preprocessing' is missing")
    ) { try TransformStore.read(model) }
    #expect(
      throws: ModelFileError.notA(
        "transform", file: rule, reason: "its schema is 'equipoise.rule/1'")
    ) { try TransformStore.read(rule) }
    #expect(throws: ModelFileError.notA("model", file: transform, reason: "'predictor' is missing"))
    { try ModelStore.read(transform) }
    #expect(
      throws: ModelFileError.unsupportedVersion(
        file: "r", version: "equipoise.rule/9", supported: RuleStore.schema)
    ) { try RuleStore.rule(#"{"schema":"equipoise.rule/9"}"#, file: "r") }
  }

  @Test func aTransformWantsTheColumnsAndRowsOfItsFit() throws {
    let stored = try StoredFiles()
    var fitted = try TransformStore.read(stored.files("transforms")[0].path)
    #expect(throws: TransformError.unknownRows(method: fitted.method)) {
      try fitted.requireLike(stored.data, forTraining: true)
    }
    fitted.shape.rows = 15
    #expect(throws: TransformError.otherRows(fitted: 15, found: 16)) {
      try fitted.requireLike(stored.data, forTraining: true)
    }
    fitted.encoder.numeric[1].scale = 2
    #expect(throws: TransformError.otherUnits(column: "income")) {
      try fitted.requireLike(stored.data, forTraining: false)
    }
    fitted.shape.numbers = 3
    #expect(
      throws: TransformError.otherColumns(fitted: fitted.shape, found: FittedShape(stored.data))
    ) { try fitted.requireLike(stored.data, forTraining: false) }
    fitted.encoder = FeatureEncoder()
    #expect(!fitted.hasNamedColumns)
  }
}
