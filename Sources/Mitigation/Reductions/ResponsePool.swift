import Criteria
import LinearAlgebra
import Optimization

/// The hypotheses found so far and the oracle behind them, as the faithful algorithm sees them.
struct ResponsePool {
  /// Values closer than this are equal (Fairlearn's constant; it decides which responses count
  /// as new).
  static let precision = 1e-8
  /// The gap is also checked against multiples of λ̄ (Agarwal et al., ICML 2018, section 3.3).
  static let multiples = [1.0, 2, 5, 10]

  let game: SaddlePoint
  let multiplierBound: Double
  private(set) var found: [MeasuredHypothesis] = []
  private(set) var oracleCalls = 0
  private(set) var constantCalls = 0
  /// ½·std(|h − y|)/√n of the last response: the first one sets the gap to reach.
  private(set) var lastDeviation = 0.0
  private var solved: (count: Int, mixture: Mixture, multipliers: [Double], gap: Gap)?

  /// A distribution over `found`: (index, weight).
  typealias Mixture = [Double]

  struct Gap {
    var lagrangian, low, high: Double
    var value: Double { max(lagrangian - low, high - lagrangian) }
  }

  init(game: SaddlePoint, multiplierBound: Double) {
    self.game = game
    self.multiplierBound = multiplierBound
  }

  /// The index of the best response to λ: a new hypothesis when it is better than all before.
  mutating func bestResponse(_ multipliers: [Double], _ learner: inout some WeightedLearner)
    throws -> Int
  {
    let response = try respond(multipliers, &learner)
    func value(_ h: MeasuredHypothesis) -> Double { h.error + h.moments.dot(multipliers) }
    var best: (index: Int, value: Double)?
    for (index, known) in found.enumerated() {
      let v = value(known)
      if best == nil || v < best!.value { best = (index, v) }
    }
    if let best, value(response) >= best.value - Self.precision { return best.index }
    found.append(response)
    return found.count - 1
  }

  private mutating func respond(_ multipliers: [Double], _ learner: inout some WeightedLearner)
    throws -> MeasuredHypothesis
  {
    let request = game.request(game.costs(multipliers))
    oracleCalls += 1
    if let positive = game.constantResponse(request) {
      constantCalls += 1
      let sums = game.constantSums(positive: positive)
      lastDeviation = deviation(sums, reported: nil)
      return MeasuredHypothesis(.constant(positive: positive), sums: sums, in: game)
    }
    let fitted: FittedHypothesis
    do { fitted = try learner.fit(request) } catch {
      throw ReductionError.learnerFailed(round: oracleCalls, reason: "\(error)")
    }
    let sums = try game.checked(fitted.cellSums, round: oracleCalls)
    lastDeviation = deviation(sums, reported: fitted.residualDeviation)
    return MeasuredHypothesis(
      .fitted(identifier: fitted.identifier, member: 0), sums: sums, in: game)
  }

  /// The sample standard deviation of |h − y|; of a share p of errors √(p(1 − p)·n/(n − 1)).
  private func deviation(_ sums: [Double], reported: Double?) -> Double {
    let n = Double(game.scope.cells.rowCounts.reduce(0, +))
    guard n > 1 else { return 0 }
    let p = game.errorRate(sums)
    return (reported ?? max(0, p * (1 - p) * n / (n - 1)).squareRoot()) / n.squareRoot()
  }

  /// L and L_high of a mixture at λ.
  private func evaluate(_ mixture: Mixture, _ multipliers: [Double]) -> (Double, Double) {
    var error = 0.0
    var excess = game.bounds.map { -$0 }
    for (weight, h) in zip(mixture, found) where weight != 0 {
      error += weight * h.error
      excess.add(weight, times: h.moments)
    }
    let lagrangian = error + game.projected(multipliers).dot(excess)
    return (lagrangian, error + multiplierBound * max(0, excess.max() ?? 0))
  }

  mutating func gap(
    _ mixture: Mixture, _ multipliers: [Double], target: Double,
    _ learner: inout some WeightedLearner
  ) throws -> Gap {
    let (lagrangian, high) = evaluate(mixture, multipliers)
    var gap = Gap(lagrangian: lagrangian, low: lagrangian, high: high)
    for multiple in Self.multiples {
      let index = try bestResponse(multipliers.scaled(by: multiple), &learner)
      var response = [Double](repeating: 0, count: found.count)
      response[index] = 1
      gap.low = min(gap.low, evaluate(response, multipliers).0)
      if gap.value > target + Self.precision { break }
    }
    return gap
  }

  /// The best mixture of the hypotheses found, with its multipliers: min E·Q + B·s subject to
  /// (γ − b)·Q ≤ s, ΣQ = 1.
  mutating func program(target: Double, _ learner: inout some WeightedLearner) throws
    -> (mixture: Mixture, multipliers: [Double], gap: Gap)
  {
    if let solved, solved.count == found.count {
      return (solved.mixture, solved.multipliers, solved.gap)
    }
    let count = found.count, rows = game.bounds.count
    let program = LinearProgram(
      rowLower: Array(repeating: -.infinity, count: rows) + [1],
      rowUpper: Array(repeating: 0, count: rows) + [1])
    for h in found {
      let entries = (0..<rows).map { (row: $0, value: h.moments[$0] - game.bounds[$0]) }
      program.addColumn(cost: h.error, entries: entries + [(rows, 1)])
    }
    program.addColumn(cost: multiplierBound, entries: (0..<rows).map { ($0, -1) })
    let solution = program.solve(.dual)
    let mixture = solution.primal.dropLast().map { max(0, $0) }
    let multipliers = solution.rowDuals.dropLast().map { max(0, -$0) }
    let gap = try gap(Array(mixture), Array(multipliers), target: target, &learner)
    solved = (count, Array(mixture), Array(multipliers), gap)
    return (Array(mixture), Array(multipliers), gap)
  }
}
