/// Numbers and texts as bytes, little end first.
package struct ByteWriter {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

  package mutating func put(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  package mutating func put(raw values: some Collection<UInt8>) { bytes.append(contentsOf: values) }

  /// At most 65,535 bytes of UTF-8.
  package mutating func put(_ text: String) {
    let content = Array(text.utf8.prefix(Int(UInt16.max)))
    put(UInt16(content.count))
    bytes.append(contentsOf: content)
  }
}

/// What ``ByteWriter`` wrote; throws where there is less of it.
package struct ByteReader {
  package struct Short: Error {}

  package let bytes: [UInt8]
  private(set) var place: Int

  package init(_ bytes: [UInt8], at place: Int = 0) {
    self.bytes = bytes
    self.place = place
  }

  package mutating func take<Value: FixedWidthInteger>(_ type: Value.Type = Value.self)
    throws(Short)
    -> Value
  {
    let size = Value.bitWidth / 8
    guard place + size <= bytes.count else { throw Short() }
    defer { place += size }
    return bytes.withUnsafeBytes {
      Value(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: Value.self))
    }
  }

  package mutating func take(raw count: Int) throws(Short) -> [UInt8] {
    guard count >= 0 && place + count <= bytes.count else { throw Short() }
    defer { place += count }
    return Array(bytes[place..<place + count])
  }

  package mutating func text() throws(Short) -> String {
    let count = Int(try take(UInt16.self))
    return String(decoding: try take(raw: count), as: UTF8.self)
  }
}
