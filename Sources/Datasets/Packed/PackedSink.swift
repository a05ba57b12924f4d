import Essentials

/// Where blocks go: a new file, or the end of one that is there.
protocol PackedSink: AnyObject {
  /// Where the next byte goes.
  var end: Int { get }
  /// Of the list of contents that is written next.
  var sequence: UInt64 { get }
  func write(_ bytes: UnsafeRawBufferPointer) throws(DataError)
  /// Makes everything that was written the contents of the file.
  func finish(_ pointer: PackedHeader.Pointer) throws(DataError)
}

extension PackedSink {
  func write(_ bytes: [UInt8]) throws(DataError) {
    var failure: DataError?
    bytes.withUnsafeBytes { bytes in
      do throws(DataError) { try write(bytes) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// Zeros up to a multiple of some bytes.
  func align(to alignment: Int) throws(DataError) {
    let rest = end % alignment
    if rest > 0 { try write([UInt8](repeating: 0, count: alignment - rest)) }
  }

  /// Writes the list of contents and the pointer to it.
  func finish(_ contents: PackedContents) throws(DataError) {
    try align(to: 8)
    let offset = end, listed = contents.encoded
    try write(listed)
    try finish(
      PackedHeader.Pointer(
        sequence: sequence, offset: offset, count: listed.count, digest: PackedDigest.of(listed)))
  }
}

/// A new packed file, which replaces one of its name when it is whole.
final class PackedCreation: PackedSink {
  private let file: AtomicFile
  private(set) var end = 0
  let sequence: UInt64 = 1

  init(_ path: String) throws(DataError) {
    file = try AtomicFile(path)
    guard file.isReplaced else {
      throw .unwritable(
        file: path == "-" ? "standard output" : path,
        reason: "a packed table needs a file, which is written at its beginning last")
    }
    try write(PackedHeader.empty)
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(DataError) {
    try file.write(bytes)
    end += bytes.count
  }

  func finish(_ pointer: PackedHeader.Pointer) throws(DataError) {
    try file.sync()
    try file.overwrite(pointer.bytes, at: pointer.place)
    try file.commit()
  }
}

/// A packed file that grows, by one process at a time: nothing that its list of contents names is
/// touched, and its pointer is overwritten when all else is on the disk.
final class PackedAppending: PackedSink {
  private let path: String
  private let descriptor: Int32
  /// Where the file ended before.
  private let start: Int
  private(set) var end: Int
  let sequence: UInt64
  private var isFinished = false
  /// What the file holds before.
  let contents: PackedContents
  /// The line of its last row.
  let lastLine: Int

  init(_ path: String) throws(DataError) {
    self.path = path
    descriptor = systemOpen(path, O_RDWR)
    guard descriptor >= 0 else { throw SystemError.writing(path, errno) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      close(descriptor)
      guard code == EWOULDBLOCK else { throw SystemError.writing(path, code) }
      throw .unwritable(file: path, reason: "another process is appending to it")
    }
    do throws(DataError) {
      let file = try PackedFile(path)
      contents = file.contents
      lastLine = file.line(ofRow: file.contents.rows - 1)
      start = file.pointer.offset + file.pointer.count
      sequence = file.pointer.sequence + 1
    } catch {
      close(descriptor)
      throw error
    }
    end = start
    // What a writer that was killed left behind goes.
    guard ftruncate(descriptor, off_t(start)) == 0 else {
      throw SystemError.writing(path, errno)
    }
  }

  deinit {
    if !isFinished { ftruncate(descriptor, off_t(start)) }
    close(descriptor)
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(DataError) {
    try send(bytes, at: end)
    end += bytes.count
  }

  func finish(_ pointer: PackedHeader.Pointer) throws(DataError) {
    try synchronize()
    let bytes = pointer.bytes
    var failure: DataError?
    bytes.withUnsafeBytes { bytes in
      do throws(DataError) { try send(bytes, at: pointer.place) } catch { failure = error }
    }
    if let failure { throw failure }
    // The new list counts from here on, whatever the system says of the disk.
    isFinished = true
    try synchronize()
  }

  private func send(_ bytes: UnsafeRawBufferPointer, at place: Int) throws(DataError) {
    guard writeAll(bytes, to: descriptor, at: place) else {
      throw SystemError.writing(path, errno)
    }
  }

  private func synchronize() throws(DataError) {
    guard systemSync(descriptor) else { throw SystemError.writing(path, errno) }
  }
}
