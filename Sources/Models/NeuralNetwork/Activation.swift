import CKernels

/// What a hidden unit does to its input v.
public enum Activation: String, Codable, Sendable, CaseIterable {
  /// v
  case identity
  /// max(v, 0)
  case relu
  /// max(v, 0.01·v)
  case leakyRelu = "leaky_relu"
  case tanh
  /// 1/(1 + e^{−v})
  case sigmoid
  /// v·Φ(v), with the tanh formula for Φ. Hendrycks and Gimpel, *Gaussian error linear units*, 2016.
  case gelu

  /// The kernels' number of this function.
  var kind: Int32 {
    switch self {
    case .identity: Int32(EQP_IDENTITY)
    case .relu: Int32(EQP_RELU)
    case .leakyRelu: Int32(EQP_LEAKY_RELU)
    case .tanh: Int32(EQP_TANH)
    case .sigmoid: Int32(EQP_SIGMOID)
    case .gelu: Int32(EQP_GELU)
    }
  }

  /// Whether the slope is a function of the output, so that the input need not be kept.
  var slopeFollowsFromOutput: Bool { self != .gelu }
}
