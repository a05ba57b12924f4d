import Criteria
import LinearAlgebra

/// The game that reductions solve: min over mixtures Q, max over λ ≥ 0 of
/// L(Q, λ) = E(Q) + λ·(γ(Q) − b), with E and γ linear in a hypothesis' sums over cells.
///
/// A best response to λ minimizes Σ_c costs_c·S_c: a classification of whole cells, weighted.
struct SaddlePoint {
  let scope: ConstraintScope
  let sums: CellSumKind
  let objective: LinearFunctional
  let constraints: LinearConstraints
  let bounds: [Double]

  init(
    _ scope: ConstraintScope, requirements: [any LinearRequirement], costs: ErrorCosts,
    form: LinearConstraints.Form, sums: CellSumKind
  ) {
    self.scope = scope
    self.sums = sums
    objective = costs.functional(scope.cells, sums: sums)
    var all = LinearConstraints(cellCount: scope.cells.count)
    for requirement in requirements {
      all.append(requirement.compile(scope, form: form, sums: sums))
    }
    constraints = all
    bounds = all.bounds
  }

  var cellWeights: [Double] { scope.cells.weights }

  /// ∂L/∂S of each cell.
  func costs(_ multipliers: [Double]) -> [Double] {
    var table = constraints.costs(multipliers)
    objective.addSlopes(1, to: &table)
    return table
  }

  /// The fit that costs ask for: positive where it lowers L, weighted by how much. Weights are
  /// scaled to the total weight of the rows, so that a learner's own penalty keeps its meaning.
  func request(_ costs: [Double]) -> CellRequest {
    let total = zip(costs, cellWeights).reduce(0) { $0 + abs($1.0) * $1.1 }
    let scale = total > 0 ? scope.cells.totalWeight / total : 0
    return CellRequest(
      labels: costs.map { sums == .positives && $0 < 0 ? 1 : 0 },
      weights: costs.map { abs($0) * scale })
  }

  /// The one prediction that a request asks of every row that it weights, when there is just one;
  /// negative when it weights none.
  func constantResponse(_ request: CellRequest) -> Bool? {
    guard sums == .positives else { return nil }
    let present = request.labels.indices.filter {
      cellWeights[$0] > 0 && request.weights[$0] > 0
    }
    guard let first = present.first else { return false }
    return present.allSatisfy { request.labels[$0] == request.labels[first] }
      ? request.labels[first] == 1 : nil
  }

  /// The sums over cells of predicting the same for everyone.
  func constantSums(positive: Bool) -> [Double] { cellWeights.map { positive ? $0 : 0 } }

  /// The plain weighted error of predictions 0 and 1, whatever the costs.
  func errorRate(_ cellSums: [Double]) -> Double {
    ErrorCosts().functional(scope.cells, sums: sums).value(cellSums)
  }

  /// max_k (γ_k − b_k), −∞ without constraints.
  func violation(_ moments: [Double]) -> Double {
    zip(moments, bounds).reduce(-.infinity) { max($0, $1.0 - $1.1) }
  }

  /// λ with what opposite inequalities share taken off both: it cancels in L up to a lower value.
  func projected(_ multipliers: [Double]) -> [Double] {
    zip(multipliers, constraints.rows).map { lambda, row in
      row.partner.map { max(0, lambda - multipliers[$0]) } ?? lambda
    }
  }
}

/// A hypothesis measured: its sums over cells, its objective and its moments.
struct MeasuredHypothesis {
  var hypothesis: Hypothesis
  var sums: [Double]
  var error: Double
  var moments: [Double]

  init(_ hypothesis: Hypothesis, sums: [Double], error: Double, moments: [Double]) {
    self.hypothesis = hypothesis
    self.sums = sums
    self.error = error
    self.moments = moments
  }

  init(_ hypothesis: Hypothesis, sums: [Double], in game: SaddlePoint) {
    self.hypothesis = hypothesis
    self.sums = sums
    error = game.objective.value(sums)
    moments = game.constraints.moments(sums)
  }
}
