import Essentials

/// The files of the machine.
public struct DiskFiles: FileSystem {
  public init() {}

  public func open(_ path: String) throws(FileFault) -> any StoreFile {
    try DiskFile(path)
  }

  public func makeFolder(_ path: String) throws(FileFault) {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      made += (made.isEmpty || made.hasSuffix("/") ? "" : "/") + part
      guard mkdir(made, 0o750) == 0 || errno == EEXIST || errno == EISDIR else {
        throw FileFault(path: made, code: errno)
      }
    }
  }

  public func list(_ folder: String) throws(FileFault) -> [String] {
    guard let stream = opendir(folder) else { throw FileFault(path: folder, code: errno) }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  public func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  public func remove(_ path: String) throws(FileFault) {
    guard unlink(path) == 0 || errno == ENOENT else { throw FileFault(path: path, code: errno) }
  }

  public func rename(_ path: String, to target: String) throws(FileFault) {
    guard Essentials.rename(path, target) == 0 else { throw FileFault(path: path, code: errno) }
  }

  public func sync(folder: String) throws(FileFault) {
    let descriptor = Essentials.open(folder, O_RDONLY)
    guard descriptor >= 0 else { throw FileFault(path: folder, code: errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw FileFault(path: folder, code: errno) }
  }

  public func lock(_ path: String) throws(FileFault) -> AnyObject? {
    let file = try DiskFile(path)
    return try file.lock() ? file : nil
  }
}

/// An open file of the machine.
final class DiskFile: StoreFile {
  private let path: String
  private let descriptor: Int32

  init(_ path: String) throws(FileFault) {
    self.path = path
    descriptor = Essentials.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
    guard descriptor >= 0 else { throw FileFault(path: path, code: errno) }
  }

  deinit { close(descriptor) }

  /// Whether no other process has locked it.
  func lock() throws(FileFault) -> Bool {
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
    guard errno == EWOULDBLOCK else { throw fault() }
    return false
  }

  func size() throws(FileFault) -> Int {
    let end = lseek(descriptor, 0, SEEK_END)
    guard end >= 0 else { throw fault() }
    return Int(end)
  }

  func read(at offset: Int, count: Int) throws(FileFault) -> [UInt8] {
    var failed = false
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let got = pread(
          descriptor, buffer.baseAddress! + filled, count - filled, off_t(offset + filled))
        if got < 0 && errno == EINTR { continue }
        failed = got < 0
        if got <= 0 { return }
        filled += got
      }
    }
    if failed { throw fault() }
    return bytes
  }

  func write(_ bytes: [UInt8], at offset: Int) throws(FileFault) {
    var done = 0, failed = false
    bytes.withUnsafeBytes { buffer in
      while done < buffer.count && !failed {
        let put = pwrite(
          descriptor, buffer.baseAddress! + done, buffer.count - done, off_t(offset + done))
        if put < 0 && errno == EINTR { continue }
        failed = put <= 0
        if !failed { done += put }
      }
    }
    if failed { throw fault() }
  }

  func truncate(to size: Int) throws(FileFault) {
    guard ftruncate(descriptor, off_t(size)) == 0 else { throw fault() }
  }

  func sync() throws(FileFault) {
    #if os(macOS)
      guard fcntl(descriptor, F_FULLFSYNC) == 0 else { throw fault() }
    #else
      guard fdatasync(descriptor) == 0 else { throw fault() }
    #endif
  }

  private func fault() -> FileFault { FileFault(path: path, code: errno) }
}
