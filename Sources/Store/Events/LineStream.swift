import Essentials

/// The lines of a file or of standard input, some at a time, so that a stream of any length fits in memory.
public final class LineStream {
  /// Bytes of a line from which it is none.
  static let longest = 1 << 20
  private static let block = 1 << 20

  /// What messages call it.
  public let name: String
  private let descriptor: Int32
  private var rest: [UInt8] = []
  private var isAtEnd = false
  /// The number of the first of the lines that were given last.
  public private(set) var first = 1
  private var line = 1

  /// - Parameter path: of a file; `-` is standard input.
  public init(_ path: String) throws(StoreError) {
    name = path == "-" ? "standard input" : path
    descriptor = path == "-" ? dup(0) : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .file(path, code: errno) }
  }

  deinit { close(descriptor) }

  /// Up to so many whole lines; nil at the end.
  public func next(_ most: Int) throws(StoreError) -> [UInt8]? {
    first = line
    var lines = 0, place = 0
    while lines < most {
      if let end = rest[place...].firstIndex(of: 0x0A) {
        place = end + 1
        lines += 1
      } else if isAtEnd {
        if place < rest.count { lines += 1 }
        place = rest.count
        break
      } else {
        guard rest.count - place < Self.longest else {
          throw .event(
            EventFault(
              source: name, line: line + lines, column: Self.longest,
              reason: "a line of more than \(Self.longest) bytes"))
        }
        try fill()
      }
    }
    guard place > 0 else { return nil }
    defer {
      rest.removeFirst(place)
      line += lines
    }
    return Array(rest[..<place])
  }

  private func fill() throws(StoreError) {
    var failed: Int32 = 0, count = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: Self.block) { buffer, filled in
      repeat {
        count = read(descriptor, buffer.baseAddress!, Self.block)
      } while count < 0
        && errno == EINTR
      if count < 0 { failed = errno }
      filled = max(0, count)
    }
    guard failed == 0 else { throw .file(name, code: failed) }
    isAtEnd = bytes.isEmpty
    rest += bytes
  }

  /// SHA-256 of a file.
  public static func digest(_ path: String) throws(StoreError) -> String {
    let stream = try LineStream(path)
    var digest = Digest()
    while !stream.isAtEnd {
      stream.rest = []
      try stream.fill()
      digest.update(stream.rest)
    }
    return digest.hexadecimal
  }
}
