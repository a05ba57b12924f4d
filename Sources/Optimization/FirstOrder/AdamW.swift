import LinearAlgebra

/// Adam whose weight decay is not part of the gradient: w ← w − η·(m̂/(√v̂ + ε) + λw).
///
/// Loshchilov and Hutter, *Decoupled weight decay regularization*, ICLR 2019, algorithm 2.
public struct AdamW: Optimizer {
  public static let name = "adamw"

  public var memoryCount: Int { 2 }

  public init() {}

  public func step<Scalar: KernelScalar>(
    _ vectors: OptimizerVectors<Scalar>, _ range: Range<Int>, rate: Double, decay: Double,
    step: Int
  ) {
    vectors.adamStep(
      range,
      .init(
        rate: rate, beta1: Adam.beta1, beta2: Adam.beta2, epsilon: Adam.epsilon,
        coupledDecay: 0, decay: decay),
      step: step)
  }
}
