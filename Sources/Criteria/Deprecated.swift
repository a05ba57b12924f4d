/// Names of earlier versions. New code says `Criterion` and `Rate`.

@available(*, deprecated, renamed: "Criterion")
public typealias ParityConstraint = Criterion

/// Every criterion that constraints on sums over cells can bound.
@available(*, deprecated, message: "use Criterion.linear and Criterion.named")
public enum ParityConstraints {
  public static let all = Criterion.linear

  public static func named(_ name: String) -> Criterion? {
    Criterion.named(name).flatMap { $0.isLinear ? $0 : nil }
  }
}

@available(*, deprecated, message: "use Criterion.demographicParity")
public func DemographicParity() -> Criterion { .demographicParity }

@available(*, deprecated, message: "use Criterion.equalizedOdds")
public func EqualizedOdds() -> Criterion { .equalizedOdds }

@available(*, deprecated, message: "use Criterion.equalOpportunity")
public func TruePositiveRateParity() -> Criterion { .equalOpportunity }

@available(*, deprecated, message: "use Criterion.falsePositiveRateParity")
public func FalsePositiveRateParity() -> Criterion { .falsePositiveRateParity }

@available(*, deprecated, message: "use Criterion.trueNegativeRateParity")
public func TrueNegativeRateParity() -> Criterion { .trueNegativeRateParity }

@available(*, deprecated, message: "use Criterion.falseNegativeRateParity")
public func FalseNegativeRateParity() -> Criterion { .falseNegativeRateParity }

@available(*, deprecated, message: "use Criterion.errorRateParity")
public func ErrorRateParity() -> Criterion { .errorRateParity }

@available(*, deprecated, message: "use GroupMeansPenalty(.probability, .demographicParity)")
public func DemographicParityPenalty() -> GroupMeansPenalty {
  .init(.probability, .demographicParity)
}

@available(*, deprecated, message: "use GroupMeansPenalty(.probability, .equalOpportunity)")
public func EqualOpportunityPenalty() -> GroupMeansPenalty {
  .init(.probability, .equalOpportunity)
}

@available(*, deprecated, message: "use GroupMeansPenalty(.probability, .falsePositiveRateParity)")
public func FalsePositiveRatePenalty() -> GroupMeansPenalty {
  .init(.probability, .falsePositiveRateParity)
}

@available(*, deprecated, message: "use GroupMeansPenalty(.probability, .equalizedOdds)")
public func EqualizedOddsPenalty() -> GroupMeansPenalty { .init(.probability, .equalizedOdds) }

@available(*, deprecated, message: "use GroupMeansPenalty(.linear, .demographicParity)")
public func LinearDemographicParityPenalty() -> GroupMeansPenalty {
  .init(.linear, .demographicParity)
}

@available(*, deprecated, message: "use GroupMeansPenalty(.linear, .equalOpportunity)")
public func LinearEqualOpportunityPenalty() -> GroupMeansPenalty {
  .init(.linear, .equalOpportunity)
}

@available(*, deprecated, message: "use GroupMeansPenalty(.linear, .falsePositiveRateParity)")
public func LinearFalsePositiveRatePenalty() -> GroupMeansPenalty {
  .init(.linear, .falsePositiveRateParity)
}

@available(*, deprecated, message: "use GroupMeansPenalty(.linear, .equalizedOdds)")
public func LinearEqualizedOddsPenalty() -> GroupMeansPenalty { .init(.linear, .equalizedOdds) }

extension Criterion {
  @available(*, deprecated, renamed: "equalOpportunity")
  public static var truePositiveRateParity: Criterion { equalOpportunity }

  @available(*, deprecated, renamed: "demographicParity")
  public static var selectionRateParity: Criterion { demographicParity }

  @available(*, deprecated, renamed: "demographicParity")
  public static var statisticalParity: Criterion { demographicParity }

  @available(*, deprecated, renamed: "equalizedOdds")
  public static var averageOdds: Criterion { equalizedOdds }
}

extension Rate {
  @available(*, deprecated, renamed: "selectionRate")
  public static var selection: Rate { selectionRate }

  @available(*, deprecated, renamed: "falsePositiveRate")
  public static var falsePositives: Rate { falsePositiveRate }

  @available(*, deprecated, renamed: "falseNegativeRate")
  public static var falseNegatives: Rate { falseNegativeRate }

  @available(*, deprecated, renamed: "errorRate")
  public static var errors: Rate { errorRate }
}
