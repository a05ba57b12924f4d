import Essentials
import Synchronization

/// A file that appears whole or not at all: written under a temporary name in the same folder,
/// synced, and renamed by `commit()`. Without a commit nothing is left.
///
/// A symbolic link keeps pointing at its target, which is replaced. A device or pipe cannot be
/// renamed over and is written to directly; `-` is standard output.
public final class AtomicFile {
  public let path: String
  /// What the temporary file is renamed to.
  private let target: String
  private let temporaryPath: String?
  private var descriptor: Int32
  private var pending: [UInt8] = []
  /// Small writes are gathered up to this size: one system call a megabyte.
  private static let bufferSize = 1 << 20

  public init(_ path: String) throws(DataError) {
    self.path = path
    pending.reserveCapacity(Self.bufferSize)
    if path == "-" || Self.isDevice(path) {
      temporaryPath = nil
      target = path
      descriptor = path == "-" ? dup(STDOUT_FILENO) : systemOpen(path, O_WRONLY)
      guard descriptor >= 0 else { throw SystemError.writing(path, errno) }
      return
    }
    let place = Self.resolved(path)
    target = place
    let mode = try Self.mode(replacing: place)
    let folder = place.lastIndex(of: "/").map { String(place[...$0]) } ?? ""
    var template = Array((folder + ".equipoise-XXXXXX").utf8CString)
    descriptor = mkstemp(&template)
    guard descriptor >= 0 else {
      temporaryPath = nil
      throw SystemError.writing(path, errno)
    }
    temporaryPath = String(
      decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    // mkstemp makes private files.
    fchmod(descriptor, mode)
    if let temporaryPath { Self.unfinished.withLock { _ = $0.insert(temporaryPath) } }
  }

  /// Throws where a file could not be written, before what goes into it is made.
  public static func requireWritable(_ path: String) throws(DataError) {
    guard path != "-" else { return }
    if isFolder(path) { throw SystemError.writing(path, EISDIR) }
    if isDevice(path) {
      guard access(path, W_OK) == 0 else { throw SystemError.writing(path, errno) }
      return
    }
    // Left without a commit, it leaves nothing.
    _ = try AtomicFile(path)
  }

  /// Throws where a folder could not be made, or nothing be written into it.
  public static func requireFolder(_ path: String) throws(DataError) {
    // The part of the path that is there decides.
    var place = path
    while access(place, F_OK) != 0 {
      let parts = place.split(separator: "/", omittingEmptySubsequences: true).dropLast()
      let rest = (place.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
      place = rest.isEmpty ? "." : rest
    }
    guard isFolder(place) else { throw SystemError.writing(path, ENOTDIR) }
    guard access(place, W_OK) == 0 else { throw SystemError.writing(path, errno) }
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The rights of a file that is replaced, which must not be write-protected; of a new one those that
  /// open() would give.
  private static func mode(replacing path: String) throws(DataError) -> mode_t {
    var found = stat()
    if stat(path, &found) == 0 {
      guard found.st_mode & 0o222 != 0 else { throw SystemError.writing(path, EACCES) }
      return found.st_mode & 0o777
    }
    let mask = umask(0)
    umask(mask)
    return 0o666 & ~mask
  }

  /// The temporary files of this process that are neither committed nor abandoned.
  private static let unfinished = Mutex<Set<String>>([])

  /// Removes what is half-written, for a process that ends without unwinding.
  public static func removeUnfinished() {
    unfinished.withLock { paths in
      for path in paths { unlink(path) }
      paths = []
    }
  }

  /// Whether bytes go straight to what a path names. The links below /dev and /proc stand for open
  /// files, whoever opened them, and must never be renamed over.
  private static func isDevice(_ path: String) -> Bool {
    if path.hasPrefix("/dev/") || path.hasPrefix("/proc/") { return true }
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
  }

  /// Where a symbolic link points at; any other path as it is.
  private static func resolved(_ path: String) -> String {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK,
      let real = realpath(path, nil)
    else { return path }
    // SAFETY: realpath returns a zero-terminated text of its own, freed here.
    defer { free(real) }
    return String(cString: real)
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

  /// Whether the bytes go to a file of another name first, which replaces the one asked for.
  var isReplaced: Bool { temporaryPath != nil }

  /// Waits until everything that was written is on the disk.
  func sync() throws(DataError) {
    try flush()
    guard systemSync(descriptor) else { throw failure() }
  }

  /// Writes over bytes that were written before.
  func overwrite(_ bytes: [UInt8], at place: Int) throws(DataError) {
    try flush()
    let isWritten = bytes.withUnsafeBytes { writeAll($0, to: descriptor, at: place) }
    guard isWritten else { throw failure() }
  }

  /// Makes the file appear under its name.
  public func commit() throws(DataError) {
    try flush()
    guard let temporaryPath else {
      close(descriptor)
      descriptor = -1
      return
    }
    guard systemSync(descriptor) else { throw failure() }
    let closed = close(descriptor)
    descriptor = -1
    defer { forget(temporaryPath) }
    guard closed == 0, rename(temporaryPath, target) == 0 else {
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
    guard let temporaryPath else { return }
    unlink(temporaryPath)
    forget(temporaryPath)
  }

  private func forget(_ path: String) {
    Self.unfinished.withLock { _ = $0.remove(path) }
  }
}

/// Waits until the bytes of a file are on the disk, and not in its memory only.
func systemSync(_ descriptor: Int32) -> Bool {
  #if canImport(Darwin)
    if fcntl(descriptor, F_FULLFSYNC) == 0 { return true }
  #endif
  return fsync(descriptor) == 0
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
