import Criteria
import LinearAlgebra
import Optimization

/// Fair classification or regression by trying multipliers one by one: a deterministic hypothesis
/// instead of a mixture.
///
/// Each λ of a grid gives one weighted fit; the hypothesis with the smallest
/// (1 − c)·objective + c·max_k γ_k is selected, c being `constraintWeight` (Agarwal et al., A
/// Reductions Approach to Fair Classification, ICML 2018, section 3.4).
///
/// With `grid: .lattice` λ, the weights of the fits and the selection are Fairlearn's. With
/// `.spread` the fits start from the one at λ = 0 and run side by side, and every threshold of a
/// fitted score is a candidate as well.
public struct GridSearch: Sendable {
  public enum Grid: String, Sendable, CaseIterable {
    /// Integer points of a ball in the 1-norm, in Fairlearn's order and cut off at its size.
    case lattice
    /// 0, then points spread evenly over the same ball, each with its opposite.
    case spread
  }

  public var requirements: [any LinearRequirement]
  public var costs: ErrorCosts
  public var grid: Grid
  public var size: Int
  /// The largest ‖λ‖₁.
  public var limit: Double
  /// c in [0, 1].
  public var constraintWeight: Double

  public init(
    _ requirements: [any LinearRequirement], costs: ErrorCosts = ErrorCosts(),
    grid: Grid = .spread, size: Int = 20, limit: Double = 2, constraintWeight: Double = 0.5
  ) {
    precondition(size >= 1 && limit > 0 && limit.isFinite, "a grid has points and an extent")
    precondition((0...1).contains(constraintWeight), "a weight is between 0 and 1")
    self.requirements = requirements
    self.costs = costs
    self.grid = grid
    self.size = size
    self.limit = limit
    self.constraintWeight = constraintWeight
  }

  public func fit(_ scope: ConstraintScope, learner: inout some WeightedLearner) throws
    -> GridSearchResult
  {
    try SaddlePoint.validate(scope, requirements, learner.sums)
    let game = SaddlePoint(
      scope, requirements: requirements, costs: costs, form: .pairwise, sums: learner.sums)
    let basis = MultiplierBasis(scope, requirements, sums: learner.sums)
    let multipliers = basis.multipliers(
      grid == .lattice
        ? GridLattice.points(size: size, limit: limit, basis)
        : GridSpread.points(size: size, limit: limit, basis))
    return try fit(game, basis, multipliers, learner: &learner)
  }

  /// The same at multipliers of the caller's choice.
  ///
  /// - Parameter multipliers: λ, one number an inequality to overall, shape `(points, rows)`.
  public func fit(
    _ scope: ConstraintScope, multipliers: [[Double]], learner: inout some WeightedLearner
  ) throws -> GridSearchResult {
    try SaddlePoint.validate(scope, requirements, learner.sums)
    let game = SaddlePoint(
      scope, requirements: requirements, costs: costs, form: .pairwise, sums: learner.sums)
    return try fit(
      game, MultiplierBasis(scope, requirements, sums: learner.sums), multipliers,
      learner: &learner)
  }

  private func fit(
    _ game: SaddlePoint, _ basis: MultiplierBasis, _ multipliers: [[Double]],
    learner: inout some WeightedLearner
  ) throws -> GridSearchResult {
    let clock = ContinuousClock(), began = clock.now, passes = learner.passes
    // 1. The requests; those that ask one prediction of everyone need no fit.
    let requests = multipliers.map { request(game, basis.costs($0, objective: game.objective)) }
    let open = requests.indices.filter { game.constantResponse(requests[$0]) == nil }
    // 2. The fits.
    let wanted = open.map { requests[$0] }
    let families =
      grid == .lattice
      ? try wanted.map { request in
        let fitted = try learner.fit(request)
        return HypothesisFamily(identifier: fitted.identifier, members: [fitted.cellSums])
      } : try learner.fitFamilies(wanted)
    // 3. The candidates of each point, in the grid's order.
    var candidates: [GridSearchResult.Candidate] = []
    for (point, request) in requests.enumerated() {
      if let positive = game.constantResponse(request) {
        candidates.append(
          candidate(
            .constant(positive: positive), game.constantSums(positive: positive), point, game))
      } else if let place = open.firstIndex(of: point) {
        for (member, sums) in families[place].members.enumerated() {
          let checked = try game.checked(sums, round: point)
          candidates.append(
            candidate(
              .fitted(identifier: families[place].identifier, member: member), checked, point,
              game))
        }
      }
    }
    var result = GridSearchResult(multipliers: multipliers, candidates: candidates)
    result.selected = result.best(constraintWeight: constraintWeight)
    result.oracleCalls = requests.count
    result.constantCalls = requests.count - open.count
    result.passes = learner.passes - passes
    result.seconds = (clock.now - began) / .seconds(1)
    return result
  }

  /// Weights are what λ makes of a row's weight, not scaled, as in Fairlearn.
  private func request(_ game: SaddlePoint, _ costs: [Double]) -> CellRequest {
    let scale = game.scope.cells.totalWeight
    return CellRequest(
      labels: costs.map { game.sums == .positives && $0 < 0 ? 1 : 0 },
      weights: costs.map { (game.sums == .losses ? max(0, $0) : abs($0)) * scale })
  }

  private func candidate(
    _ hypothesis: Hypothesis, _ sums: [Double], _ point: Int, _ game: SaddlePoint
  ) -> GridSearchResult.Candidate {
    let measured = MeasuredHypothesis(hypothesis, sums: sums, in: game)
    return .init(
      point: point, hypothesis: hypothesis, cellSums: sums, objective: measured.error,
      error: game.errorRate(sums), disparity: measured.moments.max() ?? 0,
      violation: measured.moments.isEmpty ? 0 : game.violation(measured.moments))
  }
}

/// What a grid search found.
public struct GridSearchResult: Sendable {
  public struct Candidate: Sendable {
    /// The index of its λ.
    public var point: Int
    public var hypothesis: Hypothesis
    /// Its sums over the training cells.
    public var cellSums: [Double]
    public var objective: Double
    /// The plain error: with costs 1 the objective itself.
    public var error: Double
    /// max_k γ_k
    public var disparity: Double
    /// max_k (γ_k − bound_k)
    public var violation: Double
  }

  /// λ of each point, shape `(points, inequalities to overall)`.
  public var multipliers: [[Double]]
  /// In the order of the points.
  public var candidates: [Candidate]
  /// The index of the selected candidate.
  public var selected = 0
  public var oracleCalls = 0
  /// Points that asked one prediction of everyone.
  public var constantCalls = 0
  public var passes = 0.0
  public var seconds = 0.0

  init(multipliers: [[Double]], candidates: [Candidate]) {
    self.multipliers = multipliers
    self.candidates = candidates
  }

  public var best: Candidate { candidates[selected] }

  /// The first candidate with the smallest (1 − c)·objective + c·max γ.
  public func best(constraintWeight c: Double) -> Int {
    func loss(_ candidate: Candidate) -> Double {
      (1 - c) * candidate.objective + c * candidate.disparity
    }
    return candidates.indices.min { loss(candidates[$0]) < loss(candidates[$1]) } ?? 0
  }
}
