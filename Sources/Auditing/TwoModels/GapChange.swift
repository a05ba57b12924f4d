import Criteria
import Essentials

extension ModelComparison {
  /// More groups than this have too many pairs for bands that say anything.
  static let pairLimit = 32

  /// The change of max − min over groups, with limits that count for having looked for the extremes.
  func gap(
    _ attribute: String, _ metric: Metric, _ contrasts: [PairedContrast]
  ) -> GapChange {
    let used = contrasts.filter { $0.difference != nil }
    var result = GapChange(
      attribute: attribute, metric: metric.name, groups: used.count, of: contrasts.count)
    func gap(_ values: [Double?]) -> Double? {
      Spread.between(values.compactMap { $0.map { .value($0) } }).difference.value
    }
    guard let first = gap(used.map(\.first)), let second = gap(used.map(\.second)) else {
      return result
    }
    (result.first, result.second, result.change) = (first, second, second - first)
    guard used.count <= Self.pairLimit, let limits = changeLimits(used) else { return result }
    result.low = max(-1, limits.low)
    result.high = min(1, limits.high)
    result.interval = limits.method
    return result
  }

  /// The signed gaps of a pair of groups, g − h, in their bands.
  private struct Pair {
    var first: Interval
    var second: Interval
    var change: Interval
  }

  private func changeLimits(_ used: [PairedContrast]) -> Interval? {
    // Three families of bands hold together: both models' gaps and their changes.
    let pairs = used.count * (used.count - 1) / 2
    let level = 1 - (1 - confidence) / Double(3 * pairs)
    var bands: [Pair] = []
    for g in used.indices {
      for h in used.indices where h > g {
        guard let pair = pair(used[g], used[h], level) else { return nil }
        bands.append(pair)
      }
    }
    let sureFirst = bands.map { Self.size($0.first).low }.max()!
    let sureSecond = bands.map { Self.size($0.second).low }.max()!
    // Of pairs that may be the one with the largest gap, the most that the gap may have changed.
    let high = bands.filter { Self.size($0.second).high >= sureSecond }.map {
      Self.largestRise(from: $0.first, to: $0.second, by: $0.change)
    }.max()!
    let low = bands.filter { Self.size($0.first).high >= sureFirst }.map {
      -Self.largestRise(from: $0.second, to: $0.first, by: Self.turned($0.change))
    }.min()!
    return Interval(low: low, high: high, method: "paired_bands_bonferroni")
  }

  /// The sizes that a signed number of an interval can have.
  private static func size(_ interval: Interval) -> (low: Double, high: Double) {
    (max(0, interval.low, -interval.high), max(abs(interval.low), abs(interval.high)))
  }

  private static func turned(_ interval: Interval) -> Interval {
    Interval(low: -interval.high, high: -interval.low, method: interval.method)
  }

  /// The largest |b| − |a| over a and b in their intervals with b − a in its own.
  static func largestRise(from a: Interval, to b: Interval, by d: Interval) -> Double {
    max(
      riseAboveZero(a, b, d),
      riseAboveZero(turned(a), turned(b), turned(d)))
  }

  /// The same over b ≥ 0 alone: b − a where a ≥ 0, and b + a = 2b − d = 2a + d where a ≤ 0.
  private static func riseAboveZero(_ a: Interval, _ b: Interval, _ d: Interval) -> Double {
    guard b.high >= 0 else { return -.infinity }
    var largest = -Double.infinity
    if a.high >= 0 { largest = max(largest, min(d.high, b.high - max(a.low, 0))) }
    if a.low <= 0 {
      let top = min(a.high, 0)
      largest = max(largest, min(b.high + top, 2 * b.high - d.low, 2 * top + d.high))
    }
    return largest
  }

  private func pair(_ g: PairedContrast, _ h: PairedContrast, _ level: Double) -> Pair? {
    func gap(_ isSecond: Bool) -> Interval? {
      let group = AuditedGroup(
        name: "", tally: g.tally.marginal(second: isSecond), ranks: nil, weighted: g.weighted)
      let other = AuditedGroup(
        name: "", tally: h.tally.marginal(second: isSecond), ranks: nil, weighted: h.weighted)
      return Contrast(metric: g.metric, first: group, second: other).difference(
        confidence: level)
    }
    guard let first = gap(false), let second = gap(true),
      let a = g.interval(confidence: level), let b = h.interval(confidence: level),
      let x = g.difference, let y = h.difference
    else { return nil }
    // Groups share no rows, so their changes are independent: Newcombe's way to join two intervals.
    let change = Interval(
      low: x - y - hypot(x - a.low, b.high - y), high: x - y + hypot(a.high - x, y - b.low),
      method: "paired")
    return Pair(first: first, second: second, change: change)
  }
}
