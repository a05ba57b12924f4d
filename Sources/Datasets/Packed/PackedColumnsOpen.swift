import Synchronization

/// What those who read blocks need not do: it spares work, and never changes what is written.
final class PackedColumnsOpen: Sendable {
  private let state: Mutex<(columns: [Bool], isStopped: Bool)>

  init(_ columns: [Bool]) { state = Mutex((columns, false)) }

  /// Whether different texts of a column are still numbered.
  var columns: [Bool] { state.withLock { $0.columns } }
  var isStopped: Bool { state.withLock { $0.isStopped } }
  func update(_ columns: [Bool]) { state.withLock { $0.columns = columns } }
  func stop() { state.withLock { $0.isStopped = true } }
}
