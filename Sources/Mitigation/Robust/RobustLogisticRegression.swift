import Datasets
import LinearAlgebra
import Models
import Optimization
import RowSums

/// Logistic regression that does well on every part of the rows that is not too small, without
/// being told which parts there are.
///
/// Minimizes sup_r (1/W)·Σ sᵢ·rᵢ·ℓᵢ(θ) + ½·l2·‖w‖² over the weights r of a `RobustSet`. For a χ²
/// ball the supremum is smooth where losses differ, and tried as it is; else, and for the worst share,
/// it is smoothed by a proximal term around the last weights, which rounds take away. L-BFGS with the
/// curvature of the reweighted loss.
///
/// The certificate is a duality gap: for any r the plain fit with weights s·r, less its own bound, is
/// below the optimum; the r at the end is used.
///
/// Hashimoto, Srivastava, Namkoong and Liang, Fairness without demographics in repeated loss
/// minimization, ICML 2018; Williamson and Menon, Fairness risk measures, ICML 2019.
public struct RobustLogisticRegression: Sendable {
  public var set: RobustSet
  /// The rounds end when P − D is at most this share of P.
  public var gap: Double
  public var rounds: Int
  public var base: LogisticRegression

  /// μ of the first round, in units of loss: weights move by 1 for each such step.
  static let firstSmoothing = 0.3
  static let smoothingShare = 0.3
  static let leastSmoothing = 1e-4
  /// Curvature is taken from at most this many rows a column.
  static let rowsPerColumn = 100

  public init(
    set: RobustSet, gap: Double = 1e-6, rounds: Int = 100, base: LogisticRegression
  ) {
    self.set = set
    self.gap = gap
    self.rounds = rounds
    self.base = base
  }

  public struct Result: Sendable {
    public var theta: [Double]
    /// r of each row at the end, shape `(n)`.
    public var weights: [Double]
    public var objective: Double
    public var lowerBound: Double
    public var isProved: Bool
    public var status: FitStatus
    public var iterations: Int
    public var passes: Double
    public var seconds: Double

    public var gap: Double { max(0, objective - lowerBound) }
    public var model: LinearModel { LinearModel(theta: theta) }
  }

  /// - Parameters:
  ///   - sampleWeights: those of the rows, in full precision.
  ///   - start: a warm start, for example the solution of a neighbouring problem.
  public func fit<Scalar: KernelScalar>(
    _ rows: ScoreRows<Scalar>, sampleWeights: [Double]?, start: [Double]? = nil
  ) throws -> Result {
    let clock = ContinuousClock(), began = clock.now
    var fitter = base
    fitter.certifies = false
    let plain = start == nil ? try fitter.fit(rows) : nil
    var search = RobustSearch(
      self, rows, sampleWeights: sampleWeights, start: start ?? plain!.theta)
    search.passes += plain?.report.passes ?? 0
    search.iterations += plain?.report.iterations ?? 0
    switch set {
    case .chiSquare: if try !search.minimizesDirectly() { try search.walk() }
    case .worstShare: try search.walk()
    }
    return try search.result(seconds: (clock.now - began) / .seconds(1))
  }
}

/// F as a function of θ with the worst weights put in; by Danskin's theorem its gradient is that of
/// the loss weighted by them.
private struct RobustObjective<Scalar: KernelScalar>: Objective {
  let search: RobustSearch<Scalar>
  /// μ; nil for the supremum itself.
  let smoothing: Double?
  let centre: [Double]?
  /// Two passes an evaluation: scores, then the weighted gradient.
  let evaluations = Counter()

  final class Counter { var passes = 0.0 }

  var dimension: Int { search.rows.features.columns + 1 }
  var resolution: Double { Double(Scalar.ulpOfOne) / 2 }

  func evaluate(at theta: [Double], gradient: inout [Double]) throws -> Double {
    let worst = search.worst(theta, smoothing: smoothing, centre: centre)
    let weighted = search.objective(worst.weights)
    _ = try weighted.evaluate(at: theta, gradient: &gradient)
    evaluations.passes += 1 + weighted.passes
    return worst.value + search.ridge(theta)
  }
}

private struct RobustSearch<Scalar: KernelScalar> {
  let method: RobustLogisticRegression
  let rows: ScoreRows<Scalar>
  let sampleWeights: [Double]?
  var theta: [Double]
  var status = FitStatus.converged
  var iterations = 0
  var passes = 0.0
  private var dual: (value: Double, isProved: Bool, weights: [Double])?

  init(
    _ method: RobustLogisticRegression, _ rows: ScoreRows<Scalar>, sampleWeights: [Double]?,
    start: [Double]
  ) {
    self.method = method
    self.rows = rows
    self.sampleWeights = sampleWeights
    theta = start
  }

  func ridge(_ theta: [Double]) -> Double {
    0.5 * method.base.l2 * theta.dropLast().reduce(0) { $0 + $1 * $1 }
  }

  private func losses(_ theta: [Double]) -> WeightedLosses {
    WeightedLosses(
      losses: LinearModel(theta: theta).losses(rows, pool: method.base.pool),
      sampleWeights: sampleWeights, total: rows.totalWeight, pool: method.base.pool)
  }

  func worst(_ theta: [Double], smoothing: Double?, centre: [Double]?) -> RobustWeights {
    let losses = losses(theta)
    switch (method.set, smoothing) {
    case (.chiSquare(let c), nil): return losses.chiSquare(c: c)
    case (.chiSquare(let c), let smoothing?):
      return losses.chiSquare(c: c, centre: centre, smoothing: smoothing)
    case (.worstShare(let share), let smoothing):
      return losses.worstShare(
        share, centre: centre,
        smoothing: smoothing ?? RobustLogisticRegression.leastSmoothing)
    }
  }

