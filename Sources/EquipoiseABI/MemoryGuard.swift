import CEquipoise
import Datasets
import Essentials
import LinearAlgebra

/// Asks the system for memory before work that needs it begins: Swift's own allocations end the
/// process when they fail, and a library must not.
///
/// What a call needs is estimated first, then asked for in one piece and given back. So a limit on
/// the process (`ulimit -v`) or an exhausted machine is a status; a race with other threads that
/// allocate between the question and the work remains.
enum MemoryGuard {
  /// Room for stacks of worker threads, arrays that are not estimated, and fragmentation.
  static let reserve = 48 << 20

  static func require(bytes: Int, for what: String) throws(CallError) {
    let (total, overflow) = bytes.addingReportingOverflow(reserve)
    guard bytes >= 0, !overflow else { throw .memory("\(what) does not fit into memory") }
    // SAFETY: never touched, and given back at once.
    guard
      let probe = mmap(
        nil, total, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      probe != MAP_FAILED
    else { throw .memory("\(what) needs \(bytes >> 20) MiB, and there is less") }
    munmap(probe, total)
  }

  /// Asks for what a fit of any method may need beside the features: a Gram matrix a thread and a few
  /// numbers a row.
  static func requireWorkspace<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, _ pool: WorkerPool
  ) throws(CallError) {
    let width = data.features.columns + 1
    let (square, overflow) = width.multipliedReportingOverflow(by: width)
    try require(
      bytes: overflow ? .max : square * 8 * (pool.threads + 2) + data.rows * 64, for: "the fit")
  }
}
