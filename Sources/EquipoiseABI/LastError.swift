import CEquipoise
import Datasets

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The error that a call on this thread ended with last, for doors with words of their own.
enum LastError {
  private final class Box {
    let error: CallError
    init(_ error: CallError) { self.error = error }
  }

  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    pthread_key_create(&key) { address in
      let box: UnsafeMutableRawPointer? = address
      // SAFETY: what `keep` retained, released once: the system forgets it before this call.
      if let box { Unmanaged<Box>.fromOpaque(box).release() }
    }
    return key
  }()

  static func keep(_ error: CallError) {
    let old = pthread_getspecific(key)
    pthread_setspecific(key, Unmanaged.passRetained(Box(error)).toOpaque())
    // SAFETY: what an earlier call retained.
    if let old { Unmanaged<Box>.fromOpaque(old).release() }
  }

  /// nil: no call on this thread has failed.
  static var error: CallError? {
    // SAFETY: retained until the next failure on this thread.
    pthread_getspecific(key).map { Unmanaged<Box>.fromOpaque($0).takeUnretainedValue().error }
  }
}

@c @implementation
public func eqp_error_text(
  _ dialect: UnsafePointer<CChar>?, _ text: UnsafeMutablePointer<CChar>?, _ capacity: Int64,
  _ needed: UnsafeMutablePointer<Int64>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  // A failure of this call is not the last one: a caller whose room was too small asks again.
  let last = LastError.error
  defer { if let last { LastError.keep(last) } }
  return attempt(error) {
    let name = try EquipoiseABI.text(dialect, "dialect")
    guard let dialect = Dialect(rawValue: name) else {
      let known = Dialect.allCases.map(\.rawValue)
      throw CallError.argument(
        "there is no dialect '\(name)': it is one of \(known.joined(separator: ", "))"
          + "\(NearestName.suggestion(for: name, among: known))", column: "dialect")
    }
    return try deliver(
      last?.text(dialect) ?? "", to: text, capacity: capacity, needed: needed)
  }
}