  /// The robust mean itself, without smoothing, and the ridge.
  private func value(_ theta: [Double]) -> Double {
    let losses = losses(theta)
    switch method.set {
    case .chiSquare(let c): return losses.chiSquare(c: c).value + ridge(theta)
    case .worstShare(let share): return losses.worstShareMean(share) + ridge(theta)
    }
  }

  /// The loss with weights s·r, its mean taken over the rows' own total.
  func objective(_ weights: [Double]) -> LinearObjective {
    let products = weights.indices.map { weights[$0] * (sampleWeights?[$0] ?? 1) }
    var cellWeights = [Double](repeating: 0, count: rows.cellCount)
    for i in products.indices { cellWeights[Int(rows.cells[i])] += products[i] }
    let weighted = ScoreRows(
      features: rows.features, cells: rows.cells, cellCount: rows.cellCount, labels: rows.labels,
      cellWeights: cellWeights, sampleWeights: Buffer(narrowing: products), offset: rows.offset)
    return LinearObjective(
      LocalRows(weighted, pool: method.base.pool),
      terms: [.init(1, MeanLoss(totalWeight: rows.totalWeight))], l2: method.base.l2,
      fitsIntercept: method.base.fitsIntercept)
  }

  /// L-BFGS from the present point; returns the weights at the end.
  @discardableResult
  mutating func minimize(smoothing: Double?, centre: [Double]?) throws -> [Double] {
    let robust = RobustObjective(search: self, smoothing: smoothing, centre: centre)
    let preconditioner = try curvature(smoothing: smoothing, centre: centre)
    let minimum = try LBFGS(preconditioner: preconditioner, isModel: false).minimizeFirstOrder(
      robust, from: theta, rule: method.base.rule)
    theta = minimum.point
    status = minimum.status
    iterations += minimum.iterations
    passes += robust.evaluations.passes
    return worst(theta, smoothing: smoothing, centre: centre).weights
  }

  /// The inverse curvature of the reweighted loss at the present point; nil for too many columns.
  private mutating func curvature(
    smoothing: Double?, centre: [Double]?
  ) throws -> (@Sendable ([Double]) -> [Double])? {
    guard theta.count <= SampledNewton.gramLimit else { return nil }
    let weights = worst(theta, smoothing: smoothing, centre: centre).weights
    let objective = objective(weights)
    let wanted = max(
      SampledNewton.smallestSample, RobustLogisticRegression.rowsPerColumn * theta.count)
    let hessian = try (objective.sample(rows: wanted) ?? objective).hessian(at: theta)
    passes += 1
    guard let factor = Cholesky(hessian) else { return nil }
    return { factor.solve($0) }
  }

  /// Tries the supremum as it is; true when that is proved to be good enough, or was stopped.
  mutating func minimizesDirectly() throws -> Bool {
    let start = theta
    let weights = try minimize(smoothing: nil, centre: nil)
    if [.stopped, .separable].contains(status) { return true }
    try prove(weights)
    let found = value(theta)
    if found - dual!.value <= method.gap * max(abs(found), StoppingRule.floor) {
      status = .converged
      return true
    }
    if value(start) < found { theta = start }
    return false
  }

  /// Rounds with ever less smoothing around the last weights.
  mutating func walk() throws {
    var smoothing = RobustLogisticRegression.firstSmoothing
    var centre: [Double]?
    var best = (theta: theta, value: value(theta))
    for round in 1...method.rounds {
      let weights = try minimize(smoothing: smoothing, centre: centre)
      let found = value(theta)
      if found < best.value { best = (theta, found) }
      if status == .stopped { break }
      let enough = method.gap * max(abs(best.value), StoppingRule.floor)
      if found - mean(weights) <= enough / 2 || round == method.rounds {
        try prove(weights)
        if best.value - dual!.value <= enough {
          theta = best.theta
          status = .converged
          return
        }
      }
      status = .iterationLimit
      centre = weights
      smoothing = max(
        smoothing * RobustLogisticRegression.smoothingShare,
        RobustLogisticRegression.leastSmoothing)
    }
    theta = best.theta
  }

  /// mean r·ℓ + ridge at the present point.
  private func mean(_ weights: [Double]) -> Double {
    let losses = losses(theta)
    return losses.sums(1) { i, s, sum in sum[0] += s * weights[i] * losses.losses[i] }[0]
      / losses.total + ridge(theta)
  }

  /// The lower bound that weights give: their plain fit, less what it may be off by.
  private mutating func prove(_ weights: [Double]) throws {
    var fitter = method.base
    fitter.rule.relativeGap = min(fitter.rule.relativeGap, 0.05 * method.gap)
    let fit = try fitter.fit(objective(weights), start: theta)
    let bound = fit.report.certificate?.boundOnSuboptimality
    let lower = (fit.report.objective ?? -.infinity) - (bound ?? 0)
    passes += fit.report.passes
    iterations += fit.report.iterations
    if dual == nil || lower > dual!.value { dual = (lower, bound != nil, weights) }
  }

  mutating func result(seconds: Double) throws -> RobustLogisticRegression.Result {
    if dual == nil { try prove(worst(theta, smoothing: nil, centre: nil).weights) }
    return RobustLogisticRegression.Result(
      theta: theta, weights: dual!.weights, objective: value(theta), lowerBound: dual!.value,
      isProved: dual!.isProved, status: status, iterations: iterations, passes: passes,
      seconds: seconds)
  }
}
