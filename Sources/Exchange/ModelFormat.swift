import Datasets
import Mitigation
import Models

/// A file format that other programs run models from.
public protocol ModelFormat: Sendable {
  /// The same string in every interface.
  static var name: String { get }
  /// One sentence.
  static var summary: String { get }

  /// The bytes of a file.
  ///
  /// - Parameter threshold: a probability at least this is positive, for models without a rule.
  static func encode(_ model: TrainedModel, threshold: Double) throws(ExportError) -> [UInt8]
}

/// Every format: one line each.
public enum ModelFormats {
  public static let all: [any ModelFormat.Type] = [
    ONNXFormat.self,
    SafetensorsFormat.self,
  ]
}

/// A model that a format cannot hold.
public enum ExportError: UserError, Equatable, CustomStringConvertible {
  case unsupported(what: String, format: String)

  public var blame: Blame { .usage }

  public var description: String {
    switch self {
    case .unsupported(let what, let format): "\(what) cannot be exported to \(format)"
    }
  }
}

/// The tensors by name with everything else as metadata: the model file itself.
public enum SafetensorsFormat: ModelFormat {
  public static let name = "safetensors"
  public static let summary = "Tensors by name, the rest as JSON metadata; Equipoise reads it back."

  public static func encode(
    _ model: TrainedModel, threshold: Double
  ) throws(ExportError) -> [UInt8] {
    ModelFile.encode(ModelStore.contents(model, dataDigest: nil))
  }
}
