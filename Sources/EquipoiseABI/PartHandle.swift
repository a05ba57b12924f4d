import CEquipoise
import Datasets
import Essentials
import Jobs
import LinearAlgebra
import Rounds
import RowSums
import Synchronization

/// One part of the rows of a fit behind a handle. Its last answer is kept, for whoever asks first how
/// much room it needs.
final class PartBox: Sendable {
  private let rows: PartRows
  private let last = Mutex<(request: [UInt8], answer: [UInt8])?>(nil)
  /// The same rows under a policy; nil: they answer whatever is asked.
  private let site = Mutex<SiteRows?>(nil)

  init(_ rows: PartRows) { self.rows = rows }

  func answer(_ request: [UInt8]) throws -> [UInt8] {
    if let known = last.withLock({ $0 }), known.request == request { return known.answer }
    let answer = try site.withLock { $0 }?.answer(request) ?? rows.answer(request)
    last.withLock { $0 = (request, answer) }
    return answer
  }

  /// After the caller has it: another request in the same words is another round.
  func forget() { last.withLock { $0 = nil } }

  func restrict(to policy: SitePolicy) throws(CallError) {
    let isFirst = site.withLock { site in
      guard site == nil else { return false }
      site = SiteRows(rows, policy)
      return true
    }
    guard isFirst else { throw .argument("the part has a policy already", column: "part") }
  }

  var log: [SiteRows.Entry] { site.withLock { $0 }?.log ?? [] }
}

@c @implementation
public func eqp_part_open(
  _ partition: Int64, _ options: UnsafePointer<CChar>?,
  _ rows: UnsafeMutablePointer<ArrowArrayStream>?, _ settings: OpaquePointer?,
  _ part: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    // The stream is taken over before anything can fail.
    let stream = rows.map { TakenStream($0) }
    let target = try require(part, "part")
    guard partition >= 0 else {
      throw CallError.argument("partitions are counted from 0", column: "partition")
    }
    let call = try CallSettings(settings)
    try call.requireNothingLeft()
    var context = call.jobContext
    var isEmpty = false
    do {
      if let stream { context.tables[DataInput.name] = .arrow(try stream.table()) }
    } catch DataError.headerOnly { isEmpty = true }
    var input = DataInput()
    try input.set(try jobOptions(options))
    target.pointee = try Handles.parts.insert(
      PartBox(try input.part(Int(partition), isEmpty: isEmpty, context)))
    return EQP_OK
  }
}

@c @implementation
public func eqp_part_destroy(_ part: UnsafeMutablePointer<OpaquePointer?>?) -> eqp_status {
  destroy(part, in: Handles.parts)
}

@c @implementation
public func eqp_part_answer(
  _ part: OpaquePointer?, _ request: UnsafePointer<UInt8>?, _ count: Int64,
  _ answer: UnsafeMutablePointer<UInt8>?, _ capacity: Int64,
  _ needed: UnsafeMutablePointer<Int64>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let box = try Handles.parts.object(part)
    let status = try deliver(
      try box.answer(try given(request, count, "request")), to: answer, capacity: capacity,
      needed: needed)
    if status == EQP_OK { box.forget() }
    return status
  }
}

@c @implementation
public func eqp_part_restrict(
  _ part: OpaquePointer?, _ policy: UnsafePointer<CChar>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let box = try Handles.parts.object(part)
    try box.restrict(to: try SitePolicy(json: try text(policy, "policy")))
    return EQP_OK
  }
}

@c @implementation
public func eqp_part_log_json(
  _ part: OpaquePointer?, _ text: UnsafeMutablePointer<CChar>?, _ capacity: Int64,
  _ needed: UnsafeMutablePointer<Int64>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let box = try Handles.parts.object(part)
    return try deliver(
      try CanonicalJSON.text(box.log), to: text, capacity: capacity, needed: needed)
  }
}

@c @implementation
public func eqp_answers_mask(
  _ answer: UnsafePointer<UInt8>?, _ count: Int64, _ masks: UnsafePointer<UInt8>?,
  _ maskCount: Int64, _ parties: Int64, _ masked: UnsafeMutablePointer<UInt8>?, _ capacity: Int64,
  _ needed: UnsafeMutablePointer<Int64>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let answer = try RoundAnswer(decoding: try given(answer, count, "answer"))
    guard (Int64(Blinding.leastParties)...Int64(Int32.max)).contains(parties) else {
      throw CallError.argument(
        "\(parties) parties: masks hide nothing of fewer than \(Blinding.leastParties)",
        column: "parties")
    }
    let words = Int128.words(try given(masks, maskCount, "masks"))
    return try deliver(
      try answer.masked(words, parties: Int(parties)).encoded(), to: masked, capacity: capacity,
      needed: needed)
  }
}

@c @implementation
public func eqp_answers_json(
  _ answer: UnsafePointer<UInt8>?, _ count: Int64, _ text: UnsafeMutablePointer<CChar>?,
  _ capacity: Int64, _ needed: UnsafeMutablePointer<Int64>?,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let answer = try RoundAnswer(decoding: try given(answer, count, "answer"))
    return try deliver(
      try CanonicalJSON.text(answer.described), to: text, capacity: capacity, needed: needed)
  }
}

@c @implementation
public func eqp_answers_add(
  _ first: UnsafePointer<UInt8>?, _ firstCount: Int64, _ second: UnsafePointer<UInt8>?,
  _ secondCount: Int64, _ sum: UnsafeMutablePointer<UInt8>?, _ capacity: Int64,
  _ needed: UnsafeMutablePointer<Int64>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    var total = try RoundAnswer(decoding: try given(first, firstCount, "first"))
    try total.add(try RoundAnswer(decoding: try given(second, secondCount, "second")))
    return try deliver(
      try total.encoded(), to: sum, capacity: capacity, needed: needed)
  }
}

@c @implementation
public func eqp_request_json(
  _ request: UnsafePointer<UInt8>?, _ count: Int64, _ text: UnsafeMutablePointer<CChar>?,
  _ capacity: Int64, _ needed: UnsafeMutablePointer<Int64>?,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let request = try RoundRequest(decoding: try given(request, count, "request"))
    return try deliver(
      try CanonicalJSON.text(request.described), to: text, capacity: capacity, needed: needed)
  }
}

extension Int128 {
  /// Words of 16 bytes each, little-endian.
  fileprivate static func words(_ bytes: [UInt8]) -> [Int128] {
    stride(from: 0, to: bytes.count - bytes.count % 16, by: 16).map { start in
      bytes[start..<start + 16].reversed().reduce(0) { $0 << 8 | Int128($1) }
    }
  }
}

/// The caller's bytes, copied.
private func given(
  _ bytes: UnsafePointer<UInt8>?, _ count: Int64, _ name: String
) throws(CallError) -> [UInt8] {
  guard let bytes, count >= 0 else { throw .argument("\(name) is NULL", column: name) }
  // SAFETY: the caller's `count` bytes.
  return Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
}
