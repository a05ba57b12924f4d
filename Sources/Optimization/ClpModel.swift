import CClp

/// A model of COIN-OR Clp: the only file that calls its C interface.
///
/// Row and column indices are checked by `LinearProgram`, which owns the model.
@safe final class ClpModel {
  /// Clp's own default of 1e-7 leaves duals that fail certificates of 1e-8.
  static let tolerance = 1e-9
  /// Clp's code for "do not perturb": equal problems then take equal pivots.
  private static let noPerturbation: Int32 = 100
  /// Clp's codes for where a variable outside the basis stands. A column added to a solved model
  /// has to be told, or the next solve takes the old basis for optimal.
  private static let isFree: Int32 = 0
  private static let atUpperBound: Int32 = 2
  private static let atLowerBound: Int32 = 3

  // SAFETY: made in init, freed in deinit, never copied out of this class.
  private let model = unsafe Clp_newModel()

  init(rowLower: [Double], rowUpper: [Double]) {
    unsafe Clp_setLogLevel(model, 0)
    unsafe Clp_resize(model, Int32(rowLower.count), 0)
    unsafe Clp_setPrimalTolerance(model, Self.tolerance)
    unsafe Clp_setDualTolerance(model, Self.tolerance)
    unsafe Clp_setPerturbation(model, Self.noPerturbation)
    setRows(lower: rowLower, upper: rowUpper)
  }

  deinit { unsafe Clp_deleteModel(model) }

  /// SAFETY (all calls below): arrays have the lengths that Clp reads, and it copies them.
  func setRows(lower: [Double], upper: [Double]) {
    unsafe Clp_chgRowLower(model, lower.map(Self.bound))
    unsafe Clp_chgRowUpper(model, upper.map(Self.bound))
  }

  func setCosts(_ costs: [Double]) { unsafe Clp_chgObjCoefficients(model, costs) }

  /// Adds columns in one call, since Clp copies what is there for each.
  ///
  /// - Parameter starts: where each column's entries start, and the number of all.
  func addColumns(
    costs: [Double], lower: [Double], upper: [Double], starts: [Int], rows: [Int32],
    values: [Double]
  ) {
    let first = unsafe Clp_numberColumns(model)
    unsafe Clp_addColumns(
      model, Int32(costs.count), lower.map(Self.bound), upper.map(Self.bound), costs,
      starts.map { CoinBigIndex($0) }, rows, values)
    guard unsafe Clp_statusExists(model) != 0 else { return }
    for k in costs.indices {
      unsafe Clp_setColumnStatus(
        model, first + Int32(k),
        lower[k].isFinite ? Self.atLowerBound : upper[k].isFinite ? Self.atUpperBound : Self.isFree)
    }
  }

  /// Runs the simplex method from the present basis; returns Clp's status and its pivots.
  func run(dual: Bool, iterationLimit: Int) -> (status: Int, iterations: Int) {
    unsafe Clp_setMaximumIterations(model, Int32(iterationLimit))
    if dual { _ = unsafe Clp_dual(model, 0) } else { _ = unsafe Clp_primal(model, 0) }
    return unsafe (Int(Clp_status(model)), Int(Clp_numberIterations(model)))
  }

  /// Clp's infinity is the largest finite number; it computes with the other one.
  private static func bound(_ value: Double) -> Double {
    min(max(value, -.greatestFiniteMagnitude), .greatestFiniteMagnitude)
  }

  var objective: Double { unsafe Clp_objectiveValue(model) }

  func primal(columns: Int) -> [Double] {
    unsafe copied(Clp_primalColumnSolution(model), columns)
  }

  func rowDuals(rows: Int) -> [Double] { unsafe copied(Clp_dualRowSolution(model), rows) }

  func reducedCosts(columns: Int) -> [Double] {
    unsafe copied(Clp_dualColumnSolution(model), columns)
  }

  private func copied(_ start: UnsafeMutablePointer<Double>?, _ count: Int) -> [Double] {
    guard let start = unsafe start, count > 0 else { return [] }
    return unsafe Array(UnsafeBufferPointer(start: start, count: count))
  }
}
