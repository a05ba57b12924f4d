import Criteria

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
