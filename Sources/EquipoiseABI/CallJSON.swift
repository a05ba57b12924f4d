import Essentials
import Models

/// Documents for the caller: keys sorted, so that the same content is the same bytes.
enum CallJSON {
  static func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

/// How a fit went, as a caller reads it.
struct ModelDocument: Encodable {
  var method: String
  var options: [String: OptionValue]
  var predictor: String
  var tensors: [String: [Int]]
  var columns: [String]
  var report: FitReport

  init(_ model: TrainedModel) {
    let state = model.predictor.state
    method = model.method
    options = model.options
    predictor = state.kind
    tensors = Dictionary(
      state.tensors.map { ($0.name, $0.shape) }, uniquingKeysWith: { first, _ in first })
    columns = model.encoder.columnNames
    report = model.report
  }
}
