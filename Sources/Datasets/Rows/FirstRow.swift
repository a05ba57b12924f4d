import Synchronization

/// The lowest row that any thread has reported.
package final class FirstRow: Sendable {
  private let lowest = Atomic<Int>(.max)

  package init() {}

  package var row: Int? {
    let value = lowest.load(ordering: .relaxed)
    return value == .max ? nil : value
  }

  package func lower(to row: Int) { lowest.min(row, ordering: .relaxed) }
}
