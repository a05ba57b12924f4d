import Optimization
import TestSupport
import Testing

@Suite struct LinearProgramTests {
  /// max 3x + 5y, x ≤ 4, 2y ≤ 12, 3x + 2y ≤ 18 (Hillier and Lieberman): (2, 6) with prices
  /// (0, 3/2, 1).
  @Test func textbookProgramWithItsPrices() {
    let program = LinearProgram(
      rowLower: [-.infinity, -.infinity, -.infinity], rowUpper: [4, 12, 18])
    program.addColumn(cost: -3, entries: [(0, 1), (2, 3)])
    program.addColumn(cost: -5, entries: [(1, 2), (2, 2)])
    let solution = program.solve()
    #expect(solution.status == .optimal)
    #expect(abs(solution.objective + 36) < 1e-9)
    #expect(zip(solution.primal, [2, 6]).allSatisfy { abs($0 - $1) < 1e-9 })
    #expect(zip(solution.rowDuals, [0, -1.5, -1]).allSatisfy { abs($0 - $1) < 1e-9 })
  }

  @Test func statusesOfProgramsWithoutAnOptimum() {
    let infeasible = LinearProgram(rowLower: [3], rowUpper: [.infinity])
    infeasible.addColumn(cost: 1, upper: 1, entries: [(0, 1)])
    #expect(infeasible.solve().status == .infeasible)
    let unbounded = LinearProgram(rowLower: [0], rowUpper: [.infinity])
    unbounded.addColumn(cost: -1, entries: [(0, 1)])
    #expect(unbounded.solve().status == .unbounded)
    let stopped = Self.random(rows: 20, columns: 40, seed: 3)
    #expect(stopped.solve(iterationLimit: 1).status == .iterationLimit)
    #expect(stopped.solve().status == .optimal)
  }

  /// A column added later, or a bound moved, gives what a program built at once gives.
  @Test(arguments: [1, 2, 3] as [UInt64])
  func warmSolveMeetsTheColdOne(seed: UInt64) {
    let (program, columns) = Self.randomWithData(rows: 8, columns: 30, seed: seed)
    let first = program.solve()
    #expect(first.status == .optimal)
    let entries = (0..<8).map { (row: $0, value: Double($0 % 3) - 0.4) }
    program.addColumn(cost: -0.7, upper: 2, entries: entries)
    let upper = program.rowUpper.map { $0 + 0.1 }
    program.setRowBounds(lower: program.rowLower, upper: upper)
    let warm = program.solve(.dual)
    let cold = LinearProgram(rowLower: program.rowLower, rowUpper: upper)
    for column in columns {
      cold.addColumn(cost: column.cost, upper: column.upper, entries: column.entries)
    }
    cold.addColumn(cost: -0.7, upper: 2, entries: entries)
    #expect(abs(warm.objective - cold.solve().objective) < 1e-8)
    #expect(warm.objective <= first.objective + 1e-9)
  }

  /// Columns that come one at a time are priced from the old basis, each time to the new optimum.
  @Test(arguments: [21, 22, 23] as [UInt64])
  func columnsAddedOneByOneReachTheSameOptimum(seed: UInt64) {
    let (whole, columns) = Self.randomWithData(rows: 6, columns: 24, seed: seed)
    let growing = LinearProgram(rowLower: whole.rowLower, rowUpper: whole.rowUpper)
    var last = LinearProgram.Solution?.none
    for column in columns {
      growing.addColumn(cost: column.cost, upper: column.upper, entries: column.entries)
      let solution = growing.solve()
      #expect(solution.status == .optimal)
      for (x, (reduced, c)) in zip(solution.primal, zip(solution.reducedCosts, columns)) {
        #expect(x > c.upper - 1e-7 || reduced > -1e-8)
      }
      last = solution
    }
    #expect(abs(last!.objective - whole.solve().objective) < 1e-8)
  }

