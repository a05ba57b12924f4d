import Criteria
import Datasets
import LinearAlgebra
import Models
import Optimization
import RowSums

/// Logistic regression whose worst group is served as well as can be.
///
/// Minimizes (1 − α)·L + α·max_g L_g + ½·l2·‖w‖², where L is the mean logistic loss of all rows and
/// L_g that of group g; with several attributes g runs over the groups of each. By duality this is
/// max over weights λ of the groups of D(λ) = min_θ (1 − α)·L + α·Σ_g λ_g·L_g + ½·l2·‖w‖².
///
/// Rounds of the exponential method of multipliers: minimize with the maximum smoothed around the
/// last λ (`SmoothMaximum`), whose minimizer also minimizes the sum weighted by the new λ, then
/// sharpen. So every round has a primal value P and a dual one, and their distance, less what the
/// inner fit left, is a proved bound on the suboptimality (Tseng and Bertsekas, Mathematical
/// Programming 1993). λ stays above 0, so the result is Pareto-efficient among the groups' losses.
///
/// Martinez, Bertran and Sapiro, Minimax Pareto fairness: a multi objective perspective, ICML 2020;
/// Diana et al., Minimax group fairness: algorithms and experiments, AIES 2021.
public struct GroupMinimax: Sendable {
  /// The rounds end when P − D is at most this share of the largest group's loss.
  public var gap: Double
  public var rounds: Int
  public var base: LogisticRegression

  /// t of the first round: groups whose losses are 1/t apart are told apart.
  static let firstSharpness = 30.0
  /// Each round sharpens by this; the multipliers take over what sharpness does not reach.
  static let growth = 3.0
  /// Beyond this rounding of the losses moves the multipliers.
  static let lastSharpness = 3e4
  /// A multiplier of 0 would never come back.
  static let leastMultiplier = 1e-12
  /// Inner fits need not be better than this share of the wanted gap.
  static let innerShare = 0.05

  public init(gap: Double = 1e-6, rounds: Int = 40, base: LogisticRegression) {
    precondition(gap >= 0 && rounds > 0, "a gap at least 0 and rounds above 0")
    self.gap = gap
    self.rounds = rounds
    self.base = base
  }

  public struct Result: Sendable {
    public var theta: [Double]
    /// Largest L_g − c_g, with its λ.
    public var losses: GroupLosses
    /// P at `theta`.
    public var objective: Double
    /// max D(λ) found; proved where `isProved`.
    public var lowerBound: Double
    /// Whether the lower bound is proved, which l2 > 0 takes.
    public var isProved: Bool
    public var status: FitStatus
    public var iterations: Int
    public var fits: Int
    public var passes: Double
    public var seconds: Double

    public var gap: Double { max(0, objective - lowerBound) }
    public var model: LinearModel { LinearModel(theta: theta) }
  }

  /// What every group could gain at once over some model, by `improvement`.
  public struct Improvement: Sendable, Equatable {
    /// A linear model was found whose loss is lower by at least this in every group; 0 when none was.
    public var found: Double
    /// No linear model with coefficients of at most the given norm gains more in every group; nil
    /// without l2.
    public var atMost: Double?
  }

  public func fit<Scalar: KernelScalar>(
    _ problem: PenalizedLogisticRegression.Problem<Scalar>, share: Double
  ) throws -> Result {
    try path(problem, shares: [share])[0]
  }

  /// The fits at several α, each started from its neighbour; results come in the order asked for.
  public func path<Scalar: KernelScalar>(
    _ problem: PenalizedLogisticRegression.Problem<Scalar>, shares: [Double]
  ) throws -> [Result] {
    try path(problem.source(base.pool), problem.cells, shares: shares)
  }

  /// The same of rows wherever they are, in the cells that are given.
  func path(
    _ source: any RowSource, _ cells: CellIndex, shares: [Double]
  ) throws -> [Result] {
    precondition(shares.allSatisfy { (0...1).contains($0) }, "a share lies between 0 and 1")
    var walk = MinimaxWalk(self, source, cells)
    var results: [Int: Result] = [:]
    for index in shares.indices.sorted(by: { shares[$0] < shares[$1] }) {
      results[index] = try walk.solve(share: shares[index])
    }
    return shares.indices.map { results[$0]! }
  }

