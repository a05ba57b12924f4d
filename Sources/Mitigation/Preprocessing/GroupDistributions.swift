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
    guard let weights else { return unweighted(column, groups: groups, count: count) }
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
      let row = Int(order[k]), group = Int(groups[row]), weight = weights[row]
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

  /// The same where every row counts once: each group's values alone are sorted.
  private static func unweighted(
    _ column: Buffer<Double>, groups: Buffer<UInt16>, count: Int
  ) -> [GroupDistribution] {
    var starts = [Int](repeating: 0, count: count + 1)
    for i in 0..<groups.count { starts[Int(groups[i]) + 1] += 1 }
    for group in 0..<count { starts[group + 1] += starts[group] }
    var next = starts
    let parted = Buffer<Double>(uninitialized: column.count)
    for i in 0..<column.count {
      let group = Int(groups[i])
      parted[next[group]] = column[i]
      next[group] += 1
    }
    let spare = Buffer<Double>(uninitialized: column.count)
    return (0..<count).map { group in
      let own = parted.slice(starts[group]..<starts[group + 1])
      sortValues(own, spare: spare)
      let total = Double(own.count)
      var values: [Double] = [], upper: [Double] = []
      values.reserveCapacity(own.count)
      upper.reserveCapacity(own.count)
      for i in 0..<own.count where i + 1 == own.count || own[i + 1] != own[i] {
        values.append(own[i])
        upper.append(Double(i + 1) / total)
      }
      return GroupDistribution(values: values, upper: upper)
    }
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
    // Flat arrays: a step costs a look at each group and nothing else.
    let values = groups.flatMap(\.values), upper = groups.flatMap(\.upper)
    var at = [Int](repeating: 0, count: groups.count), scratch = [Double](), start = 0
    for g in groups.indices {
      at[g] = start
      start += groups[g].values.count
    }
    scratch.reserveCapacity(groups.count)
    var target = GroupDistribution()
    target.values.reserveCapacity(values.count)
    target.upper.reserveCapacity(values.count)
    var last = Double.nan, next = 0.0
    while next < 1 {
      scratch.removeAll(keepingCapacity: true)
      next = 1
      for place in at {
        next = min(next, upper[place])
        scratch.append(values[place])
      }
      let value = combined(&scratch, kind)
      if value == last {
        target.upper[target.upper.count - 1] = next
      } else {
        target.values.append(value)
        target.upper.append(next)
        last = value
      }
      guard next < 1 else { break }
      for g in at.indices where upper[at[g]] == next { at[g] += 1 }
    }
    return target
  }

  /// Equal numbers stay as they are, to the last bit.
  private static func combined(_ values: inout [Double], _ kind: TargetQuantiles) -> Double {
    var low = values[0], high = values[0]
    for value in values {
      low = min(low, value)
      high = max(high, value)
    }
    guard low < high else { return low }
    switch kind {
    case .group(let g): return values[g]
    case .median:
      guard values.count > 2 else { return 0.5 * low + 0.5 * high }
      values.sort()
      let half = values.count / 2
      guard values.count % 2 == 0 else { return values[half] }
      let (a, b) = (values[half - 1], values[half])
      return a == b ? a : 0.5 * a + 0.5 * b
    case .mean(let weights):
      var sum = 0.0, total = 0.0
      for (value, weight) in zip(values, weights) {
        sum += weight * value
        total += weight
      }
      return min(max(sum / total, low), high)
    }
  }

  /// The mean of the target's quantiles over the weight that some values of this distribution hold:
  /// (1/(b − a))·∫ Q(p) dp from a = F(v−) to b = F(v), non-decreasing. The target is not put
  /// together: only its pieces in those intervals are looked at.
  ///
  /// - Parameters:
  ///   - kept: which values, ascending.
  ///   - groups, kind: what the target is made of.
  public func means(
    at kept: [Int], of groups: [GroupDistribution], _ kind: TargetQuantiles
  ) -> [Double] {
    var places = [Int](repeating: 0, count: groups.count)
    var scratch: [Double] = [], means: [Double] = []
    scratch.reserveCapacity(groups.count)
    means.reserveCapacity(kept.count)
    for i in kept {
      let a = lower(i), b = upper[i]
      for g in groups.indices { groups[g].advance(&places[g], past: a) }
      var sum = 0.0, first = 0.0, last = 0.0, from = a
      while true {
        var next = b
        scratch.removeAll(keepingCapacity: true)
        for g in groups.indices {
          let place = places[g]
          next = min(next, groups[g].upper[place])
          scratch.append(groups[g].values[place])
        }
        last = Self.combined(&scratch, kind)
        if from == a { first = last }
        sum += (next - from) * (last - first)
        from = next
        guard next < b else { break }
        for g in groups.indices where groups[g].upper[places[g]] == next { places[g] += 1 }
      }
      means.append(min(max(first + sum / (b - a), first), last))
    }
    return means
  }

  /// Moves to the first value whose share is above another, in leaps that double.
  private func advance(_ place: inout Int, past share: Double) {
    let end = upper.count - 1
    guard place < end, upper[place] <= share else { return }
    var step = 1
    while place + step < end, upper[place + step] <= share {
      place += step
      step *= 2
    }
    var high = min(end, place + step)
    while high - place > 1 {
      let middle = (place + high) / 2
      if upper[middle] <= share { place = middle } else { high = middle }
    }
    place = high
  }

  /// At most `limit` of the values, at even steps of weight, the outer ones among them.
  func thinned(to limit: Int) -> [Int] {
    guard values.count > limit else { return Array(values.indices) }
    var kept = [0], at = 0
    kept.reserveCapacity(limit)
    for k in 1..<limit {
      let share = Double(k) / Double(limit - 1)
      while at < values.count - 1 && (upper[at] < share || k == limit - 1) { at += 1 }
      if at != kept[kept.count - 1] { kept.append(at) }
    }
    return kept
  }
}
