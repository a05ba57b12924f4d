import Synchronization

/// The lowest row that any thread has reported.
final class FirstRow: Sendable {
  private let lowest = Atomic<Int>(.max)

  var row: Int? {
    let value = lowest.load(ordering: .relaxed)
    return value == .max ? nil : value
  }

  func lower(to row: Int) { lowest.min(row, ordering: .relaxed) }
}
