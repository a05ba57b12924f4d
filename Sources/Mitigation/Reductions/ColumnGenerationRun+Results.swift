import Criteria
import Essentials
import LinearAlgebra
import Optimization

/// What a run returns.
extension ColumnGenerationRun {
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
      result.stopReason =
        "no fit at the last multipliers improves by more than \(state.target.brief())"
      if exact { result.boundOnSuboptimality = state.gap }
    } else if draft.wasStopped {
      result.status = .stopped
      result.stopReason = "stopped after \(draft.rounds) rounds on request"
    } else {
      result.status = draft.rounds < options.iterationLimit ? .stalled : .iterationLimit
      result.stopReason = "\(draft.rounds) rounds without reaching a gap of \(state.target.brief())"
    }
  }
}
