import Essentials

/// A file of the journal: a header, then frames.
package struct Segment: Sendable {
  package static let headerSize = 64
  package static let version = 1
  private static let magic = Array("EQPJRNL\u{0}".utf8)

  package var number: Int
  package var path: String
  /// The journal's offset of its first frame.
  package var base: Int
  /// SHA-256 of the file before, as 32 bytes; zeros where there is none.
  package var previous: [UInt8]
  package var file: any StoreFile

  package static func name(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 8 - digits.count)) + digits + ".seg"
  }

  package var header: [UInt8] {
    var writer = ByteWriter()
    writer.put(raw: Self.magic)
    writer.put(UInt32(Self.version))
    writer.put(UInt32(number))
    writer.put(UInt64(base))
    writer.put(raw: previous)
    writer.put(CRC32C.of(writer.bytes))
    writer.put(UInt32(0))
    return writer.bytes
  }

  /// The segment of a file; nil where its header is not whole.
  package static func read(_ path: String, _ files: any FileSystem) throws(StoreError) -> Segment? {
    do {
      let file = try files.open(path)
      let bytes = try file.read(at: 0, count: headerSize)
      guard bytes.count == headerSize, Array(bytes[..<8]) == magic else { return nil }
      var reader = ByteReader(bytes, at: 8)
      let version = Int(try reader.take(UInt32.self)), number = Int(try reader.take(UInt32.self))
      guard version == Self.version else {
        throw StoreError.otherFormat(path, found: version, known: Self.version)
      }
      let base = Int(try reader.take(UInt64.self)), previous = try reader.take(raw: 32)
      guard CRC32C.of(bytes[..<56]) == (try reader.take(UInt32.self)) else { return nil }
      return Segment(number: number, path: path, base: base, previous: previous, file: file)
    } catch let fault as FileFault {
      throw StoreError(fault)
    } catch let error as StoreError {
      throw error
    } catch { return nil }
  }

  /// SHA-256 of the whole file.
  package func digest() throws(FileFault) -> [UInt8] {
    var digest = Digest(), place = 0
    while true {
      let bytes = try file.read(at: place, count: 1 << 20)
      if bytes.isEmpty { break }
      digest.update(bytes)
      place += bytes.count
    }
    return Self.bytes(hexadecimal: digest.hexadecimal)
  }

  /// 32 bytes of 64 digits.
  package static func bytes(hexadecimal text: String) -> [UInt8] {
    let digits = text.utf8.map { $0 < 58 ? $0 - 48 : $0 - 87 }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }
}
