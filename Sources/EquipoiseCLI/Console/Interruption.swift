import Dispatch
import Equipoise
import Foundation
import Synchronization

/// Ctrl-C asks the running work to stop between its steps; a second one ends the process at once.
///
/// Files are written to temporary names and renamed, so neither leaves half a file.
enum Interruption {
  private static let count = Atomic<Int>(0)

  static var isRequested: Bool { count.load(ordering: .relaxed) > 0 }
  static let shouldStop: @Sendable () -> Bool = { isRequested }

  static func watch() {
    // A limit on the size of files is then an error of the write, which cleans up.
    signal(SIGXFSZ, SIG_IGN)
    for number in [SIGINT, SIGTERM] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        if count.wrappingAdd(1, ordering: .relaxed).oldValue > 0 {
          AtomicFile.removeUnfinished()
          Foundation.exit(FailureCode.interrupted.rawValue)
        }
        Console.note("stopping … (again to stop at once)")
      }
      source.activate()
      unsafe sources.append(source)
    }
  }

  /// Kept alive for as long as the process runs; written once, by the main thread.
  nonisolated(unsafe) private static var sources: [any DispatchSourceSignal] = []

  /// Throws when the user asked to stop: nothing is written then.
  static func check() throws {
    if isRequested { throw CommandFailure(.interrupted, "stopped; nothing was written") }
  }
}
