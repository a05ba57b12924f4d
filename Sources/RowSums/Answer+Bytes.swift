import Datasets

/// Answers as bytes, to be sent and added anywhere.
///
/// The form is canonical: equal answers have equal bytes. Layout, little-endian: signature, version,
/// question, rows, kernels, refusal, parties whose masks are on the sums, extremes, units, sums of 16
/// bytes each, checksum.
extension Answer {
  static let signature = Array("EQPANSWR".utf8)
  static let version: UInt16 = 2

  public func encoded() -> [UInt8] {
    var writer = StateWriter(check: .words)
    for byte in Self.signature { writer.write(byte) }
    writer.write(Self.version)
    writer.write(question)
    writer.write(Int64(rows))
    writer.write(UInt32(kernels.count))
    for kernel in kernels { writer.write(kernel) }
    writer.write(UInt8(refusal == nil ? 0 : 1))
    if let refusal {
      writer.write(Int64(refusal.partition))
      writer.write(Int64(refusal.row))
      writer.write(refusal.kind.rawValue)
      writer.write(refusal.reason)
    }
    writer.write(UInt32(blinding?.found ?? 0))
    writer.write(UInt32(blinding?.parties ?? 0))
    writer.write(UInt32(extremes.count))
    for value in extremes { writer.write(value) }
    writer.write(UInt32(sums.runs.count))
    for run in sums.runs {
      writer.write(Int16(run.exponent))
      writer.write(UInt32(run.count))
    }
    writer.write(sums.words)
    return writer.finished()
  }

  /// Reads what `encoded()` wrote; bytes that it cannot have written are an error.
  public init(decoding bytes: [UInt8]) throws(SumsError) {
    do { self = try Self.read(bytes) } catch { throw .bytes(of: "answer", error) }
  }

  private static func read(_ bytes: [UInt8]) throws(StateError) -> Answer {
    var reader = try StateReader(bytes, signature: signature, check: .words)
    let version: UInt16 = try reader.integer()
    guard version == Self.version else { throw .unknownVersion(Int(version)) }
    let question: UInt64 = try reader.integer()
    let rows = try reader.rows(below: mostRows + 1)
    var kernels: [String] = []
    for _ in 0..<(try reader.count(of: 4)) {
      let place = reader.offset
      let name = try reader.text()
      if let last = kernels.last, !inCodePointOrder(last, name) {
        throw .invalid("kernels out of order", at: place)
      }
      kernels.append(name)
    }
    let refusal = try reader.refusal()
    let blinding = try reader.blinding()
    let extremes = try reader.extremes()
    let sums = try reader.sums()
    try reader.end()
    var answer = Answer(
      question: question, rows: rows, sums: sums, extremes: extremes, kernels: kernels,
      refusal: refusal)
    answer.blinding = blinding
    if let refusal, answer != .refused(refusal, question: question, kernels: kernels) {
      throw .invalid("sums beside a refusal", at: reader.offset)
    }
    return answer
  }
}

extension StateReader {
  fileprivate mutating func rows(below limit: Int) throws(StateError) -> Int {
    let place = offset
    let count: Int64 = try integer()
    guard count >= 0, count < Int64(limit) else {
      throw .invalid("an impossible number of rows", at: place)
    }
    return Int(count)
  }

  fileprivate mutating func refusal() throws(StateError) -> Refusal? {
    let place = offset
    let flag: UInt8 = try integer()
    guard flag <= 1 else { throw .invalid("a flag of \(flag)", at: place) }
    guard flag == 1 else { return nil }
    let partition = try rows(below: Answer.mostRows)
    let row = try rows(below: Answer.mostRows)
    guard let kind = Refusal.Kind(rawValue: try integer()) else {
      throw .invalid("a refusal of an unknown kind", at: place)
    }
    return Refusal(partition: partition, row: row, kind: kind, reason: try text())
  }

  fileprivate mutating func blinding() throws(StateError) -> Blinding? {
    let place = offset
    let found = Int(try integer(UInt32.self)), parties = Int(try integer(UInt32.self))
    if found == 0, parties == 0 { return nil }
    guard found > 0, found < parties else { throw .invalid("impossible parties", at: place) }
    return Blinding(found: found, parties: parties)
  }

  fileprivate mutating func extremes() throws(StateError) -> [Double] {
    var values: [Double] = []
    for _ in 0..<(try count(of: 8)) {
      let place = offset
      let bits: UInt64 = try integer()
      let value = Double(bitPattern: bits)
      guard !value.isNaN, (value + 0).bitPattern == bits else {
        throw .invalid("an extreme that is no number", at: place)
      }
      values.append(value)
    }
    return values
  }

  fileprivate mutating func sums() throws(StateError) -> ExactSums {
    var runs: [ExactSums.Run] = []
    for _ in 0..<(try count(of: 6)) {
      let exponent = Int(try integer(Int16.self))
      runs.append(.init(exponent: exponent, count: Int(try integer(UInt32.self))))
    }
    let place = offset
    guard let joined = try? ExactSums.joined(runs), joined == runs else {
      throw .invalid("units in a form that is not written", at: place)
    }
    let words = try words(joined.reduce(0) { $0 + $1.count })
    return ExactSums(joined, words: words)
  }
}
