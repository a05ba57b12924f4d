/// What is appended to the journal in one piece.
///
/// `[u32 length][u32 crc32c][u64 offset][u64 safe][payload]`. A frame states its own offset, so that it can be recognized, and
/// how much of the journal was safe on disk when it was written: a damaged frame before that was acknowledged, and
/// one after it was not.
package struct Frame: Equatable, Sendable {
  package static let headerSize = 24
  package static let longest = 1 << 28

  /// Of the frame's first byte in the journal.
  package var offset: Int
  package var safe: Int
  package var payload: [UInt8]

  package var end: Int { offset + Self.headerSize + payload.count }
  /// Of the payload's first byte.
  package var content: Int { offset + Self.headerSize }

  package var bytes: [UInt8] {
    var body = ByteWriter()
    body.reserve(payload.count + 16)
    body.put(UInt64(offset))
    body.put(UInt64(safe))
    body.put(raw: payload)
    var writer = ByteWriter()
    writer.reserve(payload.count + Self.headerSize)
    writer.put(UInt32(payload.count))
    writer.put(CRC32C.of(body.bytes))
    writer.put(raw: body.bytes)
    return writer.bytes
  }

  /// The frame at a place of a segment; nil where there is no whole one.
  package static func read(_ segment: Segment, at offset: Int) throws(FileFault) -> Frame? {
    let place = offset - segment.base + Segment.headerSize
    let header = try segment.file.read(at: place, count: headerSize)
    guard header.count == headerSize else { return nil }
    var reader = ByteReader(header)
    guard let length = try? reader.take(UInt32.self), let check = try? reader.take(UInt32.self),
      let stated = try? reader.take(UInt64.self), let safe = try? reader.take(UInt64.self),
      length <= longest, stated == UInt64(offset), safe <= stated
    else { return nil }
    let body = try segment.file.read(at: place + 8, count: Int(length) + 16)
    guard body.count == Int(length) + 16, CRC32C.of(body) == check else { return nil }
    return Frame(offset: offset, safe: Int(safe), payload: Array(body[16...]))
  }
}
