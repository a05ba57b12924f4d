import Criteria
import Datasets
import LinearAlgebra

/// Names of earlier versions. New code says `Criterion` and `Rate`.

@available(*, deprecated, renamed: "Rate")
public typealias DecisionRate = Rate

@available(*, deprecated, renamed: "Rate")
public typealias SubgroupRate = Rate

extension ThresholdOptimizer {
  @available(*, deprecated, renamed: "Criterion")
  public typealias Constraint = Criterion
}

extension RelaxedParity {
  @available(*, deprecated, renamed: "Criterion")
  public typealias Constraint = Criterion
}

extension RejectOption {
  @available(*, deprecated, renamed: "Criterion")
  public typealias Metric = Criterion
}

extension CalibratedOdds {
  @available(*, deprecated, renamed: "Criterion")
  public typealias Cost = Criterion
}

extension ExponentiatedGradient {
  @available(*, deprecated, renamed: "init(_:bound:costs:algorithm:options:fastOptions:)")
  public init(
    constraint: Criterion, bound: ParityBound, costs: ErrorCosts = ErrorCosts(),
    algorithm: Algorithm = .fast, options: ExponentiatedGradientOptions = .init(),
    fastOptions: ColumnGenerationOptions = .init()
  ) {
    self.init(
      constraint, bound: bound, costs: costs, algorithm: algorithm, options: options,
      fastOptions: fastOptions)
  }
}

@available(*, deprecated, renamed: "Logistic")
public typealias LogisticMitigation = Logistic

@available(*, deprecated, renamed: "Penalized")
public typealias PenalizedMitigation = Penalized

@available(*, deprecated, renamed: "Reductions")
public typealias ReductionsMitigation = Reductions

@available(*, deprecated, renamed: "Adversarial")
public typealias AdversarialMitigation = Adversarial

@available(*, deprecated, renamed: "DistributionallyRobust")
public typealias RobustMitigation = DistributionallyRobust

extension Penalized {
  @available(*, deprecated, message: "Penalized(options).objective(rows, context, at: theta)")
  public static func objective<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ request: FitRequest, at theta: [Double]
  ) throws -> (value: Double, gradient: [Double]) {
    try Self(request.options).objective(rows, request.context, at: theta)
  }
}

extension Reductions {
  @available(*, deprecated, message: "Reductions(options).reduce(rows, context, learner: learner)")
  public static func reduce<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ request: FitRequest,
    learner make: (CellIndex, [Double]?) -> some WeightedLearner
  ) throws -> ReductionResult {
    try Self(request.options).reduce(rows, request.context, learner: make)
  }
}
