import LinearAlgebra
import Optimization

/// The hypotheses found so far and the player behind them, as the faithful algorithm sees them.
struct ResponsePool<Player: RespondingPlayer> {
  /// Values closer than this are equal (Fairlearn's constant; it decides which responses count
  /// as new).
  static var precision: Double { 1e-8 }
  /// The gap is also checked against multiples of λ̄ (Agarwal et al., ICML 2018, section 3.3).
  static var multiples: [Double] { [1, 2, 5, 10] }

  private(set) var player: Player
  let bounds: [Double]
  let multiplierBound: Double
  private(set) var found: [MeasuredHypothesis] = []
  /// The call that found each hypothesis, and λ it answered.
  private(set) var origins: [GameRecord.Found] = []
  private(set) var calls = 0
  private(set) var constantCalls = 0
  /// std(|h − y|)/√n of the last response: the first one sets the gap to reach.
  private(set) var lastDeviation = 0.0
  private var solved: (count: Int, mixture: Mixture, multipliers: [Double], gap: Gap)?

  /// A distribution over `found`: (index, weight).
  typealias Mixture = [Double]

  struct Gap {
    var lagrangian, low, high: Double
    var value: Double { max(lagrangian - low, high - lagrangian) }
  }

  init(player: Player, multiplierBound: Double) {
    self.player = player
    bounds = player.bounds
    self.multiplierBound = multiplierBound
  }

  /// The index of the best response to λ: a new hypothesis when it is better than all before.
  mutating func bestResponse(_ multipliers: [Double]) throws -> Int {
    let call = calls
    let response = try player.respond(to: multipliers, call: call, kept: found.count)
    calls += 1
    if response.isConstant { constantCalls += 1 }
    lastDeviation = response.deviation
    func value(_ h: MeasuredHypothesis) -> Double { h.error + h.moments.dot(multipliers) }
    var best: (index: Int, value: Double)?
    for (index, known) in found.enumerated() {
      let v = value(known)
      if best == nil || v < best!.value { best = (index, v) }
    }
    if let best, value(response.hypothesis) >= best.value - Self.precision { return best.index }
    found.append(response.hypothesis)
    origins.append(GameRecord.Found(call: call, multipliers: multipliers))
    return found.count - 1
  }

  /// L and L_high of a mixture at λ.
  private func evaluate(_ mixture: Mixture, _ multipliers: [Double]) throws -> (Double, Double) {
    var error = 0.0
    var excess = bounds.map { -$0 }
    for (weight, h) in zip(mixture, found) where weight != 0 {
      error += weight * h.error
      excess.add(weight, times: h.moments)
    }
    let lagrangian = error + (try player.projected(multipliers)).dot(excess)
    return (lagrangian, error + multiplierBound * max(0, excess.max() ?? 0))
  }

  mutating func gap(
    _ mixture: Mixture, _ multipliers: [Double], target: Double
  ) throws -> Gap {
    let (lagrangian, high) = try evaluate(mixture, multipliers)
    var gap = Gap(lagrangian: lagrangian, low: lagrangian, high: high)
    for multiple in Self.multiples {
      let index = try bestResponse(multipliers.scaled(by: multiple))
      var response = [Double](repeating: 0, count: found.count)
      response[index] = 1
      gap.low = min(gap.low, try evaluate(response, multipliers).0)
      if gap.value > target + Self.precision { break }
    }
    return gap
  }

  /// The best mixture of the hypotheses found, with its multipliers: min E·Q + B·s subject to
  /// (γ − b)·Q ≤ s, ΣQ = 1.
  mutating func program(target: Double) throws
    -> (mixture: Mixture, multipliers: [Double], gap: Gap)
  {
    if let solved, solved.count == found.count {
      return (solved.mixture, solved.multipliers, solved.gap)
    }
    let count = found.count, rows = bounds.count
    let program = LinearProgram(
      rowLower: Array(repeating: -.infinity, count: rows) + [1],
      rowUpper: Array(repeating: 0, count: rows) + [1])
    for h in found {
      let entries = (0..<rows).map { (row: $0, value: h.moments[$0] - bounds[$0]) }
      program.addColumn(cost: h.error, entries: entries + [(rows, 1)])
    }
    program.addColumn(cost: multiplierBound, entries: (0..<rows).map { ($0, -1) })
    let solution = program.solve(.dual)
    let mixture = solution.primal.dropLast().map { max(0, $0) }
    let multipliers = solution.rowDuals.dropLast().map { max(0, -$0) }
    let gap = try gap(Array(mixture), Array(multipliers), target: target)
    solved = (count, Array(mixture), Array(multipliers), gap)
    return (Array(mixture), Array(multipliers), gap)
  }
}
