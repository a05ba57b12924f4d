/// Bytes of a state that is kept or sent: little-endian, and ended by a checksum of all before it.
package struct StateWriter {
  package private(set) var bytes: [UInt8] = []
  private let check: StateCheck

  package init(check: StateCheck = .bytes) { self.check = check }

  package mutating func write<Value: FixedWidthInteger>(_ value: Value) {
    for k in 0..<Value.bitWidth / 8 { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * k))) }
  }

  /// −0 is written as +0, so that equal states have equal bytes.
  package mutating func write(_ value: Double) { write((value + 0.0).bitPattern) }

  package mutating func write(_ text: String) {
    let utf8 = Array(text.utf8)
    write(UInt32(utf8.count))
    bytes += utf8
  }

  /// Many numbers at once, as they lie in memory.
  package mutating func write(_ words: [Int128]) {
    // SAFETY: reads the bytes of the array; the processors that this runs on are little-endian.
    words.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }

  /// The bytes with their checksum.
  package consuming func finished() -> [UInt8] {
    let sum = check.sum(bytes[...])
    write(sum)
    return bytes
  }
}

/// Reads what `StateWriter` wrote and trusts nothing.
package struct StateReader {
  private let bytes: ArraySlice<UInt8>
  private var at: Int

  /// - Throws: when the bytes do not start with a signature or do not end with their checksum.
  package init(
    _ bytes: [UInt8], signature: [UInt8], check: StateCheck = .bytes
  ) throws(StateError) {
    let trailer = MemoryLayout<UInt64>.size
    guard bytes.count >= signature.count, bytes.prefix(signature.count).elementsEqual(signature)
    else { throw .notAState }
    guard bytes.count >= signature.count + trailer else { throw .truncated(at: bytes.count) }
    self.bytes = bytes.dropLast(trailer)
    at = bytes.count - trailer
    var end = StateReader(tail: bytes[...], at: at)
    guard try end.integer(UInt64.self) == check.sum(self.bytes) else { throw .damaged }
    at = signature.count
  }

  private init(tail: ArraySlice<UInt8>, at: Int) {
    bytes = tail
    self.at = at
  }

  package var remaining: Int { bytes.endIndex - at }
  package var offset: Int { at }

  package mutating func integer<Value: FixedWidthInteger>(
    _ type: Value.Type = Value.self
  ) throws(StateError) -> Value {
    let size = Value.bitWidth / 8
    guard remaining >= size else { throw .truncated(at: at) }
    var value: Value = 0
    for k in (0..<size).reversed() { value = value << 8 | Value(truncatingIfNeeded: bytes[at + k]) }
    at += size
    return value
  }

  /// A finite number.
  package mutating func number() throws(StateError) -> Double {
    let place = at
    let value = Double(bitPattern: try integer())
    guard value.isFinite else { throw .invalid("a number that is not finite", at: place) }
    return value
  }

  package mutating func text() throws(StateError) -> String {
    let place = at
    let count = Int(try integer(UInt32.self))
    guard remaining >= count else { throw .truncated(at: place) }
    guard let text = String(validating: bytes[at..<at + count], as: UTF8.self) else {
      throw .invalid("a text that is not UTF-8", at: place)
    }
    at += count
    return text
  }

  /// A count of things that take at least `size` bytes each, which must still be there.
  package mutating func count(of size: Int) throws(StateError) -> Int {
    let place = at
    let count = Int(try integer(UInt32.self))
    guard size == 0 || count <= remaining / size else { throw .truncated(at: place) }
    return count
  }

  package func end() throws(StateError) {
    guard remaining == 0 else { throw .invalid("\(remaining) bytes too many", at: at) }
  }

  /// As many numbers as were written at once.
  package mutating func words(_ count: Int) throws(StateError) -> [Int128] {
    let size = MemoryLayout<Int128>.size
    guard count >= 0, count <= remaining / size else { throw .truncated(at: at) }
    let part = bytes[at..<at + count * size]
    at += count * size
    // SAFETY: copies `count` numbers, whose bytes are in the slice, into room for as many.
    return [Int128](unsafeUninitializedCapacity: count) { room, filled in
      part.withUnsafeBytes { UnsafeMutableRawBufferPointer(room).copyMemory(from: $0) }
      filled = count
    }
  }
}

/// How a checksum is made: it finds damage, and is no protection against forgery.
package enum StateCheck: Sendable {
  /// FNV-1a of 64 bits, byte by byte.
  case bytes
  /// Eight bytes at a time, for states of many numbers: each step is a bijection of the sum and of
  /// the word, so that one changed word always changes the sum.
  case words

  package func sum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    var sum: UInt64 = 0xcbf2_9ce4_8422_2325
    switch self {
    case .bytes:
      for byte in bytes { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01b3 }
    case .words:
      // SAFETY: loads whole words inside the bytes; what is left is fewer than eight.
      bytes.withUnsafeBytes { raw in
        let whole = raw.count / 8
        for k in 0..<whole {
          sum = Self.mixed(sum, raw.loadUnaligned(fromByteOffset: 8 * k, as: UInt64.self))
        }
        var rest = UInt64(raw.count) << 56
        for k in 8 * whole..<raw.count { rest |= UInt64(raw[k]) << (8 * UInt64(k - 8 * whole)) }
        sum = Self.mixed(sum, rest)
      }
    }
    return sum
  }

  /// The factor is odd, 2⁶⁴ over the golden ratio.
  private static func mixed(_ sum: UInt64, _ word: UInt64) -> UInt64 {
    let product = (sum ^ word) &* 0x9e37_79b9_7f4a_7c15
    return product ^ product >> 29
  }
}

/// Bytes that are not the state they should be.
public enum StateError: UserError, Equatable, CustomStringConvertible {
  case notAState
  case unknownVersion(Int)
  case truncated(at: Int)
  /// The checksum does not fit.
  case damaged
  case invalid(String, at: Int)

  public var blame: Blame { .data }

  public var description: String {
    switch self {
    case .notAState: "this is not a state of counts"
    case .unknownVersion(let version):
      "the state has version \(version), which this program does not know"
    case .truncated(let offset): "the state ends early: more was expected at byte \(offset)"
    case .damaged: "the state's checksum does not fit: it is damaged"
    case .invalid(let what, let offset): "the state has \(what) at byte \(offset)"
    }
  }
}
