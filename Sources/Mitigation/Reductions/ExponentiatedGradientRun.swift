import Criteria
import Essentials
import LinearAlgebra
import Optimization

/// One run of the faithful algorithm: its state, and the steps in Fairlearn's order.
struct ExponentiatedGradientRun<Player: RespondingPlayer> {
  /// Fairlearn's constants: where the regret is checked, and how the rate shrinks.
  static var regretCheckStart: Double { 5 }
  static var regretCheckGrowth: Double { 1.6 }
  static var regretShrink: Double { 0.8 }
  static var rateShrink: Double { 0.8 }
  static var fewestIterations: Int { 5 }
  static var accuracyShare: Double { 0.5 }

  let options: ExponentiatedGradientOptions
  private(set) var pool: ResponsePool<Player>
  private var theta: [Double]
  private var multiplierSum: [Double]
  private var counts: [Double] = []
  private var rate: Double
  private var nextCheck = Self.regretCheckStart * Self.regretCheckGrowth
  private var lastCheckedGap = Double.infinity
  private var gradientGaps: [Double] = []
  private(set) var wasStopped = false
  private var kept: [(mixture: [Double], multipliers: [Double])] = []
  private var record = GameRecord()

  /// - Parameter startsAtZero: whether the first λ is 0 instead of uniform.
  init(player: Player, options: ExponentiatedGradientOptions, startsAtZero: Bool = false) {
    self.options = options
    pool = ResponsePool(player: player, multiplierBound: options.multiplierBound)
    let count = player.bounds.count
    theta = Array(repeating: startsAtZero ? -Self.farBelow : 0, count: count)
    multiplierSum = Array(repeating: 0, count: count)
    rate = options.learningRate / options.multiplierBound
  }

  /// exp(−20) is 2e-9: as good as a multiplier of 0, and a few steps away from one that counts.
  private static var farBelow: Double { 20 }

  mutating func play() throws -> GameRecord {
    record.target = options.targetGap ?? 0
    for iteration in 0..<options.iterationLimit {
      // 1. The best response to the present multipliers.
      let multipliers = self.multipliers()
      record.steps.append(multipliers)
      multiplierSum.add(1, times: multipliers)
      let response = try pool.bestResponse(multipliers)
      record.responses.append(response)
      if iteration == 0, options.targetGap == nil {
        record.target = Self.accuracyShare * pool.lastDeviation
      }
      // 2. The average so far, and the program's mixture: the better of the two is kept.
      try keepBetter(iteration, response)
      if stops(iteration) { break }
      if options.shouldStop() {
        wasStopped = true
        break
      }
      // 3. The rate shrinks when the gap does not.
      checkRegret(iteration)
      // 4. The multipliers grow where the response violates.
      let moments = pool.found[response].moments
      for k in theta.indices { theta[k] += rate * (moments[k] - pool.bounds[k]) }
    }
    finish()
    return record
  }

  /// λ = B·exp θ / (1 + Σ exp θ)
  private func multipliers() -> [Double] {
    let shift = options.repairs.shiftsExponentials ? max(0, theta.max() ?? 0) : 0
    let powers = theta.map { exp($0 - shift) }
    let total = exp(-shift) + powers.reduce(0, +)
    return powers.map { options.multiplierBound * $0 / total }
  }

  private mutating func keepBetter(_ iteration: Int, _ response: Int) throws {
    while counts.count < pool.found.count { counts.append(0) }
    counts[response] += 1
    let average = counts.scaled(by: 1 / counts.reduce(0, +))
    let averageMultipliers = multiplierSum.scaled(by: 1 / Double(iteration + 1))
    let gap = try pool.gap(average, averageMultipliers, target: record.target).value
    gradientGaps.append(gap)
    if iteration > 0, options.usesLinearProgram {
      let program = try pool.program(target: record.target)
      record.programs.append(program.multipliers)
      if program.gap.value <= gap {
        keep(program.mixture, program.multipliers, program.gap.value, isProgram: true)
        return
      }
    }
    keep(average, averageMultipliers, gap, isProgram: false)
  }

  private mutating func keep(
    _ mixture: [Double], _ multipliers: [Double], _ gap: Double, isProgram: Bool
  ) {
    kept.append((mixture, multipliers))
    record.gaps.append(gap)
    record.isProgram.append(isProgram)
  }

  private func stops(_ iteration: Int) -> Bool {
    guard iteration >= Self.fewestIterations else { return false }
    let gap = record.gaps[iteration]
    return gap < record.target
      || (options.repairs.smallestGap > 0 && gap <= options.repairs.smallestGap)
  }

  private mutating func checkRegret(_ iteration: Int) {
    guard Double(iteration) >= nextCheck else { return }
    let best = gradientGaps.min() ?? .infinity
    if best > lastCheckedGap * Self.regretShrink { rate *= Self.rateShrink }
    nextCheck = Double(iteration) * Self.regretCheckGrowth
    lastCheckedGap = best
  }

  private mutating func finish() {
    let smallest = record.gaps.min() ?? .infinity
    record.bestStep =
      record.gaps.lastIndex { $0 <= smallest + ResponsePool<Player>.precision } ?? 0
    let mixture = kept[record.bestStep].mixture
    record.weights = pool.found.indices.map { $0 < mixture.count ? mixture[$0] : 0 }
    record.found = pool.origins
    record.calls = pool.calls
    record.constantCalls = pool.constantCalls
  }

  /// λ of the best mixture.
  var bestMultipliers: [Double] { kept[record.bestStep].multipliers }
}

extension ExponentiatedGradientRun {
  /// The game of a learner of cells, with what its best mixture achieves.
  mutating func fit<Learner>() throws -> ReductionResult where Player == LearnerPlayer<Learner> {
    let record = try play()
    let enough = max(record.target, options.repairs.smallestGap)
    let gap = record.gaps[record.bestStep], steps = record.gaps.count
    let reached = gap < enough, counted = steps == 1 ? "1 iteration" : "\(steps) iterations"
    var result = ReductionResult(
      pool.found, weights: record.weights, game: pool.player.game, multipliers: bestMultipliers)
    result.gap = gap
    result.status = reached ? .converged : wasStopped ? .stopped : .iterationLimit
    result.stopReason =
      reached
      ? "the gap fell below \(enough.brief())"
      : wasStopped
        ? "stopped after \(counted) on request"
        : "the limit of \(counted) was reached"
    result.iterations = steps
    result.bestIteration = record.bestStep
    result.oracleCalls = record.calls
    result.constantCalls = record.constantCalls
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
