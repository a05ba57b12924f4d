import Datasets
import LinearAlgebra

/// What a feed-forward network is made of: dense layers over the blocked design matrix.
///
/// The first layer adds, to the product of the dense columns with its weights, one row of a table
/// for each categorical column: the same as a product with 0/1 columns that are never made.
public struct NetworkArchitecture: Codable, Sendable, Equatable {
  public var denseInputs: Int
  /// Levels of each categorical column.
  public var levels: [Int]
  /// Units of each hidden layer; none makes the network linear.
  public var hidden: [Int]
  public var activation: Activation
  /// The probability that training drops a hidden unit, in [0, 1).
  public var dropout: Double
  public var outputs: Int

  public init(
    denseInputs: Int, levels: [Int] = [], hidden: [Int], activation: Activation = .relu,
    dropout: Double = 0, outputs: Int = 1
  ) {
    precondition(denseInputs >= 0 && outputs >= 1, "a network has outputs")
    precondition(hidden.allSatisfy { $0 >= 1 } && levels.allSatisfy { $0 >= 1 }, "empty layers")
    precondition((0..<1).contains(dropout), "dropout lies in [0, 1)")
    self.denseInputs = denseInputs
    self.levels = levels
    self.hidden = hidden
    self.activation = activation
    self.dropout = dropout
    self.outputs = outputs
  }

  /// A network for these features.
  public init<Scalar: KernelScalar>(
    for features: DesignMatrix<Scalar>, hidden: [Int], activation: Activation = .relu,
    dropout: Double = 0, outputs: Int = 1
  ) {
    self.init(
      denseInputs: features.dense.columns, levels: features.categorical.map(\.levels),
      hidden: hidden, activation: activation, dropout: dropout, outputs: outputs)
  }

  /// Layers with weights: the hidden ones and the output.
  public var layerCount: Int { hidden.count + 1 }
  public func inputs(of layer: Int) -> Int { layer == 0 ? denseInputs : hidden[layer - 1] }
  public func units(of layer: Int) -> Int { layer < hidden.count ? hidden[layer] : outputs }
  /// Levels of all categorical columns together.
  public var levelCount: Int { levels.reduce(0, +) }
  /// The number of the first level of each categorical column.
  public var firstLevels: [Int] {
    var next = 0
    return levels.map { count in
      defer { next += count }
      return next
    }
  }
  /// Whether slopes of hidden units are kept beside their outputs.
  var storesSlopes: Bool { dropout > 0 || !activation.slopeFollowsFromOutput }

  func matches<Scalar: KernelScalar>(_ features: DesignMatrix<Scalar>) -> Bool {
    features.dense.columns == denseInputs && features.categorical.map(\.levels) == levels
  }
}

/// Where each tensor lies in the flat vector of parameters.
///
/// Layer l holds its weights (inputs, units) row-major and its bias (units) behind them, which
/// together are one (inputs + 1, units) matrix: an input that ends with a 1 makes the bias part of
/// the product, forward and backward. The tables of the categorical columns come last.
public struct NetworkLayout: Sendable, Equatable {
  public struct Tensor: Sendable, Equatable {
    public var name: String
    public var offset: Int
    public var shape: [Int]
    public var count: Int { shape.reduce(1, *) }
    public var range: Range<Int> { offset..<(offset + count) }
  }

  struct Layer: Sendable, Equatable {
    var offset: Int
    var inputs: Int
    var units: Int
    /// Weights and bias.
    var count: Int { (inputs + 1) * units }
  }

  let layers: [Layer]
  /// Parameters of the layers; the tables of levels begin here.
  let layersEnd: Int
  /// The number of the first level of each categorical column, and of all levels.
  let firstLevels: [Int]
  let levelCount: Int
  public let count: Int
  public let tensors: [Tensor]

  public init(_ architecture: NetworkArchitecture) {
    var layers: [Layer] = [], tensors: [Tensor] = [], next = 0
    for index in 0..<architecture.layerCount {
      let layer = Layer(
        offset: next, inputs: architecture.inputs(of: index), units: architecture.units(of: index))
      layers.append(layer)
      tensors.append(
        Tensor(name: "layer\(index).weight", offset: next, shape: [layer.inputs, layer.units]))
      tensors.append(
        Tensor(
          name: "layer\(index).bias", offset: next + layer.inputs * layer.units,
          shape: [layer.units]))
      next += layer.count
    }
    layersEnd = next
    firstLevels = architecture.firstLevels
    levelCount = architecture.levelCount
    if architecture.levelCount > 0 {
      let shape = [architecture.levelCount, architecture.units(of: 0)]
      tensors.append(Tensor(name: "levels.weight", offset: next, shape: shape))
      next += shape[0] * shape[1]
    }
    count = next
    self.layers = layers
    self.tensors = tensors.filter { $0.count > 0 }
  }
}
