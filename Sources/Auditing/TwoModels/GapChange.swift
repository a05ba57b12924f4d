import Criteria
import Foundation

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
    guard used.count > 1 else { return result }
    func range(_ values: [Double]) -> Double { values.max()! - values.min()! }
    let first = range(used.map { $0.first! }), second = range(used.map { $0.second! })
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
    var ordered: [Pair] = []
    for g in used.indices {
      for h in used.indices where h > g {
        guard let pair = pair(used[g], used[h], level) else { return nil }
        ordered += [pair, Self.reversed(pair)]
      }
    }
    let sureFirst = ordered.map(\.first.low).max()!, sureSecond = ordered.map(\.second.low).max()!
    // Pairs that may be the one with the largest gap.
    let high = ordered.filter { $0.second.high >= sureSecond }.map(\.change.high).max()!
    let low = ordered.filter { $0.first.high >= sureFirst }.map(\.change.low).min()!
    return Interval(low: low, high: high, method: "paired_bands_bonferroni")
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

  private static func reversed(_ pair: Pair) -> Pair {
    func turned(_ interval: Interval) -> Interval {
      Interval(low: -interval.high, high: -interval.low, method: interval.method)
    }
    return Pair(
      first: turned(pair.first), second: turned(pair.second), change: turned(pair.change))
  }
}
