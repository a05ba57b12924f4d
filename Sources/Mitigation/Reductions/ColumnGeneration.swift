import Criteria
import LinearAlgebra
import Optimization

/// The saddle point of a reduction by column generation: a linear program over the hypotheses
/// found, whose duals are the multipliers of the next fit.
///
/// Each round solves the master program (few rows, few columns), asks the learner for a best
/// response to its multipliers, and lets what improves the Lagrangian in. With an exact learner the
/// end is the optimum over all mixtures of its class (Dantzig and Wolfe, Decomposition Principle for
/// Linear Programs, Operations Research 1960; the saddle point is that of Agarwal et al., ICML 2018).
/// With a surrogate learner the gap says that no response *of that learner* is better by more:
/// nothing about the class. Both constant predictors are always in the program, so that parity
/// constraints are feasible at every bound, 0 included.
public struct ColumnGeneration: Sendable {
  public var requirements: [any LinearRequirement]
  public var costs: ErrorCosts
  public var options: ColumnGenerationOptions

  public init(
    _ requirements: [any LinearRequirement], costs: ErrorCosts = ErrorCosts(),
    options: ColumnGenerationOptions = .init()
  ) {
    self.requirements = requirements
    self.costs = costs
    self.options = options
  }

  public func fit(_ scope: ConstraintScope, learner: inout some WeightedLearner) throws
    -> ReductionResult
  {
    try frontier(scope, steps: [requirements], learner: &learner)[0]
  }

  /// The mixtures at several limits from one run: hypotheses found for one bound serve the others.
  ///
  /// - Parameter limits: replace the limit of every requirement; results come in their order.
  public func frontier(
    _ scope: ConstraintScope, limits: [Double], learner: inout some WeightedLearner
  ) throws -> [ReductionResult] {
    let order = limits.indices.sorted { limits[$0] > limits[$1] }
    let results = try frontier(
      scope, steps: order.map { index in requirements.map { $0.withLimit(limits[index]) } },
      learner: &learner)
    var inPlace = [ReductionResult?](repeating: nil, count: limits.count)
    for (index, result) in zip(order, results) { inPlace[index] = result }
    return inPlace.compactMap(\.self)
  }

  /// The mixtures for several lists of requirements that differ in their bounds only.
  ///
  /// - Parameter steps: best from loose to tight, since each starts from what the ones before found.
  public func frontier(
    _ scope: ConstraintScope, steps: [[any LinearRequirement]],
    learner: inout some WeightedLearner
  ) throws -> [ReductionResult] {
    var run = try ColumnGenerationRun(self, scope, sums: learner.sums)
    var drafts: [ColumnGenerationRun.Draft] = []
    for requirements in steps {
      run.move(to: requirements)
      drafts.append(try run.solve(&learner))
    }
    // What tight bounds found serves the loose ones before them.
    for index in drafts.indices.dropLast() { run.renew(&drafts[index]) }
    return try run.finish(drafts, &learner)
  }
}

/// The state of a run: the pool, and what the rounds have cost so far.
struct ColumnGenerationRun {
  let method: ColumnGeneration
  let scope: ConstraintScope
  private var requirements: [any LinearRequirement]
  private var game: SaddlePoint
  private var pool: ColumnPool
  private var history: [[Double]] = []
  private var rounds = 0
  private var constantCalls = 0
  private var failures = 0
  private var primed = false

  init(_ method: ColumnGeneration, _ scope: ConstraintScope, sums: CellSumKind) throws {
    try SaddlePoint.validate(scope, method.requirements, sums)
    self.method = method
    self.scope = scope
    requirements = method.requirements
    game = SaddlePoint(
      scope, requirements: requirements, costs: method.costs, form: .anchored, sums: sums)
    pool = ColumnPool(game: game)
    if sums == .positives { pool.insertConstants() }
  }

  /// Keeps everything found and changes the bounds.
  mutating func move(to requirements: [any LinearRequirement]) {
    self.requirements = requirements
    game = SaddlePoint(
      scope, requirements: requirements, costs: method.costs, form: .anchored, sums: game.sums)
    if !pool.setGame(game) { pool = pool.rebuilt(for: game) }
    rounds = 0
    constantCalls = 0
    failures = 0
  }

  private var options: ColumnGenerationOptions { method.options }

