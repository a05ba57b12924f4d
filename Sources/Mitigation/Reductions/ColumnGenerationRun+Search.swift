import LinearAlgebra

/// The rounds of a search.
extension ColumnGenerationRun {
  struct Search {
    var solution: ColumnPool.Solution
    /// Stop when a fit improves the Lagrangian by no more than this.
    var target: Double
    /// The last gap found by a tight fit at the multipliers of `solution`.
    var gap = Double.infinity
    var effort = FitEffort.rough
    /// The multipliers priced so far with the largest lower bound.
    var center: [Double]?
    /// Fits beside the multipliers since the objective last fell.
    var dry = 0
    /// Steps at the program's multipliers that neither improved it nor solved the fit.
    var stuck = 0
  }

  /// One round; false when the search is over.
  mutating func step(_ state: inout Search, _ learner: inout some WeightedLearner) throws -> Bool {
    let request = game.request(game.costs(state.solution.multipliers))
    return learner.foresight(request) == nil
      ? try blindStep(&state, &learner) : try guidedStep(&state, &learner)
  }

  /// A round with a learner that cannot tell what a fit will bring.
  private mutating func blindStep(_ state: inout Search, _ learner: inout some WeightedLearner)
    throws
    -> Bool
  {
    let before = state.solution
    // 1. Between the program's multipliers and the best so far, which swing less (Ben-Ameur and
    // Neto, Acceleration of cutting-plane and column generation algorithms, Networks 2007).
    if state.effort == .rough, let center = state.center {
      let between = mixed(before.multipliers, center, share: Self.centerShare)
      if between != before.multipliers,
        try improves(&state, before, at: between, .rough, &learner)
      {
        advance(&state, before)
        return true
      }
    }
    // 2. At the program's multipliers: a tight fit that finds nothing ends the search.
    if try improves(&state, before, at: before.multipliers, state.effort, &learner) {
      advance(&state, before)
      return true
    }
    if state.effort == .rough {
      state.effort = .tight
      return true
    }
    guard !learner.isExact else { return false }
    return try lookAside(&state, before, &learner)
  }

  /// Fits beside the program's multipliers, where a surrogate that ran dry may still find what it
  /// missed; false when they find nothing.
  private mutating func lookAside(
    _ state: inout Search, _ before: ColumnPool.Solution, _ learner: inout some WeightedLearner
  ) throws -> Bool {
    guard !before.multipliers.isEmpty else { return false }
    while state.dry < options.dryRounds {
      state.dry += 1
      let share = Double(state.dry) / Double(options.dryRounds + 1)
      let aside = mixed(before.multipliers, average(or: before.multipliers), share: share)
      if try improves(&state, before, at: aside, .rough, &learner) {
        advance(&state, before)
        return true
      }
    }
    state.solution = pool.settle()
    return false
  }

  /// A round with a learner that can: as far from the best multipliers so far to the program's as
  /// the learner foresees what a fit will bring, and one step of a fit there. The first program,
  /// which knows next to nothing, asks for multipliers far from any that matter.
  private mutating func guidedStep(
    _ state: inout Search, _ learner: inout some WeightedLearner
  ) throws -> Bool {
    let before = state.solution
    let (asked, foresight) = reach(&state, before.multipliers, learner)
    let arrived = asked == before.multipliers
    if arrived && foresight == .known {
      // The solution there is in the program already.
      state.gap = 0
      return try lookAside(&state, before, &learner)
    }
    let effort: FitEffort = state.stuck < Self.patience ? .rough : .tight
    let family = try price(asked, effort, &learner)
    recentre(&state, asked)
    let low = family.map { pool.lowest($0, before).value } ?? before.value
    state.solution = pool.settle()
    let improves = before.value - low > state.target
    guard arrived, !improves else {
      state.stuck = 0
      if before.value - state.solution.value > state.target { state.dry = 0 }
      return true
    }
    state.stuck += 1
    guard family?.isSolved ?? true else { return true }
    state.gap = max(0, before.value - low)
    return try lookAside(&state, state.solution, &learner)
  }

  /// The multipliers to price: the program's, or on the way to them.
  private func reach(
    _ state: inout Search, _ goal: [Double], _ learner: some WeightedLearner
  ) -> (multipliers: [Double], foresight: Foresight) {
    func foresight(_ multipliers: [Double]) -> Foresight {
      let request = game.request(game.costs(multipliers))
      return game.constantResponse(request) != nil ? .known : learner.foresight(request) ?? .near
    }
    for _ in 0..<Self.strides {
      let center = state.center ?? [Double](repeating: 0, count: goal.count)
      var share = 1.0, asked = goal
      var seen = foresight(asked)
      while seen == .far && share > Self.leastShare {
        share *= Self.shorter
        asked = mixed(center, goal, share: share)
        seen = foresight(asked)
      }
      // What is known there can be stepped over.
      guard share < 1 && seen == .known else { return (asked, seen) }
      state.center = asked
    }
    return (goal, .near)
  }

  private static let strides = 16
  private static let leastShare = 0.02
  private static let shorter = 0.6
  /// Steps of one fit before it is solved in one go.
  private static let patience = 3

  /// The weight of the best multipliers so far when the next are chosen.
  private static let centerShare = 0.5

  private func mixed(_ a: [Double], _ b: [Double], share: Double) -> [Double] {
    a.scaled(by: 1 - share).adding(share, times: b)
  }

  /// The mean of the multipliers priced so far; half of λ when there are none.
  private func average(or multipliers: [Double]) -> [Double] {
    guard !history.isEmpty else { return multipliers.scaled(by: 0.5) }
    var average = [Double](repeating: 0, count: multipliers.count)
    for earlier in history { average.add(1 / Double(history.count), times: earlier) }
    return average
  }

  /// Prices λ; whether what was found lowers the Lagrangian at the program's multipliers.
  private mutating func improves(
    _ state: inout Search, _ before: ColumnPool.Solution, at multipliers: [Double],
    _ effort: FitEffort, _ learner: inout some WeightedLearner
  ) throws -> Bool {
    let family = try price(multipliers, effort, &learner)
    recentre(&state, multipliers)
    let low = family.map { pool.lowest($0, before).value } ?? before.value
    if effort == .tight && multipliers == before.multipliers {
      state.gap = max(0, before.value - low)
    }
    return before.value - low > state.target
  }

  private mutating func recentre(_ state: inout Search, _ priced: [Double]) {
    history.append(priced)
    if let center = state.center {
      if pool.lowerBound(at: priced) > pool.lowerBound(at: center) { state.center = priced }
    } else {
      state.center = priced
    }
  }

  /// Solves the program again. A lower Lagrangian need not lower the program by as much: then only
  /// tight fits are left to try.
  private mutating func advance(_ state: inout Search, _ before: ColumnPool.Solution) {
    state.solution = pool.settle()
    let falls = before.value - state.solution.value > state.target
    state.effort = falls ? .rough : .tight
    if falls { state.dry = 0 }
  }
}
