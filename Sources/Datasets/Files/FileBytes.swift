import Essentials

/// The bytes of a file, for reading: mapped where that is possible, else read into memory.
///
/// Mapped memory is private: writing to it (standardizing in place) changes no file. What is opened to
/// be read alone is shared with all who read the file, and no memory of this process.
public final class FileBytes: @unchecked Sendable {
  public let pointer: UnsafeMutablePointer<CChar>
  public let count: Int
  private let release: () -> Void
  /// Whether the bytes can be dropped from memory and fetched again.
  let isMapped: Bool

  init(
    _ pointer: UnsafeMutablePointer<CChar>, count: Int, isMapped: Bool = false,
    release: @escaping () -> Void
  ) {
    self.pointer = pointer
    self.count = count
    self.isMapped = isMapped
    self.release = release
  }

  deinit { release() }

  /// Bytes of somebody else's that live as long as the program, or a copy of an array.
  package convenience init(_ bytes: [UInt8]) {
    let copy = UnsafeMutablePointer<CChar>.allocate(capacity: max(1, bytes.count))
    for (i, byte) in bytes.enumerated() { copy[i] = CChar(bitPattern: byte) }
    self.init(copy, count: bytes.count) { copy.deallocate() }
  }

  /// Bytes `range` as an array: a copy.
  public func array(_ range: Range<Int>) -> [UInt8] {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "range out of range")
    // SAFETY: the range lies inside the bytes.
    return Array(
      UnsafeRawBufferPointer(start: pointer + range.lowerBound, count: range.count))
  }

  /// What tells a regular file from every other, however its path is spelt: its device and its number
  /// there; nil for pipes, devices and what does not exist.
  public static func identity(of path: String) -> [UInt64]? {
    var found = stat()
    guard stat(path, &found) == 0, found.st_mode & S_IFMT == S_IFREG else { return nil }
    return [UInt64(found.st_dev), UInt64(found.st_ino)]
  }

  /// Whether a path is a file whose bytes can be read again.
  public static func isRegularFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  public static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Opens a file; `-` is standard input.
  ///
  /// - Parameter isReadOnly: nobody writes to the bytes.
  public static func open(
    _ path: String, isReadOnly: Bool = false
  ) throws(DataError) -> FileBytes {
    if path == "-" { return try read(descriptor: STDIN_FILENO, name: "standard input") }
    let descriptor = systemOpen(path, O_RDONLY)
    guard descriptor >= 0 else { throw SystemError.reading(path, errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw SystemError.reading(path, errno) }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw SystemError.reading(path, EISDIR) }
    let size = Int(status.st_size)
    guard status.st_mode & S_IFMT == S_IFREG, size > 0 else {
      return try read(descriptor: descriptor, name: path)
    }
    if let bytes = mapped(descriptor, size, isReadOnly: isReadOnly) { return bytes }
    return try read(descriptor: descriptor, name: path)
  }

  private static func mapped(
    _ descriptor: Int32, _ size: Int, isReadOnly: Bool = false
  ) -> FileBytes? {
    let rights = isReadOnly ? PROT_READ : PROT_READ | PROT_WRITE
    // SAFETY: the mapping is private or never written to, and lives until `release`; nobody else holds
    // its address.
    let address = mmap(
      nil, size, rights, isReadOnly ? MAP_SHARED : MAP_PRIVATE, descriptor, 0)
    guard let address, address != MAP_FAILED else { return nil }
    return FileBytes(
      address.bindMemory(to: CChar.self, capacity: size), count: size, isMapped: true
    ) { munmap(address, size) }
  }

  /// The first bytes of an open file, which may be none.
  static func map(_ descriptor: Int32, _ size: Int, name: String) throws(DataError) -> FileBytes {
    if size == 0 { return FileBytes([]) }
    guard let bytes = mapped(descriptor, size) else { throw SystemError.reading(name, errno) }
    return bytes
  }

  /// Everything up to the end of a pipe or device.
  static func read(descriptor: Int32, name: String) throws(DataError) -> FileBytes {
    var memory = GrowingBytes()
    while true {
      memory.reserve(GrowingBytes.step)
      let got = systemRead(descriptor, memory.end, memory.free)
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw SystemError.reading(name, errno) }
      if got == 0 { return memory.finish() }
      memory.count += got
    }
  }

  /// Lets the system take back the memory of a range that has been read, where it is mapped.
  ///
  /// Without this a large file would count as memory in use until its last row is parsed.
  func discard(_ range: Range<Int>) {
    guard isMapped else { return }
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let first = (range.lowerBound + page - 1) / page * page
    let last = range.upperBound / page * page
    guard last > first else { return }
    // SAFETY: whole pages of our own unmodified mapping; the next access reads the file again.
    madvise(UnsafeMutableRawPointer(pointer) + first, last - first, MADV_DONTNEED)
  }
}

/// Memory that grows while bytes arrive.
struct GrowingBytes: ~Copyable {
  /// The least that is asked of the system at once.
  static let step = 1 << 20
  private var start: UnsafeMutablePointer<CChar>
  private var capacity: Int
  var count = 0

  init(expecting: Int = step) {
    capacity = max(expecting, 1)
    // SAFETY: freed by the `FileBytes` that `finish` makes, or here when reading fails.
    start = malloc(capacity)!.bindMemory(to: CChar.self, capacity: capacity)
  }

  deinit { systemFree(start) }

  var end: UnsafeMutablePointer<CChar> { start + count }
  var free: Int { capacity - count }

  /// Makes room for at least `extra` bytes. Doubling keeps the copying linear in the size.
  mutating func reserve(_ extra: Int) {
    guard free < extra else { return }
    capacity = max(2 * capacity, count + extra)
    start = realloc(start, capacity)!.bindMemory(to: CChar.self, capacity: capacity)
  }

  consuming func finish() -> FileBytes {
    let start = self.start
    let count = self.count
    discard self
    return FileBytes(start, count: count) { systemFree(start) }
  }
}

// The names that methods above shadow.
func systemOpen(_ path: String, _ flags: Int32) -> Int32 { open(path, flags | O_CLOEXEC) }
private func systemRead(_ descriptor: Int32, _ to: UnsafeMutablePointer<CChar>, _ count: Int) -> Int
{
  read(descriptor, to, count)
}
private func systemFree(_ pointer: UnsafeMutablePointer<CChar>) { free(pointer) }
