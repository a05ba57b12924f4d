import Essentials

/// A temporary file without a name, written and read in any order: the system frees it with its last
/// user, however that ends. What was written or read does not stay in the system's memory.
public final class ScratchFile: Sendable {
  private let folder: String
  private let descriptor: Int32

  /// - Parameter folder: on a disk with room for it; nil: the usual one.
  public init(in folder: String? = nil) throws(DataError) {
    let folder = folder ?? Self.usualFolder
    self.folder = folder
    var template = Array("\(folder)/.equipoise-XXXXXX".utf8CString)
    descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw SystemError.writing(folder, errno) }
    unlink(template)
  }

  deinit { close(descriptor) }

  /// The folder that the environment names as `TMPDIR`, else the one for large files: many systems hold
  /// `/tmp` in memory.
  public static var usualFolder: String {
    let named = getenv("TMPDIR").map { String(cString: $0) } ?? ""
    return named.isEmpty ? "/var/tmp" : named
  }

  public func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(DataError) {
    guard writeAll(bytes, to: descriptor, at: offset) else {
      throw SystemError.writing(folder, errno)
    }
  }

  /// Fills the bytes.
  public func read(_ bytes: UnsafeMutableRawBufferPointer, at offset: Int) throws(DataError) {
    var got = 0
    while got < bytes.count {
      // SAFETY: the range lies inside the bytes.
      let done = pread(
        descriptor, bytes.baseAddress! + got, bytes.count - got, off_t(offset + got))
      if done < 0 && errno == EINTR { continue }
      guard done > 0 else { throw SystemError.reading(folder, done == 0 ? EIO : errno) }
      got += done
    }
  }

  /// Says that a range that was read is not needed soon.
  public func drop(_ range: Range<Int>) {
    #if os(Linux)
      posix_fadvise(
        descriptor, off_t(range.lowerBound), off_t(range.count), POSIX_FADV_DONTNEED)
    #endif
  }

  /// The same of what was written, which goes to the disk first.
  public func flush(_ range: Range<Int>) {
    #if os(Linux)
      fdatasync(descriptor)
    #endif
    drop(range)
  }
}
