import Equipoise
import Dispatch
import Essentials
import Synchronization

/// Ctrl-C asks the running work to stop between its steps; a second one ends the process at once.
///
/// Files are written to temporary names and renamed, so neither leaves half a file. The handler
/// is in place when `watch` returns, so that no signal is lost: it counts and wakes a thread, which
/// does what a signal handler may not.
enum Interruption {
  private static let count = Atomic<Int>(0)
  /// Where the handler writes a byte for each signal.
  private static let wakeUp = Atomic<Int32>(-1)

  static var isRequested: Bool { count.load(ordering: .relaxed) > 0 }
  static let shouldStop: @Sendable () -> Bool = { isRequested }

  static func watch() {
    // A limit on the size of files is then an error of the write, which cleans up.
    signal(SIGXFSZ, SIG_IGN)
    _ = isRequested  // the counter exists before a handler counts
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { return }  // without one, a signal ends the process
    wakeUp.store(ends[1], ordering: .sequentiallyConsistent)
    let signals = ends[0]
    DispatchQueue(label: "signals").async { answer(signals) }
    // A parent may have started the process from a thread that takes no signals.
    var watched = sigset_t()
    unsafe sigemptyset(&watched)
    for number in [SIGINT, SIGTERM] {
      unsafe sigaddset(&watched, number)
      signal(number) { _ in
        var byte: UInt8 = 0
        Interruption.count.add(1, ordering: .relaxed)
        _ = unsafe write(Interruption.wakeUp.load(ordering: .relaxed), &byte, 1)
      }
    }
    unsafe pthread_sigmask(SIG_UNBLOCK, &watched, nil)
  }

  /// Says so at the first signal, cleans up and ends the process at the second.
  private static func answer(_ signals: Int32) {
    var byte: UInt8 = 0
    var answered = 0
    while true {
      guard unsafe read(signals, &byte, 1) == 1 else { continue }
      answered += 1
      if answered > 1 {
        AtomicFile.removeUnfinished()
        exit(FailureCode.interrupted.rawValue)
      }
      Console.note("stopping … (again to stop at once)")
    }
  }

  /// Throws when the user asked to stop: nothing is written then.
  static func check() throws {
    if isRequested { throw CommandFailure(.interrupted, "stopped; nothing was written") }
  }
}
