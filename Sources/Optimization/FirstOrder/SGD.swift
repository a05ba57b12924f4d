import LinearAlgebra

/// Plain steps against the gradient: w ← w − η·(g + λw).
///
/// Robbins and Monro, *A stochastic approximation method*, Annals of Mathematical Statistics 1951.
public struct SGD: Optimizer {
  public static let name = "sgd"

  public var memoryCount: Int { 0 }

  public init() {}

  public func step<Scalar: KernelScalar>(
    _ vectors: OptimizerVectors<Scalar>, _ range: Range<Int>, rate: Double, decay: Double,
    step: Int
  ) {
    vectors.plainStep(range, rate: rate, decay: decay)
  }
}
