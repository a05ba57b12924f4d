import Criteria
import Datasets
import LinearAlgebra
import Models
import Optimization
import RowSums

/// Kamishima's prejudice remover: logistic regression plus η times the prejudice index.
///
/// Minimizes the sum form Σᵢ sᵢ·loss(zᵢ) + η·Σᵢ sᵢ·[pᵢ·ln(q_g/r) + (1 − pᵢ)·ln((1 − q_g)/(1 − r))]
/// + ½·l2·‖w‖². With `perGroup` each group has coefficients of its own, zᵢ = w_g·xᵢ + b_g, as
/// published. The gradient is exact: the terms in ∇q and ∇r cancel, and what is left is the
/// probability's gradient times ln(q_g/r) − ln((1 − q_g)/(1 − r)).
///
/// Kamishima et al., Fairness-Aware Classifier with Prejudice Remover Regularizer, ECML PKDD 2012.
public struct PrejudiceRemover: Sendable {
  /// η, the factor of the prejudice index, at least 0.
  public var eta: Double
  public var perGroup: Bool
  /// The published objective penalizes the intercepts too; by default they are free.
  public var penalizesIntercept: Bool
  public var base: LogisticRegression

  /// - Parameter base: its l2 is of the sum form, as in the paper.
  public init(
    eta: Double, perGroup: Bool = true, penalizesIntercept: Bool = false, base: LogisticRegression
  ) {
    precondition(eta >= 0, "eta cannot be negative")
    self.eta = eta
    self.perGroup = perGroup
    self.penalizesIntercept = penalizesIntercept
    self.base = base
  }

  /// θ is (w, b), or (w, b) of each joint group in turn with `perGroup`.
  public func objective<Scalar: KernelScalar>(
    _ problem: PenalizedLogisticRegression.Problem<Scalar>
  ) -> LinearObjective {
    objective(problem.source(base.pool), problem.cells)
  }

  /// The same of rows wherever they are, in the cells that are given.
  func objective(_ source: any RowSource, _ cells: CellIndex) -> LinearObjective {
    let indices = cells.attributes.indices.map { attribute in
      PrejudiceIndex(
        groups: cells.groupMembers(attribute: attribute).map { ($0.cells, $0.weight) }, divisor: 1)
    }
    return LinearObjective(
      source,
      terms: [.init(1, MeanLoss(totalWeight: 1))] + indices.map { .init(eta, $0) }, l2: base.l2,
      fitsIntercept: base.fitsIntercept, penalizesIntercept: penalizesIntercept,
      sets: perGroup ? cells.groups.count : 1)
  }

  /// Fits from η = 0, which is convex, to the wanted η.
  public func fit<Scalar: KernelScalar>(
    _ problem: PenalizedLogisticRegression.Problem<Scalar>
  ) throws -> LinearFit {
    try path(problem, etas: [eta])[0]
  }

  /// The fits at all η, each started from its neighbour's solution, in the order asked for.
  public func path<Scalar: KernelScalar>(
    _ problem: PenalizedLogisticRegression.Problem<Scalar>, etas: [Double]
  ) throws -> [LinearFit] {
    try path(problem.source(base.pool), problem.cells, etas: etas)
  }

  /// The same of rows wherever they are.
  func path(
    _ source: any RowSource, _ cells: CellIndex, etas: [Double]
  ) throws -> [LinearFit] {
    var walker = PenaltyPath(objective: objective(source, cells), base: base)
    return try walker.walk(toEach: etas)
  }
}
