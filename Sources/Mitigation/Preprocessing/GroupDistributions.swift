import Datasets
import LinearAlgebra

/// The distribution of a column in one group: its distinct values and how much weight lies at or
/// below each, as a share.
public struct GroupDistribution: Sendable, Equatable {
  /// Ascending, distinct.
  public var values: [Double] = []
  /// F(values[i]), ascending; the last is 1.
  public var upper: [Double] = []

  /// The weight below a value: F(values[i]−).
  public func lower(_ i: Int) -> Double { i == 0 ? 0 : upper[i - 1] }

  /// The distribution of a column in each group, from one sort of the column.
  ///
  /// - Parameters:
  ///   - column: shape `(n)`.
  ///   - groups: code of each row's group, below `count`.
  ///   - weights: rows of weight 0 are not there.
  public static func all(
    _ column: Buffer<Double>, groups: Buffer<UInt16>, count: Int, weights: [Double]?
  ) -> [GroupDistribution] {
    var found = [GroupDistribution](repeating: GroupDistribution(), count: count)
    var sums = [Double](repeating: 0, count: count)
    var sizes = [Int](repeating: 0, count: count)
    for i in 0..<groups.count { sizes[Int(groups[i])] += 1 }
    for group in 0..<count {
      found[group].values.reserveCapacity(sizes[group])
      found[group].upper.reserveCapacity(sizes[group])
    }
    let order = rowsSortedByScore(column)
    for k in 0..<order.count {
      let row = Int(order[k]), group = Int(groups[row]), weight = weights?[row] ?? 1
      guard weight > 0 else { continue }
      sums[group] += weight
      let value = column[row], last = found[group].values.count - 1
      if last >= 0 && found[group].values[last] == value {
        found[group].upper[last] = sums[group]
      } else {
        found[group].values.append(value)
        found[group].upper.append(sums[group])
      }
    }
    for group in 0..<count where sums[group] > 0 {
      for i in found[group].upper.indices { found[group].upper[i] /= sums[group] }
    }
    return found
  }

  /// The value that a share lies at: the least v with F(v) ≥ share.
  public func quantile(_ share: Double) -> Double { values[index(of: share)] }

  func index(of share: Double) -> Int {
    var low = 0, high = upper.count - 1
    while low < high {
      let middle = (low + high) / 2
      if upper[middle] >= share { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// The last value at or below x; nil when there is none.
  func lastIndex(notAbove x: Double) -> Int? {
    var low = -1, high = values.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if values[middle] <= x { low = middle } else { high = middle }
    }
    return low < 0 ? nil : low
  }
}

/// What the quantiles of all groups are to become.
public enum TargetQuantiles: Sendable, Equatable {
  /// The median of the groups' quantiles; of an even number, the middle of the two in the middle.
  case median
  /// Their mean with a weight for each group: the barycentre in the Wasserstein-2 distance.
  case mean([Double])
  /// Those of one group.
  case group(Int)
}

extension GroupDistribution {
  /// The distribution whose quantile function is that of the target: constant between neighbouring
  /// steps of any group.
  public static func target(
    _ groups: [GroupDistribution], _ kind: TargetQuantiles
  ) -> GroupDistribution {
    if case .group(let g) = kind { return groups[g] }
    var target = GroupDistribution()
    var at = [Int](repeating: 0, count: groups.count)
    var current = groups.map { $0.values[0] }
    while true {
      var next = groups[0].upper[at[0]]
      for g in groups.indices.dropFirst() { next = min(next, groups[g].upper[at[g]]) }
      let value = combined(current, kind)
      if target.values.last == value {
        target.upper[target.upper.count - 1] = next
      } else {
        target.values.append(value)
        target.upper.append(next)
      }
      guard next < 1 else { return target }
      for g in groups.indices where groups[g].upper[at[g]] == next {
        at[g] += 1
        current[g] = groups[g].values[at[g]]
      }
    }
  }

  /// Equal numbers stay as they are, to the last bit.
  private static func combined(_ values: [Double], _ kind: TargetQuantiles) -> Double {
    switch kind {
    case .group(let g): return values[g]
    case .median:
      if values.count == 2 { return values[0] == values[1] ? values[0] : middle(values) }
      return middle(values.sorted())
    case .mean(let weights):
      guard values.contains(where: { $0 != values[0] }) else { return values[0] }
      var sum = 0.0, total = 0.0
      for (value, weight) in zip(values, weights) {
        sum += weight * value
        total += weight
      }
      return min(max(sum / total, values.min() ?? sum), values.max() ?? sum)
    }
  }

  private static func middle(_ sorted: [Double]) -> Double {
    let half = sorted.count / 2
    guard sorted.count % 2 == 0 else { return sorted[half] }
    return 0.5 * sorted[half - 1] + 0.5 * sorted[half]
  }

  /// The mean of the target's quantiles over the weight that each value of this distribution holds:
  /// (1/(b − a))·∫ Q(p) dp from a = F(v−) to b = F(v), shape `(values)`, non-decreasing.
  public func means(of target: GroupDistribution) -> [Double] {
    var at = 0
    return values.indices.map { i in
      let a = lower(i), b = upper[i]
      while target.upper[at] <= a && at + 1 < target.upper.count { at += 1 }
      let first = target.values[at]
      var sum = 0.0, last = first, k = at
      while true {
        last = target.values[k]
        sum += (min(b, target.upper[k]) - max(a, target.lower(k))) * (last - first)
        guard target.upper[k] < b, k + 1 < target.upper.count else { break }
        k += 1
      }
      return min(max(first + sum / (b - a), first), last)
    }
  }

  /// At most `limit` of the values, at even steps of weight, the outer ones among them.
  func thinned(to limit: Int, _ repaired: [Double]) -> (knots: [Double], values: [Double]) {
    guard values.count > limit else { return (values, repaired) }
    var kept: [Int] = []
    for k in 0..<limit {
      let i =
        k == 0 ? 0 : k == limit - 1 ? values.count - 1 : index(of: Double(k) / Double(limit - 1))
      if i != kept.last { kept.append(i) }
    }
    return (kept.map { values[$0] }, kept.map { repaired[$0] })
  }
}
