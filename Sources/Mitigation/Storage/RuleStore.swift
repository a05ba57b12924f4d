import Datasets
import Models

/// A fitted rule with how it was fitted: everything that using it on new scores needs.
public struct FittedRule: Sendable {
  /// The method's name, and the options it was fitted with.
  public var method: String
  public var options: [String: OptionValue]
  /// Decisions at random are drawn by it.
  public var seed: UInt64
  /// nil in files of 0.1.0, which did not keep it.
  public var report: FitReport?
  public var rule: GroupedRule
  /// The program and version that wrote it.
  public var writer: String

  public init(
    method: String, options: [String: OptionValue], seed: UInt64, report: FitReport? = nil,
    rule: GroupedRule, writer: String = EquipoiseVersion.writer
  ) {
    self.method = method
    self.options = options
    self.seed = seed
    self.report = report
    self.rule = rule
    self.writer = writer
  }

  public var meaning: RuleMeaning { rule.meaning }
}

extension FittedRule: Codable {
  private enum Key: String, CodingKey {
    case schema, writer, method, meaning, options, seed, report, rule
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(RuleStore.schema, forKey: .schema)
    try container.encode(writer, forKey: .writer)
    try container.encode(method, forKey: .method)
    try container.encode(meaning, forKey: .meaning)
    try container.encode(options, forKey: .options)
    try container.encode(seed, forKey: .seed)
    try container.encodeIfPresent(report, forKey: .report)
    try container.encode(rule, forKey: .rule)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let report = try container.decodeIfPresent(FitReport.self, forKey: .report)
    self.init(
      method: try container.decode(String.self, forKey: .method),
      options: try container.decode([String: OptionValue].self, forKey: .options),
      seed: try container.decodeIfPresent(UInt64.self, forKey: .seed) ?? report?.seed ?? 0,
      report: report, rule: try container.decode(GroupedRule.self, forKey: .rule),
      writer: try container.decodeIfPresent(String.self, forKey: .writer)
        ?? EquipoiseVersion.writer)
  }
}

/// Fitted rules as JSON: the same document in files, in the C interface and in Python.
public enum RuleStore {
  public static let schema = "equipoise.rule/2"
  private static let document = StoredDocument(
    kind: "rule", schema: schema, undigestedSchema: "equipoise.rule/1")

  /// The document of a rule, without a line end.
  public static func text(_ fitted: FittedRule) -> String { StoredDocument.text(fitted) }

  /// - Parameter file: the file's name for errors; nil for a text in memory.
  public static func rule(
    _ text: String, file: String? = nil
  ) throws(ModelFileError) -> FittedRule {
    try document.value(from: text, file: file)
  }

  /// Writes the document whole or not at all.
  public static func write(_ fitted: FittedRule, to path: String) throws(ModelFileError) {
    do throws(DataError) {
      try AtomicFile.write(Array((text(fitted) + "\n").utf8), to: path)
    } catch { throw .system(error) }
  }

  /// Reads what any door wrote, and files of 0.1.0.
  public static func read(_ path: String) throws(ModelFileError) -> FittedRule {
    let bytes = try ModelFile.bytes(path)
    guard bytes.first(where: { $0 > UInt8(ascii: " ") }) == UInt8(ascii: "{") else {
      throw .otherKind(file: path, found: FileKind.words(bytes))
    }
    return try rule(String(decoding: bytes, as: UTF8.self), file: path)
  }
}
