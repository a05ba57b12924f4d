import Criteria
import Datasets
import LinearAlgebra
import Models
import Optimization
import RowSums

/// The native learner of classification reductions: weighted logistic regression on the cells'
/// new labels, predicting positive where z ≥ 0.
///
/// A request is a table of the cells, so a fit changes two short tables and never copies X. Fits
/// share the second derivatives of the first one by cell. `fitFamily` goes further: one reading of
/// the rows at θ gives the gradient of *every* request there (`SurrogateModel`), so that a rough fit
/// is a single step to where the earlier readings foresee the solution. Every threshold of a fitted
/// score is a linear classifier too; the reading that gives the gradients counts many of them.
public final class LogisticLearner: WeightedLearner {
  /// Thresholds of a family: this many bins over ±4 root mean squares of the score.
  static var bins: Int { 128 }
  static var reach: Double { 4 }
  /// A fit whose value is within this share of its minimum is solved.
  static var tightGap: Double { 3e-5 }
  /// Fits that are foreseen to improve by more than this share of their value are out of sight.
  static var sight: Double { 0.02 }
  /// A sample's optimum is off by its own sampling error; solving it further is wasted.
  static var sampleGap: Double { 1e-3 }
  /// The first sample is this share of the second.
  static var firstShare: Int { 8 }
  /// A fit that takes more evaluations than this has left the region of its curvature.
  static var evaluationsToRenew: Int { 14 }
  /// So has a model after this many steps that left more than `poorShare` of the gap.
  static var poorSteps: Int { 4 }
  static var poorShare: Double { 0.5 }
  /// Times that a step is shortened, and steps of a tight fit before Newton's method takes over.
  static var shortenings: Int { 3 }
  static var tightSteps: Int { 12 }
  /// Enough rows for the scale of a histogram.
  private static var glimpseRows: Int { 4_096 }
  /// Histograms counted in one pass: more would not stay in cache beside the rows.
  static var countedTogether: Int { 8 }

  let reader: RowReader
  var shape: RowShape { reader.shape }
  public let l2: Double
  /// Whether ½·l2·b² is part of the objective, as in liblinear.
  public let penalizesIntercept: Bool
  public let pool: WorkerPool
  /// The stopping rule of plain fits.
  public let rule: StoppingRule
  /// A few rows, by which the size of scores is told.
  private var glimpse: RowReader?
  var fits: [Fit] = []
  var curvature: CurvatureModel?
  var surrogate: SurrogateModel?
  /// The Hessian of the last request, factored.
  var factor: Cholesky?
  /// Steps that closed little of their gap since the curvature was renewed.
  var poor = 0
  /// Times that the features were read from end to end, a sample counted by its share.
  public internal(set) var passes = 0.0
  /// Gram matrices formed, counted alike.
  public internal(set) var gramPasses = 0.0

  /// What all fits have in common.
  struct Problem: Sendable {
    let source: any RowSource
    let shape: RowShape
    let l2: Double
    let penalizesIntercept: Bool

    /// F of a request; nil when it has no weight.
    func objective(_ request: CellRequest, pool: WorkerPool? = nil) -> LinearObjective? {
      let positive = zip(request.labels, request.weights).map { $0 == 1 ? $1 : 0 }
      let total = zip(request.weights, shape.cellWeights).reduce(0) { $0 + $1.0 * $1.1 }
      guard total > 0 else { return nil }
      return LinearObjective(
        pool.map { source.limited(to: $0) } ?? source,
        terms: [.init(1, MeanLoss(totalWeight: total))], l2: l2 * shape.totalWeight / total,
        penalizesIntercept: penalizesIntercept, lossWeights: (request.weights, positive))
    }
  }

  var problem: Problem {
    Problem(
      source: reader.source, shape: shape, l2: l2, penalizesIntercept: penalizesIntercept)
  }

  struct Fit: Sendable {
    var request: [Double]
    var theta: [Double]
    var binWidth = 0.0
    var passes = 0.0
    var gramPasses = 0.0
    var evaluations = 0
    var status = FitStatus.converged
    var iterations = 0

    mutating func end(_ minimum: Minimum) {
      status = minimum.status
      iterations = minimum.iterations
    }
  }

  /// - Parameters:
  ///   - rows: the training rows, coded by the cells of the constraints' scope.
  ///   - l2: the factor of ½‖w‖² beside the mean loss when a request's weights add up to the rows'
  ///     W, and W/Σ times that otherwise, so that scikit-learn's C is l2 = 1/(C·W).
  ///   - penalizesIntercept: whether the intercept has the same factor.
  public init(
    _ source: any RowSource, l2: Double, penalizesIntercept: Bool = false,
    rule: StoppingRule = StoppingRule(), pool: WorkerPool = .default
  ) {
    reader = RowReader(source)
    self.l2 = l2
    self.penalizesIntercept = penalizesIntercept
    self.rule = rule
    self.pool = pool
  }

