import Essentials

/// A temporary file without a name, which holds what would be too large for memory: the system frees
/// it with its last user, however that ends.
final class Spool {
  private let folder: String
  private let descriptor: Int32
  private var pending: [UInt8] = []
  private var count = 0
  private static let bufferSize = 1 << 20

  /// - Parameter folder: where there is room for it.
  init(in folder: String) throws(DataError) {
    self.folder = folder
    var template = Array("\(folder)/.equipoise-XXXXXX".utf8CString)
    descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw SystemError.writing(folder, errno) }
    unlink(template)
    pending.reserveCapacity(Self.bufferSize)
  }

  deinit { close(descriptor) }

  func write(_ bytes: UnsafeRawBufferPointer) throws(DataError) {
    pending.append(contentsOf: bytes)
    if pending.count >= Self.bufferSize { try flush() }
  }

  func write(_ bytes: [UInt8]) throws(DataError) {
    pending += bytes
    if pending.count >= Self.bufferSize { try flush() }
  }

  private func flush() throws(DataError) {
    let isWritten = pending.withUnsafeBytes { writeAll($0, to: descriptor, at: count) }
    guard isWritten else { throw SystemError.writing(folder, errno) }
    count += pending.count
    pending.removeAll(keepingCapacity: true)
  }

  /// What was written, mapped.
  func finish() throws(DataError) -> FileBytes {
    try flush()
    return try FileBytes.map(descriptor, count, name: folder)
  }

  /// Everything up to the end of a pipe or device.
  func take(_ descriptor: Int32, name: String) throws(DataError) {
    var buffer = [UInt8](repeating: 0, count: Self.bufferSize)
    while true {
      let got = buffer.withUnsafeMutableBytes { spoolRead(descriptor, $0.baseAddress!, $0.count) }
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw SystemError.reading(name, errno) }
      if got == 0 { return }
      try write(Array(buffer[..<got]))
    }
  }
}

// The name that a method of many types shadows.
private func spoolRead(_ descriptor: Int32, _ to: UnsafeMutableRawPointer, _ count: Int) -> Int {
  read(descriptor, to, count)
}
