/// What a store needs of files: a disk, or in tests a memory that fails and forgets on demand.
public protocol FileSystem: Sendable {
  /// Opens a file for reading and writing; makes it where there is none.
  func open(_ path: String) throws(FileFault) -> any StoreFile
  func makeFolder(_ path: String) throws(FileFault)
  /// The names in a folder, in code-point order.
  func list(_ folder: String) throws(FileFault) -> [String]
  func exists(_ path: String) -> Bool
  func remove(_ path: String) throws(FileFault)
  func rename(_ path: String, to target: String) throws(FileFault)
  /// Makes files that were made, renamed and removed in a folder last through a loss of power.
  func sync(folder: String) throws(FileFault)
  /// Locks a file against other processes until the result goes away; nil where another has it.
  func lock(_ path: String) throws(FileFault) -> AnyObject?
}

/// An open file.
public protocol StoreFile: AnyObject, Sendable {
  func size() throws(FileFault) -> Int
  /// As many of the bytes as there are.
  func read(at offset: Int, count: Int) throws(FileFault) -> [UInt8]
  /// All of the bytes, or a fault; then some of them may be there.
  func write(_ bytes: [UInt8], at offset: Int) throws(FileFault)
  func truncate(to size: Int) throws(FileFault)
  /// Makes what was written last through a loss of power.
  func sync() throws(FileFault)
}

/// What the system refused.
public struct FileFault: Error, Equatable, Sendable {
  public var path: String
  /// `errno`.
  public var code: Int32

  public init(path: String, code: Int32) {
    self.path = path
    self.code = code
  }
}

/// What surrounds a store and differs between runs: files, the clock, chance.
public struct Surroundings: Sendable {
  public var files: any FileSystem
  /// Milliseconds since 1970.
  public var now: @Sendable () -> Int64
  /// So many bytes that nobody can foretell.
  public var random: @Sendable (_ count: Int) -> [UInt8]
  /// Makes the file of counts and detectors of a folder.
  public var state: @Sendable (_ folder: String) throws -> any StateStore

  public init(
    files: any FileSystem, now: @escaping @Sendable () -> Int64,
    random: @escaping @Sendable (_ count: Int) -> [UInt8],
    state: @escaping @Sendable (_ folder: String) throws -> any StateStore
  ) {
    self.files = files
    self.now = now
    self.random = random
    self.state = state
  }
}
