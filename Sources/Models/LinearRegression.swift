import Datasets
import LinearAlgebra
import RowSums
import Optimization

/// Weighted linear regression with an L2 penalty, solved exactly.
///
/// Minimizes (1/2W)·Σᵢ sᵢ·(zᵢ − yᵢ)² + ½·l2·‖w‖² with z = X·w + b and W = Σ sᵢ; the intercept b is
/// never penalized. One pass makes the Gram matrix, whose system is solved by Cholesky, or by
/// eigenvalues where columns are collinear; each further pass checks the gradient and corrects the
/// solution with the same factor (iterative refinement: Björck, Numerical Methods for Least Squares
/// Problems, 1996, section 6.6).
///
/// Without l2, collinear columns share their weight, and a constant column gets none: the intercept
/// has it.
public struct LinearRegression: Sendable {
  /// The factor of ½‖w‖², at least 0.
  public var l2: Double
  public var fitsIntercept: Bool
  public var pool: WorkerPool

  /// Corrections: two suffice up to a condition of 1e8, and each one that does not help ends it.
  static let corrections = 5
  /// A correction that would gain less than this share of the objective is not worth a pass.
  static let negligibleGain = 1e-15
  /// A column that varies by less than this share of its size is constant up to rounding.
  static let constantSpread = 1e-13
  /// Rows that the shift of a column is estimated from.
  static let shiftRows = 4_096

  public init(l2: Double, fitsIntercept: Bool = true, pool: WorkerPool = .default) {
    precondition(l2 >= 0, "l2 cannot be negative")
    self.l2 = l2
    self.fitsIntercept = fitsIntercept
    self.pool = pool
  }

  /// Fits to the labels of rows as numbers 0 and 1: the linear probability model.
  ///
  /// An offset is subtracted from the labels.
  public func fit<Scalar: KernelScalar>(_ rows: ScoreRows<Scalar>) -> LinearFit {
    let targets = Buffer<Scalar>(uninitialized: rows.rows)
    for i in 0..<rows.rows {
      targets[i] = Scalar(rows.labels[Int(rows.cells[i])]) - (rows.offset?[i] ?? 0)
    }
    return fit(rows.features, targets: targets, weights: rows.sampleWeights)
  }

  /// - Parameters:
  ///   - targets: y, shape `(n)`, finite.
  ///   - weights: s, shape `(n)`, at least 0 and not all 0; nil means 1 for each row.
  public func fit<Scalar: KernelScalar>(
    _ features: DesignMatrix<Scalar>, targets: Buffer<Scalar>, weights: Buffer<Scalar>? = nil
  ) -> LinearFit {
    precondition(targets.count == features.rows, "a target for each row")
    precondition(weights == nil || weights!.count == features.rows, "a weight for each row")
    let clock = ContinuousClock(), began = clock.now
    let pass = SquaredLossPass(
      features: features, targets: targets, weights: weights,
      shift: fitsIntercept
        ? shift(features, weights) : Array(repeating: 0, count: features.dense.columns),
      pool: pool)
    var solution = solve(pass)
    solution.report.seconds = (clock.now - began) / .seconds(1)
    return solution
  }

  /// About the mean of each dense column; the result does not depend on it but for rounding.
  private func shift<Scalar: KernelScalar>(
    _ features: DesignMatrix<Scalar>, _ weights: Buffer<Scalar>?
  ) -> [Double] {
    var sums = [Double](repeating: 0, count: features.dense.columns), total = 0.0
    let selection =
      features.rows <= Self.shiftRows
      ? RowSelection.all(features.rows) : .spread(Self.shiftRows, of: features.rows)
    for i in selection.ranges.joined() {
      let weight = weights.map { Double($0[i]) } ?? 1
      guard weight > 0 else { continue }
      for j in sums.indices { sums[j] += weight * Double(features.dense[i, j]) }
      total += weight
    }
    return total > 0 ? sums.scaled(by: 1 / total) : sums
  }

  private func solve<Scalar: KernelScalar>(_ pass: SquaredLossPass<Scalar>) -> LinearFit {
    let gram = pass.gram(), b = pass.width - 1
    let total = gram[b, b]
    precondition(total > 0, "a mean needs a positive weight")
    let system = NormalEquations(
      gram: gram, totalWeight: total, l2: l2, fitsIntercept: fitsIntercept, shift: pass.shift)
    var theta = [Double](repeating: 0, count: pass.width)
    guard let system else { return unsolved(theta) }
    var state = evaluate(pass, theta, total)
    var passes = 2.0, corrections = 0
    while corrections < Self.corrections {
      let step = system.step(state.gradient)
      let gain = -0.5 * state.gradient.dot(step)
      guard gain > Self.negligibleGain * state.value else { break }
      let trial = theta.adding(1, times: step)
      let next = evaluate(pass, trial, total)
      passes += 1
      corrections += 1
      guard next.value < state.value || next.gradient.norm < state.gradient.norm else { break }
      (theta, state) = (trial, next)
    }
    return result(pass, theta, state, system, corrections, passes)
  }

