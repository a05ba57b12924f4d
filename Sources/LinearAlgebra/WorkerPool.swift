import CKernels
import Dispatch
import Essentials
import Synchronization

/// Runs bodies over chunks of work on a fixed number of threads, and adds their results in the
/// order of the chunks, so that a result is the same to the last bit for any number of threads.
///
/// How work is cut into chunks must depend on the work alone, never on `threads`.
public struct WorkerPool: Sendable {
  /// How many threads work at once, the caller's included.
  public let threads: Int

  public init(threads: Int) {
    precondition(threads >= 1, "a pool needs at least one thread")
    self.threads = threads
    OpenBLAS.useOneThread()
  }

  /// One thread a core this process may run on.
  public static let `default` = WorkerPool(threads: availableCores)
  public static let serial = WorkerPool(threads: 1)

  /// The cores this process may run on (its affinity mask, not the machine's count).
  public static var availableCores: Int { max(1, Int(eqp_available_cores())) }

  /// Calls `body` once for each index in `0..<count`, in any order, on up to `threads` threads.
  public func forEach(_ count: Int, _ body: @Sendable (_ index: Int) -> Void) {
    let workers = min(threads, count)
    guard workers > 1 else {
      for index in 0..<count { body(index) }
      return
    }
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < count else { return }
        body(index)
      }
    }
  }

  /// Computes a partial result for each chunk in `0..<count` and merges them in chunk order.
  ///
  /// - Parameters:
  ///   - makePartial: makes one reusable scratch for a thread. At most `threads` are alive.
  ///   - body: fills the scratch for a chunk. It must clear what an earlier chunk left in it.
  ///   - merge: adds the scratch to the caller's total. Calls never overlap, and come in order.
  public func orderedReduce<Partial>(
    _ count: Int, makePartial: @Sendable () -> Partial,
    body: @Sendable (_ chunk: Int, _ partial: inout Partial) -> Void,
    merge: (_ partial: inout Partial) -> Void
  ) {
    let workers = min(threads, count)
    guard workers > 1 else {
      guard count > 0 else { return }
      var partial = makePartial()
      for chunk in 0..<count {
        body(chunk, &partial)
        merge(&partial)
      }
      return
    }
    let next = Atomic<Int>(0)
    let turn = TurnLock()
    withoutActuallyEscaping(merge) { merge in
      // SAFETY: the turn lock serializes the calls, and all end before this function returns.
      nonisolated(unsafe) let merge = merge
      DispatchQueue.concurrentPerform(iterations: workers) { _ in
        var partial: Partial?
        while true {
          let chunk = next.wrappingAdd(1, ordering: .relaxed).oldValue
          guard chunk < count else { return }
          if partial == nil { partial = makePartial() }
          body(chunk, &partial!)
          turn.wait(for: chunk)
          merge(&partial!)
          turn.pass()
        }
      }
    }
  }
}

extension WorkerPool {
  /// Fills a partial result a thread with all the chunks that the thread takes, and merges them at the
  /// end in any order: for results that do not depend on it.
  ///
  /// - Parameters:
  ///   - makePartial: makes the partial result of a thread. At most `threads` are alive.
  ///   - body: adds a chunk.
  ///   - merge: adds a partial result to the caller's total. Calls never overlap.
  public func reduce<Partial>(
    _ count: Int, makePartial: @Sendable () -> Partial,
    body: @Sendable (_ chunk: Int, _ partial: inout Partial) -> Void,
    merge: (_ partial: inout Partial) -> Void
  ) {
    let workers = min(threads, count)
    guard workers > 0 else { return }
    let next = Atomic<Int>(0)
    let lock = Mutex(())
    withoutActuallyEscaping(merge) { merge in
      // SAFETY: the lock serializes the calls, and all end before this function returns.
      nonisolated(unsafe) let merge = merge
      forEach(workers) { _ in
        var partial: Partial?
        while true {
          let chunk = next.wrappingAdd(1, ordering: .relaxed).oldValue
          guard chunk < count else { break }
          if partial == nil { partial = makePartial() }
          body(chunk, &partial!)
        }
        if partial != nil { lock.withLock { _ in merge(&partial!) } }
      }
    }
  }
}

/// Lets threads through one at a time, in the order of their numbers.
///
/// Numbers are handed out in order and each holder is running, so the one whose turn it is always
/// arrives: no deadlock, whatever the number of threads the system really gives.
final class TurnLock: Sendable {
  /// Spins before sleeping: a chunk takes far longer than a wake-up, its jitter does not.
  static let spins = 2_000
  private let turn = Atomic<Int>(0)

  func wait(for number: Int) {
    var spins = 0
    while turn.load(ordering: .acquiring) != number {
      spins += 1
      if spins > Self.spins { sched_yield() }
    }
  }

  func pass() { turn.wrappingAdd(1, ordering: .releasing) }
}
