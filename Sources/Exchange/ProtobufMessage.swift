/// A message in the wire format of protocol buffers, written field by field.
///
/// A field is its number and wire type as a varint, then a varint, or a length and so many bytes.
/// Single fields that hold the default of their type, zero or nothing, are left out; elements of
/// repeated fields never are. Fields are written in the order of their numbers.
///
/// Source: Google, Protocol Buffers, "Encoding", https://protobuf.dev/programming-guides/encoding.
package struct ProtobufMessage {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  private enum WireType: UInt64 {
    case varint = 0
    case lengthDelimited = 2
  }

  // MARK: Single fields

  package mutating func set(_ field: Int, _ number: Int64) {
    if number != 0 { add(field, number) }
  }

  package mutating func set(_ field: Int, _ text: String) {
    if !text.isEmpty { add(field, text) }
  }

  package mutating func set(_ field: Int, _ data: [UInt8]) {
    if !data.isEmpty { add(field, data) }
  }

  /// Whole numbers one after the other, without a key for each.
  package mutating func set(_ field: Int, packed numbers: [Int64]) {
    var packed = ProtobufMessage()
    for number in numbers { packed.append(varint: UInt64(bitPattern: number)) }
    set(field, packed.bytes)
  }

  // MARK: Elements of repeated fields, members of a choice, and messages

  package mutating func add(_ field: Int, _ number: Int64) {
    append(key: field, .varint)
    append(varint: UInt64(bitPattern: number))
  }

  package mutating func add(_ field: Int, _ text: String) { add(field, Array(text.utf8)) }

  package mutating func add(_ field: Int, _ data: [UInt8]) {
    append(key: field, .lengthDelimited)
    append(varint: UInt64(data.count))
    bytes += data
  }

  package mutating func add(_ field: Int, _ message: ProtobufMessage) {
    add(field, message.bytes)
  }

  /// The fields of another message of the same type after those of this one.
  package mutating func append(_ message: ProtobufMessage) { bytes += message.bytes }

  private mutating func append(key field: Int, _ type: WireType) {
    append(varint: UInt64(field) << 3 | type.rawValue)
  }

  /// Seven bits a byte, the lowest first; the highest bit says that more follow.
  private mutating func append(varint number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
