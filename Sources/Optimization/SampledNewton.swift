import LinearAlgebra

/// Minimizes a mean over many rows in a few passes: start from the optimum of a sample of the rows,
/// then take quasi-Newton steps on all rows with the sample's Hessian as the first model.
///
/// With m of n rows the sample's Hessian is off by about √(d/m), and each step shrinks the gap by
/// the square of that; L-BFGS pairs shrink it further. So tall data need three or four passes
/// where Newton needs several Gram matrices (Erdogdu and Montanari, Convergence rates of
/// sub-sampled Newton methods, NeurIPS 2015).
public struct SampledNewton: Sendable {
  /// The sample has this many rows a column, so that its Hessian is a fair model; with fewer than
  /// `leastRowsPerColumn` it is none.
  static let rowsPerColumn = 30
  static let leastRowsPerColumn = 12
  public static let smallestSample = 8_192
  /// Of many rows this share is sampled: a better model saves passes and costs next to nothing.
  static let sampleShare = 32
  /// Fewer rows than this many samples: the sample is smaller, down to the least that is a model.
  static let worthwhile = 4
  /// The first, rough sample is this share of the second, if it has rows enough.
  static let roughShare = 8
  static let roughRowsPerColumn = 10
  /// A sample's optimum is off by its own sampling error; solving it further is wasted.
  static let sampleTolerance = 1e-4
  /// A column whose curvature on the sample is below that of so many rows at p(1−p) = 1 is *thin*.
  public static let thinMass = 8.0
  /// With more thin columns than this share, one exact Hessian is cheaper than learning them all by
  /// quasi-Newton steps.
  public static let thinShare = 0.02
  /// More columns than this make a Gram matrix dearer than passes.
  public static let gramLimit = 2_000
  /// Where a Hessian costs more evaluations than this, first-order steps come before it.
  static let cheapHessian = 12.0
  /// The factors that Newton's method takes, about.
  static let newtonFactors = 3.0

  public init() {}

  public static func sampleRows(dimension: Int) -> Int {
    max(smallestSample, rowsPerColumn * dimension)
  }

  /// The rows of the sample for so many columns and rows; nil when a sample is not worth it.
  static func sampleRows(dimension: Int, rows: Int) -> Int? {
    let wanted = max(sampleRows(dimension: dimension), rows / sampleShare)
    let sample = min(wanted, rows / worthwhile)
    return sample >= max(smallestSample, leastRowsPerColumn * dimension) ? sample : nil
  }

  /// - Parameter started: whether `start` is already near the optimum (a warm start), so that the
  ///   sample only has to give a Hessian.
  public func minimize<O: Subsamplable>(
    _ objective: O, from start: [Double], started: Bool = false, rule: StoppingRule
  ) throws(O.Failure) -> Minimum {
    var memory = NewtonMemory()
    return try minimize(objective, from: start, started: started, rule: rule, memory: &memory)
  }

