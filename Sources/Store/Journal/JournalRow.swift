/// What the journal keeps of a decision or a label: 48 bytes, so that one can be read by its place.
package struct JournalRow: Equatable, Sendable {
  package static let size = 48
  /// A decision or label that is not known.
  package static let unknown: UInt8 = 2
  /// The evidence tick of rows that feed no detector.
  package static let noTick = Int32.min

  package enum Kind: UInt8 {
    case decision = 1
    case label = 2
    /// What is left of a row that was forgotten: nothing but its length.
    case erased = 3
  }

  package var id: RecordHash
  /// Milliseconds since 1970.
  package var at: Int64
  package var cell: UInt64 = 0
  /// The tick whose evidence a decision belongs to.
  package var evidence = noTick
  package var score = Float.nan
  package var revision: UInt16 = 0
  package var model: UInt16 = 0
  package var arm: UInt8 = 0
  package var kind: Kind
  package var value: UInt8

  package func write(to writer: inout ByteWriter) {
    writer.put(id.low)
    writer.put(id.high)
    writer.put(at)
    writer.put(cell)
    writer.put(evidence)
    writer.put(score.bitPattern)
    writer.put(revision)
    writer.put(model)
    writer.put(arm)
    writer.put(kind.rawValue)
    writer.put(value)
    writer.put(UInt8(0))
  }

  package init(id: RecordHash, at: Int64, kind: Kind, value: UInt8) {
    self.id = id
    self.at = at
    self.kind = kind
    self.value = value
  }

  package init(_ reader: inout ByteReader) throws(ByteReader.Short) {
    let low = try reader.take(UInt64.self), high = try reader.take(UInt64.self)
    id = RecordHash(low: low, high: high)
    at = try reader.take()
    cell = try reader.take()
    evidence = try reader.take()
    score = Float(bitPattern: try reader.take())
    revision = try reader.take()
    model = try reader.take()
    arm = try reader.take()
    guard let kind = Kind(rawValue: try reader.take()) else { throw ByteReader.Short() }
    self.kind = kind
    value = try reader.take()
    _ = try reader.take(UInt8.self)
  }
}