  /// F and its gradient in the shifted coordinates.
  private struct State {
    var value: Double
    var gradient: [Double]
  }

  private func evaluate<Scalar: KernelScalar>(
    _ pass: SquaredLossPass<Scalar>, _ theta: [Double], _ total: Double
  ) -> State {
    let residuals = pass.residuals(at: theta), b = theta.count - 1
    var gradient = residuals.gradient.scaled(by: 1 / total)
    var norm = 0.0
    for j in 0..<b {
      gradient[j] += l2 * theta[j]
      norm += theta[j] * theta[j]
    }
    if !fitsIntercept { gradient[b] = 0 }
    return State(value: residuals.squares / (2 * total) + 0.5 * l2 * norm, gradient: gradient)
  }

  private func result<Scalar: KernelScalar>(
    _ pass: SquaredLossPass<Scalar>, _ theta: [Double], _ state: State,
    _ system: NormalEquations, _ corrections: Int, _ passes: Double
  ) -> LinearFit {
    let b = theta.count - 1
    var original = theta, gradient = state.gradient
    for (j, shift) in pass.shift.enumerated() {
      original[b] -= theta[j] * shift
      gradient[j] += shift * state.gradient[b]
    }
    let certificate = Certificate(
      kind: .gradientNorm, value: gradient.norm,
      boundOnSuboptimality: l2 > 0 ? system.bound(state.gradient, l2: l2) : nil)
    return LinearFit(
      theta: original,
      report: FitReport(
        status: state.value.isFinite ? .converged : .stalled, iterations: corrections,
        objective: state.value, certificate: certificate, passes: passes))
  }

  private func unsolved(_ theta: [Double]) -> LinearFit {
    LinearFit(theta: theta, report: FitReport(status: .stalled, iterations: 0, objective: nil))
  }
}

/// H·step = −gradient for the Hessian H of the mean squared loss, the intercept eliminated.
///
/// Without l2 a column that is constant up to rounding is left out, so the intercept has it.
struct NormalEquations: Sendable {
  private let solver: PositiveSolver
  /// ∂²F/∂w∂b, shape `(columns)`; ∂²F/∂b² is 1.
  private let mixed: [Double]
  private let constant: [Bool]
  private let fitsIntercept: Bool

  /// - Parameter gram: the lower triangle of Σ s·x̃x̃ᵀ, the intercept last.
  init?(
    gram: Matrix<Double>, totalWeight: Double, l2: Double, fitsIntercept: Bool, shift: [Double]
  ) {
    let d = gram.rows - 1
    let mixed = (0..<d).map { fitsIntercept ? gram[d, $0] / totalWeight : 0 }
    let reduced = Matrix<Double>(rows: d, columns: d)
    for i in 0..<d {
      for j in 0...i { reduced[i, j] = gram[i, j] / totalWeight - mixed[i] * mixed[j] }
    }
    let constant = (0..<d).map { j in
      let size = j < shift.count ? abs(shift[j]) + abs(mixed[j]) : abs(mixed[j])
      let spread = LinearRegression.constantSpread * size
      return fitsIntercept && reduced[j, j] <= spread * spread
    }
    for i in 0..<d {
      for j in 0...i where constant[i] || constant[j] { reduced[i, j] = 0 }
      if !constant[i] { reduced[i, i] += l2 }
    }
    guard let solver = PositiveSolver(reduced) else { return nil }
    self.solver = solver
    self.mixed = mixed
    self.constant = constant
    self.fitsIntercept = fitsIntercept
  }

  /// −H⁻¹·gradient
  func step(_ gradient: [Double]) -> [Double] {
    let d = mixed.count
    var w = solver.solve(reducedGradient(gradient)).scaled(by: -1)
    for j in 0..<d where constant[j] { w[j] = 0 }
    return w + [fitsIntercept ? -gradient[d] - mixed.dot(w) : 0]
  }

  /// ∇φ(w) for φ(w) = min_b F(w, b).
  private func reducedGradient(_ gradient: [Double]) -> [Double] {
    Array(gradient.dropLast()).adding(-gradient[mixed.count], times: mixed)
  }

  /// F − F* ≤ ‖∇φ(w)‖²/(2·l2) + ½·(∂F/∂b)², since φ is l2-strongly convex and F quadratic in b with
  /// curvature 1.
  func bound(_ gradient: [Double], l2: Double) -> Double {
    let w = reducedGradient(gradient), slope = gradient[mixed.count]
    return w.dot(w) / (2 * l2) + 0.5 * slope * slope
  }
}