  /// Whether a model's group losses are dominated: what a linear model could gain in every group at
  /// once, min_θ max_g (L_g(θ) − c_g) + ½·l2·‖w‖² and its dual bound.
  ///
  /// - Parameters:
  ///   - losses: c, the mean logistic losses of the model's groups, in the order of `groups`.
  ///   - norm: ‖w‖ up to which the bound speaks of other models; that of the model itself, say.
  public func improvement<Scalar: KernelScalar>(
    on losses: [Double], norm: Double, _ problem: PenalizedLogisticRegression.Problem<Scalar>
  ) throws -> Improvement {
    var walk = MinimaxWalk(
      self, problem.source(base.pool), problem.cells, offsets: losses)
    let result = try walk.solve(share: 1)
    let largest = zip(result.losses.groups, losses).map { $0.loss - $1 }.max() ?? 0
    return Improvement(
      found: max(0, -largest),
      atMost: result.isProved
        ? max(0, 0.5 * base.l2 * norm * norm - result.lowerBound) : nil)
  }

  /// The groups with weight of every attribute: what the maximum is taken over.
  static func groups(_ cells: CellIndex) -> [(attribute: Int, group: Int, sum: SmoothMaximum.Group)]
  {
    cells.attributes.indices.flatMap { attribute in
      cells.groupMembers(attribute: attribute).map {
        (attribute, $0.group, .init(cells: $0.cells, weight: $0.weight))
      }
    }
  }
}

/// The state of a path of minimax fits.
private struct MinimaxWalk {
  let method: GroupMinimax
  let cells: CellIndex
  let groups: [(attribute: Int, group: Int, sum: SmoothMaximum.Group)]
  let offsets: [Double]
  let objective: LinearObjective
  private var memory = NewtonMemory()
  private var theta: [Double]?
  private var multipliers: [Double]

  init(
    _ method: GroupMinimax, _ source: any RowSource, _ cells: CellIndex,
    offsets: [Double]? = nil
  ) {
    self.method = method
    self.cells = cells
    groups = GroupMinimax.groups(cells)
    precondition(offsets?.count ?? groups.count == groups.count, "an offset for each group")
    self.offsets = offsets ?? Array(repeating: 0, count: groups.count)
    multipliers = Array(repeating: 1 / Double(max(1, groups.count)), count: groups.count)
    objective = LinearObjective(
      source,
      terms: [
        .init(1, MeanLoss(totalWeight: cells.totalWeight)),
        .init(0, SmoothMaximum(groups: groups.map(\.sum), offsets: offsets)),
      ], l2: method.base.l2, fitsIntercept: method.base.fitsIntercept)
  }

  /// A point with its groups' losses and objective.
  private struct Primal {
    var theta: [Double]
    var losses: [Double]
    var mean: Double
    var ridge: Double
    var value: Double

    /// (1 − α)·L + α·Σ λ·(L_g − c_g) + ridge
    func weighted(_ multipliers: [Double], _ offsets: [Double], share: Double) -> Double {
      let sum = multipliers.indices.reduce(0.0) {
        $0 + multipliers[$1] * (losses[$1] - offsets[$1])
      }
      return (1 - share) * mean + share * sum + ridge
    }
  }

  private struct Dual {
    var value: Double
    var isProved: Bool
    var multipliers: [Double]
    var iterations: Int
    var passes: Double
  }

  mutating func solve(share: Double) throws -> GroupMinimax.Result {
    let clock = ContinuousClock(), began = clock.now, passesBefore = objective.passes
    weigh(share)
    var sharpness = GroupMinimax.firstSharpness
    var best: Primal?, dual: Dual?, status = FitStatus.iterationLimit
    var iterations = 0, fits = 0, dualPasses = 0.0
    for round in 1...method.rounds {
      // 1. Minimize with the maximum smoothed around the multipliers.
      let term = SmoothMaximum(
        groups: groups.map(\.sum), sharpness: sharpness, priors: multipliers, offsets: offsets)
      let fit = try minimize(term)
      iterations += fit.report.iterations
      fits += 1
      let point = try primal(fit.theta, share: share)
      if best == nil || point.value < best!.value { best = point }
      if [.stopped, .separable].contains(fit.report.status) {
        status = fit.report.status
        break
      }
      // 2. The shares are the next multipliers, and those that the point is optimal for.
      let shares = term.shares(try objective.sums(at: fit.theta))
      let enough = method.gap * max(point.losses.max() ?? 0, StoppingRule.floor)
      let isLast = round == method.rounds || share == 0
      if point.value - point.weighted(shares, offsets, share: share) <= enough / 2 || isLast {
        // 3. Prove how far the point is from the optimum.
        let found = try lowerBound(floored(shares), share: share, start: fit.theta)
        iterations += found.iterations
        dualPasses += found.passes
        fits += 1
        if dual == nil || found.value > dual!.value { dual = found }
        if best!.value - dual!.value <= enough { status = .converged }
        if status == .converged { break }
      }
      multipliers = floored(shares)
      sharpness = min(sharpness * GroupMinimax.growth, GroupMinimax.lastSharpness)
    }
    return result(
      best!, try dual ?? lowerBound(multipliers, share: share, start: best!.theta), share: share,
      status, iterations, fits, objective.passes - passesBefore + dualPasses,
      (clock.now - began) / .seconds(1))
  }

