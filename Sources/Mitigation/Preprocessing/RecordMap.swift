import LinearAlgebra
import Optimization

/// The randomized map of records that changes their distribution least, by a linear program.
///
/// Records are (group d, combination x, label y) with probabilities q. With p(x̂, ŷ | d, x, y) ≥ 0 and
/// Σ p = 1 for each, minimizes the total variation ½·Σ |P̂(x̂, ŷ) − P(x̂, ŷ)| subject to
///   Σ δ(x, y; x̂, ŷ)·p ≤ c for each record (individual distortion),
///   t ≤ P̂(ŷ = 1 | d) ≤ t + ε for each group and some t (discrimination).
/// Moves with a distortion above `reach` are not in the program.
///
/// Calmon, Wei, Vinzamuri, Ramamurthy and Varshney, Optimized pre-processing for discrimination
/// prevention, NIPS 2017, problem 6.
package struct RecordMapProgram: Sendable {
  package struct Cell: Sendable, Equatable {
    package var group: Int
    package var combination: Int
    package var label: Int
    /// Above 0.
    package var weight: Double

    package init(group: Int, combination: Int, label: Int, weight: Double) {
      self.group = group
      self.combination = combination
      self.label = label
      self.weight = weight
    }
  }

  /// Where a record goes with some probability.
  package struct Move: Sendable, Codable, Equatable {
    package var combination: Int
    package var label: Int
    package var probability: Double
  }

  package struct Solution: Sendable {
    /// The moves of each cell, probabilities adding up to 1.
    package var moves: [[Move]]
    /// The total variation.
    package var objective: Double
    /// Σ of the dual's terms, at most the objective but for rounding.
    package var dualObjective: Double
    /// By how much ε is exceeded at least, where it cannot be kept.
    package var excess: Double
    package var status: LinearProgram.Status
    package var pivots: Int
  }

  /// A unit of ε exceeded costs far more than all of the total variation, which is at most 1.
  static let excessCost = 1e3
  /// Less excess than this is rounding.
  package static let negligible = 1e-9
  /// Moves less likely than this are rounding.
  static let leastProbability = 1e-10

  package var cells: [Cell]
  package var combinations: Int
  /// c.
  package var distortion: Double
  /// ε.
  package var discrimination: Double
  package var reach: Double
  /// δ of another label.
  package var labelCost: Double
  /// δ of a move from one combination to another, 0 for none.
  package var cost: @Sendable (_ from: Int, _ to: Int) -> Double

  package init(
    cells: [Cell], combinations: Int, distortion: Double, discrimination: Double, reach: Double,
    labelCost: Double, cost: @escaping @Sendable (_ from: Int, _ to: Int) -> Double
  ) {
    precondition(distortion >= 0 && discrimination >= 0, "bounds cannot be negative")
    self.cells = cells
    self.combinations = combinations
    self.distortion = distortion
    self.discrimination = discrimination
    self.reach = reach
    self.labelCost = labelCost
    self.cost = cost
  }

  /// Rows of the program: one sum and one distortion a cell, one a record that moves can make, two a
  /// group.
  private struct Rows {
    let cells: Int
    let combinations: Int
    let groups: Int

    func sum(_ cell: Int) -> Int { cell }
    func distortion(_ cell: Int) -> Int { cells + cell }
    func record(_ combination: Int, _ label: Int) -> Int { 2 * cells + 2 * combination + label }
    func high(_ group: Int) -> Int { 2 * cells + 2 * combinations + 2 * group }
    func low(_ group: Int) -> Int { high(group) + 1 }
    var count: Int { 2 * cells + 2 * combinations + 2 * groups }
  }

  package func solve() -> Solution {
    let groups = (cells.map(\.group).max() ?? -1) + 1
    let rows = Rows(cells: cells.count, combinations: combinations, groups: groups)
    let total = cells.reduce(0) { $0 + $1.weight }
    var groupWeights = [Double](repeating: 0, count: groups)
    for cell in cells { groupWeights[cell.group] += cell.weight }
    // 1. The bounds of the rows.
    var lower = [Double](repeating: -.infinity, count: rows.count)
    var upper = [Double](repeating: .infinity, count: rows.count)
    for k in cells.indices {
      (lower[rows.sum(k)], upper[rows.sum(k)]) = (1, 1)
      upper[rows.distortion(k)] = distortion
    }
    for row in 0..<2 * combinations {
      (lower[2 * cells.count + row], upper[2 * cells.count + row]) = (0, 0)
    }
    for cell in cells {
      let row = rows.record(cell.combination, cell.label)
      lower[row] += cell.weight / total
      upper[row] = lower[row]
    }
    for group in 0..<groups where groupWeights[group] > 0 {
      upper[rows.high(group)] = discrimination
      lower[rows.low(group)] = 0
    }
    let program = LinearProgram(rowLower: lower, rowUpper: upper)
    // 2. The moves, then what the distribution is off by, t, and the excess.
    let moves = addMoves(program, rows, total, groupWeights)
    program.addColumns(
      (0..<2 * combinations).flatMap { row in
        [-1.0, 1].map { .init(cost: 0.5, entries: [(2 * cells.count + row, $0)]) }
      })
    let present = (0..<groups).filter { groupWeights[$0] > 0 }
    program.addColumn(
      cost: 0, lower: -.infinity,
      entries: present.flatMap { [(rows.high($0), -1.0), (rows.low($0), -1.0)] })
    let excess = program.addColumn(
      cost: Self.excessCost, entries: present.map { (rows.high($0), -1) })
    let solved = program.solve()
    return solution(solved, moves, excess: excess, lower: lower, upper: upper)
  }

  private func addMoves(
    _ program: LinearProgram, _ rows: Rows, _ total: Double, _ groupWeights: [Double]
  ) -> [[(column: Int, move: Move)]] {
    var columns: [LinearProgram.Column] = []
    let moves = cells.enumerated().map { k, cell in
      var moves: [(column: Int, move: Move)] = []
      for combination in 0..<combinations {
        let far = combination == cell.combination ? 0 : cost(cell.combination, combination)
        for label in 0...1 {
          let distortion = far + (label == cell.label ? 0 : labelCost)
          guard distortion <= reach else { continue }
          var entries: [(row: Int, value: Double)] = [
            (rows.sum(k), 1), (rows.distortion(k), distortion),
            (rows.record(combination, label), cell.weight / total),
          ]
          if label == 1 {
            let share = cell.weight / groupWeights[cell.group]
            entries += [(rows.high(cell.group), share), (rows.low(cell.group), share)]
          }
          moves.append(
            (columns.count, Move(combination: combination, label: label, probability: 0)))
          columns.append(.init(cost: 0, entries: entries))
        }
      }
      return moves
    }
    program.addColumns(columns)
    return moves
  }

  private func solution(
    _ solved: LinearProgram.Solution, _ moves: [[(column: Int, move: Move)]], excess: Int,
    lower: [Double], upper: [Double]
  ) -> Solution {
    let kept = moves.map { moves in
      var chosen = moves.compactMap { column, move -> Move? in
        let p = solved.primal[column]
        guard p > Self.leastProbability else { return nil }
        return Move(combination: move.combination, label: move.label, probability: p)
      }
      let sum = chosen.reduce(0) { $0 + $1.probability }
      for i in chosen.indices { chosen[i].probability /= sum }
      return chosen
    }
    let dual = solved.rowDuals.indices.reduce(0.0) { sum, row in
      let y = solved.rowDuals[row]
      let bound = y > 0 ? lower[row] : upper[row]
      return y == 0 || !bound.isFinite ? sum : sum + y * bound
    }
    let over = max(0, solved.primal[excess])
    return Solution(
      moves: kept, objective: solved.objective - Self.excessCost * over,
      dualObjective: dual - Self.excessCost * over, excess: over, status: solved.status,
      pivots: solved.iterations)
  }
}
