import Datasets
import Exchange
import LinearAlgebra
import Mitigation
import Models
import Testing

private let german: DataParts<Double> = {
  let set = try! BundledDataset.named("german")
  return try! DataReader(options: DataOptions(set)).readParts(
    .bundled(set, .train), test: .fraction(0.3, seed: 1))
}()

private func trained(_ name: String, _ options: [String: String] = [:]) throws -> TrainedModel {
  var staged = try StagedFit(named: name)
  staged.method.options = try MethodOptions(options, of: staged.method.method)
  return try staged.fit(german.train, FitRequest(options: staged.method.options, seed: 3)).model
}

/// Numbers of a tensor's field of bytes.
private func doubles(_ bytes: [UInt8]) -> [Double] {
  stride(from: 0, to: bytes.count, by: 8).map { first in
    Double(
      bitPattern: (0..<8).reduce(0) { $0 | UInt64(bytes[first + $1]) << UInt64(8 * $1) })
  }
}

@Suite struct ONNXFormatTests {
  @Test func theHeadOfTheFile() throws {
    let model = try WireMessage(ONNXFormat.encode(try trained("logistic"), threshold: 0.5))
    #expect(model.numbers(ONNXField.Model.irVersion) == [8])
    #expect(model.text(ONNXField.Model.producerName) == "equipoise")
    #expect(model.text(ONNXField.Model.producerVersion) == EquipoiseVersion.current)
    let sets = try model.messages(ONNXField.Model.operatorSets)
    #expect(sets.map { $0.text(ONNXField.OperatorSet.domain) } == ["", "ai.onnx.ml"])
    #expect(sets.map { $0.numbers(ONNXField.OperatorSet.version) } == [[17], [3]])
    let entries = try model.messages(ONNXField.Model.metadata)
    #expect(
      entries.map { $0.text(ONNXField.Entry.key) }
        == ["method", "numbers", "categories", "positive"])
    #expect(entries[0].text(ONNXField.Entry.value) == "logistic")
    let numbers = model.fields.map(\.field)
    #expect(numbers == numbers.sorted(), "fields in the order of their numbers")
  }

  /// The constants of a linear model: its coefficients, those of each column of codes a table.
  @Test func coefficientsAreInTheFile() throws {
    let model = try trained("logistic")
    let linear = try #require(model.predictor as? LinearModel)
    let file = try WireMessage(ONNXFormat.encode(model, threshold: 0.25))
    let graph = try #require(try file.messages(ONNXField.Model.graph).first)
    let tensors = try graph.messages(ONNXField.Graph.initializer)
    let constants = try tensors.filter { $0.numbers(ONNXField.Tensor.element) == [11] }.map {
      let numbers = doubles($0.data(ONNXField.Tensor.rawData).joined().map { $0 })
      let shape = try $0.packed(ONNXField.Tensor.dimensions)
      #expect(numbers.count == Int(shape.reduce(1, *)))
      return numbers
    }
    let d = model.encoder.numeric.count
    #expect(constants.contains(Array(linear.coefficients[..<d])))
    #expect(constants.contains([linear.intercept]) && constants.contains([0.25]))
    var next = d
    for levels in model.encoder.levelCounts {
      #expect(constants.contains(Array(linear.coefficients[next..<(next + levels)])))
      next += levels
    }
  }

  /// Each node reads inputs, constants and what nodes before it made; nothing is named twice.
  @Test(arguments: [
    "logistic", "prejudice-remover", "reductions", "adversarial", "logistic+group-thresholds",
    "logistic+threshold-optimizer", "logistic+group-calibration", "logistic+score-transport",
  ])
  func nodesReadWhatIsThere(name: String) throws {
    let model = try trained(name, name == "adversarial" ? ["epochs": "1", "hidden": "4"] : [:])
    let file = try WireMessage(ONNXFormat.encode(model, threshold: 0.5))
    let graph = try #require(try file.messages(ONNXField.Model.graph).first)
    #expect(graph.text(ONNXField.Graph.name) == "model")
    let infos = try graph.messages(ONNXField.Graph.input)
    var known =
      infos.map { $0.text(ONNXField.ValueInfo.name) }
      + (try graph.messages(ONNXField.Graph.initializer)).map { $0.text(ONNXField.Tensor.name) }
    for node in try graph.messages(ONNXField.Graph.node) {
      #expect(!node.text(ONNXField.Node.type).isEmpty)
      for input in node.texts(ONNXField.Node.input) { #expect(known.contains(input)) }
      for attribute in try node.messages(ONNXField.Node.attribute) {
        #expect(!attribute.text(ONNXField.Attribute.name).isEmpty)
        #expect([[2], [7], [8]].contains(attribute.numbers(ONNXField.Attribute.type)))
      }
      known += node.texts(ONNXField.Node.output)
    }
    #expect(Set(known).count == known.count)
    let outputs = try graph.messages(ONNXField.Graph.output)
    #expect(!outputs.isEmpty)
    for output in outputs {
      #expect(known.contains(output.text(ONNXField.ValueInfo.name)))
      let type = try #require(try output.messages(ONNXField.ValueInfo.type).first)
      let tensor = try #require(try type.messages(ONNXField.ValueType.tensor).first)
      let shape = try #require(try tensor.messages(ONNXField.TensorType.shape).first)
      let rows = try #require(try shape.messages(ONNXField.Shape.dimension).first)
      #expect(rows.text(ONNXField.Dimension.parameter) == "rows")
    }
  }
}
