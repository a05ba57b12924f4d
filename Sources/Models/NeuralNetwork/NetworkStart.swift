import Datasets
import LinearAlgebra

/// How weights are drawn before training; biases start at 0.
public enum NetworkStart: String, Codable, Sendable, CaseIterable {
  /// Uniform in ±√(6/(inputs + units)). Glorot and Bengio, *Understanding the difficulty of training
  /// deep feedforward neural networks*, AISTATS 2010, equation 16.
  case xavier
  /// Uniform in ±√(6/inputs). He et al., *Delving deep into rectifiers*, ICCV 2015, equation 10.
  case he

  /// Streams of the random numbers: one a tensor, so that layers do not share numbers.
  private static let firstStream: UInt64 = 0x6E65_7400

  /// Fresh parameters. The inputs of the first layer are counted as a row sees them: one for each
  /// categorical column.
  public func parameters<Scalar: KernelScalar>(
    _ architecture: NetworkArchitecture, seed: UInt64, as type: Scalar.Type = Scalar.self
  ) -> Buffer<Scalar> {
    let layout = NetworkLayout(architecture)
    let parameters = Buffer<Scalar>(zeroed: layout.count)
    let active = architecture.denseInputs + architecture.levels.count
    for (index, tensor) in layout.tensors.enumerated() where tensor.shape.count == 2 {
      let isFirst = tensor.offset == 0 || tensor.offset == layout.layersEnd
      let inputs = Double(isFirst ? active : tensor.shape[0])
      let spread = self == .xavier ? inputs + Double(tensor.shape[1]) : inputs
      let bound = (6 / max(1, spread)).squareRoot()
      var random = CounterRandom(seed: seed, stream: Self.firstStream + UInt64(index))
      for i in tensor.range {
        parameters.pointer[i] = Scalar(bound * (2 * random.uniform() - 1))
      }
    }
    return parameters
  }
}
