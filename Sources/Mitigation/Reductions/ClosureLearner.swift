import Criteria

/// A learner made of a function: a model from outside, a list of fixed hypotheses.
public struct ClosureLearner: WeightedLearner {
  public let sums: CellSumKind
  public let isExact: Bool
  private let body: (CellRequest) throws -> FittedHypothesis

  /// - Parameters:
  ///   - isExact: whether the function returns the very best hypothesis of its class.
  ///   - fit: fits and reports the sums over cells; identifiers are the caller's own.
  public init(
    sums: CellSumKind = .positives, isExact: Bool = false,
    fit: @escaping (CellRequest) throws -> FittedHypothesis
  ) {
    self.sums = sums
    self.isExact = isExact
    body = fit
  }

  public func fit(_ request: CellRequest) throws -> FittedHypothesis { try body(request) }
}
