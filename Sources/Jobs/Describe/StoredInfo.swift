import Datasets
import Mitigation
import Models

/// What a stored model, rule or transform is, encoded as the document `equipoise.info/1`.
public struct StoredInfo: Encodable, Sendable {
  public enum Kind: String, Encodable, Sendable { case model, rule, transform }

  /// Who is selected in a group.
  public struct Rule: Encodable, Sendable, Equatable {
    /// nil for all rows.
    public var attribute: String?
    public var value: String?
    public var rule: String
  }

  /// How a fit ended.
  public struct Fit: Encodable, Sendable {
    public var status: String
    public var iterations: Int
    public var objective: Double?
    public var seed: UInt64
  }

  public struct Training: Encodable, Sendable {
    public var sha256: String?
    public var source: String?
    public var rows: Int?
    public var records: Int?
  }

  public var schema = "equipoise.info/1"
  public var kind: Kind
  public var method: String
  public var options: [String: OptionValue]
  /// The kind of predictor, rule or transform.
  public var form: String
  /// Columns by what they are for.
  public var roles: [String: [String]] = [:]
  public var positives: PositiveValues?
  public var negative: String?
  /// Who is selected, by group where groups have rules of their own.
  public var rules: [Rule] = []
  /// Linear models by their coefficients, the strongest first; several where there are members.
  public var linear: [LinearPart] = []
  public var training: Training?
  public var fit: Fit?

  init(
    _ kind: Kind, method: String, options: [String: OptionValue], form: String, fit: FitReport?
  ) {
    self.kind = kind
    self.method = method
    self.options = options
    self.form = form
    self.fit = fit.map {
      Fit(
        status: $0.status.rawValue, iterations: $0.iterations,
        objective: $0.objective.flatMap { $0.isFinite ? $0 : nil }, seed: $0.seed)
    }
  }

  public init(_ model: TrainedModel) {
    self.init(
      .model, method: model.method, options: model.options, form: model.predictor.state.kind,
      fit: model.report)
    addColumns(of: model.encoder)
    linear = LinearPart.all(of: model)
    rules = Self.rules(of: model.predictor)
    training = model.training.map {
      Training(sha256: $0.digest, source: $0.source, rows: $0.rows, records: $0.records)
    }
  }

  public init(_ rule: FittedRule) {
    self.init(
      .rule, method: rule.method, options: rule.options, form: type(of: rule.rule.rule).kind,
      fit: rule.report)
    roles["sensitive"] = rule.rule.attributes
    rules = Self.rules(of: rule.rule)
  }

  public init(_ transform: FittedTransform) {
    self.init(
      .transform, method: transform.method, options: transform.options,
      form: type(of: transform.transform).kind, fit: transform.report)
    addColumns(of: transform.encoder)
    if let rows = transform.shape.rows { training = Training(rows: rows) }
  }

  /// Reads whichever of the three a file holds.
  public static func read(_ path: String) throws -> StoredInfo {
    let bytes = try ModelFile.bytes(path)
    let blanks = " \t\r\n".utf8
    if bytes.first(where: { !blanks.contains($0) }) == UInt8(ascii: "{") {
      let text = String(decoding: bytes, as: UTF8.self)
      // Rules of 0.1.0 have no schema.
      guard text.contains("\"equipoise.") || text.contains("\"rule\"") else {
        throw ModelFileError.otherKind(file: path, found: FileKind.words(bytes))
      }
      guard text.contains("\"equipoise.transform/") else {
        return StoredInfo(try RuleStore.rule(text, file: path))
      }
      return StoredInfo(try TransformStore.transform(bytes, file: path))
    }
    let contents = try ModelFile.decode(bytes, file: path)
    guard contents.metadata["preprocessing"] == nil else {
      return StoredInfo(try TransformStore.transform(bytes, file: path))
    }
    return StoredInfo(try ModelStore.model(contents, file: path))
  }

