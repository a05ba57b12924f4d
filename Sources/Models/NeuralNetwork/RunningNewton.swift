import LinearAlgebra

/// Newton's steps of a linear adversary with the running mean of its Hessian.
///
/// The adversary's optimum moves with the predictor, a little each step. A step on one batch with
/// the Hessian of many follows it: u ← u − γ·sₖ·(H̄ + ρI)⁻¹·g, for each output k by itself. A
/// share sₖ below 1 takes the mean of more batches, for groups of whom a batch has few rows.
struct RunningNewton {
  /// The share of the newest batch in the mean of outputs that take whole steps: ten or so count.
  static let freshness = 0.1
  /// Beside curvatures of about a tenth, so that an adversary that separates groups stays finite.
  static let ridge = 1e-5

  let inputs: Int
  let units: Int
  /// Shape `(units)`, each in (0, 1].
  let shares: [Double]
  /// (units, inputs, inputs): weighted sums, and their weight.
  private(set) var curvature: [Double]
  private(set) var weight = 0.0

  init(inputs: Int, shares: [Double]) {
    self.inputs = inputs
    self.shares = shares
    units = shares.count
    curvature = Array(repeating: 0, count: units * inputs * inputs)
  }

  /// Takes up the sums of an earlier run of the same shape.
  mutating func restore(curvature: [Double], weight: Double) {
    self.curvature = curvature
    self.weight = weight
  }

  private var memory: Double { 1 - Self.freshness * (shares.min() ?? 1) }

  /// Adds a shard's Hessian; the first of a batch fades the past.
  mutating func add<Scalar: KernelScalar>(
    _ shard: UnsafePointer<Scalar>, isFirst: Bool, weight: Double
  ) {
    if isFirst {
      let memory = memory
      for k in curvature.indices { curvature[k] *= memory }
      self.weight *= memory
    }
    for k in curvature.indices { curvature[k] += Double(shard[k]) }
    self.weight += weight
  }

  /// Moves parameters of shape `(inputs, units)` by their gradient.
  func step<Scalar: KernelScalar>(
    _ parameters: UnsafeMutablePointer<Scalar>, _ gradient: UnsafePointer<Scalar>, gain: Double
  ) {
    guard weight > 0 else { return }
    for unit in 0..<units {
      let matrix = Matrix<Double>(rows: inputs, columns: inputs)
      for i in 0..<inputs {
        for j in 0..<inputs {
          matrix[i, j] = curvature[(unit * inputs + i) * inputs + j] / weight
        }
        matrix[i, i] += Self.ridge
      }
      guard let solver = PositiveSolver(matrix) else { continue }
      let step = solver.solve((0..<inputs).map { Double(gradient[$0 * units + unit]) })
      for i in 0..<inputs { parameters[i * units + unit] -= Scalar(gain * shares[unit] * step[i]) }
    }
  }
}
