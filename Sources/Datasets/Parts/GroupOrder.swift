/// In which order a table has the groups of an attribute: that of its values, or of its intervals, and
/// rows without a value last; of a cross by its first part, then by the next.
public struct GroupOrder: Sendable {
  /// By part of the cross: the names of its intervals; nil where values are the groups.
  private let intervals: [[String]?]

  /// - Parameter attribute: as it is typed: `sex`, or `sex*race` for a cross.
  public init(_ attribute: String, _ options: DataOptions) {
    intervals = DataOptions.crossParts(attribute).map { part in
      options.bins[part].map { GroupIndex.intervals($0) }
    }
  }

  public func sorted(_ names: Set<String>) -> [String] {
    names.map { (name: $0, key: key($0)) }.sorted { a, b in
      for (x, y) in zip(a.key, b.key) where x != y { return x.precedes(y) }
      return a.name.precedes(b.name)
    }.map(\.name)
  }

  private struct Key: Equatable {
    /// 1 for rows without a value.
    var last = 0
    var interval = 0
    var name = ""

    func precedes(_ other: Key) -> Bool {
      if last != other.last { return last < other.last }
      if interval != other.interval { return interval < other.interval }
      return name.precedes(other.name)
    }
  }

  private func key(_ name: String) -> [Key] {
    let parts = intervals.count == 1 ? [name] : name.split(separator: "×").map(String.init)
    guard parts.count == intervals.count else { return [Key(name: name)] }
    return zip(parts, intervals).map { part, intervals in
      if part == UnknownGroups.levelName { return Key(last: 1) }
      guard let place = intervals?.firstIndex(of: part) else { return Key(name: part) }
      return Key(interval: place)
    }
  }
}
