import LinearAlgebra

/// The scratch memory of one worker for tiles of up to `rows` rows: every buffer of a network's
/// forward and backward pass, with its shape. q is the number of gradients pushed back together.
///
/// Matrices that are inputs of a layer end with a column of ones, for the bias.
final class NetworkWorkspace<Scalar: KernelScalar> {
  let rows: Int
  let blocks: Int
  /// (rows, denseInputs + 1)
  let input: Buffer<Scalar>
  /// (rows, categorical columns): the row of the table of levels.
  let codes: Buffer<Int32>
  /// For each hidden layer (rows, units + 1).
  let hidden: [Buffer<Scalar>]
  /// For each hidden layer (rows, units); empty where slopes follow from the outputs.
  let slopes: [Buffer<Scalar>]
  /// (rows, outputs)
  let outputs: Buffer<Scalar>
  /// Two of (rows, q, widest layer): gradients in the inputs of a layer's units.
  let deltas: [Buffer<Scalar>]
  /// (rows, 2, widest input + 1): a layer's input times two factors a row.
  let scaled: Buffer<Scalar>

  init(_ architecture: NetworkArchitecture, rows: Int, blocks: Int) {
    let layers = 0..<architecture.layerCount
    let widest = layers.map { max(architecture.units(of: $0), architecture.inputs(of: $0)) }.max()!
    self.rows = rows
    self.blocks = blocks
    input = Self.withOnes(rows, architecture.denseInputs)
    codes = Buffer(zeroed: rows * architecture.levels.count)
    hidden = architecture.hidden.map { Self.withOnes(rows, $0) }
    slopes =
      architecture.storesSlopes ? architecture.hidden.map { Buffer(zeroed: rows * $0) } : []
    outputs = Buffer(zeroed: rows * architecture.outputs)
    deltas = (0..<2).map { _ in Buffer(zeroed: rows * blocks * widest) }
    scaled = Buffer(zeroed: rows * 2 * (widest + 1))
  }

  /// A matrix whose last column is 1.
  static func withOnes(_ rows: Int, _ columns: Int) -> Buffer<Scalar> {
    let matrix = Buffer<Scalar>(zeroed: rows * (columns + 1))
    for i in 0..<rows { matrix.pointer[i * (columns + 1) + columns] = 1 }
    return matrix
  }

  /// The input of a layer: the tile, or the units before it.
  func input(of layer: Int) -> UnsafeMutablePointer<Scalar> {
    layer == 0 ? input.pointer : hidden[layer - 1].pointer
  }

  func slope(of hiddenLayer: Int) -> UnsafeMutablePointer<Scalar>? {
    slopes.isEmpty ? nil : slopes[hiddenLayer].pointer
  }
}
