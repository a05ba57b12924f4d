import Datasets
import LinearAlgebra
import Models
import RowSums

/// A predictor that asks for groups, with another for rows whose group is unknown: a logistic
/// regression on the same rows that looks at no group.
public struct UnknownGroupPredictor: Predictor {
  public static let kind = "unknown-groups"

  public let base: any Predictor
  /// The attributes that a row must have for the base predictor.
  public let attributes: [String]
  public let fallback: LinearModel

  public init(base: any Predictor, attributes: [String], fallback: LinearModel) {
    self.base = base
    self.attributes = attributes
    self.fallback = fallback
  }

  private struct Configuration: Codable {
    var base: NestedPredictor
    var attributes: [String]
  }

  private static let basePrefix = "base.", fallbackPrefix = "fallback."

  public var needsAttributes: Bool { true }
  public var featureColumns: Int? { base.featureColumns }
  public var plainColumns: [String] { base.plainColumns }

  public var state: PredictorState {
    let inner = base.state
    return PredictorState(
      kind: Self.kind,
      configuration: StoredJSON.text(
        Configuration(base: NestedPredictor(inner), attributes: attributes)),
      tensors: inner.tensors.map { $0.named(Self.basePrefix + $0.name) }
        + fallback.state.tensors.map { $0.named(Self.fallbackPrefix + $0.name) })
  }

  public init(_ state: PredictorState) throws {
    let stored: Configuration = try StoredJSON.value(state.configuration, kind: Self.kind)
    func part(_ prefix: String) -> [NamedTensor] {
      state.tensors.filter { $0.name.hasPrefix(prefix) }.map {
        $0.named(String($0.name.dropFirst(prefix.count)))
      }
    }
    self.init(
      base: try stored.base.restored(tensors: part(Self.basePrefix)),
      attributes: stored.attributes,
      fallback: try LinearModel(
        PredictorState(kind: LinearModel.kind, tensors: part(Self.fallbackPrefix))))
  }

  public func pooledRows<Scalar: KernelScalar>(_ data: Dataset<Scalar>) throws -> [Bool]? {
    let known = Set(known(data).knownRows)
    guard known.count < data.rows else { return nil }
    return (0..<data.rows).map { !known.contains($0) }
  }

  public func scores<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, pool: WorkerPool
  ) throws -> [Double] {
    try filled(data, fallback.scores(data, pool: pool)) { try base.scores($0, pool: pool) }
  }

  public func probabilities<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, pool: WorkerPool
  ) throws -> [Double] {
    try filled(data, fallback.probabilities(data, pool: pool)) {
      try base.probabilities($0, pool: pool)
    }
  }

  public func ranking<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, probabilities: [Double], pool: WorkerPool
  ) throws -> [Double] {
    try filled(data, probabilities) { part in
      try base.ranking(
        part, probabilities: known(data).knownRows.map { probabilities[$0] }, pool: pool)
    }
  }

  public func decisions<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, probabilities: [Double], threshold: Double
  ) throws -> [UInt8] {
    let usual: [UInt8] = probabilities.map { $0 >= threshold ? 1 : 0 }
    return try filled(data, usual) { part in
      try base.decisions(
        part, probabilities: known(data).knownRows.map { probabilities[$0] }, threshold: threshold)
    }
  }

  public func decisionMixture<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, probabilities: [Double], threshold: Double
  ) throws -> [(weight: Double, decisions: [UInt8])] {
    let rows = known(data).knownRows
    let usual: [UInt8] = probabilities.map { $0 >= threshold ? 1 : 0 }
    guard !rows.isEmpty else { return [(1, usual)] }
    let parts = try base.decisionMixture(
      data.selecting(rows), probabilities: rows.map { probabilities[$0] }, threshold: threshold)
    return parts.map { part in
      var decisions = usual
      for (row, decision) in zip(rows, part.decisions) { decisions[row] = decision }
      return (part.weight, decisions)
    }
  }

  /// The rows with the attributes alone that decide whether a group is known.
  private func known<Scalar: KernelScalar>(_ data: Dataset<Scalar>) -> Dataset<Scalar> {
    data.with(attributes: data.attributes.filter { attributes.contains($0.attribute) })
  }

  /// The fallback's values, and the base predictor's where the group is known.
  private func filled<Scalar: KernelScalar, Value>(
    _ data: Dataset<Scalar>, _ fallback: [Value], _ own: (Dataset<Scalar>) throws -> [Value]
  ) throws -> [Value] {
    let rows = known(data).knownRows
    guard rows.count < data.rows else { return try own(data) }
    guard !rows.isEmpty else { return fallback }
    var values = fallback
    for (row, value) in zip(rows, try own(data.selecting(rows))) { values[row] = value }
    return values
  }
}

extension Dataset {
  /// The rows that a method is fitted to: without those of unknown groups, unless it takes them.
  func fitted(by method: any Mitigation.Type) throws(DataError) -> Dataset {
    hasUnknown && !method.takesUnknown(unknown) ? try withKnownGroups() : self
  }
}

extension TrainedModel {
  /// The model with an answer for rows of unknown groups, where such rows were left out of a fit
  /// whose predictions ask for the group; a rule has a part of its own for them.
  ///
  /// - Parameters:
  ///   - source: the rows of the fit, wherever they are; nil: those that are given.
  ///   - leavesOut: whether rows of unknown groups were left out; nil: as the rows say.
  func answeringUnknown<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, source: (any RowSource)? = nil, leavesOut: Bool? = nil,
    _ context: FitContext
  ) throws -> TrainedModel {
    let isAnswered = predictor is PostprocessedPredictor || predictor is UnknownGroupPredictor
    guard leavesOut ?? rows.data.leavesOutUnknown, predictor.needsAttributes, !isAnswered,
      !predictor.predictsNumbers, rows.data.labels != nil
    else { return self }
    let learner = LogisticRegression(
      l2: 1 / max(rows.totalWeight, 1), certifies: false, pool: context.pool)
    var model = self
    model.predictor = UnknownGroupPredictor(
      base: predictor, attributes: rows.data.attributes.map(\.attribute),
      fallback: try (source.map { try learner.fit($0) } ?? learner.fit(rows.scoreRows)).model)
    return model
  }
}
