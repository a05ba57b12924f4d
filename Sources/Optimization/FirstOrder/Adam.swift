import LinearAlgebra

/// Steps by averages of gradients over the root of averages of their squares, both freed of the
/// bias of their start at 0: w ← w − η·m̂/(√v̂ + ε), the gradient including λw.
///
/// Kingma and Ba, *Adam: a method for stochastic optimization*, ICLR 2015, algorithm 1.
public struct Adam: Optimizer {
  public static let name = "adam"
  static let beta1 = 0.9
  static let beta2 = 0.999
  static let epsilon = 1e-8

  public var memoryCount: Int { 2 }

  public init() {}

  public func step<Scalar: KernelScalar>(
    _ vectors: OptimizerVectors<Scalar>, _ range: Range<Int>, rate: Double, decay: Double,
    step: Int
  ) {
    vectors.adamStep(
      range,
      .init(
        rate: rate, beta1: Self.beta1, beta2: Self.beta2, epsilon: Self.epsilon,
        coupledDecay: decay, decay: 0),
      step: step)
  }
}
