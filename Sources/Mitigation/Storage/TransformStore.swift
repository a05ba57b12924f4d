import Datasets
import Models

/// Fitted transforms on disk: safetensors files like those of models, and the same as JSON where
/// only text can go. Every door reads both.
public enum TransformStore {
  public static let schema = "equipoise.transform/2"
  private static let kind = "transform"
  private static let document = StoredDocument(kind: kind, schema: schema)

  private static let schemaKey = "schema"
  private static let methodKey = "preprocessing"
  private static let optionsKey = "options"
  private static let encoderKey = "encoder"
  private static let shapeKey = "shape"
  private static let reportKey = "report"
  private static let kindKey = "transform"
  private static let configurationKey = "transform_configuration"
  private static let writerKey = "writer"

  // MARK: Writing

  /// Writes the file whole or not at all.
  public static func write(_ fitted: FittedTransform, to path: String) throws(ModelFileError) {
    try ModelFile.write(contents(fitted), to: path)
  }

  /// The bytes of the file.
  public static func bytes(_ fitted: FittedTransform) -> [UInt8] {
    ModelFile.encode(contents(fitted))
  }

  /// The same as JSON, without a line end.
  public static func text(_ fitted: FittedTransform) -> String { StoredDocument.text(fitted) }

  private static func contents(_ fitted: FittedTransform) -> SafetensorsFile {
    func json(_ transform: some Transform) -> String { StoredJSON.text(transform) }
    return SafetensorsFile(
      metadata: [
        schemaKey: schema, methodKey: fitted.method,
        optionsKey: StoredJSON.text(fitted.options),
        encoderKey: StoredJSON.text(fitted.encoder), shapeKey: StoredJSON.text(fitted.shape),
        reportKey: StoredJSON.text(fitted.report), kindKey: type(of: fitted.transform).kind,
        configurationKey: json(fitted.transform), writerKey: fitted.writer,
      ],
      tensors: fitted.transform.tensors)
  }

  // MARK: Reading

  /// Reads what any door wrote, and files of 0.1.0.
  public static func read(_ path: String) throws -> FittedTransform {
    try transform(try ModelFile.bytes(path), file: path)
  }

  /// The same for JSON in memory.
  public static func transform(_ text: String) throws(ModelFileError) -> FittedTransform {
    try document.value(from: text, file: nil)
  }

  /// The same for bytes in memory; `file` is the name that errors give.
  public static func transform(_ bytes: [UInt8], file: String) throws -> FittedTransform {
    // A safetensors file begins with the length of its header, of which the lowest byte, a multiple
    // of 8, is no brace.
    if bytes.first == UInt8(ascii: "{") {
      return try document.value(from: String(decoding: bytes, as: UTF8.self), file: file)
    }
    return try transform(try ModelFile.decode(bytes, file: file), file: file)
  }

  private static func transform(
    _ contents: SafetensorsFile, file: String
  ) throws -> FittedTransform {
    let metadata = StoredMetadata(contents, kind: kind, file: file)
    if let found = contents.metadata[schemaKey], found != schema {
      throw ModelFileError.unsupportedVersion(file: file, version: found, supported: schema)
    }
    let shape: FittedShape? =
      contents.metadata[shapeKey] == nil ? nil : try metadata.value(shapeKey)
    return FittedTransform(
      method: try metadata.text(methodKey), options: try metadata.value(optionsKey),
      encoder: try metadata.value(encoderKey), shape: shape,
      transform: try Preprocessors.transform(
        kind: try metadata.text(kindKey), json: try metadata.text(configurationKey),
        tensors: contents.tensors),
      report: try metadata.value(reportKey),
      writer: contents.metadata[writerKey] ?? EquipoiseVersion.writer)
  }
}

/// The metadata of a model file, with errors that say what the file was to hold.
struct StoredMetadata {
  private let values: [String: String]
  private let kind: String
  private let file: String

  init(_ contents: SafetensorsFile, kind: String, file: String) {
    values = contents.metadata
    self.kind = kind
    self.file = file
  }

  func text(_ key: String) throws(ModelFileError) -> String {
    guard let value = values[key] else {
      throw .notA(kind, file: file, reason: "'\(key)' is missing")
    }
    return value
  }

  func value<Value: Decodable>(_ key: String) throws -> Value {
    try StoredJSON.value(try text(key), kind: key)
  }
}
