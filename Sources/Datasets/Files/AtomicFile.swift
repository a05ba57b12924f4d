#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A file that appears whole or not at all: written under a temporary name in the same folder,
/// synced, and renamed by `commit()`. Without a commit nothing is left.
///
/// A device or pipe (`/dev/stdout`) cannot be renamed over and is written to directly.
public final class AtomicFile {
  public let path: String
  private let temporaryPath: String?
  private var descriptor: Int32
  private var pending: [UInt8] = []
  /// Small writes are gathered up to this size: one system call a megabyte.
  private static let bufferSize = 1 << 20

  public init(_ path: String) throws(DataError) {
    self.path = path
    pending.reserveCapacity(Self.bufferSize)
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      temporaryPath = nil
      descriptor = systemOpen(path, O_WRONLY)
      guard descriptor >= 0 else { throw SystemError.writing(path, errno) }
      return
    }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    var template = Array((folder + ".equipoise-XXXXXX").utf8CString)
    descriptor = mkstemp(&template)
    guard descriptor >= 0 else {
      temporaryPath = nil
      throw SystemError.writing(path, errno)
    }
    temporaryPath = String(
      decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    // mkstemp makes private files; the result gets the rights that open() would have given.
    let mask = umask(0)
    umask(mask)
    fchmod(descriptor, 0o666 & ~mask)
  }

  deinit { abandon() }

  public func write(_ bytes: UnsafeRawBufferPointer) throws(DataError) {
    if pending.count + bytes.count > Self.bufferSize { try flush() }
    if bytes.count >= Self.bufferSize {
      try send(bytes)
    } else {
      pending.append(contentsOf: bytes)
    }
  }

  public func write(_ bytes: [UInt8]) throws(DataError) {
    if pending.count + bytes.count > Self.bufferSize { try flush() }
    pending.append(contentsOf: bytes)
  }

  public func write(_ text: String) throws(DataError) { try write(Array(text.utf8)) }

  /// Makes the file appear under its name.
  public func commit() throws(DataError) {
    try flush()
    guard let temporaryPath else {
      close(descriptor)
      descriptor = -1
      return
    }
    guard fsync(descriptor) == 0 else { throw failure() }
    let closed = close(descriptor)
    descriptor = -1
    guard closed == 0, rename(temporaryPath, path) == 0 else {
      let code = errno
      unlink(temporaryPath)
      throw SystemError.writing(path, code)
    }
  }

  /// Writes a whole file at once.
  public static func write(_ bytes: [UInt8], to path: String) throws(DataError) {
    let file = try AtomicFile(path)
    try file.write(bytes)
    try file.commit()
  }

  private func flush() throws(DataError) {
    guard !pending.isEmpty else { return }
    let bytes = pending
    pending.removeAll(keepingCapacity: true)
    var sent = 0
    while sent < bytes.count {
      // SAFETY: the range lies inside the array, which outlives the call.
      let count = bytes.withUnsafeBytes {
        systemWrite(descriptor, $0.baseAddress! + sent, $0.count - sent)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw failure() }
      sent += count
    }
  }

  private func send(_ bytes: UnsafeRawBufferPointer) throws(DataError) {
    var sent = 0
    while sent < bytes.count {
      // SAFETY: the range lies inside the caller's buffer.
      let count = systemWrite(descriptor, bytes.baseAddress! + sent, bytes.count - sent)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw failure() }
      sent += count
    }
  }

  private func failure() -> DataError {
    let error = SystemError.writing(path, errno)
    abandon()
    return error
  }

  private func abandon() {
    guard descriptor >= 0 else { return }
    close(descriptor)
    descriptor = -1
    if let temporaryPath { unlink(temporaryPath) }
  }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
