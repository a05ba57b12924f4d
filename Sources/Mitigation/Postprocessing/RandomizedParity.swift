import Optimization

/// The cheapest mixtures of decisions, one mixture a group, whose rates lie close together: a linear
/// program with one shared variable a direction.
///
/// minimize Σ_g Σ_k λ_gk·cost_gk over λ_g ≥ 0, Σ_k λ_gk = 1, subject to 0 ≤ f_dg·λ_g − c_d ≤ r for
/// every direction d and group g: the values f_dg·λ_g of all groups lie in one interval
/// [c_d, c_d + r]. With directions FPR and TPR that is ‖ROC_a − ROC_b‖_∞ ≤ r for all pairs, with
/// FPR ± TPR the same in the 1-norm: O(G) rows where a row a pair would be O(G²).
struct RandomizedParity {
  /// What a group may mix.
  struct Choices {
    /// Shape `(K)`.
    var costs: [Double]
    /// nil where the group has no negatives, and so no such rate; shape `(K)`.
    var falsePositiveRates: [Double]?
    var truePositiveRates: [Double]?
    var selectionRates: [Double]
  }

  /// A linear function of a group's rates.
  struct Direction: Equatable {
    var onFalsePositives = 0.0
    var onTruePositives = 0.0
    var onSelection = 0.0

    /// Shape `(K)`; nil when a rate that it needs does not exist.
    func values(_ group: Choices) -> [Double]? {
      var sum = [Double](repeating: 0, count: group.costs.count)
      for (factor, rates) in [
        (onFalsePositives, group.falsePositiveRates), (onTruePositives, group.truePositiveRates),
        (onSelection, group.selectionRates),
      ] where factor != 0 {
        guard let rates else { return nil }
        for k in sum.indices { sum[k] += factor * rates[k] }
      }
      return sum
    }
  }

  struct Solution {
    var status: FitStatus
    /// Shape `(G, K_g)`.
    var weights: [[Double]]
    var cost: Double
    /// Proved from the duals: no mixtures that meet the limits cost less.
    var lowerBound: Double
    var iterations: Int
  }

  let groups: [Choices]
  let bound: Double

  func solve(_ directions: [Direction]) -> Solution {
    let values = directions.map { direction in groups.map { direction.values($0) } }
    var limits: [(direction: Int, group: Int)] = []
    for d in directions.indices {
      for g in groups.indices where values[d][g] != nil { limits.append((d, g)) }
    }
    let program = LinearProgram(
      rowLower: groups.map { _ in 1 } + limits.map { _ in 0 },
      rowUpper: groups.map { _ in 1 } + limits.map { _ in bound })
    for (g, group) in groups.enumerated() {
      for (k, cost) in group.costs.enumerated() {
        var entries = [(row: g, value: 1.0)]
        for (row, limit) in limits.enumerated() where limit.group == g {
          entries.append((groups.count + row, values[limit.direction][g]![k]))
        }
        program.addColumn(cost: cost, entries: entries)
      }
    }
    for d in directions.indices {
      let rows = limits.indices.filter { limits[$0].direction == d }
      program.addColumn(
        cost: 0, lower: -Self.farthest, upper: Self.farthest,
        entries: rows.map { (groups.count + $0, -1) })
    }
    let solved = program.solve(.dual)
    let duals = Array(solved.rowDuals[groups.count...])
    return Solution(
      status: FitStatus(solved.status), weights: weights(solved.primal), cost: solved.objective,
      lowerBound: dualValue(duals, limits, values, directions.count),
      iterations: solved.iterations)
  }

  /// Each group's mixture, from the primal variables in the order of the columns.
  private func weights(_ primal: [Double]) -> [[Double]] {
    var next = 0
    return groups.map { group in
      defer { next += group.costs.count }
      return primal[next..<next + group.costs.count].map { max(0, $0) }
    }
  }

  /// Values of directions lie in [−2, 2]; shared variables need no more room.
  private static let farthest = 4.0

  /// min over λ, c and slacks of the Lagrangian: a lower bound for any multipliers.
  private func dualValue(
    _ duals: [Double], _ limits: [(direction: Int, group: Int)], _ values: [[[Double]?]],
    _ directions: Int
  ) -> Double {
    var reduced = groups.map(\.costs)
    var onShared = [Double](repeating: 0, count: directions)
    var bound = 0.0
    for (dual, limit) in zip(duals, limits) {
      let row = values[limit.direction][limit.group]!
      for k in row.indices { reduced[limit.group][k] -= dual * row[k] }
      onShared[limit.direction] += dual
      bound += min(0, dual * self.bound)
    }
    bound += reduced.reduce(0) { $0 + ($1.min() ?? 0) }
    return bound - onShared.reduce(0) { $0 + Self.farthest * abs($1) }
  }
}

extension FitStatus {
  /// How a fit ended whose whole work is one linear program.
  fileprivate init(_ status: LinearProgram.Status) {
    self =
      switch status {
      case .optimal: .converged
      case .infeasible: .infeasible
      case .iterationLimit: .iterationLimit
      case .unbounded, .failed: .stalled
      }
  }
}
