import Criteria
import LinearAlgebra
import Optimization

/// The state of a run: the pool, and what the rounds have cost so far.
struct ColumnGenerationRun {
  let method: ColumnGeneration
  let scope: ConstraintScope
  var requirements: [any LinearRequirement]
  var game: SaddlePoint
  var pool: ColumnPool
  var history: [[Double]] = []
  var rounds = 0
  var constantCalls = 0
  var failures = 0
  var primed = false
  /// The multipliers that the last bound's search ended around.
  var center: [Double]?

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
    history.removeAll { $0.count != game.bounds.count }
    if center?.count != game.bounds.count { center = nil }
    rounds = 0
    constantCalls = 0
    failures = 0
  }

  var options: ColumnGenerationOptions { method.options }

  /// A mixture found, before its sums are taken as a predictor computes them.
  struct Draft {
    var search: Search
    var requirements: [any LinearRequirement]
    /// The hypotheses with weight.
    var used: [ColumnPool.Column]
    var rounds, constantCalls, failures: Int
    var wasStopped: Bool
    var passes, seconds: Double
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
    state.center = center
    if isNeighbour { state.effort = .tight }
    var wasStopped = false
    while rounds < options.iterationLimit {
      wasStopped = options.shouldStop()
      if try wasStopped || !step(&state, &learner) { break }
    }
    center = state.center
    // 3. The mixture.
    let columns = pool.columns
    return Draft(
      search: state, requirements: requirements,
      used: columns.indices.filter { state.solution.weights[$0] > 0 }.map { columns[$0] },
      rounds: rounds, constantCalls: constantCalls, failures: failures, wasStopped: wasStopped,
      passes: learner.passes - passes, seconds: (clock.now - began) / .seconds(1))
  }

  /// Asks the learner for a response to λ and keeps it; nil when it is known: one decision for all.
  ///
  /// A fit that throws is asked for again, each time a little nearer to no multipliers, since what
  /// failed may fail always.
  mutating func price(
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
        family = try checked(family)
        family.others = try family.others.map(checked)
        for found in [family] + family.others { pool.add(found) }
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

  private func checked(_ family: HypothesisFamily) throws -> HypothesisFamily {
    var family = family
    for i in family.members.indices {
      family.members[i] = try game.checked(family.members[i], round: rounds)
    }
    return family
  }

  /// Far below the distance at which the best response changes much.
  private static let retreat = 1e-3

  /// ¼·√(p(1 − p)/n) with p the error of the unconstrained hypothesis, unless told otherwise: what
  /// is below the standard error of the objective itself is not worth a fit. Of few rows a fit
  /// costs nothing, and the target falls with n².
  func target(exact: Bool) -> Double {
    if exact { return ColumnGenerationOptions.exactGap }
    if let wanted = options.targetGap { return wanted }
    let n = Double(max(1, scope.cells.rowCounts.reduce(0, +)))
    let errors = pool.families.flatMap(\.members).map(game.errorRate)
    let p = min(max(errors.min() ?? 0, 0), 1)
    return max(
      ColumnGenerationOptions.smallestGap,
      Self.errorShare * (p * (1 - p) / n).squareRoot() * min(1, n / Self.manyRows))
  }

  /// Half of what Agarwal et al. (ICML 2018, section 3.3) stop at.
  private static let errorShare = 0.25
  private static let manyRows = 8_192.0

}
