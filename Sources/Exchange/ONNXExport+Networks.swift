import Models

extension ONNXExport {
  /// The outputs of a network of several classes, or of numbers.
  mutating func write(severalOutputs model: NeuralNetwork) {
    let z = network(model)
    guard case .classes = model.head else {
      graph.output(graph.flat(z), as: "prediction")
      return
    }
    let axis = ONNXGraph.attribute("axis", 1)
    let probabilities = graph.node("Softmax", [z], nil, [axis])
    graph.output(probabilities, as: "probabilities", columns: model.head.outputs)
    let best = graph.node(
      "ArgMax", [z], .int64, [axis, ONNXGraph.attribute("keepdims", 0)])
    graph.output(best, as: "prediction")
  }

  /// z, shape `(rows, outputs)`.
  mutating func network(_ network: NeuralNetwork) -> Value {
    let tensors = Dictionary(
      network.state.tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    func numbers(_ name: String) -> [Double] { tensors[name]?.doubles ?? [] }
    let architecture = network.architecture
    let width = architecture.units(of: 0), levels = numbers("levels.weight")
    let tables = zip(architecture.firstLevels, architecture.levels).map { first, count in
      Array(levels[(first * width)..<((first + count) * width)])
    }
    var z = affine(numbers("layer0.weight"), tables, numbers("layer0.bias"))
    for layer in 1..<max(1, architecture.layerCount) {
      let units = architecture.units(of: layer)
      let input = activated(z, architecture.activation)
      let weights = graph.constant(
        numbers("layer\(layer).weight"), shape: [architecture.inputs(of: layer), units])
      let bias = graph.constant(numbers("layer\(layer).bias"), shape: [1, units])
      z = graph.node("Add", [graph.node("MatMul", [input, weights]), bias])
    }
    return z
  }

  private mutating func activated(_ v: Value, _ activation: Activation) -> Value {
    func number(_ value: Double) -> Value { graph.constant([value], shape: [1]) }
    switch activation {
    case .identity: return v
    case .relu: return graph.node("Relu", [v])
    case .leakyRelu:
      return graph.node("Max", [v, graph.node("Mul", [v, number(0.01)])])
    case .tanh: return graph.node("Tanh", [v])
    case .sigmoid: return graph.node("Sigmoid", [v])
    case .gelu:
      let cube = graph.node("Mul", [graph.node("Mul", [v, v]), v])
      let inner = graph.node("Add", [v, graph.node("Mul", [cube, number(0.044715)])])
      let root = number((2 / Double.pi).squareRoot())
      let half = graph.node("Mul", [v, number(0.5)])
      let curve = graph.node("Tanh", [graph.node("Mul", [inner, root])])
      return graph.node("Mul", [half, graph.node("Add", [curve, number(1)])])
    }
  }
}