  public func fit(_ request: CellRequest) throws -> FittedHypothesis {
    let identifier = add(try solve(request, rule))
    passes += 1
    return FittedHypothesis(
      cellSums: try reader.positives([fits[identifier].theta])[0],
      identifier: identifier)
  }

  var tightRule: StoppingRule {
    StoppingRule(
      relativeGap: Self.tightGap, iterationLimit: rule.iterationLimit, shouldStop: rule.shouldStop)
  }

  /// The thresholds of some fits, several fits a pass.
  func families(_ identifiers: [Int]) throws -> [HypothesisFamily] {
    var result: [HypothesisFamily] = []
    for start in stride(from: 0, to: identifiers.count, by: Self.countedTogether) {
      let part = identifiers[start..<min(start + Self.countedTogether, identifiers.count)]
      let models = try part.map { identifier in
        let theta = fits[identifier].theta
        fits[identifier].binWidth = Self.binWidth(try scoreScale(theta))
        return ScoreBins(theta: theta, width: fits[identifier].binWidth, bins: Self.bins)
      }
      passes += 1
      let histograms = try reader.histograms(models)
      for (identifier, histogram) in zip(part, histograms) {
        result.append(
          HypothesisFamily(
            identifier: identifier, members: Self.cumulated(histogram, shape.cells)))
      }
    }
    return result
  }

  /// The root mean square of a score over a few rows.
  func scoreScale(_ theta: [Double]) throws -> Double {
    if glimpse == nil {
      let sample = try reader.source.sample(rows: Self.glimpseRows)
      glimpse = sample.map { RowReader($0.source) } ?? reader
    }
    return try glimpse!.scoreScale(theta)
  }

  /// A power of two, so that comparing with a multiple of it is exact.
  static func binWidth(_ scale: Double) -> Double {
    let width = reach * scale / Double(bins / 2)
    return width > 1e-30 && width < 1e30
      ? Double(sign: .plus, exponent: width.exponent + 1, significand: 1) : 1
  }

  /// Member 0 is the plain threshold 0; member k ≥ 1 the threshold width·(k − bins/2).
  static func cumulated(_ histogram: [Double], _ cells: Int) -> [[Double]] {
    var members = [[Double]](repeating: [], count: bins)
    var above = [Double](repeating: 0, count: cells)
    for k in stride(from: bins - 1, through: 1, by: -1) {
      for c in 0..<cells { above[c] += histogram[k * cells + c] }
      members[k] = above
    }
    members[0] = members[bins / 2]
    return members
  }

  public func measure(_ hypotheses: [Hypothesis]) throws -> [[Double]]? {
    passes += 1
    return try reader.positives(hypotheses.map { model($0).theta })
  }

  /// The linear classifier of a hypothesis: positive where z ≥ 0.
  public func model(_ hypothesis: Hypothesis) -> LinearModel {
    switch hypothesis {
    case .constant(let positive):
      return LinearModel(
        coefficients: Array(repeating: 0, count: shape.columns),
        intercept: positive ? 1 : -1)
    case .fitted(let identifier, let member):
      var model = LinearModel(theta: fits[identifier].theta)
      if member > 0 {
        model.intercept -= fits[identifier].binWidth * Double(member - Self.bins / 2)
      }
      return model
    }
  }

  var zero: [Double] { [Double](repeating: 0, count: shape.width) }

  // MARK: - Fits by a minimizer

  func signed(_ request: CellRequest) -> [Double] { Self.signed(request) }

  static func signed(_ request: CellRequest) -> [Double] {
    zip(request.labels, request.weights).map { $0 == 1 ? $1 : -$1 }
  }

  func add(_ fit: Fit) -> Int {
    passes += fit.passes
    gramPasses += fit.gramPasses
    fits.append(fit)
    return fits.count - 1
  }

  func solve(_ request: CellRequest, _ rule: StoppingRule) throws -> Fit {
    guard curvature != nil || fits.isEmpty == false else {
      return try prime(request, rule)
    }
    let fit = try Self.solve(
      problem, request, from: nearest(signed(request))?.theta, rule: rule, curvature: curvature)
    if fit.evaluations > Self.evaluationsToRenew, curvature != nil {
      try renewCurvature(at: fit.theta)
    }
    return fit
  }

