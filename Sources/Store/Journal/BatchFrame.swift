/// What a frame of the journal holds: a batch as it was counted.
package struct BatchFrame: Equatable, Sendable {
  package static let mark: UInt8 = 2

  /// A name that was met first in this batch, with the code that rows have for it.
  package struct Name: Equatable, Sendable, Codable {
    package enum Kind: UInt8, Codable, Sendable {
      case model, arm, value
    }
    package var kind: Kind
    /// Of a value: the attribute's place.
    package var attribute: UInt8 = 0
    package var code: UInt16
    package var text: String
  }

  package var key: BatchKey?
  /// SHA-256 of what was sent, 32 bytes.
  package var digest: [UInt8]
  package var isBackfill = false
  package var received: Int64
  /// A time that the clock has passed; 0 where only the rows say.
  package var clock: Int64 = 0
  package var events: UInt32 = 0
  package var duplicates: UInt32 = 0
  package var late: UInt32 = 0
  package var names: [Name] = []
  /// Members of events that nothing is made of, and how often they came.
  package var unused: [String: Int] = [:]
  package var rows: [JournalRow] = []

  package var payload: [UInt8] {
    var writer = ByteWriter()
    writer.reserve(256 + rows.count * JournalRow.size)
    writer.put(Self.mark)
    writer.put(UInt8((isBackfill ? 1 : 0) | (key == nil ? 0 : 2)))
    writer.put(key?.producer ?? "")
    writer.put(key?.sequence ?? 0)
    writer.put(raw: digest)
    writer.put(received)
    writer.put(clock)
    for count in [events, duplicates, late] { writer.put(count) }
    writer.put(UInt32(names.count))
    for name in names {
      writer.put(name.kind.rawValue)
      writer.put(name.attribute)
      writer.put(name.code)
      writer.put(name.text)
    }
    writer.put(UInt32(unused.count))
    for (name, count) in unused.sorted(by: { $0.key < $1.key }) {
      writer.put(name)
      writer.put(UInt32(count))
    }
    writer.put(UInt32(rows.count))
    for row in rows { row.write(to: &writer) }
    return writer.bytes
  }

  /// Where a row lies in the journal: rows are the end of a frame.
  package static func place(of row: Int, of count: Int, in frame: Frame) -> Int {
    frame.end - (count - row) * JournalRow.size
  }

  package init(key: BatchKey?, digest: [UInt8], received: Int64) {
    self.key = key
    self.digest = digest
    self.received = received
  }

  package init(_ payload: [UInt8]) throws(ByteReader.Short) {
    var reader = ByteReader(payload, at: 1)
    let flags = try reader.take(UInt8.self)
    let producer = try reader.text(), sequence = try reader.take(UInt64.self)
    key = flags & 2 == 0 ? nil : BatchKey(producer: producer, sequence: sequence)
    isBackfill = flags & 1 == 1
    digest = try reader.take(raw: 32)
    received = try reader.take()
    clock = try reader.take()
    events = try reader.take()
    duplicates = try reader.take()
    late = try reader.take()
    for _ in 0..<(try reader.take(UInt32.self)) {
      guard let kind = Name.Kind(rawValue: try reader.take()) else { throw ByteReader.Short() }
      names.append(
        Name(
          kind: kind, attribute: try reader.take(), code: try reader.take(),
          text: try reader.text()))
    }
    for _ in 0..<(try reader.take(UInt32.self)) {
      let name = try reader.text()
      unused[name] = Int(try reader.take(UInt32.self))
    }
    let count = Int(try reader.take(UInt32.self))
    guard count * JournalRow.size == payload.count - reader.place else { throw ByteReader.Short() }
    rows.reserveCapacity(count)
    for _ in 0..<count { rows.append(try JournalRow(&reader)) }
  }
}

/// What tells a batch from others of its producer: the same key with the same contents is the same batch.
public struct BatchKey: Hashable, Sendable, Codable {
  public var producer: String
  public var sequence: UInt64

  public init(producer: String, sequence: UInt64) {
    self.producer = producer
    self.sequence = sequence
  }
}
