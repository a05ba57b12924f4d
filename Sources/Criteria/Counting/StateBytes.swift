import Datasets

/// Bytes of a state that is kept or sent: little-endian, and ended by a checksum of all before it.
struct StateWriter {
  private(set) var bytes: [UInt8] = []

  mutating func write<Value: FixedWidthInteger>(_ value: Value) {
    for k in 0..<Value.bitWidth / 8 { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * k))) }
  }

  /// −0 is written as +0, so that equal states have equal bytes.
  mutating func write(_ value: Double) { write((value + 0.0).bitPattern) }

  mutating func write(_ text: String) {
    let utf8 = Array(text.utf8)
    write(UInt32(utf8.count))
    bytes += utf8
  }

  /// The bytes with their checksum.
  consuming func finished() -> [UInt8] {
    let sum = StateReader.checksum(bytes[...])
    write(sum)
    return bytes
  }
}

/// Reads what `StateWriter` wrote and trusts nothing.
struct StateReader {
  private let bytes: ArraySlice<UInt8>
  private var at: Int

  /// - Throws: when the bytes do not start with a signature or do not end with their checksum.
  init(_ bytes: [UInt8], signature: [UInt8]) throws(StateError) {
    let trailer = MemoryLayout<UInt64>.size
    guard bytes.count >= signature.count, bytes.prefix(signature.count).elementsEqual(signature)
    else { throw .notAState }
    guard bytes.count >= signature.count + trailer else { throw .truncated(at: bytes.count) }
    self.bytes = bytes.dropLast(trailer)
    at = bytes.count - trailer
    var end = StateReader(tail: bytes[...], at: at)
    guard try end.integer(UInt64.self) == Self.checksum(self.bytes) else { throw .damaged }
    at = signature.count
  }

  private init(tail: ArraySlice<UInt8>, at: Int) {
    bytes = tail
    self.at = at
  }

  var remaining: Int { bytes.endIndex - at }
  var offset: Int { at }

  mutating func integer<Value: FixedWidthInteger>(
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
  mutating func number() throws(StateError) -> Double {
    let place = at
    let value = Double(bitPattern: try integer())
    guard value.isFinite else { throw .invalid("a number that is not finite", at: place) }
    return value
  }

  mutating func text() throws(StateError) -> String {
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
  mutating func count(of size: Int) throws(StateError) -> Int {
    let place = at
    let count = Int(try integer(UInt32.self))
    guard size == 0 || count <= remaining / size else { throw .truncated(at: place) }
    return count
  }

  func end() throws(StateError) {
    guard remaining == 0 else { throw .invalid("\(remaining) bytes too many", at: at) }
  }

  /// FNV-1a of 64 bits: it finds damage, and is no protection against forgery.
  static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    var sum: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return sum
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
