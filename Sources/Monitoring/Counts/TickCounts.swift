/// The counts of a tick, by group.
///
/// A tick is the atom of time: an hour, a day, a file. Ticks of several shards merge by adding, in any
/// order, to the same bytes.
public struct TickCounts: Sendable, Equatable, Codable {
  public private(set) var groups: [String: RateCounts]

  public init(_ groups: [String: RateCounts] = [:]) { self.groups = groups }

  public subscript(group: String) -> RateCounts { groups[group] ?? .zero }

  /// The groups in the order of their names.
  public var names: [String] { groups.keys.sorted() }

  public mutating func take(_ group: String, success: Bool) {
    groups[group, default: .zero].take(success: success)
  }

  public mutating func take(_ group: String, _ counts: RateCounts) {
    groups[group, default: .zero] += counts
  }

  /// Adds the counts of another shard of the same tick.
  public mutating func merge(_ other: TickCounts) {
    groups.merge(other.groups) { $0 + $1 }
  }
}