  /// The first fit: on samples, then on all rows, with the curvature that all later fits use.
  private func prime(_ request: CellRequest, _ rule: StoppingRule) throws -> Fit {
    guard let objective = weightedObjective(request),
      objective.dimension <= SampledNewton.gramLimit
    else {
      return try Self.solve(problem, request, from: nil, rule: rule, curvature: nil)
    }
    let found = try startingPoint(objective, rule)
    try renewCurvature(at: found.theta)
    var fit = try Self.solve(
      problem, request, from: found.theta, rule: rule, curvature: curvature)
    fit.passes += found.passes + objective.passes
    fit.gramPasses += found.grams + Double(objective.hessians)
    return fit
  }

  /// The solution on samples of the rows, or a rough one on all where they are few.
  func startingPoint(
    _ objective: LinearObjective, _ rule: StoppingRule
  ) throws -> (theta: [Double], passes: Double, grams: Double) {
    let rough = StoppingRule(
      relativeGap: Self.sampleGap, iterationLimit: rule.iterationLimit,
      shouldStop: rule.shouldStop)
    var point = zero
    var passes = 0.0, grams = 0.0
    let wanted = SampledNewton.sampleRows(dimension: objective.dimension)
    for size in [wanted / Self.firstShare, wanted] {
      guard let sample = try objective.sample(rows: size) else { continue }
      point = try NewtonCholesky().minimize(sample, from: point, rule: rough).point
      passes += sample.passes
      grams += Double(sample.hessians * sample.rows) / Double(max(1, shape.rows))
    }
    if passes == 0 {
      point = try NewtonCholesky().minimize(objective, from: point, rule: rough).point
    }
    return (point.allFinite ? point : zero, passes, grams)
  }

  func renewCurvature(at theta: [Double]) throws {
    let sampleRows = SampledNewton.sampleRows(dimension: theta.count)
    let model = try CurvatureModel(
      reader, at: theta, sampleRows: sampleRows, penalizesIntercept: penalizesIntercept)
    curvature = model
    poor = 0
    gramPasses += model.share
    if model.share < 0.5 && !shape.levels.isEmpty { passes += 1 }
  }

  func weightedObjective(_ request: CellRequest) -> LinearObjective? {
    problem.objective(request)
  }

  static func solve(
    _ problem: Problem, _ request: CellRequest, from start: [Double]?, rule: StoppingRule,
    curvature: CurvatureModel?, pool: WorkerPool? = nil
  ) throws -> Fit {
    let zero = [Double](repeating: 0, count: problem.shape.width)
    var fit = Fit(
      request: zip(request.labels, request.weights).map { $0 == 1 ? $1 : -$1 },
      theta: start ?? zero)
    guard let objective = problem.objective(request, pool: pool) else { return fit }
    guard let factor = curvature?.factor(weights: request.weights, l2: objective.l2) else {
      let found = try SampledNewton().minimize(
        objective, from: fit.theta, started: start != nil, rule: rule)
      if found.point.allFinite { fit.theta = found.point }
      fit.passes = objective.passes
      fit.gramPasses = Double(objective.hessians)
      fit.end(found)
      return fit
    }
    try finish(&fit, objective, factor, rule)
    return fit
  }

  /// Quasi-Newton steps from where a fit stands, on a model of the Hessian; Newton's own where the
  /// model misleads.
  static func finish(
    _ fit: inout Fit, _ objective: LinearObjective, _ model: Cholesky, _ rule: StoppingRule
  ) throws {
    let quasi = LBFGS(preconditioner: { model.solve($0) })
    var found = try quasi.minimize(objective, from: fit.theta, rule: rule)
    fit.evaluations = found.evaluations
    if found.status == .stalled || found.status == .iterationLimit || !found.point.allFinite {
      let zero = [Double](repeating: 0, count: objective.dimension)
      found = try NewtonCholesky().minimize(
        objective, from: found.point.allFinite ? found.point : zero, rule: rule)
    }
    if found.point.allFinite { fit.theta = found.point }
    fit.passes = objective.passes
    fit.gramPasses = Double(objective.hessians)
    fit.end(found)
  }

  /// The earlier fit whose signed weights differ least, summed over the rows.
  func nearest(_ signed: [Double]) -> Fit? { Self.nearest(fits, signed, shape) }

  static func nearest(_ fits: [Fit], _ signed: [Double], _ shape: RowShape) -> Fit? {
    func distance(_ fit: Fit) -> Double {
      zip(zip(fit.request, signed), shape.cellWeights).reduce(0) {
        $0 + abs($1.0.0 - $1.0.1) * $1.1
      }
    }
    return fits.map { (fit: $0, distance: distance($0)) }.min { $0.distance < $1.distance }?.fit
  }
}
