import Datasets
import Essentials

/// A model on disk: a safetensors file that knows its version and proves that it is undamaged.
///
/// The metadata hold the format's version and the SHA-256 of everything else in the file, names and
/// metadata included. Reading also asks that the bytes are the ones this program would write, so a
/// change of any byte is found, blanks included. Other programs read the file as plain safetensors.
public enum ModelFile {
  /// The version that this program writes and reads.
  public static let format = "equipoise.model/1"
  /// What every version's name starts with.
  static let formatFamily = "equipoise.model/"
  /// The metadata keys that belong to the file itself.
  public static let formatKey = "format"
  public static let digestKey = "sha256"

  /// Writes the contents whole or not at all: a killed process leaves the old file or the new one.
  public static func write(
    _ contents: SafetensorsFile, to path: String
  ) throws(ModelFileError) {
    do throws(DataError) {
      try AtomicFile.write(encode(contents), to: path)
    } catch {
      throw .system(error)
    }
  }

  /// The bytes of a model file with these contents.
  public static func encode(_ contents: SafetensorsFile) -> [UInt8] {
    var signed = contents
    signed.metadata[formatKey] = format
    signed.metadata[digestKey] = digest(signed)
    return signed.encoded()
  }

  /// Reads a model, after checking its version, its digest and its layout.
  ///
  /// - Returns: the contents without the two keys of the file itself.
  public static func read(_ path: String) throws(ModelFileError) -> SafetensorsFile {
    try decode(try bytes(path), file: path)
  }

  /// A file's bytes, whatever they are.
  package static func bytes(_ path: String) throws(ModelFileError) -> [UInt8] {
    guard !FileBytes.isFolder(path) else { throw .otherKind(file: path, found: "a folder") }
    let bytes: FileBytes
    do throws(DataError) {
      bytes = try FileBytes.open(path)
    } catch {
      throw .system(error)
    }
    // SAFETY: the mapped bytes live as long as `bytes`, and are copied here.
    return Array(UnsafeRawBufferPointer(start: bytes.pointer, count: bytes.count))
  }

  /// The same for bytes in memory; `file` is the name that errors give.
  public static func decode(
    _ bytes: [UInt8], file: String
  ) throws(ModelFileError) -> SafetensorsFile {
    var contents = try SafetensorsFile(decoding: bytes, file: file)
    guard let version = contents.metadata[formatKey], version.hasPrefix(formatFamily) else {
      throw .notAModel(file: file)
    }
    guard version == format else {
      throw .unsupportedVersion(file: file, version: version, supported: format)
    }
    guard contents.metadata[digestKey] == digest(contents), contents.encoded() == bytes else {
      throw .corrupt(file: file)
    }
    contents.metadata[formatKey] = nil
    contents.metadata[digestKey] = nil
    return contents
  }

  @available(*, deprecated, message: "use 'Digest.sha256(of:)'")
  public static func digest(of bytes: [UInt8]) -> String { Digest.sha256(of: bytes) }

  private static func digest(_ contents: SafetensorsFile) -> String {
    var unsigned = contents
    unsigned.metadata[digestKey] = nil
    return Digest.sha256(of: unsigned.encoded())
  }
}
