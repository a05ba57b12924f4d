import LinearAlgebra

/// Minimises a mean over many rows in a few passes: start from the optimum of a sample of the rows,
/// then take quasi-Newton steps on all rows with the sample's Hessian as the first model.
///
/// With m of n rows the sample's Hessian is off by about √(d/m), and each step shrinks the gap by
/// the square of that; L-BFGS pairs shrink it further. So tall data need three or four passes
/// where Newton needs several Gram matrices (Erdogdu and Montanari, Convergence rates of
/// sub-sampled Newton methods, NeurIPS 2015).
public struct SampledNewton: Sendable {
  /// The sample has this many rows a column at least, so that its Hessian is a fair model.
  static let rowsPerColumn = 60
  public static let smallestSample = 8_192
  /// Fewer rows than this many samples: Newton on all rows is as fast.
  static let worthwhile = 4
  /// The first, rough sample is this share of the second.
  static let roughShare = 8
  /// A sample's optimum is off by its own sampling error; solving it further is wasted.
  static let sampleTolerance = 1e-4
  /// A column whose curvature on the sample is that of fewer rows than this, at p(1−p) = ¼ each 4
  /// times as many, is *thin*: the sample says little about it.
  static let thinMass = 8.0
  /// With more thin columns than this share, one exact Hessian is cheaper than learning them all by
  /// quasi-Newton steps.
  static let thinShare = 0.02
  /// More columns than this make a Gram matrix dearer than passes.
  public static let gramLimit = 2_000

  public init() {}

  public static func sampleRows(dimension: Int) -> Int {
    max(smallestSample, rowsPerColumn * dimension)
  }

  /// - Parameter started: whether `start` is already near the optimum (a warm start), so that the
  ///   sample only has to give a Hessian.
  public func minimize<O: Subsamplable>(
    _ objective: O, from start: [Double], started: Bool = false, rule: StoppingRule
  ) -> Minimum {
    let wanted = Self.sampleRows(dimension: objective.dimension)
    guard objective.dimension <= Self.gramLimit else {
      return LBFGS().minimize(objective, from: start, rule: rule)
    }
    guard objective.rows >= Self.worthwhile * wanted, let sample = objective.sample(rows: wanted)
    else { return NewtonCholesky().minimize(objective, from: start, rule: rule) }
    var point = start
    let rough = StoppingRule(
      relativeGap: Self.sampleTolerance, iterationLimit: 30, shouldStop: rule.shouldStop)
    if !started {
      if let first = objective.sample(rows: wanted / Self.roughShare) {
        point = NewtonCholesky().minimize(first, from: point, rule: rough).point
      }
    }
    let model = sample.hessian(at: point)
    guard let factor = Cholesky(model) else {
      return NewtonCholesky().minimize(objective, from: start, rule: rule)
    }
    var quasi = LBFGS(preconditioner: { factor.solve($0) })
    if !started { point = quasi.minimize(sample, from: point, rule: rough).point }
    if Self.isThin(model, rows: wanted), let exact = Cholesky(objective.hessian(at: point)) {
      quasi = LBFGS(preconditioner: { exact.solve($0) })
    }
    var result = quasi.minimize(objective, from: point, rule: rule)
    if result.status == .stalled {
      // The sample's model misled the search: finish with exact Hessians.
      let evaluations = result.evaluations, iterations = result.iterations
      result = NewtonCholesky().minimize(objective, from: result.point, rule: rule)
      result.evaluations += evaluations
      result.iterations += iterations
    }
    return result
  }

  /// Whether the sample speaks for too few of the columns.
  private static func isThin(_ hessian: Matrix<Double>, rows: Int) -> Bool {
    let largest = (0..<hessian.rows).map { hessian[$0, $0] }.max() ?? 0
    // The scale of F cancels: the intercept or the heaviest column stands for all rows at ¼.
    let thin = (0..<hessian.rows).count {
      hessian[$0, $0] * Double(rows) < largest * 4 * thinMass
    }
    return Double(thin) > thinShare * Double(hessian.rows)
  }
}
