/// The numbers of the fields that exported models use, message by message.
///
/// Source: ONNX, `onnx/onnx.proto`, version 8 of the intermediate representation.
package enum ONNXField {
  package enum Model {
    package static let irVersion = 1, producerName = 2, producerVersion = 3, graph = 7
    package static let operatorSets = 8, metadata = 14
  }
  package enum OperatorSet {
    package static let domain = 1, version = 2
  }
  package enum Entry {
    package static let key = 1, value = 2
  }
  package enum Graph {
    package static let node = 1, name = 2, initializer = 5, input = 11, output = 12
  }
  package enum Node {
    package static let input = 1, output = 2, name = 3, type = 4, attribute = 5, domain = 7
  }
  package enum Attribute {
    package static let name = 1, integer = 3, integers = 8, strings = 9, type = 20
  }
  package enum Tensor {
    package static let dimensions = 1, element = 2, name = 8, rawData = 9
  }
  package enum ValueInfo {
    package static let name = 1, type = 2
  }
  package enum ValueType {
    package static let tensor = 1
  }
  package enum TensorType {
    package static let element = 1, shape = 2
  }
  package enum Shape {
    package static let dimension = 1
  }
  package enum Dimension {
    package static let value = 1, parameter = 2
  }
}
