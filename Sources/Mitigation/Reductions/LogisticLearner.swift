import Criteria
import Datasets
import LinearAlgebra
import Models
import Optimization

/// The native learner of classification reductions: weighted logistic regression on the cells'
/// new labels, predicting positive where z ≥ 0.
///
/// A request is a table of the cells, so a fit changes two short tables and never copies X. Fits
/// start from the solution of the nearest earlier request. Every threshold of a fitted score is a
/// linear classifier too; `fitFamily` counts many of them in the pass that counts one.
public final class LogisticLearner<Scalar: KernelScalar>: WeightedLearner {
  /// Thresholds of a family: this many bins over ±4 root mean squares of the score.
  static var bins: Int { 128 }
  static var reach: Double { 4 }
  /// A proposal's surrogate need not be solved better than this; its sums are exact all the same.
  static var roughGap: Double { 1e-3 }
  static var tightGap: Double { 1e-5 }

  public let rows: ScoreRows<Scalar>
  public let l2: Double
  public let pool: WorkerPool
  /// The stopping rule of plain fits.
  public let rule: StoppingRule
  private var fits: [Fit] = []
  /// Times that the features were read from end to end, a sample counted by its share.
  public private(set) var passes = 0.0
  /// Gram matrices formed, counted alike.
  public private(set) var gramPasses = 0.0

  private struct Fit {
    var request: [Double]
    var theta: [Double]
    var binWidth: Double
  }

  /// - Parameters:
  ///   - rows: the training rows, coded by the cells of the constraints' scope.
  ///   - l2: the factor of ½‖w‖² beside the mean loss; scikit-learn's C is l2 = 1/(C·W).
  public init(
    _ rows: ScoreRows<Scalar>, l2: Double, rule: StoppingRule = StoppingRule(),
    pool: WorkerPool = .default
  ) {
    self.rows = rows
    self.l2 = l2
    self.rule = rule
    self.pool = pool
  }

  public func fit(_ request: CellRequest) throws -> FittedHypothesis {
    let identifier = solve(request, rule)
    passes += 1
    return FittedHypothesis(
      cellSums: rows.positiveWeights([LinearModel(theta: fits[identifier].theta)], pool: pool)[0],
      identifier: identifier)
  }

  public func fitFamily(_ request: CellRequest, effort: FitEffort) throws -> HypothesisFamily {
    let gap = effort == .rough ? Self.roughGap : Self.tightGap
    let identifier = solve(
      request, StoppingRule(relativeGap: gap, iterationLimit: rule.iterationLimit),
      sampled: effort == .rough)
    let model = LinearModel(theta: fits[identifier].theta)
    let scale = Self.reach * rows.scoreScale(model) / Double(Self.bins / 2)
    let width =
      scale > 0 && scale.isFinite
      ? Double(sign: .plus, exponent: scale.exponent + 1, significand: 1) : 1
    fits[identifier].binWidth = width
    passes += 1
    let histogram = rows.scoreHistogram(model, width: width, bins: Self.bins, pool: pool)
    return HypothesisFamily(
      identifier: identifier, members: Self.cumulated(histogram, rows.cellCount))
  }

  /// Member 0 is the plain threshold 0; member k ≥ 1 the threshold width·(k − bins/2).
  private static func cumulated(_ histogram: [Double], _ cells: Int) -> [[Double]] {
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
    return rows.positiveWeights(hypotheses.map(model), pool: pool)
  }

  /// The linear classifier of a hypothesis: positive where z ≥ 0.
  public func model(_ hypothesis: Hypothesis) -> LinearModel {
    switch hypothesis {
    case .constant(let positive):
      return LinearModel(
        coefficients: Array(repeating: 0, count: rows.features.columns),
        intercept: positive ? 1 : -1)
    case .fitted(let identifier, let member):
      var model = LinearModel(theta: fits[identifier].theta)
      if member > 0 {
        model.intercept -= fits[identifier].binWidth * Double(member - Self.bins / 2)
      }
      return model
    }
  }

  private func solve(_ request: CellRequest, _ rule: StoppingRule, sampled: Bool = false) -> Int {
    let signed = zip(request.labels, request.weights).map { $0 == 1 ? $1 : -$1 }
    let total = zip(request.weights, rows.cellWeights).reduce(0) { $0 + $1.0 * $1.1 }
    let objective = LinearObjective(
      rows, terms: [.init(1, MeanLoss(totalWeight: total))], l2: l2,
      lossWeights: (request.weights, signed.map { max(0, $0) }), pool: pool)
    let start = nearest(signed)?.theta
    let zero = [Double](repeating: 0, count: objective.dimension)
    var point: [Double]
    let sampleRows = SampledNewton.sampleRows(dimension: objective.dimension)
    if sampled, objective.dimension <= SampledNewton.gramLimit,
      let sample = objective.sample(rows: sampleRows)
    {
      point = NewtonCholesky().minimize(sample, from: start ?? zero, rule: rule).point
      passes += sample.passes
      gramPasses += Double(sample.hessians * sample.rows) / Double(max(1, rows.rows))
    } else {
      point =
        SampledNewton().minimize(
          objective, from: start ?? zero, started: start != nil, rule: rule
        ).point
    }
    if !point.allFinite { point = start ?? zero }
    passes += objective.passes
    gramPasses += Double(objective.hessians)
    fits.append(Fit(request: signed, theta: point, binWidth: 0))
    return fits.count - 1
  }

  /// The earlier fit whose signed weights differ least, summed over the rows.
  private func nearest(_ signed: [Double]) -> Fit? {
    fits.min { distance($0.request, signed) < distance($1.request, signed) }
  }

  private func distance(_ a: [Double], _ b: [Double]) -> Double {
    zip(zip(a, b), rows.cellWeights).reduce(0) { $0 + abs($1.0.0 - $1.0.1) * $1.1 }
  }
}
