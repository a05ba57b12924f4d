import Essentials

/// A file that grows at its end, by one process at a time.
///
/// Opening it waits for the lock of other processes and holds it until the object is gone; the
/// system frees the lock of a process that dies. An append is one write and is on the disk when the
/// call returns.
public final class AppendedFile {
  public let path: String
  private let descriptor: Int32

  public init(_ path: String) throws(DataError) {
    self.path = path
    descriptor = openForAppending(path)
    guard descriptor >= 0 else { throw SystemError.writing(path, errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw .unwritable(file: path, reason: "it is not a regular file")
    }
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else {
        let code = errno
        close(descriptor)
        throw SystemError.writing(path, code)
      }
    }
  }

  deinit { close(descriptor) }

  /// All bytes of the file.
  public func contents() throws(DataError) -> [UInt8] {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw SystemError.reading(path, errno) }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var got = 0
    while got < bytes.count {
      // SAFETY: the range lies inside the array, which outlives the call.
      let count = bytes.withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress! + got, $0.count - got, off_t(got))
      }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw SystemError.reading(path, errno) }
      if count == 0 { break }
      got += count
    }
    return Array(bytes.prefix(got))
  }

  /// Cuts the file: what an interrupted append left behind goes.
  public func truncate(to count: Int) throws(DataError) {
    guard ftruncate(descriptor, off_t(count)) == 0 else { throw SystemError.writing(path, errno) }
  }

  public func append(_ bytes: [UInt8]) throws(DataError) {
    // SAFETY: the buffer is the array's, which outlives the call.
    let count = bytes.withUnsafeBytes { writeAtEnd(descriptor, $0.baseAddress!, $0.count) }
    guard count == bytes.count else {
      throw count < 0
        ? SystemError.writing(path, errno) : DataError.diskFull(file: path)
    }
    guard fsync(descriptor) == 0 else { throw SystemError.writing(path, errno) }
  }
}

private func openForAppending(_ path: String) -> Int32 {
  open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o666)
}

private func writeAtEnd(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
