import Datasets
import Essentials
import Models

/// Trained models on disk: one safetensors file with the numbers, and the rest as JSON metadata.
public enum ModelStore {
  private static let methodKey = "method"
  private static let optionsKey = "options"
  private static let encoderKey = "encoder"
  private static let reportKey = "report"
  private static let kindKey = "predictor"
  private static let configurationKey = "predictor_configuration"
  private static let writerKey = "writer"
  private static let dataDigestKey = "data_sha256"
  private static let configurationDigestKey = "configuration_sha256"

  /// - Parameter dataDigest: the digest of the training data, if known.
  public static func write(
    _ model: TrainedModel, to path: String, dataDigest: String? = nil
  ) throws(ModelFileError) {
    try ModelFile.write(contents(model, dataDigest: dataDigest), to: path)
  }

  public static func contents(_ model: TrainedModel, dataDigest: String?) -> SafetensorsFile {
    let state = model.predictor.state
    let options = StoredJSON.text(model.options), encoder = StoredJSON.text(model.encoder)
    var metadata = [
      methodKey: model.method, optionsKey: options, encoderKey: encoder,
      reportKey: StoredJSON.text(model.report), kindKey: state.kind,
      configurationKey: state.configuration, writerKey: "equipoise \(EquipoiseVersion.current)",
      configurationDigestKey: Digest.sha256(
        of: (model.method + "\n" + options + "\n" + encoder).utf8),
    ]
    metadata[dataDigestKey] = dataDigest
    return SafetensorsFile(
      metadata: metadata,
      tensors: state.tensors.map { tensor in
        switch tensor.numbers {
        case .float64(let values): .init(name: tensor.name, doubles: values, shape: tensor.shape)
        case .float32(let values): .init(name: tensor.name, floats: values, shape: tensor.shape)
        }
      })
  }

  public static func read(_ path: String) throws -> TrainedModel {
    try model(try ModelFile.read(path), file: path)
  }

  public static func model(_ contents: SafetensorsFile, file: String) throws -> TrainedModel {
    func text(_ key: String) throws(ModelFileError) -> String {
      guard let value = contents.metadata[key] else {
        throw .missingMetadata(file: file, key: key)
      }
      return value
    }
    let state = PredictorState(
      kind: try text(kindKey), configuration: try text(configurationKey),
      tensors: contents.tensors.map { tensor in
        NamedTensor(
          tensor.name, shape: tensor.shape,
          tensor.type == .float32
            ? .float32(tensor.doubles.map(Float.init)) : .float64(tensor.doubles))
      })
    let encoder: FeatureEncoder = try StoredJSON.value(try text(encoderKey), kind: encoderKey)
    let predictor = try Mitigations.predictors.restore(state)
    // A model fitted to arrays has an encoder without columns.
    let encoded = encoder.columnNames.count
    if let columns = predictor.featureColumns, encoded > 0, columns != encoded {
      throw PredictorError.badConfiguration(
        kind: state.kind, detail: "\(columns) columns where the encoder makes \(encoded)")
    }
    return TrainedModel(
      method: try text(methodKey),
      options: try StoredJSON.value(try text(optionsKey), kind: optionsKey),
      encoder: encoder, predictor: predictor,
      report: try StoredJSON.value(try text(reportKey), kind: reportKey))
  }
}
