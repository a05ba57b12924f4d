import CEquipoise
import Synchronization

/// Objects behind the handles of one kind.
///
/// A handle is not an address: it is a place in this table, the number of times that the place was
/// used before, and the kind. So a handle that is NULL, was destroyed, belongs to another kind or
/// was made up is recognized, and nothing is ever read through it.
final class HandleTable<Object: AnyObject & Sendable>: Sendable {
  private struct Slot {
    var generation: UInt
    var object: Object?
  }

  private struct State {
    var slots: [Slot] = []
    var free: [Int] = []
  }

  /// Bits of a handle: 4 of the kind (never 0), 28 of the place, the rest of the generation.
  private static var kindBits: Int { 4 }
  private static var placeBits: Int { 28 }

  let name: String
  private let kind: UInt
  private let state = Mutex(State())

  /// - Parameter kind: a number from 1 to 15 that no other table has.
  init(_ name: String, kind: UInt) {
    precondition(kind > 0 && kind < 16, "a kind has four bits and is not 0")
    self.name = name
    self.kind = kind
  }

  func insert(_ object: Object) throws(CallError) -> OpaquePointer {
    let bits: UInt? = state.withLock { state in
      if let place = state.free.popLast() {
        state.slots[place].generation += 1
        state.slots[place].object = object
        return encode(place, state.slots[place].generation)
      }
      guard state.slots.count < 1 << Self.placeBits else { return nil }
      state.slots.append(Slot(generation: 0, object: object))
      return encode(state.slots.count - 1, 0)
    }
    guard let bits, let pointer = OpaquePointer(bitPattern: bits) else {
      throw .memory("there are too many handles of a \(name)")
    }
    return pointer
  }

  func object(_ handle: OpaquePointer?) throws(CallError) -> Object {
    guard let (place, generation) = decode(handle),
      let object = state.withLock({ state -> Object? in
        guard place < state.slots.count, state.slots[place].generation == generation else {
          return nil
        }
        return state.slots[place].object
      })
    else {
      throw .handle(handle == nil ? "the \(name) is NULL" : "this is not a \(name), or no longer")
    }
    return object
  }

  /// The object lives on while a call that began before still uses it.
  func remove(_ handle: OpaquePointer?) throws(CallError) {
    _ = try object(handle)
    guard let (place, generation) = decode(handle) else { return }
    let removed = state.withLock { state -> Object? in
      guard state.slots[place].generation == generation else { return nil }
      let object = state.slots[place].object
      state.slots[place].object = nil
      state.free.append(place)
      return object
    }
    withExtendedLifetime(removed) {}
  }

  private func encode(_ place: Int, _ generation: UInt) -> UInt {
    kind | UInt(place) << Self.kindBits | generation << (Self.kindBits + Self.placeBits)
  }

  private func decode(_ handle: OpaquePointer?) -> (place: Int, generation: UInt)? {
    let bits = UInt(bitPattern: handle)
    guard bits & (1 << Self.kindBits - 1) == kind else { return nil }
    let place = bits >> Self.kindBits & (1 << Self.placeBits - 1)
    return (Int(place), bits >> (Self.kindBits + Self.placeBits))
  }
}

/// The tables of all kinds of handle.
enum Handles {
  static let options = HandleTable<CallOptions>("set of options", kind: 1)
  static let datasets = HandleTable<DatasetParts>("data set", kind: 2)
  static let models = HandleTable<ModelBox>("model", kind: 3)
  static let reductions = HandleTable<ReductionBox>("reduction", kind: 4)
  static let audits = HandleTable<AuditBox>("audit", kind: 5)
  static let rules = HandleTable<RuleBox>("rule", kind: 6)
  static let transforms = HandleTable<TransformBox>("transform", kind: 7)
  static let counts = HandleTable<CountsBox>("set of counts", kind: 8)
  static let jobs = HandleTable<JobBox>("job's result", kind: 9)
  static let games = HandleTable<GameBox>("game", kind: 10)
  static let parts = HandleTable<PartBox>("part of the rows", kind: 11)
}

/// Destroys the handle and sets the caller's variable to NULL. Destroying NULL is no error.
func destroy<Object>(
  _ handle: UnsafeMutablePointer<OpaquePointer?>?, in table: HandleTable<Object>
) -> eqp_status {
  // SAFETY: the caller's variable, which the interface asks to be valid or NULL.
  guard let handle, handle.pointee != nil else { return EQP_OK }
  do throws(CallError) {
    try table.remove(handle.pointee)
    handle.pointee = nil
    return EQP_OK
  } catch { return error.status }
}
