/// Selection of the best-scored share of all rows: what selection rates would be at any cut.
///
/// The cut of a share q is the largest score that at least q of the total weight reach; all who tie
/// with it are selected, so the share may be larger than asked.
public struct QuantileSelection: Sendable, Equatable {
  /// The tenths that are usually looked at.
  public static let tenths = (1...9).map { Double($0) / 10 }

  public let share: Double
  public let cut: Double
  /// The selected weight over all weight of each group; absent for a group without rows.
  public let rates: [MetricValue]

  /// The selections of several shares; none when there are no rows.
  ///
  /// - Parameters:
  ///   - groups: the points of every group.
  ///   - shares: each in 0…1.
  public static func selections(
    of groups: [ScorePoints], shares: [Double] = tenths
  ) -> [QuantileSelection] {
    var steps: [(score: Double, weight: Double)] = []
    for points in groups {
      for i in 0..<points.count {
        steps.append((points.scores[i], points.positives[i] + points.negatives[i]))
      }
    }
    steps.sort { $0.score > $1.score }
    let total = steps.reduce(0) { $0 + $1.weight }
    guard total > 0 else { return [] }
    return shares.map { share in
      var above = 0.0
      let cut = steps.first { step in
        above += step.weight
        return above >= share * total
      }
      return QuantileSelection(groups, share: share, cut: (cut ?? steps.last!).score)
    }
  }

  private init(_ groups: [ScorePoints], share: Double, cut: Double) {
    self.share = share
    self.cut = cut
    rates = groups.map { points in
      let total = points.totalPositive + points.totalNegative
      guard total > 0 else { return .absent("no rows") }
      let first = Self.firstIndex(points.scores, atLeast: cut)
      let selected = (first..<points.count).reduce(0) {
        $0 + points.positives[$1] + points.negatives[$1]
      }
      return .value(selected / total)
    }
  }

  /// The adverse impact ratio of a group: its rate over that of the reference.
  ///
  /// Uniform Guidelines on Employee Selection Procedures, 29 CFR 1607.4(D), 1978.
  public func impactRatio(of group: Int, to reference: Int) -> MetricValue {
    guard let rate = rates[group].value, let other = rates[reference].value else {
      return .absent("a group has no rows")
    }
    guard other > 0 else { return .absent("nobody of the reference group is selected") }
    return .value(rate / other)
  }

  private static func firstIndex(_ scores: [Double], atLeast cut: Double) -> Int {
    var low = 0, high = scores.count
    while low < high {
      let middle = (low + high) / 2
      if scores[middle] < cut { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
