import Reports
import Auditing
import Foundation
import TestSupport
import Testing

/// The parts of JSON Schema that the Model Card Toolkit's schema uses.
private struct Schema {
  let root: [String: Any]

  func problems(_ value: Any) -> [String] { problems(value, root, at: "card") }

  private func problems(_ value: Any, _ schema: [String: Any], at place: String) -> [String] {
    if let reference = schema["$ref"] as? String {
      let name = String(reference.split(separator: "/").last!)
      let definition = (root["definitions"] as! [String: Any])[name] as! [String: Any]
      return problems(value, definition, at: place)
    }
    var found: [String] = []
    switch schema["type"] as? String {
    case "string": if !(value is String) { found.append("\(place) is no text") }
    case "array":
      guard let items = value as? [Any] else { return ["\(place) is no list"] }
      let inner = schema["items"] as! [String: Any]
      found += items.enumerated().flatMap { problems($1, inner, at: "\(place)[\($0)]") }
    case "object":
      guard let object = value as? [String: Any] else { return ["\(place) is no object"] }
      let properties = schema["properties"] as? [String: Any] ?? [:]
      for (key, inner) in object {
        guard let known = properties[key] as? [String: Any] else {
          // Stricter than the schema: nothing that the toolkit does not know.
          found.append("\(place).\(key) is not of the schema")
          continue
        }
        found += problems(inner, known, at: "\(place).\(key)")
      }
      if let choices = schema["oneOf"] as? [[String: Any]] {
        let met = choices.count { choice in
          (choice["required"] as! [String]).allSatisfy { object[$0] != nil }
        }
        if met != 1 { found.append("\(place) meets \(met) of its choices") }
      }
    default: found.append("\(place): a type this test does not know")
    }
    return found
  }
}

private func card(_ notes: OwnerNotes) throws -> (ReportDocument, ModelCardJSON) {
  let outcomes = ReportRows.outcomes(300)
  let options = AuditOptions(intersections: 2)
  var context = ReportContext(source: "rows.csv", version: "1.0")
  context.notes = notes
  let model = ReportContext.Model(
    file: "m.eqp", method: "penalized", options: [("strength", "5.0")], status: "converged",
    objective: 0.5, certificate: nil, seed: 0, features: ["income", "age"], label: "repaid",
    positive: "yes", sensitive: ["first", "second"], usesSensitive: false, digest: "00",
    dataDigest: "11")
  context.model = model
  let audit = AuditReport(
    try Audit(options: options).run(outcomes), counts: try ReportCounts(counting: outcomes),
    options: options, context: context)
  let report = ModelCardReport(audit, model: model)
  return (report.document(), report.toolkitCard())
}

private func fullNotes() throws -> OwnerNotes {
  var notes = OwnerNotes()
  for key in OwnerNotes.keys {
    switch key.kind {
    case .text: try notes.set(key.name, .text("text of \(key.name)"))
    case .list: try notes.set(key.name, .list(["one of \(key.name)", "another"]))
    case .records(let fields):
      try notes.set(
        key.name,
        .records([Dictionary(uniqueKeysWithValues: fields.map { ($0, "\($0) of \(key.name)") })]))
    }
  }
  return notes
}

@Suite struct ModelCardTests {
  private let schema: Schema

  init() throws {
    schema = Schema(root: try GoldenFiles(Bundle.module, "model-card").json("schema-0.0.2.json"))
  }

  @Test func theCardIsValidWithAllNotesAndWithNone() throws {
    for notes in [OwnerNotes(), try fullNotes()] {
      let (_, json) = try card(notes)
      let text = try ReportJSON.text(json)
      let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
      #expect(schema.problems(value) == [])
    }
  }

  /// A part that a sentence sends its reader to is there.
  @Test func partsThatAreNamedExist() throws {
    let (_, audit) = try ReportRows.report(ReportRows.outcomes(300))
    for document in [try card(OwnerNotes()).0, audit] {
      let named = try document.rendered(as: .markdown).matches(of: /under “([^”]+)”/)
        .map { String($0.1) }
      #expect(!named.isEmpty)
      for title in named { #expect(document.sections.contains { $0.title == title }, "\(title)") }
    }
  }

  @Test func theCheckOfCardsFindsFaults() {
    for bad in [
      ["other": "x"], ["model_details": ["name": 3]], ["model_details": ["owners": "x"]],
      ["model_details": ["licenses": [["identifier": "MIT", "custom_text": "x"]]]],
    ] as [[String: Any]] { #expect(schema.problems(bad) != []) }
  }

  @Test func theCardHasMitchellsNineParts() throws {
    let (document, json) = try card(try fullNotes())
    #expect(
      document.sections.prefix(9).map(\.title) == [
        "Model details", "Intended use", "Factors", "Metrics", "Evaluation data", "Training data",
        "Quantitative analyses", "Ethical considerations", "Caveats and recommendations",
      ])
    let page = try document.rendered(as: .html)
    #expect(HTMLCheck.problems(page) == [])
    for key in ["use.purpose", "system.license", "factors.environment", "limitations", "tradeoffs"]
    {
      #expect(page.contains(key), "\(key)")
    }
    // Unitary and intersectional slices, each with its interval.
    let text = try ReportJSON.text(json)
    #expect(text.contains("\"slice\" : \"first: a\""))
    #expect(text.contains("\"slice\" : \"first×second: a×u\"") && text.contains("lower_bound"))
  }

  @Test func whatWasNotStatedIsSaidSo() throws {
    let (document, _) = try card(OwnerNotes())
    let text = try document.rendered(as: .markdown)
    #expect(text.contains("Not stated by the owner") && text.contains("fields are not stated: "))
    // All nine parts stand, those with nothing to say too.
    #expect(
      document.sections.prefix(9).map(\.id) == [
        "model", "use", "factors", "metrics", "evaluation-data", "training-data", "quantitative",
        "ethics", "caveats",
      ])
  }

  @Test func notesOfTheWrongKindAreRefused() {
    var notes = OwnerNotes()
    #expect(throws: OwnerNotesError.unknownKey("use.purpos")) {
      try notes.set("use.purpos", .text("x"))
    }
    #expect(throws: OwnerNotesError.self) { try notes.set("use.purpose", .list(["x"])) }
    #expect(throws: OwnerNotesError.self) {
      try notes.set("system.owners", .records([["name": "x", "phone": "1"]]))
    }
    #expect(notes == OwnerNotes())
  }
}
