import Criteria

/// A learner that fits labels with one weight and one label a cell: the oracle of the reductions.
///
/// Reductions relabel and reweight whole cells, so the request is a short table and never an array
/// of n weights. Any model that takes weighted labels conforms: the native logistic regression, a
/// list of fixed hypotheses, a caller's closure.
public protocol WeightedLearner {
  /// What the reported sums over cells are sums of.
  var sums: CellSumKind { get }

  /// Whether `fit` returns the very best hypothesis of a class, so that a gap proves something
  /// about the class. False for anything that minimizes a surrogate loss.
  var isExact: Bool { get }

  /// Times that the features were read from end to end so far, a sample counted by its share.
  var passes: Double { get }

  /// Fits to the relabelled data and returns the sums of the predictions on the training rows.
  ///
  /// - Parameter request: for each cell its new label and its weight a row, at least 0.
  mutating func fit(_ request: CellRequest) throws -> FittedHypothesis

  /// Like `fit`, but may return several hypotheses that one fit gives (a score and many
  /// thresholds), and may be less exact than `fit` as far as the effort allows.
  mutating func fitFamily(_ request: CellRequest, effort: FitEffort) throws -> HypothesisFamily

  /// What a fit of a request would bring, without reading the rows; nil from a learner that cannot
  /// tell.
  func foresight(_ request: CellRequest) -> Foresight?

  /// Families of several requests that do not wait for each other; each fitted as `fit` would.
  mutating func fitFamilies(_ requests: [CellRequest]) throws -> [HypothesisFamily]

  /// The sums over cells of earlier hypotheses as a predictor will compute them; nil when those
  /// reported before are already exact.
  mutating func measure(_ hypotheses: [Hypothesis]) throws -> [[Double]]?
}

extension WeightedLearner {
  public var sums: CellSumKind { .positives }
  public var isExact: Bool { false }
  public var passes: Double { 0 }

  public mutating func fitFamily(_ request: CellRequest, effort: FitEffort) throws
    -> HypothesisFamily
  {
    let fitted = try fit(request)
    return HypothesisFamily(identifier: fitted.identifier, members: [fitted.cellSums])
  }

  public mutating func fitFamilies(_ requests: [CellRequest]) throws -> [HypothesisFamily] {
    try requests.map { try fitFamily($0, effort: .tight) }
  }

  public func foresight(_ request: CellRequest) -> Foresight? { nil }

  public mutating func measure(_ hypotheses: [Hypothesis]) throws -> [[Double]]? { nil }
}

/// How exactly a fit is needed.
public enum FitEffort: Sendable {
  /// To propose a hypothesis: a step towards the solution will do.
  case rough
  /// To decide whether anything better exists.
  case tight
}

/// What a learner can tell of a fit before it.
public enum Foresight: Sendable {
  /// The solution has been returned before.
  case known
  /// One step should come close to it.
  case near
  /// What is known so far says little about it.
  case far
}

/// For each cell (2·group + label) the label to learn and the weight of each of its rows.
///
/// Learners of losses (regressions) keep the rows' own labels and read the weights only.
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
  /// Σ_{i∈c} sᵢ·h(xᵢ) for each cell with h in [0, 1], or Σ_{i∈c} sᵢ·lossᵢ for learners of losses.
  public var cellSums: [Double]
  /// Which model of the learner this is.
  public var identifier: Int
  /// The sample standard deviation of |h(xᵢ) − yᵢ|, which learners of losses report.
  public var residualDeviation: Double?

  public init(cellSums: [Double], identifier: Int, residualDeviation: Double? = nil) {
    self.cellSums = cellSums
    self.identifier = identifier
    self.residualDeviation = residualDeviation
  }
}

/// The hypotheses of one fit: one score with several thresholds, or just one.
public struct HypothesisFamily: Sendable {
  public var identifier: Int
  /// The sums over cells of each member.
  public var members: [[Double]]
  /// Whether the fit is as exact as a decision needs: a rough one may be, or not.
  public var isSolved: Bool
  /// What the fit came across on its way.
  public var others: [HypothesisFamily]

  public init(
    identifier: Int, members: [[Double]], isSolved: Bool = true, others: [HypothesisFamily] = []
  ) {
    precondition(!members.isEmpty, "a family without members")
    self.identifier = identifier
    self.members = members
    self.isSolved = isSolved
    self.others = others
  }
}

/// A predictor by name.
public enum Hypothesis: Sendable, Hashable, Codable {
  /// The same prediction for everyone.
  case constant(positive: Bool)
  /// A member of what a fit of the learner returned; member 0 for a plain fit.
  case fitted(identifier: Int, member: Int)
}
