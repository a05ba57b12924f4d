import CEquipoise
import Datasets
import LinearAlgebra
import Mitigation
import Models
import Synchronization

/// The options of a call by name, and its progress callback.
final class CallOptions: Sendable {
  struct Progress: @unchecked Sendable {
    var function: @convention(c) (UnsafeMutableRawPointer?, Double, UnsafePointer<CChar>?) -> Int32
    var context: UnsafeMutableRawPointer?
  }

  private struct State {
    var values: [String: String] = [:]
    var progress: Progress?
  }

  private let state = Mutex(State())

  /// A method's own options and those of the data; the names that every call knows are left out.
  var values: [String: String] { state.withLock { $0.values } }

  func set(_ name: String, _ value: String) {
    state.withLock { $0.values[name.replacing("-", with: "_")] = value }
  }

  func set(_ progress: Progress?) { state.withLock { $0.progress = progress } }

  var progress: Progress? { state.withLock { $0.progress } }
}

/// The options of one call: what was asked for, checked as it is taken.
struct CallSettings {
  static let largestThreads = 1024

  private var values: [String: String]
  let progress: CallOptions.Progress?
  let pool: WorkerPool
  let seed: UInt64
  let threshold: Double
  let cancellation = Cancellation()

  /// - Parameter handle: NULL means no options.
  init(_ handle: OpaquePointer?) throws(CallError) {
    let options = handle == nil ? nil : try Handles.options.object(handle)
    values = options?.values ?? [:]
    progress = options?.progress
    let threads = try Self.take(
      "threads", from: &values, otherwise: WorkerPool.availableCores,
      expected: "expected a whole number from 1 to \(Self.largestThreads)"
    ) {
      Int($0).flatMap { (1...Self.largestThreads).contains($0) ? $0 : nil }
    }
    pool = WorkerPool(threads: threads)
    seed = try Self.take(
      "seed", from: &values, otherwise: 0, expected: "expected a whole number from 0"
    ) { UInt64($0) }
    threshold = try Self.take(
      "threshold", from: &values, otherwise: Decisions.usualThreshold,
      expected: "expected a number"
    ) {
      Double($0).flatMap { $0.isFinite ? $0 : nil }
    }
  }

  private static func take<Value>(
    _ name: String, from values: inout [String: String], otherwise value: Value,
    expected: Phrase, _ parse: (String) -> Value?
  ) throws(CallError) -> Value {
    guard let text = values.removeValue(forKey: name) else { return value }
    guard let parsed = parse(text) else {
      throw .option(name, text, expected)
    }
    return parsed
  }

  /// Throws when a threshold was set: for calls that take it elsewhere.
  func requireNoThreshold() throws(CallError) {
    guard threshold == Decisions.usualThreshold else {
      throw .option("threshold", "\(threshold)", "it is an option of the job")
    }
  }

  /// A text that is not a method's option.
  mutating func take(_ name: String) -> String? { values.removeValue(forKey: name) }

  /// Everything left must be an option of this method.
  func request(_ method: any Mitigation.Type) throws -> FitRequest {
    try request(method.options, of: method.name)
  }

  func request(_ options: [MethodOption], of name: String) throws -> FitRequest {
    FitRequest(
      options: try MethodOptions(values, from: options, of: name), seed: seed, pool: pool,
      shouldStop: shouldStop)
  }

  /// Throws when options are left that nobody knows.
  func requireNothingLeft() throws(CallError) {
    guard let name = values.keys.sorted().first else { return }
    throw .option(name, nil, "this call has no such option")
  }

  var shouldStop: @Sendable () -> Bool {
    let progress = progress, cancellation = cancellation
    return { cancellation.asked(by: progress) }
  }

  func requireNotCancelled() throws(CallError) {
    if cancellation.wasAsked {
      throw CallError(EQP_ERROR_CANCELLED, "the progress callback asked to stop")
    }
  }
}

/// Whether the caller has asked to stop.
final class Cancellation: Sendable {
  private let flag = Atomic<Bool>(false)

  var wasAsked: Bool { flag.load(ordering: .relaxed) }

  /// Tells the caller how far a call is; the answer may be to stop.
  func told(_ share: Double, _ message: String, by progress: CallOptions.Progress?) {
    guard let progress, !wasAsked else { return }
    // SAFETY: the caller's function with the caller's context; the text lives as long as the call.
    let answer = message.withCString { progress.function(progress.context, share, $0) }
    if answer != 0 { flag.store(true, ordering: .relaxed) }
  }

  func asked(by progress: CallOptions.Progress?) -> Bool {
    if wasAsked { return true }
    guard let progress else { return false }
    // SAFETY: the caller's function with the caller's context, as it was given.
    guard progress.function(progress.context, -1, ConstantText.pointer("fitting")) != 0 else {
      return false
    }
    flag.store(true, ordering: .relaxed)
    return true
  }
}

@c @implementation
public func eqp_options_create(
  _ options: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let target = try require(options, "options")
    target.pointee = try Handles.options.insert(CallOptions())
    return EQP_OK
  }
}

@c @implementation
public func eqp_options_destroy(_ options: UnsafeMutablePointer<OpaquePointer?>?) -> eqp_status {
  destroy(options, in: Handles.options)
}

@c @implementation
public func eqp_options_set(
  _ options: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ value: UnsafePointer<CChar>?,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let options = try Handles.options.object(options)
    options.set(try text(name, "name"), try text(value, "value"))
    return EQP_OK
  }
}

@c @implementation
public func eqp_options_set_progress(
  _ options: OpaquePointer?, _ progress: eqp_progress_fn?, _ context: UnsafeMutableRawPointer?,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    try Handles.options.object(options).set(
      progress.map { CallOptions.Progress(function: $0, context: context) })
    return EQP_OK
  }
}