  /// - Parameter memory: what the fit of a neighbouring problem left, and this one leaves; it is
  ///   used when the fit is `started`.
  public func minimize<O: Subsamplable>(
    _ objective: O, from start: [Double], started: Bool, rule: StoppingRule,
    memory: inout NewtonMemory
  ) throws(O.Failure) -> Minimum {
    if started, let model = memory.reusable(columns: objective.dimension) {
      return try finish(objective, from: start, model, rule: rule, memory: &memory)
    }
    let dimension = objective.dimension
    guard objective.isFactorable else {
      return try scaled(objective, from: start, rule: rule)
    }
    guard let wanted = Self.sampleRows(dimension: dimension, rows: objective.rows),
      let sample = try objective.sample(rows: wanted)
    else { return try unsampled(objective, from: start, rule: rule, memory: &memory) }
    var point = start
    let rough = StoppingRule(
      relativeGap: Self.sampleTolerance, iterationLimit: 30, shouldStop: rule.shouldStop)
    if !started {
      if wanted >= Self.roughShare * Self.roughRowsPerColumn * dimension,
        let first = try objective.sample(rows: wanted / Self.roughShare)
      {
        var own = NewtonMemory()
        point = try unsampled(first, from: point, rule: rough, memory: &own).point
      } else if let factor = try sample.factor(at: point) {
        point = try Self.solve(sample, from: point, factor, rule: rough)
        if let exact = try Self.exactModel(objective, at: point, sample: sample, factor) {
          return try finish(objective, from: point, exact, rule: rule, memory: &memory)
        }
      }
    }
    guard let factor = try sample.factor(at: point) else {
      return try NewtonCholesky().minimize(objective, from: start, rule: rule)
    }
    if !started { point = try Self.solve(sample, from: point, factor, rule: rough) }
    let exact = try Self.exactModel(objective, at: point, sample: sample, factor)
    return try finish(objective, from: point, exact ?? factor, rule: rule, memory: &memory)
  }

  /// Quasi-Newton steps from a model of the Hessian at hand; where they are slower than a new one would
  /// be, the exact Hessian is their model.
  public func minimize<O: Subsamplable>(
    _ objective: O, from start: [Double], model: Cholesky, rule: StoppingRule
  ) throws(O.Failure) -> Minimum {
    var memory = NewtonMemory()
    return try finish(objective, from: start, model, rule: rule, memory: &memory)
  }

  /// Without a sample: Newton's method where a Hessian is cheap. Else first-order steps are tried,
  /// which are enough where nothing is ill-conditioned; where they are too slow, or have proved too
  /// little, they go on with a factor as their model.
  private func unsampled<O: Subsamplable>(
    _ objective: O, from start: [Double], rule: StoppingRule, memory: inout NewtonMemory
  ) throws(O.Failure) -> Minimum {
    let cost = objective.hessianCost
    guard cost > Self.cheapHessian, let solve = try objective.diagonalSolve(at: start) else {
      return try NewtonCholesky().minimize(objective, from: start, rule: rule)
    }
    var contraction = ContractionWatch(renewal: Self.newtonFactors * cost)
    let first = try LBFGS(preconditioner: solve, isModel: false).minimizeFirstOrder(
      objective, from: start, rule: rule, history: LBFGS.History(), contraction: &contraction)
    let enough = rule.relativeGap * max(abs(first.value), StoppingRule.floor)
    if first.status == .converged, Self.bound(first, objective) <= enough { return first }
    guard first.status != .stopped, let model = try objective.factor(at: first.point) else {
      return first
    }
    var result = try finish(
      objective, from: first.point, model, rule: rule.after(first), memory: &memory
    ).following(first)
    // Quasi-Newton steps leave a gradient that proves little: steps of Newton's own do.
    for share in Self.provenGaps {
      guard result.status == .converged,
        Self.bound(result, objective) > share * max(1, abs(result.value))
      else { break }
      let next = try NewtonCholesky().minimize(
        objective, from: result.point, rule: rule.after(result))
      guard next.status == .converged else { break }
      result = next.following(result)
      if objective.strongConvexity == 0 { break }
    }
    return result
  }

  /// What a gradient should prove of a minimum, as a share of it or of 1: before a first step of
  /// Newton's own, and before a second.
  private static let provenGaps = [1e-10, 1e-6]

  /// ‖∇F‖²/(2·μ), at least F − F* but for the intercept; infinite where F is not strongly convex.
  private static func bound(_ at: Minimum, _ objective: some Subsamplable) -> Double {
    objective.strongConvexity > 0
      ? at.gradient.dot(at.gradient) / (2 * objective.strongConvexity) : .infinity
  }

  private static func solve<O: TwiceDifferentiable>(
    _ sample: O, from point: [Double], _ factor: Cholesky, rule: StoppingRule
  ) throws(O.Failure) -> [Double] {
    try LBFGS(preconditioner: { factor.solve($0) }).minimize(sample, from: point, rule: rule).point
  }

