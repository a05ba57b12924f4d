import Datasets
import LinearAlgebra
import Optimization
import RowSums

/// Weighted logistic regression with L2 and L1 penalties.
///
/// Minimizes (1/W)·Σᵢ sᵢ·[log(1 + e^{zᵢ}) − yᵢzᵢ] + ½·l2·‖w‖² + l1·‖w‖₁ with z = X·w + b + offset
/// and W = Σ sᵢ; the intercept b is never penalized.
public struct LogisticRegression: Sendable {
  /// The factor of ½‖w‖², at least 0. scikit-learn's C is l2 = 1/(C·W).
  public var l2: Double
  /// The factor of ‖w‖₁, at least 0.
  public var l1: Double
  public var fitsIntercept: Bool
  public var rule: StoppingRule
  /// Proves a bound at the end, which may cost a pass.
  public var certifies: Bool
  public var pool: WorkerPool

  public init(
    l2: Double, l1: Double = 0, fitsIntercept: Bool = true, rule: StoppingRule = StoppingRule(),
    certifies: Bool = true, pool: WorkerPool = .default
  ) {
    precondition(l2 >= 0 && l1 >= 0, "penalties cannot be negative")
    self.l2 = l2
    self.l1 = l1
    self.fitsIntercept = fitsIntercept
    self.rule = rule
    self.certifies = certifies
    self.pool = pool
  }

  /// Fits to rows whose labels are those of their cells.
  ///
  /// - Parameter start: a warm start, for example the solution of a neighbouring problem.
  public func fit<Scalar: KernelScalar>(
    _ rows: ScoreRows<Scalar>, start: LinearModel? = nil
  ) throws -> LinearFit {
    try fit(LocalRows(rows, pool: pool), start: start)
  }

  /// Fits to rows wherever they are.
  public func fit(_ source: any RowSource, start: LinearModel? = nil) throws -> LinearFit {
    let objective = LinearObjective(
      source, terms: [.init(1, MeanLoss(totalWeight: source.shape.totalWeight))], l2: l2,
      fitsIntercept: fitsIntercept)
    guard start == nil, fitsIntercept, !source.shape.hasOffset else {
      return try fit(objective, start: start?.theta)
    }
    var memory = NewtonMemory()
    return try fit(
      objective, start: source.shape.constantModel.theta, isNear: false, memory: &memory)
  }

  /// Fits any objective on linear scores with this type's options.
  public func fit(_ objective: LinearObjective, start: [Double]? = nil) throws -> LinearFit {
    var memory = NewtonMemory()
    return try fit(objective, start: start, memory: &memory)
  }

  /// The same on a path of similar objectives: `memory` carries what one fit learned to the next.
  public func fit(
    _ objective: LinearObjective, start: [Double]?, memory: inout NewtonMemory
  ) throws -> LinearFit {
    let theta = start ?? [Double](repeating: 0, count: objective.dimension)
    return try fit(objective, start: theta, isNear: start != nil, memory: &memory)
  }

  /// - Parameter isNear: whether the start is near the minimum.
  private func fit(
    _ objective: LinearObjective, start theta: [Double], isNear: Bool,
    memory: inout NewtonMemory
  ) throws -> LinearFit {
    let clock = ContinuousClock(), began = clock.now
    var minimum: Minimum
    if l1 > 0 {
      var factors = [Double](repeating: l1, count: objective.dimension)
      factors[objective.dimension - 1] = 0
      minimum = try ProximalNewton().minimize(objective, l1: factors, from: theta, rule: rule)
    } else {
      minimum = try SampledNewton().minimize(
        objective, from: theta, started: isNear, rule: rule, memory: &memory)
    }
    let direction = l1 == 0 ? try objective.separatingDirection(minimum) : nil
    if direction != nil { minimum.status = .separable }
    var certificate = Certificate(kind: .gradientNorm, value: minimum.gradient.norm)
    if certifies && l1 == 0 { certificate = try objective.certify(&minimum) }
    var report = FitReport(
      status: minimum.status, iterations: minimum.iterations, objective: minimum.value,
      certificate: certificate, passes: objective.passes,
      seconds: (clock.now - began) / .seconds(1))
    report.separatingDirection = direction
    return LinearFit(theta: minimum.point, report: report)
  }
}

/// A fitted linear model with its report.
public struct LinearFit: Sendable {
  /// (w, b), or one such vector for each set of rows in turn.
  public var theta: [Double]
  public var report: FitReport

  public init(theta: [Double], report: FitReport) {
    self.theta = theta
    self.report = report
  }

  public var model: LinearModel { LinearModel(theta: theta) }
}