  /// Mixtures: the cheapest column wins, whenever it comes. Columns have no upper bounds.
  @Test func mixturesFindTheCheapestColumn() {
    let program = LinearProgram(rowLower: [-.infinity, 1], rowUpper: [0.25, 1])
    program.addColumn(cost: 5, entries: [(1, 1)])
    for (k, cost) in [4.0, 6, 1, 3, 0.5].enumerated() {
      program.addColumn(cost: cost, entries: [(0, Double(k) / 4), (1, 1)])
      let solution = program.solve()
      // Costs 5, 4, 6, 1, 3, ½ at a use of 0, 0, ¼, ½, ¾, 1 of the ¼ allowed.
      let expected = [4.0, 4, 2.5, 2.5, 2.5][k]
      #expect(abs(solution.objective - expected) < 1e-9)
    }
  }

  /// A coefficient that is rounding must not upset the solver's scaling.
  @Test func roundingInACoefficientChangesNothing() {
    let program = LinearProgram(rowLower: [-.infinity, -.infinity, 1], rowUpper: [0, 0, 1])
    program.addColumn(cost: 10_000, entries: [(0, -1), (1, -1)])
    program.addColumn(cost: 0.6, entries: [(2, 1)])
    program.addColumn(cost: 0.4, entries: [(0, -1.1e-16), (1, 1.1e-16), (2, 1)])
    #expect(abs(program.solve().objective - 0.4) < 1e-9)
    program.addColumn(cost: 0.3, entries: [(0, -0.02), (1, 0.02), (2, 1)])
    #expect(abs(program.solve().objective - 0.4) < 1e-9)
    program.addColumn(cost: 0.1, entries: [(0, 0.18), (1, -0.18), (2, 1)])
    #expect(abs(program.solve().objective - 0.28) < 1e-9)
  }

  /// Feasible, dual feasible and complementary: together these prove the optimum.
  @Test(arguments: [11, 12, 13, 14] as [UInt64])
  func randomProgramsCarryTheirCertificate(seed: UInt64) {
    let (program, columns) = Self.randomWithData(rows: 12, columns: 25, seed: seed)
    let solution = program.solve()
    #expect(solution.status == .optimal)
    var activity = [Double](repeating: 0, count: 12)
    var dualValue = 0.0
    for (j, column) in columns.enumerated() {
      let x = solution.primal[j]
      #expect(x >= -1e-8 && x <= column.upper + 1e-8)
      var reduced = column.cost
      for entry in column.entries {
        activity[entry.row] += entry.value * x
        reduced -= entry.value * solution.rowDuals[entry.row]
      }
      #expect(abs(reduced - solution.reducedCosts[j]) < 1e-8)
      if x > 1e-7 { #expect(reduced < 1e-8) }
      if x < column.upper - 1e-7 { #expect(reduced > -1e-8) }
      dualValue += min(0, reduced) * column.upper
    }
    for (i, y) in solution.rowDuals.enumerated() {
      #expect(activity[i] <= program.rowUpper[i] + 1e-8 && y <= 1e-9)
      dualValue += y * program.rowUpper[i]
      if activity[i] < program.rowUpper[i] - 1e-7 { #expect(abs(y) < 1e-9) }
    }
    #expect(abs(dualValue - solution.objective) < 1e-7)
  }

  private struct Column {
    var cost: Double
    var upper: Double
    var entries: [(row: Int, value: Double)]
  }

  private static func random(rows: Int, columns: Int, seed: UInt64) -> LinearProgram {
    randomWithData(rows: rows, columns: columns, seed: seed).0
  }

  /// A·x ≤ b with b > 0, so that 0 is feasible, and box bounds, so that it is bounded.
  private static func randomWithData(rows: Int, columns: Int, seed: UInt64) -> (
    LinearProgram, [Column]
  ) {
    var generator = SeededGenerator(seed: seed)
    let upper = (0..<rows).map { _ in Double.random(in: 0.5...2, using: &generator) }
    let program = LinearProgram(
      rowLower: Array(repeating: -.infinity, count: rows), rowUpper: upper)
    let made = (0..<columns).map { _ in
      Column(
        cost: Double.random(in: -1...0.5, using: &generator),
        upper: Double.random(in: 0.5...3, using: &generator),
        entries: (0..<rows).map { ($0, Double.random(in: -1...1, using: &generator)) })
    }
    for column in made {
      program.addColumn(cost: column.cost, upper: column.upper, entries: column.entries)
    }
    return (program, made)
  }
}
