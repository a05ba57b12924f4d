/// The checksum of frames: CRC-32C, which finds every change of up to three bits of a frame.
///
/// Polynomial 0x1EDC6F41, reflected; eight bytes at a time.
/// G. Castagnoli, S. Bräuer, M. Herrmann, *Optimization of cyclic redundancy-check codes with 24 and 32 parity bits*,
/// IEEE Transactions on Communications 41, 1993.
package enum CRC32C {
  private static let table: [UInt32] = {
    var table = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      var value = UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? (value >> 1) ^ 0x82F6_3B78 : value >> 1 }
      table[byte] = value
    }
    for slice in 1..<8 {
      for byte in 0..<256 {
        let last = table[(slice - 1) * 256 + byte]
        table[slice * 256 + byte] = (last >> 8) ^ table[Int(last & 255)]
      }
    }
    return table
  }()

  /// - Parameter before: the checksum of the bytes that come before these.
  package static func of(_ bytes: some Collection<UInt8>, after before: UInt32 = 0) -> UInt32 {
    bytes.withContiguousStorageIfAvailable { of(UnsafeRawBufferPointer($0), after: before) }
      ?? Array(bytes).withUnsafeBytes { of($0, after: before) }
  }

  package static func of(_ bytes: UnsafeRawBufferPointer, after before: UInt32 = 0) -> UInt32 {
    table.withUnsafeBufferPointer { table in
      var crc = ~before, place = 0
      while place + 8 <= bytes.count {
        let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
        let x = word ^ UInt64(crc)
        var next: UInt32 = 0
        for slice in 0..<8 {
          next ^= table[(7 - slice) * 256 + Int((x >> UInt64(8 * slice)) & 255)]
        }
        crc = next
        place += 8
      }
      while place < bytes.count {
        crc = (crc >> 8) ^ table[Int((crc ^ UInt32(bytes[place])) & 255)]
        place += 1
      }
      return ~crc
    }
  }
}
