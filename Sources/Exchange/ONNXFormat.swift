import Datasets
import Mitigation
import Models

/// The Open Neural Network Exchange format: a graph from raw columns to decisions.
///
/// Inputs: "numbers", the numeric columns (rows, d) as they are in a table, NaN where they are
/// missing, in the order of the metadata entry "numbers"; each categorical column as texts (rows, 1)
/// under its own name; and where scores or decisions depend on groups those under the attribute's
/// name, of which one that was never seen gives NaN.
/// Outputs, one number a row: "score", "probability", and with a rule that decides
/// "decision_probability"; "prediction" (0 or 1) where decisions are not drawn at random. A model of
/// numbers has "prediction" alone, the number; one of several classes has "probabilities"
/// (rows, classes) and "prediction", the place of the most probable class.
public enum ONNXFormat: ModelFormat {
  public static let name = "onnx"
  public static let summary = "A graph from raw columns to decisions, for ONNX runtimes."

  public static func encode(
    _ model: TrainedModel, threshold: Double
  ) throws(ExportError) -> [UInt8] {
    var export = ONNXExport(model.encoder)
    try export.write(model.predictor, threshold: threshold)
    return export.graph.encoded(
      version: EquipoiseVersion.current,
      metadata: [
        ("method", model.method),
        ("numbers", model.encoder.numeric.map(\.name).joined(separator: "\n")),
        ("categories", model.encoder.categorical.map(\.name).joined(separator: "\n")),
        ("positive", model.encoder.positive ?? "1"),
      ])
  }
}

/// Builds the graph of one model.
struct ONNXExport {
  typealias Value = ONNXGraph.Value

  let encoder: FeatureEncoder
  var graph = ONNXGraph(name: "model")
  /// Standardized numbers, shape `(rows, d)`; nil without numeric columns.
  private var numbers: Value?
  /// Codes of each categorical column of the design matrix, shape `(rows)`.
  private var codes: [Value] = []
  /// The texts of the inputs of groups by name: a score and a rule may read one.
  private var groupTexts: [String: Value] = [:]

  init(_ encoder: FeatureEncoder) {
    self.encoder = encoder
    var flags: [Value] = []
    if !encoder.numeric.isEmpty { flags = addNumbers() }
    for column in encoder.categorical { addCategory(column) }
    codes += flags
  }

  // MARK: Features

  /// - Returns: codes 0 and 1 of the columns that say where a number is missing.
  private mutating func addNumbers() -> [Value] {
    let columns = encoder.numeric, d = columns.count
    let raw = graph.input("numbers", .double, columns: d)
    let missing = graph.node("IsNaN", [raw])
    var x = graph.node("Sub", [raw, graph.constant(columns.map(\.origin), shape: [d])])
    x = graph.node("Add", [x, graph.constant(columns.map(\.shift), shape: [d])])
    x = graph.node("Mul", [x, graph.constant(columns.map(\.scale), shape: [d])])
    numbers = graph.node("Where", [missing, graph.constant([0], shape: [1]), x], .double)
    return columns.indices.filter { columns[$0].hasMissing }.map { j in
      let place = graph.places([Int64(j)], shape: [1])
      let flag = graph.node("Gather", [missing, place], nil, [ONNXGraph.attribute("axis", 1)])
      return graph.flat(graph.cast(flag, to: .int64))
    }
  }

  private mutating func addCategory(_ column: FeatureEncoder.Categorical) {
    let texts = graph.input(column.name, .string, columns: 1)
    var table = column.levels.enumerated().map { (text: $1, code: $0) }
    if column.hasMissing {
      let known = Set(column.levels)
      table += (DataOptions.usualMissing + encoder.options.missingTexts)
        .filter { !known.contains($0) }.map { ($0, column.levels.count) }
    }
    codes.append(graph.codes(texts, table, otherwise: column.codeCount - 1))
  }

  /// x·W + b with a column for each output, over numbers and codes alike.
  ///
  /// - Parameters:
  ///   - dense: shape `(d, outputs)`
  ///   - tables: of each categorical column, shape `(levels, outputs)`
  mutating func affine(
    _ dense: [Double], _ tables: [[Double]], _ bias: [Double]
  ) -> Value {
    let outputs = bias.count
    var z = graph.constant(bias, shape: [1, outputs])
    if let numbers {
      let weights = graph.constant(dense, shape: [dense.count / outputs, outputs])
      z = graph.node("Add", [graph.node("MatMul", [numbers, weights]), z])
    }
    for (code, table) in zip(codes, tables) {
      let rows = graph.constant(table, shape: [table.count / outputs, outputs])
      z = graph.node("Add", [z, graph.node("Gather", [rows, code])])
    }
    return z
  }

