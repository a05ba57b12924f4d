import CZlib

/// Inflates gzip data: the bridge to zlib.
enum Gzip {
  static let magic: [UInt8] = [0x1F, 0x8B]
  /// What text usually shrinks to; only a first guess at the memory needed.
  static let usualRatio = 5

  static func isCompressed(_ bytes: FileBytes) -> Bool {
    bytes.count >= 2 && UInt8(bitPattern: bytes.pointer[0]) == magic[0]
      && UInt8(bitPattern: bytes.pointer[1]) == magic[1]
  }

  /// All members one after another, as the format says (RFC 1952, section 2.2).
  static func inflate(_ input: FileBytes, name: String) throws(DataError) -> FileBytes {
    var stream = z_stream()
    guard eqp_zlib_inflate_start(&stream) == Z_OK else {
      throw .corruptGzip(file: name, detail: "zlib cannot start")
    }
    defer { inflateEnd(&stream) }
    var output = GrowingBytes(expecting: usualRatio * input.count)
    var consumed = 0
    while true {
      output.reserve(GrowingBytes.step)
      let offered = min(input.count - consumed, Int(UInt32.max) / 2)
      let room = min(output.free, Int(UInt32.max) / 2)
      // SAFETY: zlib reads `offered` bytes of the input, which outlives the call, and writes at
      // most `room` bytes into the memory reserved above.
      stream.next_in = UnsafeMutableRawPointer(input.pointer + consumed)
        .assumingMemoryBound(to: UInt8.self)
      stream.avail_in = UInt32(offered)
      stream.next_out = UnsafeMutableRawPointer(output.end).assumingMemoryBound(to: UInt8.self)
      stream.avail_out = UInt32(room)
      let status = CZlib.inflate(&stream, Z_NO_FLUSH)
      consumed += offered - Int(stream.avail_in)
      output.count += room - Int(stream.avail_out)
      switch status {
      case Z_STREAM_END:
        if restIsPadding(input, from: consumed) { return output.finish() }
        inflateReset(&stream)
      case Z_OK, Z_BUF_ERROR:
        if consumed == input.count && stream.avail_out > 0 { throw .truncatedGzip(file: name) }
      default:
        let detail = stream.msg.map { String(cString: $0) } ?? "zlib status \(status)"
        throw .corruptGzip(file: name, detail: detail)
      }
    }
  }

  /// Tape blocks end in zeros, which are no member.
  private static func restIsPadding(_ input: FileBytes, from start: Int) -> Bool {
    (start..<input.count).allSatisfy { input.pointer[$0] == 0 }
  }
}
