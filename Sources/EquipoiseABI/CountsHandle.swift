import Auditing
import CEquipoise
import Criteria
import LinearAlgebra
import Synchronization

/// Counts behind a handle, which may grow.
final class CountsBox: Sendable {
  private let state: Mutex<OutcomeCounts>

  init(_ counts: OutcomeCounts) { state = Mutex(counts) }

  var counts: OutcomeCounts { state.withLock { $0 } }

  func add(_ others: OutcomeCounts) throws {
    try state.withLock { try $0.merge(others) }
  }
}

@c @implementation
public func eqp_counts_create(
  _ dataset: OpaquePointer?, _ options: OpaquePointer?,
  _ counts: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let target = try require(counts, "counts")
    let parts = try Handles.datasets.object(dataset)
    var settings = try CallSettings(options)
    var bins = AuditOptions.defaultBins
    if let text = settings.take("score_bins") {
      guard let value = Int(text), (0...AuditOptions.largestBins).contains(value) else {
        throw CallError.option("score_bins", text, "not a number of bins that counts can have")
      }
      bins = value
    }
    try settings.requireNothingLeft()
    guard parts.rows > 0 else { throw CallError.data("there are no rows") }
    try MemoryGuard.require(bytes: parts.rows * 24, for: "the counts")
    let found = try OutcomeCounts(
      counting: try parts.outcomes(threshold: settings.threshold), scoreBins: bins,
      pool: settings.pool)
    target.pointee = try Handles.counts.insert(CountsBox(found))
    return EQP_OK
  }
}

@c @implementation
public func eqp_counts_destroy(_ counts: UnsafeMutablePointer<OpaquePointer?>?) -> eqp_status {
  destroy(counts, in: Handles.counts)
}

@c @implementation
public func eqp_counts_add(
  _ counts: OpaquePointer?, _ others: OpaquePointer?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let box = try Handles.counts.object(counts)
    try box.add(try Handles.counts.object(others).counts)
    return EQP_OK
  }
}

@c @implementation
public func eqp_counts_rows(
  _ counts: OpaquePointer?, _ rows: UnsafeMutablePointer<Int64>?,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let counts = try Handles.counts.object(counts).counts
    try require(rows, "rows").pointee = Int64(counts.rows)
    return EQP_OK
  }
}

@c @implementation
public func eqp_counts_to_bytes(
  _ counts: OpaquePointer?, _ bytes: UnsafeMutablePointer<UInt8>?, _ capacity: Int64,
  _ needed: UnsafeMutablePointer<Int64>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    try deliver(
      try Handles.counts.object(counts).counts.encoded(), to: bytes, capacity: capacity,
      needed: needed)
  }
}

@c @implementation
public func eqp_counts_from_bytes(
  _ bytes: UnsafePointer<UInt8>?, _ count: Int64, _ counts: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let target = try require(counts, "counts")
    guard let bytes, count >= 0 else { throw CallError.argument("bytes are NULL") }
    // SAFETY: the caller's `count` bytes.
    let found = try OutcomeCounts(
      decoding: Array(UnsafeBufferPointer(start: bytes, count: Int(count))))
    target.pointee = try Handles.counts.insert(CountsBox(found))
    return EQP_OK
  }
}

@c @implementation
public func eqp_counts_audit(
  _ counts: OpaquePointer?, _ options: OpaquePointer?,
  _ audit: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let target = try require(audit, "audit")
    let found = try Handles.counts.object(counts).counts
    var settings = try CallSettings(options)
    let asked = try auditOptions(&settings)
    target.pointee = try Handles.audits.insert(AuditBox(try Audit(options: asked).run(found)))
    return EQP_OK
  }
}