  /// A mixture found, before its sums are taken as a predictor computes them.
  struct Draft {
    fileprivate var search: Search
    fileprivate var requirements: [any LinearRequirement]
    /// The hypotheses with weight.
    fileprivate var used: [ColumnPool.Column]
    fileprivate var rounds, constantCalls, failures: Int
    fileprivate var wasStopped: Bool
    fileprivate var passes, seconds: Double
  }

  mutating func solve(_ learner: inout some WeightedLearner) throws -> Draft {
    let clock = ContinuousClock(), began = clock.now, passes = learner.passes
    // 1. The hypothesis that no multiplier disturbs.
    let isNeighbour = primed
    if !primed {
      let free = [Double](repeating: 0, count: game.bounds.count)
      _ = try price(free, .tight, &learner)
      if pool.families.isEmpty && pool.columns.isEmpty {
        throw ReductionError.learnerFailed(round: rounds, reason: "no hypothesis was found")
      }
      pool.insertFirst()
      primed = true
    }
    // 2. Fits at the program's multipliers, until none lowers the Lagrangian.
    var state = Search(solution: pool.settle(), target: target(exact: learner.isExact))
    if isNeighbour { state.effort = .tight }
    var wasStopped = false
    while rounds < options.iterationLimit {
      wasStopped = options.shouldStop()
      if try wasStopped || !step(&state, &learner) { break }
    }
    // 3. The mixture.
    let columns = pool.columns
    return Draft(
      search: state, requirements: requirements,
      used: columns.indices.filter { state.solution.weights[$0] > 0 }.map { columns[$0] },
      rounds: rounds, constantCalls: constantCalls, failures: failures, wasStopped: wasStopped,
      passes: learner.passes - passes, seconds: (clock.now - began) / .seconds(1))
  }

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
  }

  /// One round; false when the search is over.
  private mutating func step(_ state: inout Search, _ learner: inout some WeightedLearner) throws
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
    guard !learner.isExact, !before.multipliers.isEmpty else { return false }
    // 3. Beside them, where a surrogate that ran dry may still find what it missed.
    while state.dry < options.dryRounds {
      state.dry += 1
      let share = Double(state.dry) / Double(options.dryRounds + 1)
      let aside = mixed(before.multipliers, average(or: before.multipliers), share: share)
      if try improves(&state, before, at: aside, .rough, &learner) {
        advance(&state, before)
        return true
      }
    }
    return false
  }

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
    history.append(multipliers)
    if let center = state.center {
      if pool.lowerBound(at: multipliers) > pool.lowerBound(at: center) {
        state.center = multipliers
      }
    } else {
      state.center = multipliers
    }
    let low = family.map { pool.lowest($0, before).value } ?? before.value
    if effort == .tight && multipliers == before.multipliers {
      state.gap = max(0, before.value - low)
    }
    return before.value - low > state.target
  }

  /// Solves the program again. A lower Lagrangian need not lower the program by as much: then only
  /// tight fits are left to try.
  private mutating func advance(_ state: inout Search, _ before: ColumnPool.Solution) {
    state.solution = pool.settle()
    let falls = before.value - state.solution.value > state.target
    state.effort = falls ? .rough : .tight
    if falls { state.dry = 0 }
  }

  /// Asks the learner for a response to λ and keeps it; nil when it is known: one decision for all.
  ///
  /// A fit that throws is asked for again, each time a little nearer to no multipliers, since what
  /// failed may fail always.
  private mutating func price(
    _ multipliers: [Double], _ effort: FitEffort, _ learner: inout some WeightedLearner
  ) throws -> HypothesisFamily? {
    var failed = 0
    while true {
      rounds += 1
      let asked =
        failed == 0 ? multipliers : multipliers.scaled(by: 1 - Self.retreat * Double(failed))
      let request = game.request(game.costs(asked))
      if game.constantResponse(request) != nil {
        constantCalls += 1
        return nil
      }
      do {
        var family = try learner.fitFamily(request, effort: effort)
        for i in family.members.indices {
          family.members[i] = try game.checked(family.members[i], round: rounds)
        }
        pool.add(family)
        return family
      } catch let error as ReductionError {
        throw error
      } catch {
        failures += 1
        failed += 1
        guard failed <= options.failuresInARow else {
          throw ReductionError.learnerFailed(round: rounds, reason: "\(error)")
        }
      }
    }
  }

  /// Far below the distance at which the best response changes much.
  private static let retreat = 1e-3

  /// ¼·√(p(1 − p)/n) with p the error of the unconstrained hypothesis, unless told otherwise: what
  /// is below the standard error of the objective itself is not worth a fit.
  private func target(exact: Bool) -> Double {
    if exact { return ColumnGenerationOptions.exactGap }
    if let wanted = options.targetGap { return wanted }
    let n = Double(max(1, scope.cells.rowCounts.reduce(0, +)))
    let errors = pool.families.flatMap(\.members).map(game.errorRate)
    let p = min(max(errors.min() ?? 0, 0), 1)
    return max(
      ColumnGenerationOptions.smallestGap, Self.errorShare * (p * (1 - p) / n).squareRoot())
  }

  /// Half of what Agarwal et al. (ICML 2018, section 3.3) stop at.
  private static let errorShare = 0.25

  // MARK: - Results

  /// The best mixture of all that is known by now, at a draft's bounds.
  mutating func renew(_ draft: inout Draft) {
    move(to: draft.requirements)
    let solution = pool.settle(), columns = pool.columns
    draft.used = columns.indices.filter { solution.weights[$0] > 0 }.map { columns[$0] }
  }

  /// The mixtures with sums as a predictor computes them: one reading of the rows for all.
  mutating func finish(_ drafts: [Draft], _ learner: inout some WeightedLearner) throws
    -> [ReductionResult]
  {
    let clock = ContinuousClock(), began = clock.now, passes = learner.passes
    var exact: [Hypothesis: [Double]] = [:]
    var wanted: [Hypothesis] = []
    for column in drafts.flatMap(\.used) where exact[column.hypothesis] == nil {
      exact[column.hypothesis] = column.sums
      wanted.append(column.hypothesis)
    }
    if let measured = try learner.measure(wanted) {
      for (hypothesis, sums) in zip(wanted, measured) {
        exact[hypothesis] = try game.checked(sums, round: rounds)
      }
    }
    let share = 1 / Double(max(1, drafts.count))
    let seconds = (clock.now - began) / .seconds(1) * share
    let reading = (learner.passes - passes) * share
    return drafts.map { draft in
      var result = result(draft, exact, exactLearner: learner.isExact)
      result.passes = draft.passes + reading
      result.seconds = draft.seconds + seconds
      return result
    }
  }

  private func result(
    _ draft: Draft, _ exact: [Hypothesis: [Double]], exactLearner: Bool
  ) -> ReductionResult {
    let anchored = SaddlePoint(
      scope, requirements: draft.requirements, costs: method.costs, form: .anchored,
      sums: game.sums)
    var final = ColumnPool(game: anchored)
    if game.sums == .positives { final.insertConstants() }
    for column in draft.used {
      final.insert(column.hypothesis, sums: exact[column.hypothesis] ?? column.sums)
    }
    let solution = final.settle()
    let report = SaddlePoint(
      scope, requirements: draft.requirements, costs: method.costs, form: .pairwise,
      sums: game.sums)
    var result = ReductionResult(
      final.columns.map { MeasuredHypothesis($0.hypothesis, sums: $0.sums, in: report) },
      weights: solution.weights, game: report, multipliers: solution.multipliers)
    describe(&result, draft, exact: exactLearner, slack: solution.slack)
    return result
  }

  private func describe(
    _ result: inout ReductionResult, _ draft: Draft, exact: Bool, slack: Double
  ) {
    let state = draft.search
    result.gap = state.gap
    result.iterations = draft.rounds
    result.bestIteration = draft.rounds
    result.oracleCalls = draft.rounds
    result.constantCalls = draft.constantCalls
    result.failedFits = draft.failures
    if slack > ColumnGenerationOptions.feasible {
      result.status = .infeasible
      result.stopReason = "no mixture of the hypotheses found meets the constraints"
    } else if state.gap <= state.target {
      result.status = .converged
      result.stopReason = "no fit at the last multipliers improves by more than \(state.target)"
      if exact { result.boundOnSuboptimality = state.gap }
    } else if draft.wasStopped {
      result.status = .stopped
      result.stopReason = "stopped after \(draft.rounds) rounds on request"
    } else {
      result.status = draft.rounds < options.iterationLimit ? .stalled : .iterationLimit
      result.stopReason = "\(draft.rounds) rounds without reaching a gap of \(state.target)"
    }
  }
}
