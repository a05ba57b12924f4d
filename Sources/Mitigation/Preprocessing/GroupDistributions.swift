/// The distribution of a column in one group: its distinct values and how much weight lies at or
/// below each, as a share.
public struct GroupDistribution: Sendable, Equatable {
  /// Ascending, distinct.
  public var values: [Double] = []
  /// F(values[i]), ascending; the last is 1.
  public var upper: [Double] = []

  /// The weight below a value: F(values[i]−).
  public func lower(_ i: Int) -> Double { i == 0 ? 0 : upper[i - 1] }

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

extension TargetQuantiles {
  /// The target of the groups' quantiles at one share; equal numbers stay as they are, to the last
  /// bit.
  ///
  /// - Parameter values: shape `(G)`; their order is lost.
  func combined(_ values: inout [Double]) -> Double {
    var low = values[0], high = values[0]
    for value in values {
      low = min(low, value)
      high = max(high, value)
    }
    guard low < high else { return low }
    switch self {
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
}
