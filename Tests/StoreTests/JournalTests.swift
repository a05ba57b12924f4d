import Store
import Testing

@Suite struct JournalTests {
  @Test func checksumsAreThoseOfTheStandard() {
    // RFC 3720, B.4.
    #expect(CRC32C.of([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32C.of([UInt8](repeating: 255, count: 32)) == 0x62A8_AB43)
    #expect(CRC32C.of((0..<32).map { UInt8($0) }) == 0x46DD_794E)
    let bytes = (0..<1_000).map { UInt8($0 & 255) }
    for cut in [0, 1, 7, 500, 999] {
      #expect(CRC32C.of(bytes[cut...], after: CRC32C.of(bytes[..<cut])) == CRC32C.of(bytes))
    }
  }

  /// The reference vectors of SipHash-2-4 with 128 bits: key 00…0f, no bytes and the byte 0.
  @Test func hashesAreThoseOfTheirReference() {
    let key = RecordHash.Key((0..<16).map { UInt8($0) })
    func hash(_ bytes: [UInt8]) -> [UInt8] {
      let found = bytes.withUnsafeBytes { RecordHash(of: $0, key: key) }
      var writer = ByteWriter()
      writer.put(found.low)
      writer.put(found.high)
      return writer.bytes
    }
    #expect(
      hash([]) == [
        0xA3, 0x81, 0x7F, 0x04, 0xBA, 0x25, 0xA8, 0xE6, 0x6D, 0xF6, 0x72, 0x14, 0xC7, 0x55, 0x02,
        0x93,
      ])
    #expect(
      hash([0]) == [
        0xDA, 0x87, 0xC1, 0xD8, 0x6B, 0x99, 0xAF, 0x44, 0x34, 0x76, 0x59, 0x11, 0x9B, 0x22, 0xFC,
        0x45,
      ])
  }

  private func filled(_ files: MemoryFiles, limit: Int = 1_000) throws -> [Frame] {
    let journal = try Journal("j", files, limit: limit)
    var frames: [Frame] = []
    for k in 0..<20 {
      frames.append(try journal.append([UInt8](repeating: UInt8(k), count: 10 * k)))
      try journal.sync()
    }
    return frames
  }

  @Test func whatIsAppendedIsReadAgainFromAllSegments() throws {
    let files = MemoryFiles()
    let frames = try filled(files)
    let journal = try Journal("j", files, limit: 1_000)
    #expect(journal.segments.count > 2)
    #expect(try journal.recover(from: 0) == 0)
    for frame in frames { #expect(try journal.frame(at: frame.offset) == frame) }
    #expect(try journal.frame(at: journal.end) == nil)
    #expect(try journal.verify().frames == 20)
  }

  /// Every end of the last frame is cut off, and nothing before it.
  @Test func aTornEndIsCutOff() throws {
    for missing in 1...50 {
      let files = MemoryFiles()
      let journal = try Journal("j", files)
      let first = try journal.append([1, 2, 3])
      try journal.sync()
      _ = try journal.append([UInt8](repeating: 9, count: 26))
      let file = try files.open(journal.segments[0].path)
      try file.truncate(to: try file.size() - missing)
      let again = try Journal("j", files)
      #expect(try again.recover(from: 0) == 50 - missing)
      #expect(again.end == first.end)
      #expect(try again.append([4]).offset == first.end)
    }
  }

  /// Any changed byte of what was safe is named: none is cut off in silence.
  @Test func aChangedByteIsNamed() throws {
    let files = MemoryFiles()
    let frames = try filled(files, limit: 100_000)
    let path = "j/" + Segment.name(1)
    let file = try files.open(path)
    let size = try file.size()
    for place in stride(from: Segment.headerSize, to: size - frames.last!.bytes.count, by: 7) {
      let byte = try file.read(at: place, count: 1)
      try file.write([byte[0] ^ 4], at: place)
      #expect(throws: StoreError.self) { try Journal("j", files).recover(from: 0) }
      #expect(throws: StoreError.self) { try Journal("j", files).verify() }
      try file.write(byte, at: place)
    }
    #expect(try Journal("j", files).recover(from: 0) == 0)
  }

  @Test func aChangedByteOfAClosedSegmentIsFoundByItsDigest() throws {
    let files = MemoryFiles()
    _ = try filled(files)
    let file = try files.open("j/" + Segment.name(1))
    // Bytes of the header that nothing else covers.
    try file.write([1], at: 62)
    #expect(throws: StoreError.self) { try Journal("j", files, limit: 1_000).verify() }
  }

  @Test func aMissingSegmentIsNamed() throws {
    let files = MemoryFiles()
    _ = try filled(files)
    try files.remove("j/" + Segment.name(2))
    #expect(throws: StoreError.self) { try Journal("j", files, limit: 1_000) }
  }

  @Test func aLaterFormatIsRefused() throws {
    let files = MemoryFiles()
    _ = try filled(files)
    let path = "j/" + Segment.name(1)
    try files.open(path).write([2], at: 8)
    #expect(throws: StoreError.otherFormat(path, found: 2, known: 1)) { try Journal("j", files) }
  }

  /// Batches of frames, each batch made safe before its frames are told to be there, and a crash at every
  /// operation: what was told is there, and what is there is a beginning of what was written.
  @Test func nothingThatWasSafeIsLostInACrash() throws {
    for step in 1...160 {
      let files = MemoryFiles()
      files.faultAt = step
      var told = 0, written: [[UInt8]] = []
      do {
        let journal = try Journal("j", files, limit: 600)
        _ = try journal.recover(from: 0)
        for k in 0..<40 {
          let payload = [UInt8](repeating: UInt8(k + 1), count: 17 + 5 * k)
          written.append(payload)
          _ = try journal.append(payload)
          if k % 3 == 2 {
            try journal.sync()
            told = k + 1
          }
        }
      } catch {}
      var generator = Generator(UInt64(step))
      files.restart(&generator)
      let journal = try Journal("j", files, limit: 600)
      _ = try journal.recover(from: 0)
      var found: [[UInt8]] = [], place = 0
      while let frame = try journal.frame(at: place) {
        found.append(frame.payload)
        place = frame.end
      }
      #expect(found.count >= told, "step \(step)")
      #expect(found == Array(written.prefix(found.count)), "step \(step)")
      _ = try journal.append([1])
      try journal.sync()
      #expect(try journal.verify().frames == found.count + 1)
    }
  }
}
