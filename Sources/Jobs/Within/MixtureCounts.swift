import Criteria

/// The counts of each list of decisions that a model draws from, over rows that come a few at a time.
///
/// A number u in [0, 1) a row chooses the list. Rows that come later may tell more lists apart, so that
/// what u chooses is divided where any of them divides it.
struct MixtureCounts {
  private(set) var parts: [(weight: Double, counts: OutcomeCounts)] = []

  /// Ends of weights that are the same up to rounding.
  private static let sameEnd = 0x1p-40

  /// Adds the rows that come next.
  ///
  /// - Parameter count: counts them with some decisions.
  mutating func add(
    _ mixture: [(weight: Double, decisions: [UInt8])],
    count: ([UInt8]) throws(CountingError) -> OutcomeCounts
  ) throws(CountingError) {
    var found: [(weight: Double, counts: OutcomeCounts)] = []
    for part in mixture { found.append((part.weight, try count(part.decisions))) }
    if parts.isEmpty {
      parts = found
    } else if parts.map(\.weight) == found.map(\.weight) {
      for k in parts.indices { try parts[k].counts.merge(found[k].counts) }
    } else {
      try divide(with: found)
    }
  }

  private mutating func divide(
    with found: [(weight: Double, counts: OutcomeCounts)]
  ) throws(CountingError) {
    let own = Self.ends(parts.map(\.weight)), others = Self.ends(found.map(\.weight))
    var ends: [Double] = []
    for end in (own + others).sorted() where end - (ends.last ?? 0) > Self.sameEnd {
      ends.append(end)
    }
    var divided: [(weight: Double, counts: OutcomeCounts)] = [], last = 0.0
    for end in ends {
      var counts = parts[Self.place(of: end, own)].counts
      try counts.merge(found[Self.place(of: end, others)].counts)
      divided.append((end - last, counts))
      last = end
    }
    parts = divided
  }

  private static func ends(_ weights: [Double]) -> [Double] {
    var sum = 0.0
    return weights.map { weight in
      sum += weight
      return sum
    }
  }

  /// The part that u just below an end chooses.
  private static func place(of end: Double, _ ends: [Double]) -> Int {
    ends.firstIndex { $0 > end - sameEnd } ?? ends.count - 1
  }
}