  private func weigh(_ share: Double) {
    objective.setFactor(1 - share, ofTerm: 0)
    objective.setFactor(share, ofTerm: 1)
  }

  /// Minimizes the objective with a smoothed maximum, from the last minimum.
  private mutating func minimize(_ term: SmoothMaximum) throws -> LinearFit {
    objective.setTerm(term, at: 1)
    var fitter = method.base
    fitter.certifies = false
    fitter.rule.relativeGap = max(fitter.rule.relativeGap, GroupMinimax.innerShare * method.gap)
    let fit = try fitter.fit(objective, start: theta, memory: &memory)
    theta = fit.theta
    return fit
  }

  private func floored(_ shares: [Double]) -> [Double] {
    let kept = shares.map { max($0, GroupMinimax.leastMultiplier) }
    return kept.scaled(by: 1 / kept.reduce(0, +))
  }

  private func primal(_ theta: [Double], share: Double) throws -> Primal {
    let sums = try objective.sums(at: theta)
    let losses = SmoothMaximum(groups: groups.map(\.sum)).means(sums)
    let mean = sums.loss.reduce(0, +) / cells.totalWeight
    let w = theta.dropLast()
    let ridge = 0.5 * method.base.l2 * w.reduce(0) { $0 + $1 * $1 }
    let largest = zip(losses, offsets).map { $0 - $1 }.max() ?? 0
    return Primal(
      theta: theta, losses: losses, mean: mean, ridge: ridge,
      value: (1 - share) * mean + share * largest + ridge)
  }

  /// D(λ) from below: the fit's value less what it may be off by.
  private func lowerBound(
    _ multipliers: [Double], share: Double, start: [Double]
  ) throws -> Dual {
    let total = cells.totalWeight
    var table = [Double](repeating: 1 - share, count: cells.count)
    for (group, multiplier) in zip(groups, multipliers) {
      for c in group.sum.cells { table[c] += share * multiplier * total / group.sum.weight }
    }
    let weighted = LinearObjective(
      objective.reader.source, terms: [.init(1, MeanLoss(totalWeight: total))], l2: method.base.l2,
      fitsIntercept: method.base.fitsIntercept,
      lossWeights: (table, zip(table, objective.shape.labels).map { $0 * $1 }))
    var fitter = method.base
    fitter.rule.relativeGap = min(
      fitter.rule.relativeGap, GroupMinimax.innerShare * method.gap)
    let fit = try fitter.fit(weighted, start: start)
    let bound = fit.report.certificate?.boundOnSuboptimality
    let shift = share * multipliers.dot(offsets)
    return Dual(
      value: (fit.report.objective ?? -.infinity) - (bound ?? 0) - shift, isProved: bound != nil,
      multipliers: multipliers, iterations: fit.report.iterations, passes: fit.report.passes)
  }

  private func result(
    _ best: Primal, _ dual: Dual, share: Double, _ status: FitStatus, _ iterations: Int,
    _ fits: Int, _ passes: Double, _ seconds: Double
  ) -> GroupMinimax.Result {
    let weighted = best.weighted(dual.multipliers, offsets, share: share)
    let attributes = cells.attributes
    let losses = GroupLosses(
      groups: groups.indices.map { k in
        let attribute = attributes[groups[k].attribute]
        return .init(
          attribute: attribute.attribute, value: attribute.names[groups[k].group],
          loss: best.losses[k], multiplier: dual.multipliers[k])
      }, improvableAtMost: dual.isProved ? max(0, weighted - dual.value) : nil)
    return GroupMinimax.Result(
      theta: best.theta, losses: losses, objective: best.value, lowerBound: dual.value,
      isProved: dual.isProved, status: status, iterations: iterations, fits: fits, passes: passes,
      seconds: seconds)
  }
}
