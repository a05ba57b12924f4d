import Mitigation
import Models

extension ONNXExport {
  /// The outputs of a rule that decides, with those of the predictor that it reads.
  mutating func write(decidingBy model: PostprocessedPredictor) throws(ExportError) {
    let base = try scored(model.base)
    write(base)
    let value = try ruled(model, base.probability)
    graph.output(value, as: "decision_probability")
    if !Self.isRandom(model.rule.rule) { decide(value, 0.5) }
  }

  private static func isRandom(_ rule: any DecisionRule) -> Bool {
    guard let rule = rule as? StepRule else { return false }
    return !rule.functions.allSatisfy { $0.values.allSatisfy { $0 == 0 || $0 == 1 } }
  }

  /// The rule's value of each row, shape `(rows)`; NaN for groups that nothing is known of.
  mutating func ruled(
    _ model: PostprocessedPredictor, _ score: Value
  ) throws(ExportError) -> Value {
    let rule = model.rule.rule, pooled = model.rule.pooledRule
    let group = rule.usesGroups ? groups(model) : nil
    /// A part of the rule for each group, and where groups matter for those never seen.
    func parts<Rule: DecisionRule, Part>(_ rule: Rule, _ own: (Rule) -> [Part]) -> [Part?] {
      own(rule) + (group == nil ? [] : [(pooled as? Rule).flatMap { own($0).first }])
    }
    switch rule {
    case let rule as StepRule:
      return steps(parts(rule) { $0.functions }, score, group)
    case let rule as ThresholdRule:
      return steps(parts(rule) { $0.thresholds.map(Self.function) }, score, group)
    case let rule as SigmoidRule:
      return sigmoids(
        parts(rule) { Array(zip($0.slopes, $0.offsets)) }, score, group,
        usesLogits: rule.usesLogits)
    case let rule as QuantileRule:
      return lines(parts(rule) { $0.maps }, score, group)
    default:
      throw .unsupported(
        what: "a rule of kind '\(type(of: rule).kind)'", format: ONNXFormat.name)
    }
  }

  private static func function(_ threshold: ScoreThreshold) -> StepFunction {
    threshold.cut.map { StepFunction(cuts: [$0], values: [0, 1]) }
      ?? StepFunction(cuts: [], values: [0])
  }

  private mutating func groups(_ model: PostprocessedPredictor) -> Value {
    if let inferred = model.groupModel {
      return graph.node(
        "ArgMax", [affine(inferred.models)], .int64,
        [ONNXGraph.attribute("axis", 1), ONNXGraph.attribute("keepdims", 0)])
    }
    return groupCodes(of: model.rule.attributes, among: model.rule.groups)
  }

  // MARK: Functions of a score by group

  /// Rows of numbers, one a group, all of one width.
  private struct Table {
    var width: Int
    var numbers: [Double] = []

    mutating func add(_ row: [Double], filledWith filler: Double) {
      numbers += row + [Double](repeating: filler, count: width - row.count)
    }
  }

  /// The row of each record's group, shape `(rows, width)`; without groups the one row, (1, width).
  private mutating func rows(_ table: Table, _ group: Value?) -> Value {
    let all = graph.constant(
      table.numbers, shape: [table.numbers.count / table.width, table.width])
    guard let group else { return all }
    return graph.node("Gather", [all, group])
  }

  private mutating func column(_ value: Value) -> Value {
    graph.node("Reshape", [value, graph.places([-1, 1], shape: [2])])
  }

  /// How many cuts of the row's group the score has reached, shape `(rows)`.
  private mutating func passed(_ cuts: Table, _ score: Value, _ group: Value?) -> Value {
    let reached = graph.node("GreaterOrEqual", [column(score), rows(cuts, group)])
    return graph.node(
      "ReduceSum", [graph.cast(reached, to: .int64), graph.places([1], shape: [1])], nil,
      [ONNXGraph.attribute("keepdims", 0)])
  }

  /// The number at a place of the row's group, shape `(rows)`.
  private mutating func picked(_ table: Table, at place: Value, _ group: Value?) -> Value {
    let all = graph.constant(table.numbers, shape: [table.numbers.count])
    guard let group else { return graph.node("Gather", [all, place]) }
    let width = graph.places([Int64(table.width)], shape: [1])
    return graph.node(
      "Gather", [all, graph.node("Add", [graph.node("Mul", [group, width]), place])])
  }

  /// values[j] where j cuts are at or below the score, by the row's group.
  private mutating func steps(
    _ functions: [StepFunction?], _ score: Value, _ group: Value?
  ) -> Value {
    let most = functions.map { $0?.cuts.count ?? 0 }.max() ?? 0
    var cuts = Table(width: max(1, most)), values = Table(width: max(1, most) + 1)
    for function in functions {
      cuts.add(function?.cuts ?? [], filledWith: .infinity)
      values.add(function?.values ?? [], filledWith: .nan)
    }
    return picked(values, at: passed(cuts, score, group), group)
  }

  /// σ(a·s + b), or of the logit of s, with a and b of the row's group.
  private mutating func sigmoids(
    _ parts: [(Double, Double)?], _ score: Value, _ group: Value?, usesLogits: Bool
  ) -> Value {
    func number(_ value: Double) -> Value { graph.constant([value], shape: [1]) }
    var input = score
    if usesLogits {
      let low = graph.node("Max", [score, number(SigmoidRule.extreme)])
      let p = graph.node("Min", [low, number(1 - SigmoidRule.extreme)])
      let rest = graph.node("Sub", [number(1), p])
      input = graph.node("Log", [graph.node("Div", [p, rest])])
    }
    let slopes = graph.constant(parts.map { $0?.0 ?? .nan }, shape: [parts.count])
    let offsets = graph.constant(parts.map { $0?.1 ?? .nan }, shape: [parts.count])
    let slope = group.map { graph.node("Gather", [slopes, $0]) } ?? slopes
    let offset = group.map { graph.node("Gather", [offsets, $0]) } ?? offsets
    let z = graph.node("Add", [graph.node("Mul", [input, slope]), offset])
    return graph.node("Sigmoid", [z])
  }

  /// Lines between the knots of the row's group; beyond the outer ones scores keep their distance.
  private mutating func lines(
    _ maps: [QuantileRule.Map?], _ score: Value, _ group: Value?
  ) -> Value {
    let width = maps.map { $0?.knots.count ?? 0 }.max() ?? 0
    var knots = Table(width: width)
    // Piece j begins at the knot before it; the first and the last have slope 1.
    var starts = Table(width: width + 1), values = starts, slopes = starts
    for map in maps {
      guard let map else {
        knots.add([], filledWith: .infinity)
        starts.add([], filledWith: 0)
        values.add([], filledWith: .nan)
        slopes.add([], filledWith: 0)
        continue
      }
      let x = map.knots, y = map.values
      knots.add(x, filledWith: .infinity)
      starts.add([x[0]] + x, filledWith: 0)
      values.add([y[0]] + y, filledWith: 0)
      let inner = x.indices.dropLast().map { (y[$0 + 1] - y[$0]) / (x[$0 + 1] - x[$0]) }
      slopes.add([1] + inner + [1], filledWith: 0)
    }
    let piece = passed(knots, score, group)
    let run = graph.node("Sub", [score, picked(starts, at: piece, group)])
    let rise = graph.node("Mul", [run, picked(slopes, at: piece, group)])
    return graph.node("Add", [picked(values, at: piece, group), rise])
  }
}
