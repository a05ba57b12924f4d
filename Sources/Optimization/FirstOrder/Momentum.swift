import LinearAlgebra

/// Steps along a decaying sum of gradients: v ← μv + g + λw; w ← w − η·v.
///
/// Polyak, *Some methods of speeding up the convergence of iteration methods*, USSR Computational
/// Mathematics 1964.
public struct Momentum: Optimizer {
  public static let name = "momentum"

  public var momentum: Double

  public var memoryCount: Int { 1 }

  public init(momentum: Double = 0.9) {
    precondition((0..<1).contains(momentum), "momentum lies in [0, 1)")
    self.momentum = momentum
  }

  public func step<Scalar: KernelScalar>(
    _ vectors: OptimizerVectors<Scalar>, _ range: Range<Int>, rate: Double, decay: Double,
    step: Int
  ) {
    vectors.momentumStep(range, rate: rate, momentum: momentum, decay: decay)
  }
}
