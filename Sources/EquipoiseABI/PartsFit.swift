import CEquipoise
import Jobs
import Mitigation
import Models
import Rounds

/// The caller's way to all parts of the rows.
private struct RoundCallback: @unchecked Sendable {
  var function: eqp_round_fn
  var context: UnsafeMutableRawPointer?
  /// Room for an answer at first; an answer that needs more is asked for a second time.
  private static var usualRoom: Int { 1 << 16 }

  func ask(_ request: [UInt8]) throws -> [UInt8] {
    var room = [UInt8](repeating: 0, count: Self.usualRoom)
    var needed = try call(request, into: &room)
    if needed > room.count {
      room = [UInt8](repeating: 0, count: needed)
      needed = try call([], into: &room)
      guard needed == room.count else {
        throw CallError(EQP_ERROR_CALLBACK, "the round's answer changed its size")
      }
    }
    return Array(room.prefix(needed))
  }

  private func call(_ request: [UInt8], into room: inout [UInt8]) throws(CallError) -> Int {
    var needed: Int64 = -1
    // SAFETY: arrays that live through the call.
    let status = function(
      context, request, Int64(request.count), &room, Int64(room.count), &needed)
    guard status == 0, needed >= 0, needed <= Int64(1) << 36 else {
      throw CallError(EQP_ERROR_CALLBACK, "the parts of the rows did not answer")
    }
    return Int(needed)
  }
}

@c @implementation
public func eqp_model_fit_parts(
  _ method: UnsafePointer<CChar>?, _ options: UnsafePointer<CChar>?, _ settings: OpaquePointer?,
  _ round: eqp_round_fn?, _ context: UnsafeMutableRawPointer?,
  _ model: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let target = try require(model, "model")
    guard let round else { throw CallError.argument("the round is NULL", column: "round") }
    let call = try CallSettings(settings)
    try call.requireNothingLeft()
    var job = TrainJob()
    try job.set(try jobOptions(options))
    job.method.name = try text(method, "method")
    let callback = RoundCallback(function: round, context: context)
    let fitted = try job.fit(toParts: { try callback.ask($0) }, call.jobContext)
    try call.requireNotCancelled()
    target.pointee = try Handles.models.insert(ModelBox(fitted))
    return fitted.report.status.callStatus
  }
}
