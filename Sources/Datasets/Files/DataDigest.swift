import Essentials
import LinearAlgebra
import Synchronization

/// A digest of a data file's bytes, kept with a model so that its data can be recognized; of a file that
/// packs one other, the other's.
///
/// SHA-256 of the hexadecimal SHA-256 digests of consecutive pieces of 2²¹ bytes, which several
/// threads compute.
public enum DataDigest {
  static let pieceSize = 1 << 21
  /// How such a digest was taken, beside each one that is shown: it is not what other programs print of
  /// the file.
  public static let manner = "in pieces of 2 MiB"

  /// nil for built-in data, standard input and folders.
  public static func of(
    _ location: DataLocation, pool: WorkerPool
  ) throws(DataError) -> String? {
    guard case .path(let path) = location, FileBytes.isRegularFile(path) else { return nil }
    let bytes = try FileBytes.open(path, isReadOnly: true)
    if PackedHeader.isFound(in: bytes), let packed = try? PackedFile(bytes, path: path),
      let source = packed.contents.onlySource
    {
      return source
    }
    return of(bytes, pool: pool)
  }

  static func of(_ bytes: FileBytes, pool: WorkerPool) -> String {
    let pieces = (bytes.count + pieceSize - 1) / pieceSize
    let digests = DigestList(count: pieces)
    pool.forEach(pieces) { k in
      let first = k * pieceSize
      let piece = first..<min(bytes.count, first + pieceSize)
      digests.set(k, bytes.digest(piece))
      bytes.discard(piece)
    }
    return Digest.sha256(of: digests.joined.utf8)
  }
}

/// Digests that threads write in any order.
private final class DigestList: Sendable {
  private let parts: Mutex<[String]>

  init(count: Int) { parts = Mutex(Array(repeating: "", count: count)) }
  func set(_ index: Int, _ digest: String) { parts.withLock { $0[index] = digest } }
  var joined: String { parts.withLock { $0.joined() } }
}
