import Optimization

/// Σ_k (R_k/W)² with R_k = Σᵢ sᵢ·(aᵢₖ − āₖ)·zᵢ: the squared covariance of continuous attributes and
/// linear score. Convex.
///
/// Zafar et al., Fairness Constraints, AISTATS 2017, section 3.
public struct ContinuousCovariance: ScoreTerm {
  public let totalWeight: Double

  public init(totalWeight: Double) {
    precondition(totalWeight > 0, "a covariance needs a positive weight")
    self.totalWeight = totalWeight
  }

  public var channels: Set<ScoreChannel> { [] }
  public var isConvex: Bool { true }

  public func value(_ sums: ScoreSums) -> Double {
    sums.attributes.reduce(0) { $0 + ($1 / totalWeight) * ($1 / totalWeight) }
  }

  public func addDerivative(_ sums: ScoreSums, factor: Double, to derivative: inout ScoreSums) {
    add(sums.attributes, factor, to: &derivative)
  }

  public func addCurvature(
    _ sums: ScoreSums, along direction: ScoreSums, factor: Double, to product: inout ScoreSums
  ) {
    add(direction.attributes, factor, to: &product)
  }

  private func add(_ values: [Double], _ factor: Double, to target: inout ScoreSums) {
    let scale = 2 * factor / (totalWeight * totalWeight)
    for k in values.indices { target.attributes[k] += scale * values[k] }
  }
}
