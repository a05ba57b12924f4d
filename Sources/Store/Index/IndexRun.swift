/// A sorted file of records and their places in the journal: 24 bytes each.
package struct IndexRun: Sendable {
  package static let entrySize = 24
  /// Entries that are read at once.
  package static let window = 128

  /// What the state knows of a run.
  package struct Record: Equatable, Sendable, Codable {
    package var name: String
    package var count: Int
    /// How many merges it has gone through.
    package var level: Int
    /// CRC-32C of the file.
    package var check: UInt32
  }

  package struct Entry: Equatable, Sendable {
    package var id: RecordHash
    package var place: Int

    func write(to writer: inout ByteWriter) {
      writer.put(id.high)
      writer.put(id.low)
      writer.put(UInt64(place))
    }
  }

  package var record: Record
  private var file: any StoreFile
  private var filter: BloomFilter

  package init(_ record: Record, _ folder: String, _ files: any FileSystem) throws(StoreError) {
    self.record = record
    do {
      file = try files.open(folder + "/" + record.name)
      let start = record.count * Self.entrySize
      let bytes = try file.read(at: start, count: max(0, try file.size() - start))
      var words: [UInt64] = []
      words.reserveCapacity(bytes.count / 8)
      var reader = ByteReader(bytes)
      while let word = try? reader.take(UInt64.self) { words.append(word) }
      filter = BloomFilter(words: words)
    } catch { throw StoreError(error) }
    guard filter.words.count == BloomFilter(records: record.count).words.count else {
      throw .corrupt(
        folder + "/" + record.name, offset: 0, reason: "a part of the index is missing")
    }
  }

  /// The place of a record.
  package func place(of id: RecordHash) throws(StoreError) -> Int? {
    guard filter.mayContain(id) else { return nil }
    var low = 0, high = record.count
    var guess = Int(id.high.multipliedFullWidth(by: UInt64(record.count)).high)
    while low < high {
      let start = max(low, min(guess - Self.window / 2, high - Self.window))
      let entries = try read(start, min(Self.window, high - start))
      if id < entries[0].id {
        high = start
      } else if entries[entries.count - 1].id < id {
        low = start + entries.count
      } else {
        return entries.first { $0.id == id }?.place
      }
      guess = (low + high) / 2
    }
    return nil
  }

  package func read(_ start: Int, _ count: Int) throws(StoreError) -> [Entry] {
    do {
      let bytes = try file.read(at: start * Self.entrySize, count: count * Self.entrySize)
      var reader = ByteReader(bytes), entries: [Entry] = []
      entries.reserveCapacity(count)
      for _ in 0..<count {
        let high = try reader.take(UInt64.self), low = try reader.take(UInt64.self)
        entries.append(
          Entry(id: RecordHash(low: low, high: high), place: Int(try reader.take(UInt64.self))))
      }
      return entries
    } catch let fault as FileFault { throw StoreError(fault) } catch {
      throw .corrupt(record.name, offset: start, reason: "a part of the index is missing")
    }
  }

  /// CRC-32C of the file as it is.
  package func check() throws(StoreError) -> UInt32 {
    var crc: UInt32 = 0, place = 0
    do {
      while true {
        let bytes = try file.read(at: place, count: 1 << 20)
        if bytes.isEmpty { return crc }
        crc = CRC32C.of(bytes, after: crc)
        place += bytes.count
      }
    } catch { throw StoreError(error) }
  }
}

/// Writes a run from entries in their order.
package struct IndexRunWriter {
  private static let buffered = 1 << 20

  private let path: String
  private let files: any FileSystem
  private let file: any StoreFile
  private var writer = ByteWriter()
  private var place = 0
  private var filter: BloomFilter
  private var record: IndexRun.Record

  /// - Parameter most: at least as many as will come.
  package init(
    _ name: String, _ folder: String, level: Int, most: Int, _ files: any FileSystem
  ) throws(FileFault) {
    path = folder + "/" + name
    self.files = files
    file = try files.open(path)
    try file.truncate(to: 0)
    filter = BloomFilter(records: most)
    record = IndexRun.Record(name: name, count: 0, level: level, check: 0)
  }

  package mutating func put(_ entry: IndexRun.Entry) throws(FileFault) {
    entry.write(to: &writer)
    filter.insert(entry.id)
    record.count += 1
    if writer.bytes.count >= Self.buffered { try flush() }
  }

  private mutating func flush() throws(FileFault) {
    try file.write(writer.bytes, at: place)
    record.check = CRC32C.of(writer.bytes, after: record.check)
    place += writer.bytes.count
    writer = ByteWriter()
  }

  package mutating func finish(in folder: String) throws(FileFault) -> IndexRun.Record {
    for word in filter.words { writer.put(word) }
    try flush()
    try file.sync()
    try files.sync(folder: folder)
    return record
  }
}
