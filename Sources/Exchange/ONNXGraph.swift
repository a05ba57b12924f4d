/// A graph under construction: nodes in the order in which they compute.
struct ONNXGraph {
  /// The numbers of element types in the format.
  enum Element: Int64 {
    case int64 = 7
    case string = 8
    case double = 11
  }

  /// A value of the graph by name.
  struct Value {
    var name: String
    var element: Element
  }

  static let intermediateRepresentation: Int64 = 8
  static let operators: Int64 = 17
  static let learningOperators: Int64 = 3
  static let learningDomain = "ai.onnx.ml"

  /// The kinds of an attribute in the format.
  private enum AttributeKind: Int64 {
    case integer = 2
    case integers = 7
    case strings = 8
  }

  private let name: String
  private var nodes = ProtobufMessage(), initializers = ProtobufMessage()
  private var inputs = ProtobufMessage(), outputs = ProtobufMessage()
  private var count = 0

  init(name: String) { self.name = name }

  // MARK: Ends

  /// An input with a row a record; `columns` nil is a column of records.
  mutating func input(_ name: String, _ element: Element, columns: Int) -> Value {
    inputs.add(ONNXField.Graph.input, Self.info(name, element, columns))
    return Value(name: name, element: element)
  }

  /// Gives a value its public name.
  ///
  /// - Parameter columns: numbers of a record; nil for a vector of one each.
  mutating func output(_ value: Value, as name: String, columns: Int? = nil) {
    add(node: "Identity", name: name, [value], output: name)
    outputs.add(ONNXField.Graph.output, Self.info(name, value.element, columns))
  }

  private static func info(
    _ name: String, _ element: Element, _ columns: Int?
  ) -> ProtobufMessage {
    var rows = ProtobufMessage(), shape = ProtobufMessage()
    rows.add(ONNXField.Dimension.parameter, "rows")
    shape.add(ONNXField.Shape.dimension, rows)
    if let columns {
      var width = ProtobufMessage()
      width.add(ONNXField.Dimension.value, Int64(columns))
      shape.add(ONNXField.Shape.dimension, width)
    }
    var tensor = ProtobufMessage(), type = ProtobufMessage(), info = ProtobufMessage()
    tensor.set(ONNXField.TensorType.element, element.rawValue)
    tensor.add(ONNXField.TensorType.shape, shape)
    type.add(ONNXField.ValueType.tensor, tensor)
    info.set(ONNXField.ValueInfo.name, name)
    info.add(ONNXField.ValueInfo.type, type)
    return info
  }

  // MARK: Constants

  /// Doubles: a graph in single precision would agree with the engine to 1e-5 only.
  mutating func constant(_ values: [Double], shape: [Int]) -> Value {
    tensor(values, shape, .double)
  }

  mutating func places(_ values: [Int64], shape: [Int]) -> Value {
    tensor(values, shape, .int64)
  }

  /// Numbers as the format stores them: little-endian, as this machine does.
  private mutating func tensor<Number: BitwiseCopyable>(
    _ values: [Number], _ shape: [Int], _ element: Element
  ) -> Value {
    precondition(values.count == shape.reduce(1, *), "a number for each place")
    let name = fresh("constant")
    var tensor = ProtobufMessage()
    tensor.set(ONNXField.Tensor.dimensions, packed: shape.map { Int64($0) })
    tensor.set(ONNXField.Tensor.element, element.rawValue)
    tensor.set(ONNXField.Tensor.name, name)
    tensor.set(ONNXField.Tensor.rawData, values.withUnsafeBytes { Array($0) })
    initializers.add(ONNXField.Graph.initializer, tensor)
    return Value(name: name, element: element)
  }

  // MARK: Nodes

  mutating func node(
    _ type: String, _ inputs: [Value], _ element: Element? = nil,
    _ attributes: [ProtobufMessage] = [], domain: String = ""
  ) -> Value {
    let name = fresh(type.lowercased()), output = "\(name).out"
    add(node: type, name: name, inputs, output: output, attributes, domain: domain)
    return Value(name: output, element: element ?? inputs[0].element)
  }

  private mutating func add(
    node type: String, name: String, _ inputs: [Value], output: String,
    _ attributes: [ProtobufMessage] = [], domain: String = ""
  ) {
    var node = ProtobufMessage()
    for input in inputs { node.add(ONNXField.Node.input, input.name) }
    node.add(ONNXField.Node.output, output)
    node.set(ONNXField.Node.name, name)
    node.set(ONNXField.Node.type, type)
    for attribute in attributes { node.add(ONNXField.Node.attribute, attribute) }
    node.set(ONNXField.Node.domain, domain)
    nodes.add(ONNXField.Graph.node, node)
  }

  mutating func cast(_ value: Value, to element: Element) -> Value {
    node("Cast", [value], element, [Self.attribute("to", element.rawValue)])
  }

  /// Codes of texts, shape `(rows)`: a text's place in the table, or the code of all others.
  mutating func codes(
    _ texts: Value, _ table: [(text: String, code: Int)], otherwise: Int
  ) -> Value {
    var keys = ProtobufMessage(), values = ProtobufMessage()
    keys.set(ONNXField.Attribute.name, "keys_strings")
    for entry in table { keys.add(ONNXField.Attribute.strings, entry.text) }
    keys.set(ONNXField.Attribute.type, AttributeKind.strings.rawValue)
    values.set(ONNXField.Attribute.name, "values_int64s")
    values.set(ONNXField.Attribute.integers, packed: table.map { Int64($0.code) })
    values.set(ONNXField.Attribute.type, AttributeKind.integers.rawValue)
    let found = node(
      "LabelEncoder", [texts], .int64,
      [keys, values, Self.attribute("default_int64", Int64(otherwise))],
      domain: Self.learningDomain)
    return flat(found)
  }

  /// A column as a vector.
  mutating func flat(_ value: Value) -> Value {
    node("Reshape", [value, places([-1], shape: [1])])
  }

  static func attribute(_ name: String, _ value: Int64) -> ProtobufMessage {
    var attribute = ProtobufMessage()
    attribute.set(ONNXField.Attribute.name, name)
    attribute.set(ONNXField.Attribute.integer, value)
    attribute.set(ONNXField.Attribute.type, AttributeKind.integer.rawValue)
    return attribute
  }

  private mutating func fresh(_ stem: String) -> String {
    count += 1
    return "\(stem).\(count)"
  }

  // MARK: The file

  func encoded(version: String, metadata: [(String, String)]) -> [UInt8] {
    var graph = nodes
    graph.set(ONNXField.Graph.name, name)
    for part in [initializers, inputs, outputs] { graph.append(part) }
    var model = ProtobufMessage()
    model.set(ONNXField.Model.irVersion, Self.intermediateRepresentation)
    model.set(ONNXField.Model.producerName, "equipoise")
    model.set(ONNXField.Model.producerVersion, version)
    model.add(ONNXField.Model.graph, graph)
    for (domain, version) in [("", Self.operators), (Self.learningDomain, Self.learningOperators)] {
      var entry = ProtobufMessage()
      entry.set(ONNXField.OperatorSet.domain, domain)
      entry.set(ONNXField.OperatorSet.version, version)
      model.add(ONNXField.Model.operatorSets, entry)
    }
    for (key, value) in metadata {
      var entry = ProtobufMessage()
      entry.set(ONNXField.Entry.key, key)
      entry.set(ONNXField.Entry.value, value)
      model.add(ONNXField.Model.metadata, entry)
    }
    return model.bytes
  }
}
