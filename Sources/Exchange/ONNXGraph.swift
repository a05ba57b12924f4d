import Foundation

/// A graph under construction: nodes in the order in which they compute.
struct ONNXGraph {
  /// The numbers of element types in the format.
  enum Element: Int32 {
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

  private var graph = Onnx_GraphProto()
  private var count = 0

  init(name: String) { graph.name = name }

  // MARK: Ends

  /// An input with a row a record; `columns` nil is a column of records.
  mutating func input(_ name: String, _ element: Element, columns: Int) -> Value {
    graph.input.append(Self.info(name, element, columns))
    return Value(name: name, element: element)
  }

  /// Gives a value its public name.
  ///
  /// - Parameter columns: numbers of a record; nil for a vector of one each.
  mutating func output(_ value: Value, as name: String, columns: Int? = nil) {
    var node = Onnx_NodeProto()
    node.opType = "Identity"
    node.name = name
    node.input = [value.name]
    node.output = [name]
    graph.node.append(node)
    graph.output.append(Self.info(name, value.element, columns))
  }

  private static func info(
    _ name: String, _ element: Element, _ columns: Int?
  ) -> Onnx_ValueInfoProto {
    var rows = Onnx_TensorShapeProto.Dimension()
    rows.dimParam = "rows"
    var shape = Onnx_TensorShapeProto()
    shape.dim = [rows]
    if let columns {
      var width = Onnx_TensorShapeProto.Dimension()
      width.dimValue = Int64(columns)
      shape.dim.append(width)
    }
    var tensor = Onnx_TypeProto.Tensor()
    tensor.elemType = element.rawValue
    tensor.shape = shape
    var info = Onnx_ValueInfoProto()
    info.name = name
    info.type.tensorType = tensor
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
    var tensor = Onnx_TensorProto()
    tensor.name = fresh("constant")
    tensor.dims = shape.map { Int64($0) }
    tensor.dataType = element.rawValue
    tensor.rawData = values.withUnsafeBytes { Data($0) }
    graph.initializer.append(tensor)
    return Value(name: tensor.name, element: element)
  }

  // MARK: Nodes

  mutating func node(
    _ type: String, _ inputs: [Value], _ element: Element? = nil,
    _ attributes: [Onnx_AttributeProto] = [], domain: String = ""
  ) -> Value {
    var node = Onnx_NodeProto()
    node.opType = type
    node.name = fresh(type.lowercased())
    node.input = inputs.map(\.name)
    node.output = ["\(node.name).out"]
    node.attribute = attributes
    node.domain = domain
    graph.node.append(node)
    return Value(name: node.output[0], element: element ?? inputs[0].element)
  }

  mutating func cast(_ value: Value, to element: Element) -> Value {
    node("Cast", [value], element, [Self.attribute("to", Int64(element.rawValue))])
  }

  /// Codes of texts, shape `(rows)`: a text's place in the table, or the code of all others.
  mutating func codes(
    _ texts: Value, _ table: [(text: String, code: Int)], otherwise: Int
  ) -> Value {
    var keys = Onnx_AttributeProto()
    keys.name = "keys_strings"
    keys.strings = table.map { Data($0.text.utf8) }
    keys.type = 8
    var values = Onnx_AttributeProto()
    values.name = "values_int64s"
    values.ints = table.map { Int64($0.code) }
    values.type = 7
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

  static func attribute(_ name: String, _ value: Int64) -> Onnx_AttributeProto {
    var attribute = Onnx_AttributeProto()
    attribute.name = name
    attribute.i = value
    attribute.type = 2
    return attribute
  }

  private mutating func fresh(_ stem: String) -> String {
    count += 1
    return "\(stem).\(count)"
  }

  // MARK: The file

  func encoded(version: String, metadata: [(String, String)]) -> [UInt8] {
    var model = Onnx_ModelProto()
    model.irVersion = Self.intermediateRepresentation
    model.producerName = "equipoise"
    model.producerVersion = version
    model.graph = graph
    for (domain, version) in [("", Self.operators), (Self.learningDomain, Self.learningOperators)] {
      var entry = Onnx_OperatorSetIdProto()
      entry.domain = domain
      entry.version = version
      model.opsetImport.append(entry)
    }
    model.metadataProps = metadata.map { key, value in
      var entry = Onnx_StringStringEntryProto()
      entry.key = key
      entry.value = value
      return entry
    }
    guard let bytes: Data = try? model.serializedData() else {
      preconditionFailure("a message without required fields is complete")
    }
    return Array(bytes)
  }
}
