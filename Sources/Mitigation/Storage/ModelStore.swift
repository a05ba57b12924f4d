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
  private static let trainingSourceKey = "training_source"
  private static let trainingRowsKey = "training_rows"
  private static let trainingRecordsKey = "training_records"
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
      configurationKey: state.configuration, writerKey: EquipoiseVersion.writer,
      configurationDigestKey: Digest.sha256(
        of: (model.method + "\n" + options + "\n" + encoder).utf8),
    ]
    metadata[dataDigestKey] = dataDigest ?? model.training?.digest
    metadata[trainingSourceKey] = model.training?.source
    metadata[trainingRowsKey] = model.training?.rows.map(String.init)
    metadata[trainingRecordsKey] = model.training?.records.map(String.init)
    return SafetensorsFile(metadata: metadata, tensors: state.tensors)
  }

  public static func read(_ path: String) throws -> TrainedModel {
    try model(try ModelFile.read(path), file: path)
  }

  public static func model(_ contents: SafetensorsFile, file: String) throws -> TrainedModel {
    let metadata = StoredMetadata(contents, kind: "model", file: file)
    let state = PredictorState(
      kind: try metadata.text(kindKey), configuration: try metadata.text(configurationKey),
      tensors: contents.tensors)
    let encoder: FeatureEncoder = try metadata.value(encoderKey)
    let predictor = try Mitigations.predictors.restore(state)
    // A model fitted to arrays has an encoder without columns.
    let encoded = encoder.columnNames.count
    if let columns = predictor.featureColumns, encoded > 0, columns != encoded {
      throw PredictorError.badConfiguration(
        kind: state.kind, detail: "\(columns) columns where the encoder makes \(encoded)")
    }
    var model = TrainedModel(
      method: try metadata.text(methodKey), options: try metadata.value(optionsKey),
      encoder: encoder, predictor: predictor, report: try metadata.value(reportKey))
    model.training = training(contents.metadata)
    return model
  }

  private static func training(_ metadata: [String: String]) -> TrainingRows? {
    let found = TrainingRows(
      digest: metadata[dataDigestKey], source: metadata[trainingSourceKey],
      rows: metadata[trainingRowsKey].flatMap { Int($0) },
      records: metadata[trainingRecordsKey].flatMap { Int($0) })
    return found == TrainingRows() ? nil : found
  }
}
