import Datasets

/// Named arrays and text metadata in the safetensors format: an open container that keeps numbers
/// as they lie in memory and holds nothing that could be executed.
///
/// Layout: the header's length as 8 bytes little-endian; the header, a JSON object that gives each
/// array its type, shape and byte range, and strings under `__metadata__`, padded with spaces to a
/// multiple of 8; then the arrays without gaps. Arrays are written by descending element size, then
/// by name, so each is aligned to its elements and the same contents always give the same bytes.
public struct SafetensorsFile: Sendable, Equatable {
  public enum ElementType: String, Sendable, CaseIterable {
    case float32 = "F32"
    case float64 = "F64"
    case unsigned16 = "U16"
    case signed64 = "I64"

    public var size: Int {
      switch self {
      case .unsigned16: 2
      case .float32: 4
      case .float64, .signed64: 8
      }
    }
  }

  /// One array.
  public typealias Tensor = NamedTensor

  /// The name of the metadata among the arrays' names.
  static let metadataName = "__metadata__"
  /// The format's limit: longer headers are refused before they are read.
  static let headerLimit = 100_000_000
  static let alignment = 8

  public var metadata: [String: String]
  public var tensors: [Tensor]

  public init(metadata: [String: String] = [:], tensors: [Tensor] = []) {
    precondition(
      Set(tensors.map(\.name)).count == tensors.count, "two arrays have the same name")
    self.metadata = metadata
    self.tensors = tensors
  }

  public subscript(name: String) -> Tensor? { tensors.first { $0.name == name } }

  /// The file's bytes; they depend on the contents only.
  public func encoded() -> [UInt8] {
    let ordered = tensors.sorted { one, other in
      one.type.size != other.type.size
        ? one.type.size > other.type.size
        : one.name.utf8.lexicographicallyPrecedes(other.name.utf8)
    }
    let header = SafetensorsHeader.encode(metadata: metadata, tensors: ordered)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + header.count + ordered.reduce(0) { $0 + $1.bytes.count })
    bytes.append(contentsOf: littleEndian([UInt64(header.count)]))
    bytes.append(contentsOf: header)
    for tensor in ordered { bytes.append(contentsOf: tensor.bytes) }
    return bytes
  }

  /// Reads a file's bytes, and refuses any that do not follow the format to the letter.
  ///
  /// - Parameter file: the name that errors give.
  public init(decoding bytes: [UInt8], file: String) throws(ModelFileError) {
    guard bytes.count >= 8 else {
      if let found = FileKind.words(bytes) { throw .otherKind(file: file, found: found) }
      throw .truncated(file: file, bytes: bytes.count, needed: 8)
    }
    let length = bytes[0..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length >= 2, length <= UInt64(Self.headerLimit) else {
      throw .otherKind(file: file, found: FileKind.words(bytes))
    }
    let start = 8 + Int(length)
    guard start <= bytes.count else {
      throw .truncated(file: file, bytes: bytes.count, needed: start)
    }
    let header = try SafetensorsHeader(decoding: Array(bytes[8..<start]), file: file)
    try header.validate(dataCount: bytes.count - start, file: file)
    metadata = header.metadata
    tensors = header.entries.map { entry in
      Tensor(
        name: entry.name, type: entry.type, shape: entry.shape,
        bytes: Array(bytes[(start + entry.begin)..<(start + entry.end)]))
    }
  }
}
