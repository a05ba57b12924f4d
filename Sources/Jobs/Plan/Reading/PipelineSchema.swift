import Mitigation
import Reports

/// The JSON Schema of pipeline files, for editors: made of the table of keys, and of the lists of
/// methods where it is to know them.
public enum PipelineSchema {
  /// What the schema says of methods.
  public enum Methods: Sendable {
    /// Any name with any options: the schema does not change when a method is added.
    case any
    /// The names and options of this program.
    case listed
  }

  public static func json(methods: Methods) throws -> String {
    var root = object(PipelineKeys.file, methods)
    root.insert(("$schema", .text("http://json-schema.org/draft-07/schema#")), at: 0)
    root.insert(("title", .text("Equipoise pipeline")), at: 1)
    root.append(("$defs", .object([("variant", .object(variant(methods)))])))
    return try ReportJSON.text(SchemaValue.object(root))
  }

  /// A variant may override a learner's options without naming it again, so that any will do there.
  private static func variant(_ methods: Methods) -> Members {
    var members = object(PipelineKeys.variant.filter { $0.name != "learner" }, methods)
    let learner = PipelineKeys.variant.filter { $0.name == "learner" }
    for key in learner {
      guard case .object(var properties) = members[2].1 else { continue }
      properties.append(
        (key.name, .object([("description", .text(key.help))] + value(key.kind, .any))))
      members[2].1 = .object(properties)
    }
    return members
  }

  private typealias Members = [(String, SchemaValue)]

  private static func object(_ keys: [ConfigurationKey], _ methods: Methods) -> Members {
    [
      ("type", .text("object")), ("additionalProperties", .flag(false)),
      (
        "properties",
        .object(
          keys.map { key in
            (key.name, .object([("description", .text(key.help))] + value(key.kind, methods)))
          })
      ),
    ]
  }

  private static func type(_ names: String...) -> Members {
    [("type", names.count == 1 ? .text(names[0]) : .list(names.map(SchemaValue.text)))]
  }

  private static let scalar = ["string", "number", "boolean"]

  private static func value(_ kind: ConfigurationKey.Kind, _ methods: Methods) -> Members {
    switch kind {
    case .text: return type("string", "number", "boolean", "null")
    case .texts:
      return oneOf([
        type("string", "number", "boolean", "null"),
        [("type", .text("array")), ("items", .object(type("string", "number", "boolean")))],
      ])
    case .number(let range):
      return type("number", "null") + bounds(range.lowerBound, range.upperBound)
    case .openShare: return type("number", "null") + bounds(0, 1)
    case .integer(let range):
      return type("integer", "null") + bounds(Double(range.lowerBound), Double(range.upperBound))
    case .flag: return type("boolean", "null")
    case .choice(let names): return [("enum", .list(names.map(SchemaValue.text) + [.null]))]
    case .choices(let names):
      return [
        ("type", .text("array")),
        ("items", .object([("enum", .list(names.map(SchemaValue.text)))])),
      ]
    case .shareOrFile: return type("number", "string", "null")
    case .edges, .options: return type("object", "null")
    case .reference(let rules):
      return oneOf([[("enum", .list(rules.map(SchemaValue.text) + [.null]))], type("object")])
    case .section(let keys):
      var members = object(keys, methods)
      members[0] = ("type", .list([.text("object"), .text("null")]))
      return members
    case .stages(let family):
      return oneOf([
        [("type", .text("array")), ("items", .object(stage(family.rawValue, methods)))],
        type("null"),
      ])
    case .learner: return learner(methods)
    case .requirements: return requirements()
    case .variants:
      let form = oneOf([[("$ref", .text("#/$defs/variant"))], type("null")])
      return [("type", .text("object")), ("additionalProperties", .object(form))]
    }
  }

  /// A method with its options, or the column with the scores of a model from elsewhere.
  private static func learner(_ methods: Methods) -> Members {
    guard case .listed = methods else { return oneOf([type("string"), type("object", "null")]) }
    var forms = forms(of: "learner", methods)
    forms.append([
      ("type", .text("object")), ("additionalProperties", .flag(false)),
      ("required", .list([.text("score")])),
      ("properties", .object([("score", .object(type("string")))])),
    ])
    return oneOf(forms + [type("null")])
  }