  private mutating func addColumns(of encoder: FeatureEncoder) {
    let options = encoder.options
    let all: [(String, [String])] = [
      ("features", encoder.numeric.map(\.name) + encoder.categorical.map(\.name)),
      ("label", [encoder.label].compactMap(\.self)), ("sensitive", options.sensitive),
      ("target", [options.target].compactMap(\.self)), ("controls", options.controls),
      ("continuous", options.continuous), ("weights", [options.weights].compactMap(\.self)),
      ("id", [options.identifier].compactMap(\.self)), ("drop", options.drop),
    ]
    for (role, names) in all where !names.isEmpty { roles[role] = names }
    if !encoder.positives.isEmpty { positives = encoder.positives }
    negative = encoder.negative
  }

  /// Who is selected by a predictor; its base's rule where a transform stands before it.
  private static func rules(of predictor: any Predictor) -> [Rule] {
    if let outer = predictor as? PreprocessedPredictor { return rules(of: outer.base) }
    if predictor.predictsNumbers { return [] }
    if let outer = predictor as? PostprocessedPredictor, outer.rule.meaning == .decisions {
      return rules(of: outer.rule)
    }
    return [
      Rule(
        rule: predictor.decidesByThreshold
          ? "a probability at or above the caller's threshold" : "drawn from a mixture")
    ]
  }

  private static func rules(of rule: GroupedRule) -> [Rule] {
    guard rule.meaning == .decisions else { return [Rule(rule: "new scores")] }
    guard rule.usesGroups else { return [Rule(rule: rule.rule.text(ofGroup: 0))] }
    let attribute = rule.attributes.joined(separator: "×")
    let own = rule.groups.indices.map {
      Rule(attribute: attribute, value: rule.groups[$0], rule: rule.rule.text(ofGroup: $0))
    }
    guard let pooled = rule.pooledRule else { return own }
    return own + [
      Rule(attribute: attribute, value: "(others)", rule: pooled.text(ofGroup: 0))
    ]
  }
}

/// A linear model by its coefficients.
public struct LinearPart: Encodable, Sendable {
  public struct Coefficient: Encodable, Sendable {
    /// A column, or a level of one as `sex=Female`.
    public var name: String
    /// Of a number: what one standard deviation adds to the score; of a level what it adds.
    public var value: Double
  }

  /// The group or the member; nil for the only one.
  public var name: String?
  /// The member's share of a mixture.
  public var weight: Double?
  public var intercept: Double
  /// The strongest first.
  public var coefficients: [Coefficient]

  init(_ model: LinearModel, _ names: [String], name: String? = nil, weight: Double? = nil) {
    self.name = name
    self.weight = weight
    intercept = model.intercept
    let named = model.coefficients.enumerated().map { place, value in
      Coefficient(name: place < names.count ? names[place] : "x\(place)", value: value)
    }
    coefficients = named.enumerated().sorted { a, b in
      let (x, y) = (abs(a.element.value), abs(b.element.value))
      return x == y ? a.offset < b.offset : x > y
    }.map(\.element)
  }

  /// The linear models that a model consists of; none of a network.
  static func all(of model: TrainedModel) -> [LinearPart] {
    parts(model.predictor, model.encoder.columnNames)
  }

  private static func parts(_ predictor: any Predictor, _ names: [String]) -> [LinearPart] {
    switch predictor {
    case let outer as PostprocessedPredictor: return parts(outer.base, names)
    // A transform may make columns of its own, which have no names.
    case let outer as PreprocessedPredictor:
      return parts(outer.base, outer.base.featureColumns == names.count ? names : [])
    case let linear as LinearModel: return [LinearPart(linear, names)]
    case let grouped as GroupedLinearModel:
      return zip(grouped.groups, grouped.models).map { LinearPart($1, names, name: $0) }
    case let mixture as RandomizedLinearClassifier:
      return members(mixture.members, mixture.weights, names)
    case let mean as AveragedLinearModel: return members(mean.members, mean.weights, names)
    default: return []
    }
  }

  private static func members(
    _ members: [LinearModel], _ weights: [Double], _ names: [String]
  ) -> [LinearPart] {
    members.indices.map {
      LinearPart(members[$0], names, name: "member \($0 + 1)", weight: weights[$0])
    }
  }
}
