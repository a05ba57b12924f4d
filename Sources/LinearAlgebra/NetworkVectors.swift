/// A view of one optimizer state: parameters, their gradient and what the optimizer remembers, all
/// of one length.
///
/// The numbers are shared with whoever holds the buffers; steps over disjoint ranges may run at
/// once.
public struct OptimizerVectors<Scalar: KernelScalar>: Sendable {
  public let parameters: Buffer<Scalar>
  public let gradient: Buffer<Scalar>
  /// What the optimizer keeps beside each parameter: none, one or two vectors.
  public let memory: [Buffer<Scalar>]

  public init(parameters: Buffer<Scalar>, gradient: Buffer<Scalar>, memoryCount: Int) {
    precondition(gradient.count >= parameters.count, "a gradient for each parameter")
    self.parameters = parameters
    self.gradient = gradient
    memory = (0..<memoryCount).map { _ in Buffer(zeroed: parameters.count) }
  }

  private func check(_ range: Range<Int>) {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= parameters.count, "range out of range")
  }

  /// velocity ← momentum·velocity + g + decay·p; p ← p − rate·velocity
  public func momentumStep(_ range: Range<Int>, rate: Double, momentum: Double, decay: Double) {
    check(range)
    let i = range.lowerBound
    // SAFETY: the range lies inside all three buffers.
    Scalar.Kernels.momentumStep(
      parameters.pointer + i, gradient.pointer + i, memory[0].pointer + i, range.count,
      Scalar(rate), Scalar(momentum), Scalar(decay))
  }

  /// p ← p − rate·(g + decay·p)
  public func plainStep(_ range: Range<Int>, rate: Double, decay: Double) {
    check(range)
    let i = range.lowerBound
    // SAFETY: the range lies inside both buffers.
    Scalar.Kernels.plainStep(
      parameters.pointer + i, gradient.pointer + i, range.count, Scalar(rate), Scalar(decay))
  }

  /// The numbers of a step of Adam.
  public struct AdamRates: Sendable {
    public var rate, beta1, beta2, epsilon, coupledDecay, decay: Double

    public init(
      rate: Double, beta1: Double, beta2: Double, epsilon: Double, coupledDecay: Double,
      decay: Double
    ) {
      self.rate = rate
      self.beta1 = beta1
      self.beta2 = beta2
      self.epsilon = epsilon
      self.coupledDecay = coupledDecay
      self.decay = decay
    }
  }

  /// - Parameter step: counted from 1, for undoing the bias of the averages.
  public func adamStep(_ range: Range<Int>, _ rates: AdamRates, step: Int) {
    check(range)
    let i = range.lowerBound
    // SAFETY: the range lies inside all four buffers.
    Scalar.Kernels.adamStep(
      parameters.pointer + i, gradient.pointer + i, memory[0].pointer + i,
      memory[1].pointer + i, range.count, Scalar(rates.rate), Scalar(rates.beta1),
      Scalar(rates.beta2), Scalar(rates.epsilon),
      Scalar(1 / (1 - power(rates.beta1, step))), Scalar(1 / (1 - power(rates.beta2, step))),
      Scalar(rates.coupledDecay), Scalar(rates.decay))
  }

  public func rmspropStep(
    _ range: Range<Int>, rate: Double, decayOfSquares: Double, epsilon: Double, decay: Double
  ) {
    check(range)
    let i = range.lowerBound
    // SAFETY: the range lies inside all three buffers.
    Scalar.Kernels.rmspropStep(
      parameters.pointer + i, gradient.pointer + i, memory[0].pointer + i, range.count,
      Scalar(rate), Scalar(decayOfSquares), Scalar(epsilon), Scalar(decay))
  }

  /// base^exponent by squaring, the same on every machine.
  private func power(_ base: Double, _ exponent: Int) -> Double {
    var result = 1.0
    var square = base
    var rest = exponent
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return result
  }
}
