/// A linear program that grows by columns and is solved again from its last basis.
///
/// minimize cᵀx subject to rowLower ≤ A·x ≤ rowUpper and columnLower ≤ x ≤ columnUpper; any bound
/// may be infinite. Solved by the simplex method of COIN-OR Clp, so that the solution is a vertex
/// and the duals come with it. Not for use from several threads at once.
public final class LinearProgram {
  public enum Status: String, Sendable {
    case optimal
    case infeasible
    case unbounded
    case iterationLimit = "iteration_limit"
    /// Numerical failure inside the solver.
    case failed
  }

  public struct Solution: Sendable {
    public var status: Status
    public var objective: Double
    /// x, shape `(columns)`.
    public var primal: [Double]
    /// y, shape `(rows)`: the change of the optimum when both bounds of a row grow by one. At a
    /// row that is tight from above y ≤ 0, from below y ≥ 0.
    public var rowDuals: [Double]
    /// c − Aᵀy, shape `(columns)`.
    public var reducedCosts: [Double]
    /// Pivots of this solve.
    public var iterations: Int
  }

  /// Which simplex method starts: the primal one keeps a basis feasible when columns were added,
  /// the dual one when bounds or rows changed.
  public enum Method: Sendable { case primal, dual }

  /// Far more pivots than a problem of the reductions needs (some hundreds).
  public static let iterationLimit = 200_000

  /// Coefficients below this are rounding. Left in, they mislead the solver's scaling, and it takes
  /// bases for optimal that are not.
  static let negligible = 1e-13

  public private(set) var rowLower: [Double]
  public private(set) var rowUpper: [Double]
  public private(set) var costs: [Double] = []
  private let model: ClpModel

  public var rows: Int { rowLower.count }
  public var columns: Int { costs.count }

  /// A program with the given rows and no columns yet.
  public init(rowLower: [Double], rowUpper: [Double]) {
    precondition(rowLower.count == rowUpper.count, "a lower and an upper bound for each row")
    precondition(
      zip(rowLower, rowUpper).allSatisfy { !$0.isNaN && !$1.isNaN && $0 <= $1 },
      "row bounds that cross")
    self.rowLower = rowLower
    self.rowUpper = rowUpper
    model = ClpModel(rowLower: rowLower, rowUpper: rowUpper)
  }

  /// A variable with its coefficients.
  public struct Column: Sendable {
    public var cost: Double
    public var lower: Double
    public var upper: Double
    public var entries: [(row: Int, value: Double)]

    public init(
      cost: Double, lower: Double = 0, upper: Double = .infinity,
      entries: [(row: Int, value: Double)]
    ) {
      self.cost = cost
      self.lower = lower
      self.upper = upper
      self.entries = entries
    }
  }

  /// Adds a variable with its coefficients, and returns its index.
  @discardableResult
  public func addColumn(
    cost: Double, lower: Double = 0, upper: Double = .infinity,
    entries: [(row: Int, value: Double)]
  ) -> Int {
    addColumns([Column(cost: cost, lower: lower, upper: upper, entries: entries)]).lowerBound
  }

  /// Adds variables, far faster than one by one, and returns their indices.
  @discardableResult
  public func addColumns(_ added: [Column]) -> Range<Int> {
    var starts = [0], indices: [Int32] = [], values: [Double] = []
    for column in added {
      precondition(
        column.cost.isFinite && column.lower <= column.upper,
        "a cost that is not finite, or crossing bounds")
      for entry in column.entries {
        precondition(
          entry.row >= 0 && entry.row < rows && entry.value.isFinite,
          "a coefficient outside the rows, or one that is not finite")
        guard abs(entry.value) > Self.negligible else { continue }
        indices.append(Int32(entry.row))
        values.append(entry.value)
      }
      starts.append(indices.count)
    }
    model.addColumns(
      costs: added.map(\.cost), lower: added.map(\.lower), upper: added.map(\.upper),
      starts: starts, rows: indices, values: values)
    let first = costs.count
    costs += added.map(\.cost)
    return first..<costs.count
  }

  public func setRowBounds(lower: [Double], upper: [Double]) {
    precondition(lower.count == rows && upper.count == rows, "bounds for each row")
    precondition(zip(lower, upper).allSatisfy { $0 <= $1 }, "row bounds that cross")
    rowLower = lower
    rowUpper = upper
    model.setRows(lower: lower, upper: upper)
  }

  public func setCosts(_ costs: [Double]) {
    precondition(costs.count == columns && costs.allSatisfy(\.isFinite), "a cost for each column")
    self.costs = costs
    model.setCosts(costs)
  }

  /// Solves from the basis that the last solve left.
  public func solve(
    _ method: Method = .primal, iterationLimit: Int = LinearProgram.iterationLimit
  ) -> Solution {
    precondition(columns > 0, "a program without columns")
    let (code, iterations) = model.run(dual: method == .dual, iterationLimit: iterationLimit)
    return Solution(
      status: Self.status(code), objective: model.objective,
      primal: model.primal(columns: columns), rowDuals: model.rowDuals(rows: rows),
      reducedCosts: model.reducedCosts(columns: columns), iterations: iterations)
  }

  private static func status(_ code: Int) -> Status {
    switch code {
    case 0: .optimal
    case 1: .infeasible
    case 2: .unbounded
    case 3: .iterationLimit
    default: .failed
    }
  }
}
