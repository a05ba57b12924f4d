import Criteria
import LinearAlgebra
import Optimization

/// The hypotheses found so far and the master program over mixtures of them.
///
/// min Σ E_j·Q_j + C·s  subject to  Σ_j γ_j·Q_j + D·t − s ≤ b,  Σ_j Q_j = 1,  Q, s ≥ 0, t free,
/// where s is a slack that keeps the program feasible and t the anchors of bounds between groups.
/// A fit's whole family of thresholds is kept as sums over cells, so that each can be priced at any
/// multipliers without reading the rows; those that improve the program enter it.
struct ColumnPool {
  typealias Column = MeasuredHypothesis

  struct Solution {
    /// The weight of each column.
    var weights: [Double]
    /// λ ≥ 0, one number an inequality.
    var multipliers: [Double]
    /// E·Q + C·s, which equals the Lagrangian at (Q, λ).
    var value: Double
    var slack: Double
    /// The Lagrangian of a hypothesis at λ is constant + costs·S.
    var costs: [Double]
    var constant: Double
  }

  private(set) var game: SaddlePoint
  private(set) var families: [HypothesisFamily] = []
  private(set) var columns: [MeasuredHypothesis] = []
  private var identifiers: Set<Int> = []
  private var known: Set<Hypothesis> = []
  private var columnIndices: [Int] = []
  private let program: LinearProgram
  private let slackColumn: Int
  private var rowsChanged = false

  init(game: SaddlePoint) {
    self.game = game
    let rows = game.bounds.count
    program = LinearProgram(
      rowLower: Array(repeating: -.infinity, count: rows) + [1],
      rowUpper: game.bounds + [1])
    slackColumn = program.addColumn(
      cost: ColumnGenerationOptions.slackCost, entries: (0..<rows).map { ($0, -1) })
    for anchor in 0..<game.constraints.anchors {
      var entries: [(row: Int, value: Double)] = []
      for (k, row) in game.constraints.rows.enumerated() {
        if let used = row.anchor, used.index == anchor { entries.append((k, used.coefficient)) }
      }
      program.addColumn(cost: 0, lower: -.infinity, entries: entries)
    }
  }

  /// Puts a hypothesis into the program unless it is there.
  @discardableResult
  mutating func insert(_ hypothesis: Hypothesis, sums: [Double]) -> Bool {
    guard known.insert(hypothesis).inserted else { return false }
    let measured = MeasuredHypothesis(hypothesis, sums: sums, in: game)
    let rows = measured.moments.count
    var entries = (0..<rows).map { (row: $0, value: measured.moments[$0]) }
    entries.append((rows, 1))
    columnIndices.append(program.addColumn(cost: measured.error, entries: entries))
    columns.append(measured)
    return true
  }

  mutating func insertConstants() {
    for positive in [false, true] {
      insert(.constant(positive: positive), sums: game.constantSums(positive: positive))
    }
  }

  /// Makes sure that the program has a mixture: prices need one to start from.
  mutating func insertFirst() {
    guard columns.isEmpty, let family = families.first else { return }
    insert(.fitted(identifier: family.identifier, member: 0), sums: family.members[0])
  }

  /// Keeps what a fit found; a fit that came to an earlier one's result adds nothing.
  mutating func add(_ family: HypothesisFamily) {
    guard family.members.count == 1 || identifiers.insert(family.identifier).inserted else {
      return
    }
    families.append(family)
  }

  /// Changes b, for the next bound of a frontier; the basis stays. False when more than b differs,
  /// as between ratios.
  mutating func setGame(_ next: SaddlePoint) -> Bool {
    guard next.constraints.hasCoefficients(of: game.constraints) else { return false }
    game = next
    program.setRowBounds(lower: program.rowLower, upper: next.bounds + [1])
    rowsChanged = true
    return true
  }

  /// The same hypotheses in the program of other constraints on the same cells.
  func rebuilt(for next: SaddlePoint) -> ColumnPool {
    var pool = ColumnPool(game: next)
    pool.families = families
    pool.identifiers = identifiers
    for column in columns { pool.insert(column.hypothesis, sums: column.sums) }
    return pool
  }

  /// Solves the program and lets in the best member of each family while that improves it.
  mutating func settle() -> Solution {
    var solution = solve()
    for _ in 0..<Self.settleLimit {
      var entered = false
      for family in families {
        let (member, value) = lowest(family, solution)
        if value < solution.value - ColumnGenerationOptions.improvement {
          entered =
            insert(
              .fitted(identifier: family.identifier, member: member),
              sums: family.members[member]) || entered
        }
      }
      if !entered { return solution }
      solution = solve()
    }
    return solution
  }

  /// Rounds of the inner column generation: each lets in a column a family, and some tens do.
  private static let settleLimit = 500

  private mutating func solve() -> Solution {
    let solved = program.solve(rowsChanged ? .dual : .primal)
    rowsChanged = false
    let multipliers = solved.rowDuals.dropLast().map { max(0, -$0) }
    return Solution(
      weights: columnIndices.map { max(0, solved.primal[$0]) }, multipliers: multipliers,
      value: solved.objective, slack: solved.primal[slackColumn],
      costs: game.costs(multipliers), constant: constant(multipliers))
  }

  /// The part of the Lagrangian that does not depend on the hypothesis.
  func constant(_ multipliers: [Double]) -> Double {
    let zero = [Double](repeating: 0, count: game.scope.cells.count)
    let bounds = program.rowUpper.dropLast()
    return game.objective.base + multipliers.dot(game.constraints.moments(zero))
      - zip(multipliers, bounds).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// The lowest Lagrangian of all hypotheses found at any multipliers: as far as is known, a lower
  /// bound on the program's value.
  func lowerBound(at multipliers: [Double]) -> Double {
    let costs = game.costs(multipliers), constant = constant(multipliers)
    let known = columns.reduce(Double.infinity) { min($0, constant + costs.dot($1.sums)) }
    return families.reduce(known) { min($0, lowest($1, costs: costs, constant: constant).value) }
  }

  /// The member of a family with the lowest Lagrangian at the program's multipliers.
  func lowest(_ family: HypothesisFamily, _ at: Solution) -> (member: Int, value: Double) {
    lowest(family, costs: at.costs, constant: at.constant)
  }

  /// The member of a family with the lowest constant + costs·S, and that value.
  func lowest(_ family: HypothesisFamily, costs: [Double], constant: Double)
    -> (member: Int, value: Double)
  {
    var best = (member: 0, value: Double.infinity)
    for (index, sums) in family.members.enumerated() {
      let value = constant + costs.dot(sums)
      if value < best.value { best = (index, value) }
    }
    return best
  }
}
