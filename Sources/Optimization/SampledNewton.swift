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
    guard let factor = Cholesky(sample.hessian(at: point)) else {
      return NewtonCholesky().minimize(objective, from: start, rule: rule)
    }
    let quasi = LBFGS(preconditioner: { factor.solve($0) })
    if !started { point = quasi.minimize(sample, from: point, rule: rough).point }
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
}
