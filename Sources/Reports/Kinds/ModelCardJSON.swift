import Auditing
import Criteria

/// A model card as the Model Card Toolkit's JSON, schema 0.0.2. Only keys of that schema are
/// written; what the owner did not state is left out.
public struct ModelCardJSON: Encodable, Sendable {
  struct Owner: Encodable, Sendable { var name, contact: String? }
  struct Version: Encodable, Sendable { var name, date, diff: String? }
  struct License: Encodable, Sendable {
    var identifier, customText: String?
    enum CodingKeys: String, CodingKey {
      case identifier
      case customText = "custom_text"
    }
  }
  struct Reference: Encodable, Sendable { var reference: String }
  struct Citation: Encodable, Sendable { var citation: String }
  struct KeyValue: Encodable, Sendable { var key, value: String }
  struct Described: Encodable, Sendable { var description: String }
  struct Sensitive: Encodable, Sendable {
    var columns: [String]
    enum CodingKeys: String, CodingKey { case columns = "sensitive_data" }
  }
  struct Data: Encodable, Sendable {
    var name: String
    var description, link: String?
    var sensitive: Sensitive?
  }
  struct Details: Encodable, Sendable {
    var name: String
    var overview, documentation: String?
    var owners: [Owner]
    var version: Version?
    var licenses: [License]
    var references: [Reference]
    var citations: [Citation]
    var path: String?
  }
  struct Parameters: Encodable, Sendable {
    var architecture: String
    var data: [Data]
    var inputFormat: String
    var inputs: [KeyValue]
    var outputFormat: String
    enum CodingKeys: String, CodingKey {
      case data
      case architecture = "model_architecture"
      case inputFormat = "input_format"
      case inputs = "input_format_map"
      case outputFormat = "output_format"
    }
  }
  struct Bounds: Encodable, Sendable {
    var low, high: String
    enum CodingKeys: String, CodingKey {
      case low = "lower_bound"
      case high = "upper_bound"
    }
  }
  struct Performance: Encodable, Sendable {
    var type, value: String
    var slice: String?
    var interval: Bounds?
    enum CodingKeys: String, CodingKey {
      case type, value, slice
      case interval = "confidence_interval"
    }
  }
  struct Quantities: Encodable, Sendable {
    var metrics: [Performance]
    enum CodingKeys: String, CodingKey { case metrics = "performance_metrics" }
  }
  struct Risk: Encodable, Sendable {
    var name: String
    var strategy: String?
    enum CodingKeys: String, CodingKey {
      case name
      case strategy = "mitigation_strategy"
    }
  }
  struct Considerations: Encodable, Sendable {
    var users, useCases, limitations, tradeoffs: [Described]
    var risks: [Risk]
    enum CodingKeys: String, CodingKey {
      case users, limitations, tradeoffs
      case useCases = "use_cases"
      case risks = "ethical_considerations"
    }
  }

  var schemaVersion = "0.0.2"
  var details: Details
  var parameters: Parameters
  var quantities: Quantities
  var considerations: Considerations

  enum CodingKeys: String, CodingKey {
    case considerations
    case schemaVersion = "schema_version"
    case details = "model_details"
    case parameters = "model_parameters"
    case quantities = "quantitative_analysis"
  }
}

extension ModelCardReport {
  /// The card for tools that read the Model Card Toolkit's format.
  public func toolkitCard() -> ModelCardJSON {
    ModelCardJSON(
      details: cardDetails, parameters: cardParameters,
      quantities: .init(metrics: cardMetrics), considerations: cardConsiderations)
  }

  private var cardDetails: ModelCardJSON.Details {
    let notes = context.notes
    let license = notes.text("system.license")
    let isIdentifier = license.map { !$0.contains(" ") } ?? false
    let version = ModelCardJSON.Version(
      name: notes.text("system.version"),
      date: Self.calendarDate(notes.text("system.date") ?? context.date),
      diff: notes.text("system.changes"))
    let isVersioned = version.name != nil || version.date != nil || version.diff != nil
    return .init(
      name: name, overview: notes.text("system.overview") ?? notes.text("use.purpose"),
      documentation: notes.text("system.documentation"),
      owners: notes.records("system.owners").map {
        .init(name: $0["name"], contact: $0["contact"])
      },
      version: isVersioned ? version : nil,
      licenses: license.map {
        [isIdentifier ? .init(identifier: $0) : .init(customText: $0)]
      } ?? [],
      references: notes.list("system.references").map { .init(reference: $0) },
      citations: notes.list("system.citations").map { .init(citation: $0) },
      path: notes.text("system.path"))
  }

