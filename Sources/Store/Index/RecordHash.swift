/// What stands for a record's id: ids themselves are not kept.
///
/// SipHash-2-4 with 128 bits of result and a key of the folder's own, so that nobody without the folder can tell
/// whose a hash is. J.-P. Aumasson, D. Bernstein, *SipHash: a fast short-input PRF*, INDOCRYPT 2012.
package struct RecordHash: Hashable, Sendable, Comparable {
  package var low: UInt64
  package var high: UInt64

  package static func < (a: RecordHash, b: RecordHash) -> Bool {
    a.high != b.high ? a.high < b.high : a.low < b.low
  }

  // The bits are random already.
  package func hash(into hasher: inout Hasher) { hasher.combine(low) }

  /// The same record's label, which has a place of its own.
  package var ofLabel: RecordHash { RecordHash(low: low ^ 0x9E37_79B9_7F4A_7C15, high: high) }

  package struct Key: Equatable, Sendable {
    package var first: UInt64
    package var second: UInt64

    /// - Parameter bytes: sixteen.
    package init(_ bytes: [UInt8]) {
      precondition(bytes.count == 16, "a key has 16 bytes")
      (first, second) = bytes.withUnsafeBytes {
        (
          UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
          UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        )
      }
    }
  }

  package init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  package init(of bytes: UnsafeRawBufferPointer, key: Key) {
    var state = SipState(key)
    var place = 0
    while place + 8 <= bytes.count {
      state.take(
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)))
      place += 8
    }
    var last = UInt64(bytes.count & 255) << 56
    for shift in 0..<(bytes.count - place) {
      last |= UInt64(bytes[place + shift]) << UInt64(8 * shift)
    }
    state.take(last)
    (low, high) = state.finish()
  }
}

/// The four words of SipHash.
private struct SipState {
  var a: UInt64, b: UInt64, c: UInt64, d: UInt64

  init(_ key: RecordHash.Key) {
    a = key.first ^ 0x736F_6D65_7073_6575
    b = key.second ^ 0x646F_7261_6E64_6F6D ^ 0xEE
    c = key.first ^ 0x6C79_6765_6E65_7261
    d = key.second ^ 0x7465_6462_7974_6573
  }

  mutating func take(_ word: UInt64) {
    d ^= word
    round()
    round()
    a ^= word
  }

  mutating func finish() -> (UInt64, UInt64) {
    c ^= 0xEE
    for _ in 0..<4 { round() }
    let first = a ^ b ^ c ^ d
    b ^= 0xDD
    for _ in 0..<4 { round() }
    return (first, a ^ b ^ c ^ d)
  }

  private mutating func round() {
    a &+= b
    b = b << 13 | b >> 51
    b ^= a
    a = a << 32 | a >> 32
    c &+= d
    d = d << 16 | d >> 48
    d ^= c
    a &+= d
    d = d << 21 | d >> 43
    d ^= a
    c &+= b
    b = b << 17 | b >> 47
    b ^= c
    c = c << 32 | c >> 32
  }
}