  /// The Hessian over all rows, factored, where the sample knows too little of too many columns.
  private static func exactModel<O: Subsamplable>(
    _ objective: O, at point: [Double], sample: O.Sample, _ factor: Cholesky
  ) throws(O.Failure) -> Cholesky? {
    let thin = objective.thinColumns(of: sample, diagonal: factor.diagonal, mass: thinMass)
    guard Double(thin) > thinShare * Double(objective.dimension) else { return nil }
    return try objective.factor(at: point)
  }

  /// Quasi-Newton steps on all rows; where they no longer contract, the exact Hessian is their model.
  private func finish<O: Subsamplable>(
    _ objective: O, from start: [Double], _ model: Cholesky, rule: StoppingRule,
    memory: inout NewtonMemory
  ) throws(O.Failure) -> Minimum {
    var model = model, left = rule, evaluations = 0, iterations = 0
    var history = LBFGS.History(objective.recalledGradients())
    var point = start
    while true {
      memory = NewtonMemory(model: model)
      var contraction = ContractionWatch(renewal: objective.hessianCost)
      let factor = model
      var result = try LBFGS(
        preconditioner: { factor.solve($0) }, isModel: factor.isExact
      ).minimizeFirstOrder(
        objective, from: point, rule: left, history: history, contraction: &contraction)
      result.evaluations += evaluations
      result.iterations += iterations
      memory.evaluations = result.evaluations
      guard result.status == .stalled else { return result }
      (evaluations, iterations, point) = (result.evaluations, result.iterations, result.point)
      guard contraction.foundSlow, objective.isFactorable,
        let exact = try objective.factor(at: point)
      else { break }
      (model, history) = (exact, LBFGS.History())
      left.iterationLimit = max(0, rule.iterationLimit - iterations)
    }
    // The model misled the search: finish with exact Hessians.
    memory = NewtonMemory()
    left.iterationLimit = max(0, rule.iterationLimit - iterations)
    var result = try NewtonCholesky().minimize(objective, from: point, rule: left)
    result.evaluations += evaluations
    result.iterations += iterations
    return result
  }

  /// First-order steps scaled by the Hessian's diagonal, for more columns than a Gram matrix; where they
  /// no longer contract, Newton's steps by conjugate gradients, scaled alike.
  private func scaled<O: Subsamplable>(
    _ objective: O, from start: [Double], rule: StoppingRule
  ) throws(O.Failure) -> Minimum {
    let solve = try objective.diagonalSolve(at: start)
    var contraction = ContractionWatch(renewal: Self.conjugateCost)
    let first = try LBFGS(preconditioner: solve, isModel: false).minimizeFirstOrder(
      objective, from: start, rule: rule, history: LBFGS.History(), contraction: &contraction)
    guard first.status == .stalled else { return first }
    return try NewtonCG(preconditioner: objective.diagonalSolve(at: first.point)).minimize(
      objective, from: first.point, rule: rule.after(first)
    ).following(first)
  }

  /// The products of a Newton step by conjugate gradients, about.
  private static let conjugateCost = 20.0
}

/// What a fit leaves for its neighbour on a path: its model of the Hessian.
public struct NewtonMemory: Sendable {
  /// Up to this many columns a fresh model costs less than the pass it may save.
  static let cheapColumns = 200
  /// A model with which the last fit took more evaluations than this is out of date.
  static let tolerated = 4

  var model: Cholesky?
  var evaluations = 0

  public init() {}

  init(model: Cholesky) { self.model = model }

  /// The model, if it still served the last fit and a new one would be dear.
  func reusable(columns: Int) -> Cholesky? {
    guard let model, columns > Self.cheapColumns, model.dimension == columns,
      evaluations <= Self.tolerated
    else { return nil }
    return model
  }
}
