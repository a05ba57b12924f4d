import Optimization

/// The weighted mean of the loss: f(S) = (1/W)·Σ_c loss[c]. Convex.
public struct MeanLoss: ScoreTerm {
  /// W, the total sample weight (or whatever the mean is taken over).
  public let totalWeight: Double

  public init(totalWeight: Double) {
    precondition(totalWeight > 0, "a mean needs a positive weight")
    self.totalWeight = totalWeight
  }

  public var channels: Set<ScoreChannel> { [.loss] }
  public var isConvex: Bool { true }

  public func value(_ sums: ScoreSums) -> Double { sums.loss.reduce(0, +) / totalWeight }

  public func addDerivative(_ sums: ScoreSums, factor: Double, to derivative: inout ScoreSums) {
    for c in derivative.loss.indices { derivative.loss[c] += factor / totalWeight }
  }

  public func addCurvature(
    _ sums: ScoreSums, along direction: ScoreSums, factor: Double, to product: inout ScoreSums
  ) {}
}
