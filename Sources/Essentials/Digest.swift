import CKernels

/// The SHA-256 digest of bytes that may come in pieces: by it data, configurations and files are
/// recognized, and changed ones are found.
///
/// Source: NIST, Secure Hash Standard, FIPS 180-4 (2015), section 6.2.
public struct Digest: Sendable {
  private var state = eqp_sha256()

  public init() { eqp_sha256_start(&state) }

  /// Adds bytes to those so far.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    // SAFETY: reads the bytes of the buffer, none for an empty one.
    eqp_sha256_add(&state, bytes.baseAddress, bytes.count)
  }

  /// Adds bytes that lie together in memory, of an array, of `Data` or of a text's UTF-8.
  public mutating func update(_ bytes: some Sequence<UInt8>) {
    let isDone: Void? = bytes.withContiguousStorageIfAvailable {
      update(UnsafeRawBufferPointer($0))
    }
    if isDone == nil { Array(bytes).withUnsafeBytes { update($0) } }
  }

  /// The digest of the bytes so far, as 64 hexadecimal digits.
  public var hexadecimal: String {
    var bytes = [UInt8](repeating: 0, count: 32)
    // SAFETY: the digest has 32 bytes.
    withUnsafePointer(to: state) { eqp_sha256_digest($0, &bytes) }
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// The digest of bytes, as 64 hexadecimal digits.
  public static func sha256(of bytes: some Sequence<UInt8>) -> String {
    var digest = Digest()
    digest.update(bytes)
    return digest.hexadecimal
  }

  /// The digest of bytes in memory, as 64 hexadecimal digits.
  public static func sha256(of bytes: UnsafeRawBufferPointer) -> String {
    var digest = Digest()
    digest.update(bytes)
    return digest.hexadecimal
  }
}
