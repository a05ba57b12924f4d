import CText

/// The first bytes of a packed file: what it is, and where its contents are listed.
///
/// Two places hold a pointer to the list of contents, and the later one that is whole counts. A writer
/// overwrites the other one, last of all and after everything it points at is on the disk: whatever
/// stops it leaves the list that was there before.
struct PackedHeader: Equatable {
  /// The first byte is no letter, and the line ends tell a copy that changed them.
  static let magic: [UInt8] = [0x89, 0x45, 0x51, 0x50, 0x0D, 0x0A, 0x1A, 0x0A]
  static let version = 1
  /// A page of memory: blocks begin at a multiple of it.
  static let size = 4096
  private static let places = [512, 1024]
  private static let pointerBytes = 40

  /// Where the list of contents is.
  struct Pointer: Equatable {
    /// Grows with every change of the file.
    var sequence: UInt64
    var offset: Int
    var count: Int
    var digest: UInt64

    /// Where in the file the pointer stands.
    var place: Int { places[Int(sequence % 2)] }

    var bytes: [UInt8] {
      var output = PackedOutput()
      output.add(sequence)
      output.add(count: offset)
      output.add(count: count)
      output.add(digest)
      output.add(PackedDigest.of(output.bytes))
      return output.bytes
    }
  }

  var pointer: Pointer

  /// A header without a pointer, for a file that is being written.
  static var empty: [UInt8] {
    var output = PackedOutput()
    for byte in magic { output.add(byte) }
    output.add(UInt32(version))
    return output.bytes + [UInt8](repeating: 0, count: size - output.bytes.count)
  }

  /// Whether bytes begin as a packed file does.
  static func isFound(in bytes: FileBytes) -> Bool {
    bytes.count >= magic.count && bytes.array(0..<magic.count) == magic
  }

  init(_ bytes: FileBytes) throws(PackedFault) {
    guard Self.isFound(in: bytes) else { throw .notPacked }
    guard bytes.count >= Self.size else {
      throw .truncated(bytes: bytes.count, needed: Self.size)
    }
    // SAFETY: the bytes outlive the input.
    let all = UnsafeRawBufferPointer(start: bytes.pointer, count: Self.size)
    var input = PackedInput(UnsafeRawBufferPointer(rebasing: all[Self.magic.count...]))
    let version: UInt32 = try input.number()
    guard version <= UInt32(Self.version) else { throw .newer(version: Int(version)) }
    let found = Self.places.compactMap { place in
      Self.pointer(UnsafeRawBufferPointer(rebasing: all[place..<place + Self.pointerBytes]))
    }
    guard let last = found.max(by: { $0.sequence < $1.sequence }) else {
      throw .badContents("its list of contents is nowhere")
    }
    pointer = last
  }

  private static func pointer(_ bytes: UnsafeRawBufferPointer) -> Pointer? {
    var input = PackedInput(bytes)
    guard let sequence: UInt64 = try? input.number(), let offset = try? input.size(),
      let count = try? input.size(), let digest: UInt64 = try? input.number(),
      let own: UInt64 = try? input.number()
    else { return nil }
    let found = Pointer(sequence: sequence, offset: offset, count: count, digest: digest)
    let covered = UnsafeRawBufferPointer(rebasing: bytes[..<(pointerBytes - 8)])
    return own == PackedDigest.of(covered) && sequence > 0 ? found : nil
  }
}

/// Digests of 64 bits, which find damage and prove nothing about intent.
enum PackedDigest {
  static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    eqp_digest_bytes(bytes.baseAddress, Int64(bytes.count))
  }

  static func of(_ bytes: [UInt8]) -> UInt64 { bytes.withUnsafeBytes { of($0) } }

  /// Of each column of rows of numbers of 4 or 8 bytes.
  static func columns(
    _ values: UnsafeRawPointer, size: Int, rows: Int, columns: Int
  ) -> [UInt64] {
    var digests = [UInt64](repeating: 0, count: columns)
    eqp_digest_columns(values, Int32(size), Int64(rows), Int64(columns), &digests)
    return digests
  }
}