  /// The schema asks for dates such as `2026-01-31`; others are left out.
  private static func calendarDate(_ text: String?) -> String? {
    guard let text, text.wholeMatch(of: /\d{4}-\d{2}-\d{2}/) != nil else { return nil }
    return text
  }

  private var cardParameters: ModelCardJSON.Parameters {
    let options = model.options.map { "\($0.name) = \($0.value)" }.joined(separator: ", ")
    let notes = context.notes
    let training = ModelCardJSON.Data(
      name: "Training data",
      description: [
        notes.text("data.source"), notes.text("data.sampling"),
        model.dataDigest.map { "digest \($0)" },
      ].compactMap(\.self).joined(separator: "; "),
      link: notes.text("data.link"),
      sensitive: .init(columns: model.sensitive))
    let evaluation = ModelCardJSON.Data(
      name: context.source,
      description: "Evaluation data, \(NumberText.count(audit.result.rows)) rows",
      sensitive: .init(columns: audit.counts.attributes))
    return .init(
      architecture: model.method + (options.isEmpty ? "" : " (\(options))"),
      data: [training, evaluation], inputFormat: "A table with the columns of input_format_map",
      inputs: model.features.map { .init(key: $0, value: "feature") },
      outputFormat: outputFormat)
  }

  /// What comes out, which label is positive, and by which rule decisions are made.
  private var outputFormat: String {
    var sentences = ["A score, a probability and a decision for each row."]
    if let label = model.label, let positive = model.positive {
      sentences.append("Positive is \(label) = \(positive).")
    }
    guard let review = context.decisions else { return sentences.joined(separator: " ") }
    sentences.append("Decisions: \(audit.decisionRuleText).")
    if review.dependsOnGroup {
      let rules = review.groups.map { "\($0.value ?? ""): \($0.rule ?? "the pooled rule")" }
      sentences.append(
        "By \(review.groups.first?.attribute ?? "group"): \(rules.joined(separator: "; ")).")
    }
    if !review.isPlain { sentences += review.shownSentences }
    return sentences.joined(separator: " ")
  }

  private var cardMetrics: [ModelCardJSON.Performance] {
    func performance(
      _ name: String, _ estimate: Estimate?, slice: String?
    ) -> ModelCardJSON.Performance? {
      guard let estimate, let value = estimate.value else { return nil }
      var interval: ModelCardJSON.Bounds?
      if let low = estimate.low, let high = estimate.high {
        interval = .init(low: NumberText.exact(low), high: NumberText.exact(high))
      }
      return .init(type: name, value: NumberText.exact(value), slice: slice, interval: interval)
    }
    let names = Metrics.all.map(\.name)
    let known = Set(names)
    let others = audit.result.overall.keys.sorted().filter { !known.contains($0) }
    let ordered = names + others
    var rows = ordered.compactMap { performance($0, audit.result.overall[$0], slice: nil) }
    for group in audit.result.groups {
      let slice = "\(group.attribute): \(group.value)"
      rows += ordered.compactMap { performance($0, group.metrics[$0], slice: slice) }
    }
    return rows
  }

  private var cardConsiderations: ModelCardJSON.Considerations {
    let notes = context.notes
    func described(_ texts: [String]) -> [ModelCardJSON.Described] {
      texts.map { .init(description: $0) }
    }
    let outOfScope = notes.list("use.out_of_scope").map { "Out of scope: \($0)" }
    let cautions = context.caution.map { [$0] } ?? []
    return .init(
      users: described(notes.list("use.users")),
      useCases: described(notes.list("use.cases") + outOfScope),
      limitations: described(notes.list("limitations") + cautions),
      tradeoffs: described(notes.list("tradeoffs")),
      risks: notes.records("ethics.risks").map {
        .init(name: $0["name"] ?? "", strategy: $0["mitigation"])
      })
  }
}
