import LinearAlgebra

/// What a network's outputs z stand for, and its loss ℓ(z, y) with weight w ≥ 0.
public enum OutputHead: Codable, Sendable, Equatable {
  /// One output, P(y = 1) = σ(z): ℓ = log(1 + e^z) − y·z, y in {0, 1}.
  case binary
  /// An output for each class, P(y = k) = softmax(z)_k: ℓ = −log softmax(z)_y, y in 0..<classes.
  case classes(Int)
  /// One output, the mean of y: ℓ = ½(z − y)².
  case continuous

  public var outputs: Int {
    switch self {
    case .binary, .continuous: 1
    case .classes(let count): count
    }
  }

  /// Σ w·ℓ over rows, and its gradient in the outputs.
  ///
  /// - Parameters:
  ///   - z: (rows, stride), of which `outputs` columns are read
  ///   - y, w: (rows)
  ///   - u: (rows, ldu), receives w·∂ℓ/∂z
  ///   - scratch: (4·rows); for a binary head it begins with the probabilities afterwards
  func loss<Scalar: KernelScalar>(
    _ z: UnsafePointer<Scalar>, stride: Int, y: UnsafePointer<Scalar>, w: UnsafePointer<Scalar>,
    rows: Int, into u: UnsafeMutablePointer<Scalar>, ldu: Int,
    scratch: UnsafeMutablePointer<Scalar>
  ) -> Double {
    switch self {
    case .binary:
      let p = probabilities(z, stride, rows, scratch)
      let residual = ldu == 1 ? u : scratch + 3 * rows
      let sum = Scalar.Kernels.binaryLoss(
        scratch + 2 * rows, p, scratch + rows, y, w, rows, 1, residual)
      if ldu != 1 { Scalar.Kernels.copyStrided(residual, 1, rows, u, ldu) }
      return sum
    case .classes(let count):
      return Scalar.Kernels.softmaxLoss(z, stride, y, w, rows, count, 1, u, ldu)
    case .continuous:
      return Scalar.Kernels.squaredLoss(z, stride, y, w, rows, 1, u, ldu)
    }
  }

  /// The mean absolute error of σ(z) instead, for a binary head; the others keep their loss.
  func absoluteLoss<Scalar: KernelScalar>(
    _ z: UnsafePointer<Scalar>, stride: Int, y: UnsafePointer<Scalar>, w: UnsafePointer<Scalar>,
    rows: Int, into u: UnsafeMutablePointer<Scalar>, ldu: Int,
    scratch: UnsafeMutablePointer<Scalar>
  ) -> Double {
    guard self == .binary else {
      return loss(z, stride: stride, y: y, w: w, rows: rows, into: u, ldu: ldu, scratch: scratch)
    }
    let p = probabilities(z, stride, rows, scratch)
    let residual = scratch + 3 * rows
    let sum = Scalar.Kernels.absoluteLoss(p, y, w, rows, 1, residual)
    Scalar.Kernels.copyStrided(residual, 1, rows, u, ldu)
    return sum
  }

  /// Into the scratch: σ(z), log(1 + e^z) and z, (rows) each.
  private func probabilities<Scalar: KernelScalar>(
    _ z: UnsafePointer<Scalar>, _ stride: Int, _ rows: Int,
    _ scratch: UnsafeMutablePointer<Scalar>
  ) -> UnsafePointer<Scalar> {
    Scalar.Kernels.copyStrided(z, stride, rows, scratch + 2 * rows, 1)
    Scalar.Kernels.sigmoidSoftplus(scratch + 2 * rows, rows, scratch, scratch + rows)
    return UnsafePointer(scratch)
  }
}
