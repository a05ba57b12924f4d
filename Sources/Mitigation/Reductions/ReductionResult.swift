import Criteria
import Datasets
import Optimization

/// What a reduction found: a mixture of hypotheses, what it achieves on the training rows, and how
/// sure that is.
public struct ReductionResult: Sendable {
  public struct Member: Sendable {
    public var hypothesis: Hypothesis
    /// The probability with which the mixture uses it.
    public var weight: Double
    /// Its sums over the training cells.
    public var cellSums: [Double]
    /// Its objective: the mean cost, or the mean loss.
    public var objective: Double
    /// max_k (γ_k − bound_k) of this hypothesis alone.
    public var violation: Double
  }

  /// Every hypothesis kept, in the order found; many have weight 0.
  public var hypotheses: [Member]
  /// The mixture's objective.
  public var objective: Double
  /// The mixture's plain error: with costs 1 the objective itself.
  public var error: Double
  /// max_k γ_k: the largest constrained quantity itself, nil without constraints.
  public var disparity: Double?
  /// max_k (γ_k − bound_k), at most 0 when every constraint holds; nil without constraints.
  public var violation: Double?
  /// How far apart the constrained rates are, compared both ways.
  public var disparities: RateDisparities
  /// max(L − L_low, L_high − L) over the responses of the learner: 0 when no response improves.
  public var gap: Double
  /// An upper bound on how far the objective is above the best mixture over the learner's class;
  /// nil unless the learner is exact.
  public var boundOnSuboptimality: Double?
  public var status: FitStatus
  /// Why the search ended, in words.
  public var stopReason: String
  public var iterations: Int
  /// The iteration whose mixture is returned.
  public var bestIteration: Int
  /// Requests answered, constant ones included.
  public var oracleCalls: Int
  /// Requests that asked one prediction of everyone, which no learner is needed for.
  public var constantCalls: Int
  /// Fits of the learner that threw an error and were done without.
  public var failedFits: Int
  /// Times that the learner read the features from end to end for this result.
  public var passes = 0.0
  public var seconds = 0.0
  /// λ that belongs to the mixture, one number a compiled inequality.
  public var multipliers: [Double]

  /// The hypotheses that the mixture uses.
  public var members: [Member] { hypotheses.filter { $0.weight > 0 } }

  /// The mixture's sums over cells.
  public var cellSums: [Double] {
    guard let first = hypotheses.first else { return [] }
    var sums = [Double](repeating: 0, count: first.cellSums.count)
    for member in members {
      for c in sums.indices { sums[c] += member.weight * member.cellSums[c] }
    }
    return sums
  }

  /// The hypothesis with the smallest objective among those that meet every constraint to within
  /// `tolerance`; when none does, the one with the smallest violation.
  public func bestSingle(tolerance: Double = 1e-9) -> Member? {
    let feasible = hypotheses.filter { $0.violation <= tolerance }
    return feasible.min { $0.objective < $1.objective }
      ?? hypotheses.min { ($0.violation, $0.objective) < ($1.violation, $1.objective) }
  }
}

/// Why a reduction could not be run.
public enum ReductionError: UserError, Sendable, CustomStringConvertible {
  case noRows
  /// A parity constraint needs predictions, and this learner reports losses.
  case wrongLearner(String)
  /// The learner threw, and there was no way round it.
  case learnerFailed(round: Int, reason: String)
  /// The learner reported sums of another shape, or numbers that are not finite.
  case badSums(round: Int)

  public var blame: Blame {
    if case .learnerFailed = self { .callback } else { .data }
  }

  public var description: String {
    switch self {
    case .noRows: "the rows have no weight"
    case .wrongLearner(let name): "\(name) needs predictions, and the learner reports losses"
    case .learnerFailed(let round, let reason): "the learner failed in fit \(round): \(reason)"
    case .badSums(let round): "the learner reported sums that do not fit the cells in fit \(round)"
    }
  }
}

extension SaddlePoint {
  /// Checks what a caller can get wrong before any fit.
  static func validate(
    _ scope: ConstraintScope, _ requirements: [any LinearRequirement], _ sums: CellSumKind
  ) throws(ReductionError) {
    guard scope.cells.totalWeight > 0 else { throw .noRows }
    if sums == .losses, let parity = requirements.first(where: { $0 is ParityRequirement }) {
      throw .wrongLearner(parity.name)
    }
  }

  /// Sums that a learner reported, checked.
  func checked(_ cellSums: [Double], round: Int) throws(ReductionError) -> [Double] {
    guard cellSums.count == scope.cells.count, cellSums.allSatisfy(\.isFinite) else {
      throw .badSums(round: round)
    }
    return cellSums
  }
}
