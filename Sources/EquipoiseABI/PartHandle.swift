import CEquipoise
import Datasets
import Essentials
import Jobs
import LinearAlgebra
import Rounds
import Synchronization

/// One part of the rows of a fit behind a handle. Its last answer is kept, for whoever asks first how
/// much room it needs.
final class PartBox: Sendable {
  private let rows: PartRows
  private let last = Mutex<(request: [UInt8], answer: [UInt8])?>(nil)

  init(_ rows: PartRows) { self.rows = rows }

  func answer(_ request: [UInt8]) throws -> [UInt8] {
    if let known = last.withLock({ $0 }), known.request == request { return known.answer }
    let answer = try rows.answer(request)
    last.withLock { $0 = (request, answer) }
    return answer
  }
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
    return try deliver(
      try box.answer(try given(request, count, "request")), to: answer, capacity: capacity,
      needed: needed)
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

/// The caller's bytes, copied.
private func given(
  _ bytes: UnsafePointer<UInt8>?, _ count: Int64, _ name: String
) throws(CallError) -> [UInt8] {
  guard let bytes, count >= 0 else { throw .argument("\(name) is NULL", column: name) }
  // SAFETY: the caller's `count` bytes.
  return Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
}
