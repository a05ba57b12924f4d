import Datasets

/// What is wrong with a model file. Every case names the file.
public enum ModelFileError: UserError, Equatable, Sendable {
  /// The system could not read or write it.
  case system(DataError)
  /// Shorter than its header says, or than a header can be.
  case truncated(file: String, bytes: Int, needed: Int)
  /// The header's length is beyond the file or the format's limit.
  /// The header is not the JSON that the format asks for; `offset` counts bytes of the header.
  case badHeader(file: String, offset: Int, reason: String)
  case duplicatedName(file: String, name: String)
  case unknownElementType(file: String, tensor: String, type: String)
  /// The byte range of a tensor is not as long as its shape and type ask for.
  case wrongSize(file: String, tensor: String, bytes: Int, needed: Int)
  /// The byte range of a tensor starts before the end of the one before it.
  case overlap(file: String, tensor: String)
  /// Bytes that belong to no tensor.
  case gap(file: String, offset: Int)
  case outOfRange(file: String, tensor: String)
  /// Another kind of file: `found` says what it is, with its article; nil where nobody can tell.
  case otherKind(file: String, found: String?)
  /// A safetensors file of another program.
  case notAModel(file: String)
  case unsupportedVersion(file: String, version: String, supported: String)
  /// The contents are not those that were written.
  case corrupt(file: String)
  case missingTensor(file: String, tensor: String)
  case missingMetadata(file: String, key: String)
  /// No model, rule or transform as this program writes them; `file` is nil for a text in memory.
  case notA(_ kind: String, file: String?, reason: String)
  /// The same, but the contents are not those that were written.
  case changed(_ kind: String, file: String?)
}

extension ModelFileError: CustomStringConvertible {
  /// Bytes in memory came from the caller, whatever wrote them.
  public var blame: Blame {
    switch self {
    case .notA(_, nil, _), .changed(_, nil): .data
    default: .system
    }
  }

  public var description: String {
    switch self {
    case .system(let error): error.description
    case .truncated(let file, let bytes, let needed):
      "\(file): the file ends too early: \(bytes) bytes of \(needed)"
    case .otherKind(let file, let found):
      "\(file): no model, rule or transform file, but "
        + (found ?? "a file of another kind, or a damaged one")
    case .badHeader(let file, let offset, let reason):
      "\(file): the header is damaged at byte \(offset): \(reason)"
    case .duplicatedName(let file, let name): "\(file): the name '\(name)' occurs twice"
    case .unknownElementType(let file, let tensor, let type):
      "\(file): '\(tensor)' has elements of type '\(type)'; known are "
        + SafetensorsFile.ElementType.allCases.map(\.rawValue).joined(separator: ", ")
    case .wrongSize(let file, let tensor, let bytes, let needed):
      "\(file): '\(tensor)' has \(bytes) bytes where its shape needs \(needed)"
    case .overlap(let file, let tensor): "\(file): '\(tensor)' overlaps its neighbour"
    case .gap(let file, let offset): "\(file): byte \(offset) of the data belongs to no tensor"
    case .outOfRange(let file, let tensor): "\(file): '\(tensor)' lies outside the file"
    case .notAModel(let file): "\(file): a safetensors file, but not a model of this program"
    case .unsupportedVersion(let file, let version, let supported):
      "\(file): the format is '\(version)'; this version reads '\(supported)'"
    case .corrupt(let file): "\(file): the contents do not match their digest: the file is damaged"
    case .missingTensor(let file, let tensor): "\(file): the model has no '\(tensor)'"
    case .missingMetadata(let file, let key): "\(file): the model's metadata have no '\(key)'"
    case .notA(let kind, let file, let reason):
      "\(Self.start(file))not a \(kind) written by equipoise: \(reason)"
    case .changed(let kind, let file):
      "\(Self.start(file))the \(kind) was changed after it was written: its digest does not match"
    }
  }

  private static func start(_ file: String?) -> String { file.map { "\($0): " } ?? "" }
}
