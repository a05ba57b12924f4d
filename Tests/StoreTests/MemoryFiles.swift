import Essentials
import Store

/// Files in memory that fail on demand and forget, in a crash, what was not made safe.
final class MemoryFiles: FileSystem, @unchecked Sendable {
  enum Fault {
    /// The operation fails with a code of the system and does nothing.
    case refuse(Int32)
    /// A write stops in its middle.
    case short(Int32)
    /// The operation and all that follow fail, as if the machine had stopped.
    case crash
  }

  /// What a disk keeps of a file, and what has been written to it since.
  final class Content {
    var now: [UInt8] = []
    var safe: [UInt8] = []
    /// Whether its name lasts.
    var isSafe = false
  }

  private(set) var files: [String: Content] = [:]
  /// Names whose removal or renaming is not safe yet.
  private var removed: [String: Content] = [:]
  private var locked: Set<String> = []
  private(set) var operations = 0
  var faultAt: Int?
  var fault = Fault.crash
  private(set) var hasCrashed = false

  /// Counts an operation; throws where it fails.
  func step(_ path: String) throws(FileFault) {
    operations += 1
    if hasCrashed { throw FileFault(path: path, code: EIO) }
    guard operations == faultAt else { return }
    switch fault {
    case .crash:
      hasCrashed = true
      throw FileFault(path: path, code: EIO)
    case .refuse(let code), .short(let code): throw FileFault(path: path, code: code)
    }
  }

  /// What is left after the machine has stopped: what was safe, and of the rest as much as chance leaves.
  func restart(_ generator: inout some RandomNumberGenerator) {
    for (name, content) in removed where files[name] == nil && Bool.random(using: &generator) {
      files[name] = content
    }
    removed = [:]
    for (name, content) in files.sorted(by: { $0.key < $1.key }) {
      if !content.isSafe && Bool.random(using: &generator) {
        files[name] = nil
        continue
      }
      content.now = Self.left(content, &generator)
      content.safe = content.now
      content.isSafe = true
    }
    locked = []
    hasCrashed = false
    faultAt = nil
  }

  /// Some blocks of what was not safe got to the disk, and some did not.
  private static func left(
    _ content: Content, _ generator: inout some RandomNumberGenerator
  ) -> [UInt8] {
    var bytes = content.safe
    let now = content.now, block = 64
    guard now != bytes else { return bytes }
    let size = Int.random(
      in: min(bytes.count, now.count)...max(bytes.count, now.count), using: &generator)
    if bytes.count > size { bytes.removeLast(bytes.count - size) }
    while bytes.count < size { bytes.append(0) }
    for start in stride(from: 0, to: min(size, now.count), by: block)
    where Bool.random(using: &generator) {
      let end = min(start + block, size, now.count)
      bytes.replaceSubrange(start..<end, with: now[start..<end])
    }
    return bytes
  }

  /// A process that ends leaves its files as they are.
  func endProcess() {
    locked = []
    hasCrashed = false
    faultAt = nil
  }

  func open(_ path: String) throws(FileFault) -> any StoreFile {
    try step(path)
    let content = files[path] ?? Content()
    files[path] = content
    return MemoryFile(path, content, self)
  }

  func makeFolder(_ path: String) throws(FileFault) { try step(path) }

  func list(_ folder: String) throws(FileFault) -> [String] {
    try step(folder)
    return files.keys.filter { $0.hasPrefix(folder + "/") }
      .map { String($0.dropFirst(folder.count + 1)) }.sorted()
  }

  func exists(_ path: String) -> Bool { files.keys.contains { $0.hasPrefix(path) } }

  func remove(_ path: String) throws(FileFault) {
    try step(path)
    if let content = files.removeValue(forKey: path), content.isSafe { removed[path] = content }
  }

  func rename(_ path: String, to target: String) throws(FileFault) {
    try step(path)
    files[target] = files.removeValue(forKey: path)
  }

  func sync(folder: String) throws(FileFault) {
    try step(folder)
    for (name, content) in files where name.hasPrefix(folder + "/") { content.isSafe = true }
    removed = removed.filter { !$0.key.hasPrefix(folder + "/") }
  }

  private final class Lock {
    let release: () -> Void
    init(_ release: @escaping () -> Void) { self.release = release }
    deinit { release() }
  }

  func lock(_ path: String) throws(FileFault) -> AnyObject? {
    try step(path)
    guard locked.insert(path).inserted else { return nil }
    return Lock { [weak self] in self?.locked.remove(path) }
  }
}

final class MemoryFile: StoreFile, @unchecked Sendable {
  private let path: String
  private let content: MemoryFiles.Content
  private let files: MemoryFiles

  init(_ path: String, _ content: MemoryFiles.Content, _ files: MemoryFiles) {
    self.path = path
    self.content = content
    self.files = files
  }

  func size() throws(FileFault) -> Int {
    try files.step(path)
    return content.now.count
  }

  func read(at offset: Int, count: Int) throws(FileFault) -> [UInt8] {
    try files.step(path)
    guard offset < content.now.count else { return [] }
    return Array(content.now[offset..<min(content.now.count, offset + count)])
  }

  func write(_ bytes: [UInt8], at offset: Int) throws(FileFault) {
    do { try files.step(path) } catch {
      if case .refuse = files.fault { throw error }
      if files.operations == files.faultAt { put(bytes.prefix(bytes.count / 2), offset) }
      throw error
    }
    put(bytes[...], offset)
  }

  private func put(_ bytes: ArraySlice<UInt8>, _ offset: Int) {
    while content.now.count < offset + bytes.count { content.now.append(0) }
    content.now.replaceSubrange(offset..<offset + bytes.count, with: bytes)
  }

  func truncate(to size: Int) throws(FileFault) {
    try files.step(path)
    if content.now.count > size { content.now.removeLast(content.now.count - size) }
    while content.now.count < size { content.now.append(0) }
  }

  func sync() throws(FileFault) {
    try files.step(path)
    content.safe = content.now
  }
}
