import LinearAlgebra

/// A first-order method: it moves parameters by a gradient and what it remembers of earlier ones.
public protocol Optimizer: Sendable {
  /// The name by which options choose it.
  static var name: String { get }
  /// Numbers that it remembers for each parameter.
  var memoryCount: Int { get }

  /// One step on a range of the parameters.
  ///
  /// - Parameters:
  ///   - rate: the step size, at least 0.
  ///   - decay: the weight decay: the factor of ½‖w‖², or of the shrinkage for decoupled methods.
  ///   - step: counted from 1.
  func step<Scalar: KernelScalar>(
    _ vectors: OptimizerVectors<Scalar>, _ range: Range<Int>, rate: Double, decay: Double,
    step: Int)
}

/// Every first-order method: one line each.
public enum Optimizers {
  public static let all: [any Optimizer] = [
    SGD(),
    Momentum(),
    Adam(),
    AdamW(),
    RMSProp(),
  ]

  public static func named(_ name: String) -> (any Optimizer)? {
    all.first { type(of: $0).name == name }
  }
}
