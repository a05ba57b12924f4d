import Datasets
import LinearAlgebra
import Models

/// The rule that decides, with the scores that it decides on.
struct DecidingRule<Scalar: KernelScalar> {
  /// nil where the scores are cut at one threshold, or a mixture draws.
  var rule: GroupedRule?
  var groups: [GroupIndex]
  /// The base model's probabilities, shape `(n)`; nil where there is no base model.
  var base: [Double]?

  init(_ predictor: any Predictor, _ data: Dataset<Scalar>, pool: WorkerPool) throws {
    var predictor = predictor, data = data
    while let outer = predictor as? PreprocessedPredictor {
      data = try outer.transform.applied(to: data, pool: pool)
      predictor = outer.base
    }
    guard let outer = predictor as? PostprocessedPredictor else {
      groups = data.attributes
      base = predictor.decidesByThreshold ? try predictor.probabilities(data, pool: pool) : nil
      return
    }
    rule = outer.rule
    groups = outer.groupModel.map { [$0.inferred(data, pool: pool)] } ?? data.attributes
    base = try outer.base.probabilities(data, pool: pool)
  }
}

extension TrainedModel {
  /// What the model's decisions come to; nil for a model of numbers.
  ///
  /// - Parameters:
  ///   - probabilities: of the rows, as the model gives them.
  ///   - decisions: the decisions that were made; nil counts those that are drawn by their chances.
  public func review<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, probabilities: [Double], decisions: [UInt8]? = nil,
    threshold: Double = defaultThreshold, pool: WorkerPool = .default
  ) throws -> DecisionReview? {
    guard !predictor.predictsNumbers else { return nil }
    let deciding = try DecidingRule(predictor, data, pool: pool)
    let byThreshold = predictor.decidesByThreshold
    let chances = probabilities.map {
      byThreshold ? ($0 >= threshold ? 1 : 0) : min(max($0, 0), 1)
    }
    let rows = DecisionReview.Rows(
      decided: decisions?.map(Double.init) ?? chances,
      isDrawn: { DecisionReview.isDrawn(chances[$0]) },
      before: deciding.base?.map { $0 >= Self.defaultThreshold ? 1 : 0 },
      label: data.labels.map { labels in { labels[$0] } })
    let rule = byThreshold ? nil : deciding.rule
    let usual =
      byThreshold ? "≥ \(DecisionReview.text(threshold: threshold))" : "drawn from a mixture"
    return try DecisionReview(
      rows, on: .probability, rule: rule, usual: usual, attributes: data.attributes,
      ruled: deciding.groups)
  }
}

extension FittedRule {
  /// What the rule's decisions on scores come to.
  ///
  /// - Parameter values: the rule's.
  public func review(
    scores: [Double], values: [Double], decisions: [UInt8], attributes: [GroupIndex],
    label: ((Int) -> UInt8)?, threshold: Double
  ) throws -> DecisionReview {
    let decides = rule.meaning == .decisions
    let rows = DecisionReview.Rows(
      decided: decisions.map(Double.init),
      isDrawn: { decides && DecisionReview.isDrawn(values[$0]) },
      before: scores.map { $0 >= Decisions.usualThreshold ? 1 : 0 }, label: label)
    return try DecisionReview(
      rows, on: .score, rule: decides ? rule : nil,
      usual: "new score ≥ \(DecisionReview.text(threshold: threshold))", attributes: attributes,
      ruled: attributes)
  }
}

extension DecisionReview {
  /// Counts rows by the groups that a rule tells apart, or by each attribute.
  ///
  /// - Parameters:
  ///   - rule: nil: one rule for all, in words `usual`.
  ///   - ruled: the attributes as the rule sees them.
  init(
    _ rows: Rows, on scale: Scale, rule: GroupedRule?, usual: String, attributes: [GroupIndex],
    ruled: [GroupIndex]
  ) throws {
    let ofGroups = rule.map { $0.usesGroups && !$0.attributes.isEmpty } ?? false
    var all = Group(rule: ofGroups ? nil : rule.map { $0.rule.text(ofGroup: 0) } ?? usual)
    for row in rows.decided.indices { all.count(row, of: rows) }
    guard ofGroups, let rule else {
      self.init(
        on: scale, all: all,
        groups: attributes.flatMap { attribute in
          Self.counted(
            rows, attribute.attribute, attribute.names.map { ($0, all.rule) }, { attribute[$0] })
        })
      return
    }
    let codes = try GroupIndex.codes(of: rule.attributes, as: rule.groups, among: ruled) { _ in true
    }
    let pooled = rule.pooledRule?.text(ofGroup: 0)
    let names = rule.groups.indices.map { (rule.groups[$0], rule.rule.text(ofGroup: $0)) }
    self.init(
      on: scale, all: all,
      groups: Self.counted(
        rows, rule.attributes.joined(separator: "×"), names + [(Self.otherGroups, pooled)],
        { codes[$0] < 0 ? names.count : codes[$0] }
      ).filter { $0.rows > 0 || $0.value != Self.otherGroups })
  }

  /// Groups that a rule was not fitted to.
  static let otherGroups = "(others)"

  private static func counted(
    _ rows: Rows, _ attribute: String, _ groups: [(name: String, rule: String?)],
    _ code: (Int) -> Int
  ) -> [Group] {
    var found = groups.map { Group(attribute: attribute, value: $0.name, rule: $0.rule) }
    for row in rows.decided.indices { found[code(row)].count(row, of: rows) }
    return found
  }
}

extension DecisionRule {
  /// Who is selected in a group, in few words.
  public func text(ofGroup group: Int) -> String {
    switch self {
    case let rule as ThresholdRule: rule.thresholds[group].text
    case let rule as StepRule: rule.functions[min(group, rule.functions.count - 1)].text
    case is RankingRule: "by rank among the rows"
    default: "by '\(Self.kind)'"
    }
  }
}

extension ScoreThreshold {
  /// `≥ 0.3551`, everybody or nobody.
  public var text: String {
    guard let cut, cut.isFinite else { return description }
    return "≥ \(DecisionReview.text(threshold: cut))"
  }
}

extension StepFunction {
  /// More steps than this are counted.
  private static let mostSteps = 4

  /// `drawn at 0.62 from 0.31, selected from 0.4`.
  var text: String {
    func number(_ value: Double) -> String { DecisionReview.text(threshold: value) }
    if values.allSatisfy({ $0 == 0 }) { return "nobody" }
    if values.allSatisfy({ $0 == 1 }) { return "everybody" }
    if cuts.count == 1, values == [0, 1] { return "≥ \(number(cuts[0]))" }
    guard cuts.count <= Self.mostSteps else {
      return "chance of \(number(values.min()!)) to \(number(values.max()!)) in \(cuts.count) steps"
    }
    return values.indices.filter { values[$0] > 0 }.map { step in
      let share = values[step] == 1 ? "selected" : "drawn at \(number(values[step]))"
      let from = step > 0 ? " from \(number(cuts[step - 1]))" : ""
      let upTo = step < cuts.count ? " below \(number(cuts[step]))" : ""
      return share + from + upTo
    }.joined(separator: ", ")
  }
}
