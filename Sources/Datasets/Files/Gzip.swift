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

  /// All of it, in memory or in a file.
  static func inflate(
    _ input: FileBytes, name: String, into spool: Spool? = nil
  ) throws(DataError) -> FileBytes {
    if let spool {
      try inflate(input, name: name) { bytes throws(DataError) in try spool.write(bytes) }
      return try spool.finish()
    }
    var output = GrowingBytes(expecting: usualRatio * input.count)
    try inflate(input, name: name) { bytes in
      output.reserve(bytes.count)
      // SAFETY: room for the bytes was reserved.
      UnsafeMutableRawPointer(output.end).copyMemory(
        from: bytes.baseAddress!, byteCount: bytes.count)
      output.count += bytes.count
    }
    return output.finish()
  }

  /// All members one after another, as the format says (RFC 1952, section 2.2).
  private static func inflate(
    _ input: FileBytes, name: String,
    emit: (UnsafeRawBufferPointer) throws(DataError) -> Void
  ) throws(DataError) {
    var stream = z_stream()
    guard eqp_zlib_inflate_start(&stream) == Z_OK else {
      throw .corruptGzip(file: name, detail: "zlib cannot start")
    }
    defer { inflateEnd(&stream) }
    let room = GrowingBytes.step
    let output = UnsafeMutablePointer<UInt8>.allocate(capacity: room)
    defer { output.deallocate() }
    var consumed = 0
    while true {
      let offered = min(input.count - consumed, Int(UInt32.max) / 2)
      // SAFETY: zlib reads `offered` bytes of the input, which outlives the call, and writes at
      // most `room` bytes into the memory above.
      stream.next_in = UnsafeMutableRawPointer(input.pointer + consumed)
        .assumingMemoryBound(to: UInt8.self)
      stream.avail_in = UInt32(offered)
      stream.next_out = output
      stream.avail_out = UInt32(room)
      let status = CZlib.inflate(&stream, Z_NO_FLUSH)
      consumed += offered - Int(stream.avail_in)
      let made = room - Int(stream.avail_out)
      if made > 0 { try emit(UnsafeRawBufferPointer(start: output, count: made)) }
      switch status {
      case Z_STREAM_END:
        if restIsPadding(input, from: consumed) { return }
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
