import CEquipoise
import Essentials
import Mitigation

/// A game that was played to its end.
final class GameBox: Sendable {
  let record: GameRecord
  init(_ record: GameRecord) { self.record = record }
}

@c @implementation
public func eqp_game_play(
  _ bounds: UnsafePointer<Double>?, _ count: Int64, _ options: OpaquePointer?,
  _ respond: eqp_response_fn?, _ project: eqp_projection_fn?, _ context: UnsafeMutableRawPointer?,
  _ game: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let target = try require(game, "game")
    let settings = try CallSettings(options)
    let request = try settings.request(Reductions.self)
    guard (1...Int64(1 << 24)).contains(count), let bounds else {
      throw CallError.argument("a game has \(count) bounds", column: "bounds")
    }
    guard let respond else { throw CallError.argument("the response is NULL", column: "respond") }
    // SAFETY: the caller's array of `count` numbers.
    let limits = Array(UnsafeBufferPointer(start: bounds, count: Int(count)))
    guard limits.allFinite else {
      throw CallError.argument("a bound is not finite", column: "bounds")
    }
    let player = PlayerCallback(respond: respond, project: project, context: context)
    let record = try MomentGame(
      bounds: limits, options: Reductions(request.options).steps(request.context),
      project: player.projected, respond: player.response
    ).play()
    try settings.requireNotCancelled()
    target.pointee = try Handles.games.insert(GameBox(record))
    return record.reached ? EQP_OK : EQP_NOT_CONVERGED
  }
}

/// The caller's player.
private struct PlayerCallback {
  let respond: eqp_response_fn
  let project: eqp_projection_fn?
  let context: UnsafeMutableRawPointer?

  func projected(_ multipliers: [Double]) throws -> [Double] {
    guard let project else { return multipliers }
    var result = multipliers
    // SAFETY: arrays of as many numbers as there are multipliers, which live through the call.
    guard project(context, multipliers, Int64(multipliers.count), &result) == 0 else {
      throw CallError(EQP_ERROR_CALLBACK, "the projection reported a failure")
    }
    return result
  }

  func response(_ multipliers: [Double], call: Int, kept: Int) throws -> MomentGame.Response {
    var answer = eqp_response(error: 0, deviation: 0, is_constant: 0)
    var moments = [Double](repeating: 0, count: multipliers.count)
    // SAFETY: as above; the struct lives through the call.
    let status = respond(
      context, Int64(call), Int64(kept), multipliers, Int64(multipliers.count), &answer, &moments)
    guard status == 0 else {
      throw CallError(EQP_ERROR_CALLBACK, "the player reported a failure")
    }
    guard answer.error.isFinite, moments.allSatisfy(\.isFinite) else {
      throw CallError(EQP_ERROR_CALLBACK, "answer \(call) of the player is not finite")
    }
    return MomentGame.Response(
      error: answer.error, moments: moments, isConstant: answer.is_constant != 0,
      deviation: answer.deviation)
  }
}

@c @implementation
public func eqp_game_destroy(_ game: UnsafeMutablePointer<OpaquePointer?>?) -> eqp_status {
  destroy(game, in: Handles.games)
}

@c @implementation
public func eqp_game_json(
  _ game: OpaquePointer?, _ text: UnsafeMutablePointer<CChar>?, _ capacity: Int64,
  _ needed: UnsafeMutablePointer<Int64>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let record = try Handles.games.object(game).record
    return try deliver(
      try CanonicalJSON.text(record), to: text, capacity: capacity, needed: needed)
  }
}
