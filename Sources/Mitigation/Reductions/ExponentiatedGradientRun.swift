import Criteria
import Essentials
import LinearAlgebra
import Optimization

/// One run of the faithful algorithm: its state, and the steps in Fairlearn's order.
struct ExponentiatedGradientRun {
  /// Fairlearn's constants: where the regret is checked, and how the rate shrinks.
  static let regretCheckStart = 5.0
  static let regretCheckGrowth = 1.6
  static let regretShrink = 0.8
  static let rateShrink = 0.8
  static let fewestIterations = 5
  static let accuracyShare = 0.5

  let game: SaddlePoint
  let options: ExponentiatedGradientOptions
  private var pool: ResponsePool
  private var theta: [Double]
  private var multiplierSum: [Double]
  private var counts: [Double] = []
  private var rate: Double
  private var nextCheck = Self.regretCheckStart * Self.regretCheckGrowth
  private var lastCheckedGap = Double.infinity
  private var gradientGaps: [Double] = []
  private var wasStopped = false
  private var kept: [(mixture: [Double], multipliers: [Double], gap: Double)] = []

  init(game: SaddlePoint, options: ExponentiatedGradientOptions) {
    self.game = game
    self.options = options
    pool = ResponsePool(game: game, multiplierBound: options.multiplierBound)
    let zero =
      options.repairs.startsRatiosAtZero
      && game.constraints.rows.contains { $0.partner == nil }
    theta = Array(repeating: zero ? -Self.farBelow : 0, count: game.bounds.count)
    multiplierSum = Array(repeating: 0, count: game.bounds.count)
    rate = options.learningRate / options.multiplierBound
  }

  /// exp(−20) is 2e-9: as good as a multiplier of 0, and a few steps away from one that counts.
  private static let farBelow = 20.0

  mutating func fit(_ learner: inout some WeightedLearner) throws -> ReductionResult {
    var target = options.targetGap ?? 0
    for iteration in 0..<options.iterationLimit {
      // 1. The best response to the present multipliers.
      let multipliers = self.multipliers()
      multiplierSum.add(1, times: multipliers)
      let response = try pool.bestResponse(multipliers, &learner)
      if iteration == 0, options.targetGap == nil {
        target = Self.accuracyShare * pool.lastDeviation
      }
      // 2. The average so far, and the program's mixture: the better of the two is kept.
      try keepBetter(iteration, response, target, &learner)
      if stops(iteration, target) { break }
      if options.shouldStop() {
        wasStopped = true
        break
      }
      // 3. The rate shrinks when the gap does not.
      checkRegret(iteration)
      // 4. The multipliers grow where the response violates.
      let moments = pool.found[response].moments
      for k in theta.indices { theta[k] += rate * (moments[k] - game.bounds[k]) }
    }
    return result(target: target)
  }

  /// λ = B·exp θ / (1 + Σ exp θ)
  private func multipliers() -> [Double] {
    let shift = options.repairs.shiftsExponentials ? max(0, theta.max() ?? 0) : 0
    let powers = theta.map { exp($0 - shift) }
    let total = exp(-shift) + powers.reduce(0, +)
    return powers.map { options.multiplierBound * $0 / total }
  }

  private mutating func keepBetter(
    _ iteration: Int, _ response: Int, _ target: Double, _ learner: inout some WeightedLearner
  ) throws {
    while counts.count < pool.found.count { counts.append(0) }
    counts[response] += 1
    let average = counts.scaled(by: 1 / counts.reduce(0, +))
    let averageMultipliers = multiplierSum.scaled(by: 1 / Double(iteration + 1))
    let gap = try pool.gap(average, averageMultipliers, target: target, &learner).value
    gradientGaps.append(gap)
    if iteration > 0, options.usesLinearProgram {
      let program = try pool.program(target: target, &learner)
      if program.gap.value <= gap {
        kept.append((program.mixture, program.multipliers, program.gap.value))
        return
      }
    }
    kept.append((average, averageMultipliers, gap))
  }

  private func stops(_ iteration: Int, _ target: Double) -> Bool {
    guard iteration >= Self.fewestIterations else { return false }
    let gap = kept[iteration].gap
    return gap < target || (options.repairs.smallestGap > 0 && gap <= options.repairs.smallestGap)
  }

  private mutating func checkRegret(_ iteration: Int) {
    guard Double(iteration) >= nextCheck else { return }
    let best = gradientGaps.min() ?? .infinity
    if best > lastCheckedGap * Self.regretShrink { rate *= Self.rateShrink }
    nextCheck = Double(iteration) * Self.regretCheckGrowth
    lastCheckedGap = best
  }

  private func result(target: Double) -> ReductionResult {
    let smallest = kept.map(\.gap).min() ?? .infinity
    let best = kept.lastIndex { $0.gap <= smallest + ResponsePool.precision } ?? 0
    let chosen = kept[best]
    let reached = chosen.gap < max(target, options.repairs.smallestGap)
    var result = ReductionResult(
      pool.found, weights: chosen.mixture, game: game, multipliers: chosen.multipliers)
    result.gap = chosen.gap
    result.status = reached ? .converged : wasStopped ? .stopped : .iterationLimit
    result.stopReason =
      reached
      ? "the gap fell below \(max(target, options.repairs.smallestGap))"
      : wasStopped
        ? "stopped after \(kept.count) iterations on request"
        : "the limit of \(kept.count) iterations was reached"
    result.iterations = kept.count
    result.bestIteration = best
    result.oracleCalls = pool.oracleCalls
    result.constantCalls = pool.constantCalls
    return result
  }
}

extension ReductionResult {
  /// The record of a mixture; how it was found is filled in by who found it.
  ///
  /// - Parameter weights: of each hypothesis; those after its end have weight 0.
  init(
    _ found: [MeasuredHypothesis], weights: [Double], game: SaddlePoint, multipliers: [Double]
  ) {
    hypotheses = found.enumerated().map { index, h in
      Member(
        hypothesis: h.hypothesis, weight: index < weights.count ? weights[index] : 0,
        cellSums: h.sums, objective: h.error, violation: game.violation(h.moments))
    }
    objective = 0
    error = 0
    gap = .infinity
    status = .stopped
    stopReason = ""
    iterations = 0
    bestIteration = 0
    oracleCalls = 0
    constantCalls = 0
    failedFits = 0
    disparities = RateDisparities()
    self.multipliers = multipliers
    let sums = cellSums
    objective = game.objective.value(sums)
    error = game.errorRate(sums)
    let moments = game.constraints.moments(sums)
    disparity = moments.max()
    violation = moments.isEmpty ? nil : game.violation(moments)
    disparities = game.constraints.disparities(sums)
  }
}
