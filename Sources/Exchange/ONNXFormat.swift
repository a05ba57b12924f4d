import Datasets
import Mitigation
import Models

/// The Open Neural Network Exchange format: a graph from raw columns to decisions.
///
/// Inputs: "numbers", the numeric columns (rows, d) as they are in a table, NaN where they are
/// missing, in the order of the metadata entry "numbers"; each categorical column as texts (rows, 1)
/// under its own name; and where decisions depend on groups those under the attribute's name.
/// Outputs, one number a row: "score", "probability", and with a rule "decision_probability";
/// "prediction" (0 or 1) where decisions are not drawn at random.
public enum ONNXFormat: ModelFormat {
  public static let name = "onnx"
  public static let summary = "A graph from raw columns to decisions, for ONNX runtimes."

  public static func encode(
    _ model: TrainedModel, threshold: Double
  ) throws(ExportError) -> [UInt8] {
    var export = ONNXExport(model.encoder)
    let probability = try export.predictor(model.predictor)
    if ONNXExport.decidesByThreshold(model.predictor) { export.decide(probability, threshold) }
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
  /// Standardised numbers, shape `(rows, d)`; nil without numeric columns.
  private var numbers: Value?
  /// Codes of each categorical column of the design matrix, shape `(rows)`.
  private var codes: [Value] = []

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
  private mutating func affine(
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
  private mutating func affine(_ models: [LinearModel]) -> Value {
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

  // MARK: Predictors

  /// - Returns: the probability of the positive label, or of a positive decision, shape `(rows)`.
  mutating func predictor(_ predictor: any Predictor) throws(ExportError) -> Value {
    switch predictor {
    case let model as LinearModel: return scored(graph.flat(affine([model])))
    case let model as NeuralNetwork: return scored(try network(model))
    case let model as RandomizedLinearClassifier: return mixture(model)
    case let model as PostprocessedPredictor: return try rule(model)
    default:
      throw .unsupported(
        what: "a '\(type(of: predictor).kind)' predictor", format: ONNXFormat.name)
    }
  }

  /// Whether a threshold on the probability decides: not a rule, and not a draw.
  static func decidesByThreshold(_ predictor: any Predictor) -> Bool {
    switch predictor {
    case is PostprocessedPredictor: false
    case let mixture as RandomizedLinearClassifier: mixture.decision == .majority
    default: true
    }
  }

  /// Σ_m w_m·σ(z_m) as the score, and Σ_m w_m·1[z_m ≥ 0] as the probability.
  private mutating func mixture(_ model: RandomizedLinearClassifier) -> Value {
    let z = affine(model.members)
    let weights = graph.constant(model.weights, shape: [model.weights.count, 1])
    let score = graph.node("MatMul", [graph.node("Sigmoid", [z]), weights])
    graph.output(graph.flat(score), as: "score")
    let zero = graph.constant([0], shape: [1])
    let votes = graph.cast(graph.node("GreaterOrEqual", [z, zero]), to: .double)
    let probability = graph.flat(graph.node("MatMul", [votes, weights]))
    graph.output(probability, as: "probability")
    return probability
  }

  private mutating func scored(_ score: Value) -> Value {
    graph.output(score, as: "score")
    let probability = graph.node("Sigmoid", [score])
    graph.output(probability, as: "probability")
    return probability
  }

  mutating func decide(_ probability: Value, _ threshold: Double) {
    let cut = graph.constant([threshold], shape: [1])
    let decision = graph.node("GreaterOrEqual", [probability, cut])
    graph.output(graph.cast(decision, to: .int64), as: "prediction")
  }

  private mutating func network(_ network: NeuralNetwork) throws(ExportError) -> Value {
    guard network.head == .binary else {
      throw .unsupported(what: "a network of several classes", format: ONNXFormat.name)
    }
    let tensors = Dictionary(
      network.state.tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    func numbers(_ name: String) -> [Double] { tensors[name]?.doubles ?? [] }
    let architecture = network.architecture
    let width = architecture.units(of: 0), levels = numbers("levels.weight")
    let tables = zip(architecture.firstLevels, architecture.levels).map { first, count in
      Array(levels[(first * width)..<((first + count) * width)])
    }
    var z = affine(numbers("layer0.weight"), tables, numbers("layer0.bias"))
    for layer in 1..<max(1, architecture.layerCount) {
      let units = architecture.units(of: layer)
      let input = activated(z, architecture.activation)
      let weights = graph.constant(
        numbers("layer\(layer).weight"), shape: [architecture.inputs(of: layer), units])
      let bias = graph.constant(numbers("layer\(layer).bias"), shape: [1, units])
      z = graph.node("Add", [graph.node("MatMul", [input, weights]), bias])
    }
    return graph.flat(z)
  }

  private mutating func activated(_ v: Value, _ activation: Activation) -> Value {
    func number(_ value: Double) -> Value { graph.constant([value], shape: [1]) }
    switch activation {
    case .identity: return v
    case .relu: return graph.node("Relu", [v])
    case .leakyRelu:
      return graph.node("Max", [v, graph.node("Mul", [v, number(0.01)])])
    case .tanh: return graph.node("Tanh", [v])
    case .sigmoid: return graph.node("Sigmoid", [v])
    case .gelu:
      let cube = graph.node("Mul", [graph.node("Mul", [v, v]), v])
      let inner = graph.node("Add", [v, graph.node("Mul", [cube, number(0.044715)])])
      let root = number((2 / Double.pi).squareRoot())
      let half = graph.node("Mul", [v, number(0.5)])
      let curve = graph.node("Tanh", [graph.node("Mul", [inner, root])])
      return graph.node("Mul", [half, graph.node("Add", [curve, number(1)])])
    }
  }

  // MARK: Rules

  private mutating func rule(_ model: PostprocessedPredictor) throws(ExportError) -> Value {
    let probability = try predictor(model.base)
    guard let functions = Self.functions(of: model.rule.rule) else {
      throw .unsupported(
        what: "a rule of kind '\(type(of: model.rule.rule).kind)'", format: ONNXFormat.name)
    }
    let pooled = model.rule.pooledRule.flatMap { Self.functions(of: $0)?.first }
    let group = model.rule.usesGroups ? groups(model) : nil
    let value = steps(functions + (group == nil ? [] : [pooled]), probability, group)
    graph.output(value, as: "decision_probability")
    if functions.allSatisfy({ $0.values.allSatisfy { $0 == 0 || $0 == 1 } }) {
      decide(value, 0.5)
    }
    return value
  }

  private static func functions(of rule: any DecisionRule) -> [StepFunction]? {
    switch rule {
    case let rule as StepRule where rule.meaning == .decisions: rule.functions
    case let rule as ThresholdRule:
      rule.thresholds.map { threshold in
        threshold.cut.map { StepFunction(cuts: [$0], values: [0, 1]) }
          ?? StepFunction(cuts: [], values: [0])
      }
    default: nil
    }
  }

  /// The place of each row's group, shape `(rows)`; that of a group that was never seen comes last.
  private mutating func groups(_ model: PostprocessedPredictor) -> Value {
    if let inferred = model.groupModel {
      let best = graph.node(
        "ArgMax", [affine(inferred.models)], .int64,
        [ONNXGraph.attribute("axis", 1), ONNXGraph.attribute("keepdims", 0)])
      return best
    }
    let texts = graph.input(
      model.rule.attributes.joined(separator: "×"), .string, columns: 1)
    return graph.codes(
      texts, model.rule.groups.enumerated().map { ($1, $0) }, otherwise: model.rule.groups.count)
  }

  /// values[0] + Σ_j (values[j + 1] − values[j])·1[score ≥ cuts[j]], by the row's group.
  ///
  /// - Parameter functions: nil: NaN, for groups that nothing is known of.
  private mutating func steps(
    _ functions: [StepFunction?], _ score: Value, _ group: Value?
  ) -> Value {
    let width = max(1, functions.map { $0?.cuts.count ?? 0 }.max() ?? 0), count = functions.count
    var cuts: [Double] = [], rises: [Double] = [], starts: [Double] = []
    for function in functions {
      let values = function?.values ?? [.nan]
      starts.append(values[0])
      for j in 0..<width {
        let exists = j + 1 < values.count
        cuts.append(exists ? function!.cuts[j] : .infinity)
        rises.append(exists ? values[j + 1] - values[j] : 0)
      }
    }
    func rows(_ values: [Double], _ width: Int) -> Value {
      let table = graph.constant(values, shape: [count, width])
      guard let group else { return table }
      return graph.node("Gather", [table, group])
    }
    let column = graph.node("Reshape", [score, graph.places([-1, 1], shape: [2])])
    let passed = graph.cast(
      graph.node("GreaterOrEqual", [column, rows(cuts, width)]), to: .double)
    let axis = graph.places([1], shape: [1])
    let sum = graph.node(
      "ReduceSum", [graph.node("Mul", [passed, rows(rises, width)]), axis], nil,
      [ONNXGraph.attribute("keepdims", 1)])
    return graph.flat(graph.node("Add", [sum, rows(starts, 1)]))
  }
}
