import LinearAlgebra

/// Steps by the gradient over the root of an average of its squares: v ← ρv + (1 − ρ)g²;
/// w ← w − η·g/(√v + ε), the gradient including λw.
///
/// Tieleman and Hinton, *Lecture 6.5: RMSProp*, Neural Networks for Machine Learning 2012.
public struct RMSProp: Optimizer {
  public static let name = "rmsprop"
  static let decayOfSquares = 0.99
  static let epsilon = 1e-8

  public var memoryCount: Int { 1 }

  public init() {}

  public func step<Scalar: KernelScalar>(
    _ vectors: OptimizerVectors<Scalar>, _ range: Range<Int>, rate: Double, decay: Double,
    step: Int
  ) {
    vectors.rmspropStep(
      range, rate: rate, decayOfSquares: Self.decayOfSquares, epsilon: Self.epsilon,
      decay: decay)
  }
}
