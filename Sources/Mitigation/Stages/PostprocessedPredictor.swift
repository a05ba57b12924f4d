import Datasets
import LinearAlgebra
import Models

/// A predictor whose probabilities a rule turns into decisions or into new probabilities.
///
/// The rule sees the base predictor's probabilities. Where it decides at random, a row's decision
/// is 1 if its number in [0, 1), a hash of its encoded features and a key, lies below the
/// probability of a positive decision: the same person gets the same decision on every machine.
public struct PostprocessedPredictor: Predictor {
  public static let kind = "post-processed"

  public let base: any Predictor
  public let rule: GroupedRule
  /// Infers the rule's groups; nil takes the rows' own.
  public let groupModel: GroupModel?
  public let key: UInt64

  public init(
    base: any Predictor, rule: GroupedRule, groupModel: GroupModel? = nil, key: UInt64
  ) {
    self.base = base
    self.rule = rule
    self.groupModel = groupModel
    self.key = key
  }

  private struct Configuration: Codable {
    var base: NestedPredictor
    var rule: GroupedRule
    var groupModel: GroupModel?
    /// As text: JSON numbers lose the last bits of 64.
    var key: String
  }

  public var needsAttributes: Bool {
    (rule.usesGroups && groupModel == nil) || base.needsAttributes
  }
  public var decidesByThreshold: Bool { rule.meaning != .decisions }
  public var featureColumns: Int? { base.featureColumns }
  public var plainColumns: [String] { base.plainColumns }

  public func pooledRows<Scalar: KernelScalar>(_ data: Dataset<Scalar>) throws -> [Bool]? {
    let below = try base.pooledRows(data)
    guard groupModel == nil, let own = try rule.pooledRows(data.attributes) else { return below }
    return below.map { zip($0, own).map { $0 || $1 } } ?? own
  }

  public var state: PredictorState {
    let inner = base.state
    return PredictorState(
      kind: Self.kind,
      configuration: StoredJSON.text(
        Configuration(
          base: NestedPredictor(inner), rule: rule, groupModel: groupModel, key: "\(key)")),
      tensors: inner.tensors)
  }

  public init(_ state: PredictorState) throws {
    let stored: Configuration = try StoredJSON.value(state.configuration, kind: Self.kind)
    guard let key = UInt64(stored.key) else {
      throw PredictorError.badConfiguration(kind: Self.kind, detail: "the key is not a number")
    }
    self.init(
      base: try stored.base.restored(tensors: state.tensors), rule: stored.rule,
      groupModel: stored.groupModel, key: key)
  }

  /// The new scores, or where the rule decides the base predictor's: a decision ranks nobody.
  public func scores<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, pool: WorkerPool
  ) throws -> [Double] {
    rule.meaning == .scores
      ? try probabilities(data, pool: pool) : try base.scores(data, pool: pool)
  }

  /// The new probabilities, or the probability of a positive decision.
  public func probabilities<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, pool: WorkerPool
  ) throws -> [Double] {
    try rule.values(
      scores: try base.probabilities(data, pool: pool),
      attributes: groupModel.map { [$0.inferred(data, pool: pool)] } ?? data.attributes)
  }

  /// Where the rule decides, what it cuts: a decision ranks nobody.
  public func ranking<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, probabilities: [Double], pool: WorkerPool
  ) throws -> [Double] {
    guard rule.meaning == .decisions else { return probabilities }
    return try base.ranking(
      data, probabilities: base.probabilities(data, pool: pool), pool: pool)
  }

  public func decisions<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, probabilities: [Double], threshold: Double
  ) -> [UInt8] {
    guard rule.meaning == .decisions else { return probabilities.map { $0 >= threshold ? 1 : 0 } }
    guard RuleDraw.isRandom(probabilities) else { return probabilities.map { UInt8($0) } }
    return RuleDraw.decisions(probabilities, draws: data.uniformDraws(key: key))
  }

  public func decisionMixture<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, probabilities: [Double], threshold: Double
  ) -> [(weight: Double, decisions: [UInt8])] {
    guard rule.meaning == .decisions else {
      return [(1, decisions(data, probabilities: probabilities, threshold: threshold))]
    }
    return RuleDraw.mixture(probabilities)
  }
}

/// Decisions drawn from probabilities by one number u in [0, 1) a person: 1 if u < p.
public enum RuleDraw {
  public static func isRandom(_ probabilities: [Double]) -> Bool {
    probabilities.contains { $0 > 0 && $0 < 1 }
  }

  public static func decisions(_ probabilities: [Double], draws: [Double]) -> [UInt8] {
    zip(probabilities, draws).map { $1 < $0 ? 1 : 0 }
  }

  /// The decisions that u may lead to, each with its probability: one for each distinct value.
  ///
  /// Expected counts do not depend on how rows' numbers hang together, so one u for all will do.
  public static func mixture(_ probabilities: [Double]) -> [(weight: Double, decisions: [UInt8])] {
    var levels = Set(probabilities.lazy.map { min(max($0, 0), 1) })
    levels.insert(1)
    var last = 0.0
    var parts: [(weight: Double, decisions: [UInt8])] = []
    for level in levels.sorted() where level > 0 {
      parts.append((level - last, probabilities.map { $0 >= level ? 1 : 0 }))
      last = level
    }
    return parts
  }
}
