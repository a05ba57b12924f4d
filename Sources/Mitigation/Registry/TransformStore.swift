import Datasets
import Models

/// A fitted transform with everything that using it on new rows needs.
public struct FittedTransform: Sendable {
  /// The method's name, and the options it was fitted with.
  public var method: String
  public var options: [String: OptionValue]
  /// How rows are encoded before they are transformed.
  public var encoder: FeatureEncoder
  public var transform: any Transform
  public var report: FitReport

  public init(
    method: String, options: [String: OptionValue], encoder: FeatureEncoder,
    transform: any Transform, report: FitReport
  ) {
    self.method = method
    self.options = options
    self.encoder = encoder
    self.transform = transform
    self.report = report
  }
}

/// Fitted transforms on disk: files of the same format as models.
public enum TransformStore {
  private static let methodKey = "preprocessing"
  private static let optionsKey = "options"
  private static let encoderKey = "encoder"
  private static let reportKey = "report"
  private static let kindKey = "transform"
  private static let configurationKey = "transform_configuration"
  private static let writerKey = "writer"

  public static func write(
    _ fitted: FittedTransform, to path: String
  ) throws(ModelFileError) {
    func json(_ transform: some Transform) -> String { StoredJSON.text(transform) }
    let metadata = [
      methodKey: fitted.method, optionsKey: StoredJSON.text(fitted.options),
      encoderKey: StoredJSON.text(fitted.encoder), reportKey: StoredJSON.text(fitted.report),
      kindKey: type(of: fitted.transform).kind, configurationKey: json(fitted.transform),
      writerKey: "equipoise \(EquipoiseVersion.current)",
    ]
    let contents = SafetensorsFile(
      metadata: metadata,
      tensors: fitted.transform.tensors.map {
        .init(name: $0.name, doubles: $0.doubles, shape: $0.shape)
      })
    try ModelFile.write(contents, to: path)
  }

  public static func read(_ path: String) throws -> FittedTransform {
    let contents = try ModelFile.read(path)
    func text(_ key: String) throws(ModelFileError) -> String {
      guard let value = contents.metadata[key] else {
        throw .missingMetadata(file: path, key: key)
      }
      return value
    }
    let tensors = contents.tensors.map {
      NamedTensor($0.name, shape: $0.shape, .float64($0.doubles))
    }
    return FittedTransform(
      method: try text(methodKey),
      options: try StoredJSON.value(try text(optionsKey), kind: optionsKey),
      encoder: try StoredJSON.value(try text(encoderKey), kind: encoderKey),
      transform: try Preprocessors.transform(
        kind: try text(kindKey), json: try text(configurationKey), tensors: tensors),
      report: try StoredJSON.value(try text(reportKey), kind: reportKey))
  }
}
