import Criteria
import Optimization

/// Fair classification or regression by reduction to weighted fits.
///
/// Finds a mixture Q of a learner's hypotheses with the smallest objective among those that meet
/// the constraints, as the saddle point of L(Q, λ) = E(Q) + λ·(γ(Q) − b).
///
/// `faithful` is the algorithm of Agarwal et al., A Reductions Approach to Fair Classification,
/// ICML 2018, algorithm 1, in the steps, starts and stopping rules of Fairlearn. `fast` is column
/// generation on the same saddle point and reaches the same optimum in a few fits.
public struct ExponentiatedGradient: Sendable {
  public enum Algorithm: String, Sendable, CaseIterable { case faithful, fast }

  public var requirements: [any LinearRequirement]
  public var costs: ErrorCosts
  public var algorithm: Algorithm
  public var options: ExponentiatedGradientOptions
  public var fastOptions: ColumnGenerationOptions

  /// - Parameter requirements: constraints with their bounds; all must hold. None gives one fit.
  public init(
    _ requirements: [any LinearRequirement], costs: ErrorCosts = ErrorCosts(),
    algorithm: Algorithm = .fast, options: ExponentiatedGradientOptions = .init(),
    fastOptions: ColumnGenerationOptions = .init()
  ) {
    self.requirements = requirements
    self.costs = costs
    self.algorithm = algorithm
    self.options = options
    self.fastOptions = fastOptions
  }

  public init(
    _ criterion: Criterion, bound: ParityBound, costs: ErrorCosts = ErrorCosts(),
    algorithm: Algorithm = .fast, options: ExponentiatedGradientOptions = .init(),
    fastOptions: ColumnGenerationOptions = .init()
  ) {
    self.init(
      [ParityRequirement(criterion, bound)], costs: costs, algorithm: algorithm,
      options: options, fastOptions: fastOptions)
  }

  public func fit(_ scope: ConstraintScope, learner: inout some WeightedLearner) throws
    -> ReductionResult
  {
    try SaddlePoint.validate(scope, requirements, learner.sums)
    switch algorithm {
    case .faithful:
      let clock = ContinuousClock(), began = clock.now, passes = learner.passes
      let game = SaddlePoint(
        scope, requirements: requirements, costs: costs, form: .pairwise, sums: learner.sums)
      let boundsRatios = game.constraints.rows.contains { $0.partner == nil }
      var run = ExponentiatedGradientRun(
        player: LearnerPlayer(game: game, learner: learner), options: options,
        startsAtZero: options.repairs.startsRatiosAtZero && boundsRatios)
      var result = try run.fit()
      learner = run.pool.player.learner
      result.passes = learner.passes - passes
      result.seconds = (clock.now - began) / .seconds(1)
      return result
    case .fast:
      return try ColumnGeneration(requirements, costs: costs, options: fastOptions)
        .fit(scope, learner: &learner)
    }
  }
}

/// Options of the faithful algorithm; the defaults are Fairlearn's.
public struct ExponentiatedGradientOptions: Sendable {
  /// B, the bound on Σλ.
  public var multiplierBound: Double
  public var iterationLimit: Int
  /// ν, the gap at which to stop; nil for ½·(standard deviation of the first fit's errors)/√n.
  public var targetGap: Double?
  /// The learning rate is this divided by B.
  public var learningRate: Double
  /// Whether the linear program over the hypotheses found proposes mixtures as well.
  public var usesLinearProgram: Bool
  public var repairs: Repairs
  /// Asked between iterations; true ends the search with the best mixture so far.
  public var shouldStop: @Sendable () -> Bool

  /// Where this algorithm departs from Fairlearn, each on its own.
  public struct Repairs: Sendable, Equatable {
    /// Exponentials relative to the largest, so that large multipliers cannot overflow.
    public var shiftsExponentials: Bool
    /// Stops at gap ≤ max(ν, this): a learner that interpolates has ν = 0, which is never reached.
    public var smallestGap: Double
    /// Starts ratio bounds at λ = 0. A uniform λ with ρ < 1 asks one prediction of everyone.
    public var startsRatiosAtZero: Bool

    public init(shiftsExponentials: Bool, smallestGap: Double, startsRatiosAtZero: Bool) {
      self.shiftsExponentials = shiftsExponentials
      self.smallestGap = smallestGap
      self.startsRatiosAtZero = startsRatiosAtZero
    }

    public static let none = Repairs(
      shiftsExponentials: false, smallestGap: 0, startsRatiosAtZero: false)
    public static let all = Repairs(
      shiftsExponentials: true, smallestGap: 1e-6, startsRatiosAtZero: true)
  }

  /// Fairlearn's.
  public static let defaultIterations = 50

  public init(
    multiplierBound: Double = 100, iterationLimit: Int = defaultIterations,
    targetGap: Double? = nil,
    learningRate: Double = 2, usesLinearProgram: Bool = true, repairs: Repairs = .none,
    shouldStop: @escaping @Sendable () -> Bool = { false }
  ) {
    precondition(multiplierBound > 0 && learningRate > 0, "rates and bounds are positive")
    precondition(iterationLimit > 0, "at least one iteration")
    self.multiplierBound = multiplierBound
    self.iterationLimit = iterationLimit
    self.targetGap = targetGap
    self.learningRate = learningRate
    self.usesLinearProgram = usesLinearProgram
    self.repairs = repairs
    self.shouldStop = shouldStop
  }
}
