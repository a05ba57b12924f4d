import Criteria

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
