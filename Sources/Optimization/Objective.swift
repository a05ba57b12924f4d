import LinearAlgebra

/// A differentiable function F of a vector θ, to be minimized. Always in `Double`.
///
/// Evaluating may fail: F may be a sum over rows that lie in files or on other machines. A failure
/// ends the minimization as an error.
public protocol Objective {
  /// What evaluating throws; `Never` for functions that cannot fail.
  associatedtype Failure: Error = Never

  /// The length of θ.
  var dimension: Int { get }

  /// F(θ), and ∇F(θ) into `gradient`, shape `(dimension)`.
  func evaluate(at theta: [Double], gradient: inout [Double]) throws(Failure) -> Double

  /// The share of |F| below which differences of F are rounding.
  var resolution: Double { get }
}

extension Objective {
  public var resolution: Double { 1e-15 }
}

/// An objective whose Hessian can be formed or applied.
public protocol TwiceDifferentiable: Objective {
  /// ∇²F(θ): the lower triangle of a matrix `(dimension, dimension)`.
  func hessian(at theta: [Double]) throws(Failure) -> Matrix<Double>

  /// ∇²F(θ), factored; nil where it has a number that is not finite.
  func factor(at theta: [Double]) throws(Failure) -> Cholesky?

  /// ∇²F(θ)·v, shape `(dimension)`.
  func hessianProduct(at theta: [Double], _ v: [Double]) throws(Failure) -> [Double]

  /// The diagonal of ∇²F(θ), or of its main part, shape `(dimension)`; nil when there is none at
  /// hand. It scales first-order steps and conjugate gradients where the whole Hessian is too large.
  func hessianDiagonal(at theta: [Double]) throws(Failure) -> [Double]?

  /// The columns that a factor of ∇²F is left with: the cube of their number is its cost.
  var factoredColumns: Int { get }
}

extension TwiceDifferentiable {
  public var factoredColumns: Int { dimension }
  public func hessianDiagonal(at theta: [Double]) -> [Double]? { nil }

  /// Whether `factor(at:)` may be asked for.
  public var isFactorable: Bool { factoredColumns <= Cholesky.mostColumns }

  /// v ↦ D⁻¹·v with the diagonal D of ∇²F(θ); nil where there is none at hand.
  func diagonalSolve(
    at theta: [Double]
  ) throws(Failure) -> (@Sendable ([Double]) -> [Double])? {
    guard let diagonal = try hessianDiagonal(at: theta) else { return nil }
    let scale = diagonal.map { $0 > 0 ? 1 / $0 : 1 }
    return { zip($0, scale).map { $0 * $1 } }
  }

  public func factor(at theta: [Double]) throws(Failure) -> Cholesky? {
    Cholesky(try hessian(at: theta))
  }
}

/// An objective that is a mean over rows, so that a sample of the rows gives a cheaper objective of
/// the same shape and nearly the same minimum.
public protocol Subsamplable: TwiceDifferentiable {
  associatedtype Sample: Subsamplable where Sample.Failure == Failure
  var rows: Int { get }

  /// The objective over about `rows` of the rows, spread evenly; nil when that would be most of them.
  func sample(rows: Int) throws(Failure) -> Sample?

  /// What ∇²F and its factor cost, in steps that evaluate F and ∇F and solve with a factor.
  var hessianCost: Double { get }

  /// A μ such that F − ½·μ·‖θ‖² is convex but for the intercept; 0 where none is known.
  var strongConvexity: Double { get }

  /// The last points that were evaluated, oldest first, with the gradients there *as the objective is
  /// now*: where its terms have changed since, the gradients have too, and no row is read for them.
  func recalledGradients() -> [(point: [Double], gradient: [Double])]

  /// How many columns have a curvature, in a sample whose Hessian has the given diagonal, of fewer
  /// than `mass` rows: the sample says little about them.
  func thinColumns(of sample: Sample, diagonal: [Double], mass: Double) -> Int
}

extension Subsamplable {
  public var strongConvexity: Double { 0 }
  public func thinColumns(of sample: Sample, diagonal: [Double], mass: Double) -> Int { 0 }
  public func recalledGradients() -> [(point: [Double], gradient: [Double])] { [] }
}

/// How a minimization ended. Not converging is a value here, never an error.
public enum FitStatus: String, Sendable, Codable {
  case converged
  /// The iteration limit came first; the best iterate is kept.
  case iterationLimit = "iteration_limit"
  /// The caller asked to stop.
  case stopped
  /// No step lowers the objective any more, yet the tolerance is not met (rounding, mostly).
  case stalled
  /// The classes are separated perfectly and nothing bounds the coefficients.
  case separable
  /// No point satisfies the constraints.
  case infeasible

  /// The status of two stages together: the one that did not converge, the first's if neither did.
  public func worse(of next: FitStatus) -> FitStatus { self == .converged ? next : self }
}

/// What a `Minimizer` found.
public struct Minimum: Sendable {
  public var point: [Double]
  public var value: Double
  public var gradient: [Double]
  public var status: FitStatus
  public var iterations: Int
  public var evaluations: Int
  /// ½·gᵀH⁻¹g with the last Hessian model: how far above the minimum the point is estimated to be.
  public var estimatedGap: Double?

  public init(
    point: [Double], value: Double, gradient: [Double], status: FitStatus, iterations: Int,
    evaluations: Int, estimatedGap: Double? = nil
  ) {
    self.point = point
    self.value = value
    self.gradient = gradient
    self.status = status
    self.iterations = iterations
    self.evaluations = evaluations
    self.estimatedGap = estimatedGap
  }
}

extension Minimum {
  /// This one with the work of the stage before it.
  func following(_ before: Minimum) -> Minimum {
    var result = self
    result.iterations += before.iterations
    result.evaluations += before.evaluations
    return result
  }
}

/// When a minimization stops.
public struct StoppingRule: Sendable {
  /// Stop when the estimated gap F − F* is at most this share of max(|F|, `floor`).
  public var relativeGap: Double
  public var iterationLimit: Int
  /// Asked between iterations; true ends the fit with status `stopped` and the best iterate.
  public var shouldStop: @Sendable () -> Bool

  /// Objectives below this are as good as zero.
  public static let floor = 1e-12

  public init(
    relativeGap: Double = 1e-10, iterationLimit: Int = 200,
    shouldStop: @escaping @Sendable () -> Bool = { false }
  ) {
    precondition(relativeGap >= 0 && iterationLimit >= 0, "a stopping rule cannot be negative")
    self.relativeGap = relativeGap
    self.iterationLimit = iterationLimit
    self.shouldStop = shouldStop
  }
}

extension StoppingRule {
  /// What is left of the iterations after a first stage.
  func after(_ stage: Minimum) -> StoppingRule {
    var left = self
    left.iterationLimit = max(0, iterationLimit - stage.iterations)
    return left
  }
}