  /// Names of packs, or names with answers.
  private static func requirements() -> Members {
    let names = SchemaValue.list(RulePacks.all.map { .text($0.id) })
    let packs = RulePacks.all.map { pack in
      let answers = pack.questions.map { question in
        (
          question.name,
          SchemaValue.object([
            ("description", .text(question.asks)),
            ("enum", .list(question.oneOf.map { .text($0) })),
          ])
        )
      }
      let reason: (String, SchemaValue) = (NamedPack.justificationKey, .object(type("string")))
      return (
        pack.id,
        SchemaValue.object([
          ("type", .list([.text("object"), .text("null")])), ("additionalProperties", .flag(false)),
          ("description", .text(pack.title)), ("properties", .object(answers + [reason])),
        ])
      )
    }
    return oneOf([
      [("enum", .list(RulePacks.all.map { .text($0.id) } + [.null]))],
      [("type", .text("array")), ("items", .object([("enum", names)]))],
      [
        ("type", .text("object")), ("additionalProperties", .flag(false)),
        ("properties", .object(packs)),
      ],
    ])
  }

  private static func oneOf(_ forms: [Members]) -> Members {
    [("oneOf", .list(forms.map(SchemaValue.object)))]
  }

  private static func bounds(_ low: Double, _ high: Double) -> Members {
    // JSON numbers beyond this are no numbers for many readers.
    let largest = 1e15
    return (abs(low) < largest ? [("minimum", .number(low))] : [])
      + (abs(high) < largest ? [("maximum", .number(high))] : [])
  }

  // MARK: Stages

  private static func stage(_ key: String, _ methods: Methods) -> Members {
    oneOf(forms(of: key, methods))
  }

  /// A name alone, or a name with options.
  private static func forms(of key: String, _ methods: Methods) -> [Members] {
    guard case .listed = methods else {
      return [
        type("string"),
        [
          ("type", .text("object")), ("required", .list([.text("method")])),
          ("properties", .object([("method", .object(type("string")))])),
        ],
      ]
    }
    let entries: [(name: String, summary: String, options: [MethodOption])] =
      switch key {
      case "preprocess": Preprocessors.all.map { ($0.name, $0.summary, $0.options) }
      case "postprocess": Postprocessors.all.map { ($0.name, $0.summary, $0.options) }
      default:
        Mitigations.all.filter { $0.family.stageKey == key }.map {
          ($0.name, $0.summary, $0.options)
        }
      }
    return [[("enum", .list(entries.map { .text($0.name) }))]]
      + entries.map { entry in
        [
          ("type", .text("object")), ("description", .text(entry.summary)),
          ("additionalProperties", .flag(false)), ("required", .list([.text("method")])),
          (
            "properties",
            .object(
              [("method", .object([("enum", .list([.text(entry.name)]))]))]
                + entry.options.flatMap(properties))
          ),
        ]
      }
  }

  /// An option, and the name that it had.
  private static func properties(_ option: MethodOption) -> [(String, SchemaValue)] {
    let kind = kind(of: option)
    let former = option.formerName.map { name in
      (
        name,
        SchemaValue.object(
          [
            ("description", .text("Older name of '\(option.name)'.")), ("deprecated", .flag(true)),
          ] + kind)
      )
    }
    return [(option.name, .object([("description", .text(option.summary))] + kind))]
      + (former.map { [$0] } ?? [])
  }

  private static func kind(of option: MethodOption) -> Members {
    switch option.kind {
    case .number(let range): return type("number") + bounds(range.lowerBound, range.upperBound)
    case .integer(let range):
      return type("integer") + bounds(Double(range.lowerBound), Double(range.upperBound))
    case .integers(let range):
      let each = type("integer") + bounds(Double(range.lowerBound), Double(range.upperBound))
      return oneOf([
        each, type("string"), [("type", .text("array")), ("items", .object(each))],
      ])
    case .flag: return type("boolean")
    case .choice(let names):
      let listed: Members = [("enum", .list(names.map(SchemaValue.text)))]
      guard !option.synonyms.isEmpty else { return listed }
      // Editors offer the names and mark other spellings, which the program knows and they need not.
      return [
        (
          "anyOf",
          .list([.object(listed), .object(type("string") + [("deprecated", .flag(true))])])
        )
      ]
    default: return type("string", "number", "boolean", "array", "object")
    }
  }
}

/// A JSON value whose members are written in the order of their names.
indirect enum SchemaValue: Encodable {
  case null
  case text(String)
  case number(Double)
  case flag(Bool)
  case list([SchemaValue])
  case object([(String, SchemaValue)])

  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { nil }
  }

  func encode(to encoder: any Encoder) throws {
    switch self {
    case .object(let members):
      var container = encoder.container(keyedBy: Key.self)
      for (name, value) in members { try container.encode(value, forKey: Key(name)) }
    case .list(let items):
      var container = encoder.unkeyedContainer()
      for item in items { try container.encode(item) }
    case .null:
      var container = encoder.singleValueContainer()
      try container.encodeNil()
    case .text(let text):
      var container = encoder.singleValueContainer()
      try container.encode(text)
    case .number(let number):
      var container = encoder.singleValueContainer()
      try container.encode(number)
    case .flag(let flag):
      var container = encoder.singleValueContainer()
      try container.encode(flag)
    }
  }
}
