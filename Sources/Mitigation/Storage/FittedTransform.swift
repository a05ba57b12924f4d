import Datasets
import Essentials
import Models

/// A fitted transform with everything that using it on new rows needs.
public struct FittedTransform: Sendable {
  /// The method's name, and the options it was fitted with.
  public var method: String
  public var options: [String: OptionValue]
  /// How rows are encoded before they are transformed.
  public var encoder: FeatureEncoder
  /// The columns and rows it was fitted to.
  public var shape: FittedShape
  public var transform: any Transform
  public var report: FitReport
  /// The program and version that wrote it.
  public var writer: String

  /// - Parameter shape: nil: the columns that the encoder makes, and an unknown number of rows.
  public init(
    method: String, options: [String: OptionValue], encoder: FeatureEncoder,
    shape: FittedShape? = nil, transform: any Transform, report: FitReport,
    writer: String = EquipoiseVersion.writer
  ) {
    self.method = method
    self.options = options
    self.encoder = encoder
    self.shape = shape ?? FittedShape(encoder)
    self.transform = transform
    self.report = report
    self.writer = writer
  }

  /// Whether the columns it was fitted to can be found in a table.
  public var hasNamedColumns: Bool { !encoder.columnNames.isEmpty || shape.isEmpty }
}

/// The JSON form: the one for places where only text can go. Its numbers stand in it as well.
extension FittedTransform: Codable {
  private enum Key: String, CodingKey {
    case schema, writer, method, options, seed, report, encoder, shape, kind, transform, tensors
    case needsAttributes = "needs_attributes"
    case changesFeatures = "changes_features"
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(TransformStore.schema, forKey: .schema)
    try container.encode(writer, forKey: .writer)
    try container.encode(method, forKey: .method)
    try container.encode(options, forKey: .options)
    try container.encode(report.seed, forKey: .seed)
    try container.encode(report, forKey: .report)
    try container.encode(self.encoder, forKey: .encoder)
    try container.encode(shape, forKey: .shape)
    try container.encode(type(of: transform).kind, forKey: .kind)
    try container.encode(transform.needsAttributes, forKey: .needsAttributes)
    try container.encode(transform.changesFeatures, forKey: .changesFeatures)
    try transform.encode(to: container.superEncoder(forKey: .transform))
    try container.encode(transform.tensors.map { TextTensor($0) }, forKey: .tensors)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let kind = try Preprocessors.transformKind(
      try container.decode(String.self, forKey: .kind))
    let tensors = try container.decode([TextTensor].self, forKey: .tensors).map { try $0.tensor }
    func restored<T: Transform>(_ kind: T.Type) throws -> any Transform {
      try T(from: try container.superDecoder(forKey: .transform)).restored(tensors: tensors)
    }
    self.init(
      method: try container.decode(String.self, forKey: .method),
      options: try container.decode([String: OptionValue].self, forKey: .options),
      // Documents of 0.1.0 have none: they were fitted to arrays.
      encoder: try container.decodeIfPresent(FeatureEncoder.self, forKey: .encoder)
        ?? FeatureEncoder(),
      shape: try container.decode(FittedShape.self, forKey: .shape),
      transform: try restored(kind),
      report: try container.decode(FitReport.self, forKey: .report),
      writer: try container.decodeIfPresent(String.self, forKey: .writer)
        ?? EquipoiseVersion.writer)
    let seed = try container.decodeIfPresent(UInt64.self, forKey: .seed)
    guard seed == nil || seed == report.seed else {
      throw JSONFault("'seed' is not the one of 'report'")
    }
  }
}

/// Numbers beside a transform, in JSON.
private struct TextTensor: Codable {
  var name: String
  var shape: [Int]
  var values: [Double]
  var isSingle: Bool

  private enum CodingKeys: String, CodingKey {
    case name, shape, values
    case isSingle = "is_single"
  }

  init(_ tensor: NamedTensor) {
    name = tensor.name
    shape = tensor.shape
    values = tensor.doubles
    isSingle = tensor.type == .float32
  }

  var tensor: NamedTensor {
    get throws(PredictorError) {
      guard shape.reduce(1, { $0 &* $1 }) == values.count, shape.allSatisfy({ $0 >= 0 }) else {
        throw .badConfiguration(kind: name, detail: "\(values.count) numbers of shape \(shape)")
      }
      return NamedTensor(
        name, shape: shape, isSingle ? .float32(values.map { Float($0) }) : .float64(values))
    }
  }
}