  /// The same for linear models, one an output.
  mutating func affine(_ models: [LinearModel]) -> Value {
    let d = encoder.numeric.count
    var next = d
    let tables = encoder.levelCounts.map { levels -> [Double] in
      defer { next += levels }
      return (next..<(next + levels)).flatMap { row in models.map { $0.coefficients[row] } }
    }
    return affine(
      (0..<d).flatMap { row in models.map { $0.coefficients[row] } }, tables,
      models.map(\.intercept))
  }

  /// The place of each row's group among the names, shape `(rows)`; that of a group that was never
  /// seen comes last.
  mutating func groupCodes(of attributes: [String], among groups: [String]) -> Value {
    let name = attributes.joined(separator: "×")
    let texts = groupTexts[name] ?? graph.input(name, .string, columns: 1)
    groupTexts[name] = texts
    return graph.codes(
      texts, groups.enumerated().map { ($1, $0) }, otherwise: groups.count)
  }

  // MARK: Predictors

  /// What a predictor says of each row, shape `(rows)` each.
  struct Scored {
    var score: Value
    /// Of the positive label, or of a positive decision for mixtures.
    var probability: Value
  }

  /// The outputs of a predictor.
  mutating func write(_ predictor: any Predictor, threshold: Double) throws(ExportError) {
    switch predictor {
    case let model as PreprocessedPredictor where !model.transform.changesFeatures:
      try write(model.base, threshold: threshold)
    case let model as NeuralNetwork where model.head != .binary:
      write(severalOutputs: model)
    case let model as PostprocessedPredictor where model.rule.meaning == .decisions:
      try write(decidingBy: model)
    default:
      let scored = try scored(predictor)
      write(scored)
      let isDrawn = (predictor as? RandomizedLinearClassifier)?.decision == .drawn
      if !isDrawn { decide(scored.probability, threshold) }
    }
  }

  mutating func write(_ scored: Scored) {
    graph.output(scored.score, as: "score")
    graph.output(scored.probability, as: "probability")
  }

  mutating func decide(_ probability: Value, _ threshold: Double) {
    let cut = graph.constant([threshold], shape: [1])
    let decision = graph.node("GreaterOrEqual", [probability, cut])
    graph.output(graph.cast(decision, to: .int64), as: "prediction")
  }

  mutating func scored(_ predictor: any Predictor) throws(ExportError) -> Scored {
    switch predictor {
    case let model as LinearModel: return logistic(graph.flat(affine([model])))
    case let model as GroupedLinearModel: return logistic(grouped(model))
    case let model as NeuralNetwork where model.head == .binary:
      return logistic(graph.flat(network(model)))
    case let model as RandomizedLinearClassifier: return mixture(model)
    case let model as AveragedLinearModel: return average(model)
    case let model as PreprocessedPredictor where !model.transform.changesFeatures:
      return try scored(model.base)
    case let model as PostprocessedPredictor where model.rule.meaning == .scores:
      let value = try ruled(model, try scored(model.base).probability)
      return Scored(score: value, probability: value)
    default:
      throw .unsupported(
        what: "a '\(type(of: predictor).kind)' predictor", format: ONNXFormat.name)
    }
  }

  private mutating func logistic(_ score: Value) -> Scored {
    Scored(score: score, probability: graph.node("Sigmoid", [score]))
  }

  /// Σ_m w_m·σ(z_m) as the score, and Σ_m w_m·1[z_m ≥ 0] as the probability.
  private mutating func mixture(_ model: RandomizedLinearClassifier) -> Scored {
    let z = affine(model.members)
    let weights = graph.constant(model.weights, shape: [model.weights.count, 1])
    let score = graph.node("MatMul", [graph.node("Sigmoid", [z]), weights])
    let zero = graph.constant([0], shape: [1])
    let votes = graph.cast(graph.node("GreaterOrEqual", [z, zero]), to: .double)
    return Scored(
      score: graph.flat(score),
      probability: graph.flat(graph.node("MatMul", [votes, weights])))
  }

  /// Σ_m w_m·min(max(z_m, 0), 1)
  private mutating func average(_ model: AveragedLinearModel) -> Scored {
    func number(_ value: Double) -> Value { graph.constant([value], shape: [1]) }
    let low = graph.node("Max", [affine(model.members), number(0)])
    let cut = graph.node("Min", [low, number(1)])
    let weights = graph.constant(model.weights, shape: [model.weights.count, 1])
    let mean = graph.flat(graph.node("MatMul", [cut, weights]))
    return Scored(score: mean, probability: mean)
  }

  /// z of the model of each row's group; NaN for groups that have none.
  private mutating func grouped(_ model: GroupedLinearModel) -> Value {
    let width = model.models.first?.coefficients.count ?? 0
    let unknown = LinearModel(
      coefficients: [Double](repeating: 0, count: width), intercept: .nan)
    let z = affine(model.models + [unknown])
    let codes = groupCodes(of: model.attributes, among: model.groups)
    let column = graph.node("Reshape", [codes, graph.places([-1, 1], shape: [2])])
    return graph.flat(
      graph.node("GatherElements", [z, column], nil, [ONNXGraph.attribute("axis", 1)]))
  }
}
