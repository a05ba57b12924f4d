/// A learner that fits labels with one weight and one label a cell: the oracle of the reductions.
///
/// Reductions relabel and reweight whole cells, so the request is a short table and never an array
/// of n weights. Any model that takes weighted labels conforms: the native logistic regression, a
/// list of fixed hypotheses, a caller's closure.
public protocol WeightedLearner {
  /// Fits to the relabelled data and returns the predictions on the training rows.
  ///
  /// - Parameter request: for each cell its new label and its weight a row, at least 0.
  mutating func fit(_ request: CellRequest) throws -> FittedHypothesis
}

/// For each cell (2·group + label) the label to learn and the weight of each of its rows.
public struct CellRequest: Sendable, Equatable {
  public var labels: [UInt8]
  public var weights: [Double]

  public init(labels: [UInt8], weights: [Double]) {
    precondition(labels.count == weights.count, "a label and a weight for each cell")
    self.labels = labels
    self.weights = weights
  }
}

/// What a learner found: the sums of its predictions over the cells of the training rows, and a
/// handle by which the learner's owner predicts new rows.
public struct FittedHypothesis: Sendable {
  /// Σ_{i∈c} wᵢ·h(xᵢ) for each cell, h in [0, 1].
  public var positiveWeights: [Double]
  /// Which model of the learner this is.
  public var identifier: Int

  public init(positiveWeights: [Double], identifier: Int) {
    self.positiveWeights = positiveWeights
    self.identifier = identifier
  }
}
