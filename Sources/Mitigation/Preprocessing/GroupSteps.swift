import Datasets
import LinearAlgebra

/// The distributions of one column after another in each group: distinct values, ascending, and the
/// share of the group's weight at or below each.
///
/// All groups lie in the same memory, which the next column takes over: copies of this are the same
/// column, and ``subscript(_:)`` is what stays.
struct GroupSteps {
  private let parts: RowParts
  private let weights: [Double]?
  private let values: Buffer<Double>
  /// F(value) within its group; the last of each group is 1.
  private let upper: Buffer<Double>
  /// Where the values of each group are, shape `(G)`.
  private var ranges: [Range<Int>]

  var count: Int { ranges.count }

  /// - Parameter weights: rows of weight 0 are not there.
  init(_ parts: RowParts, weights: [Double]?) {
    self.parts = parts
    self.weights = weights
    values = Buffer(uninitialized: parts.codes.count)
    upper = Buffer(uninitialized: parts.codes.count)
    ranges = parts.starts.dropLast().map { $0..<$0 }
  }

  /// Takes a column.
  mutating func fill<Scalar: KernelScalar>(_ x: Matrix<Scalar>, column j: Int) {
    if let weights { return fill(x.doubles(column: j), weights) }
    parts.part(x, column: j, into: values)
    for group in 0..<count {
      ranges[group] = sortIntoSteps(
        values, parts.starts[group]..<parts.starts[group + 1], upper: upper)
    }
  }

  private mutating func fill(_ column: Buffer<Double>, _ weights: [Double]) {
    let order = rowsSortedByScore(column), starts = parts.starts
    var ends = starts, sums = [Double](repeating: 0, count: count)
    for k in 0..<order.count {
      let row = Int(order[k]), group = Int(parts.codes[row]), weight = weights[row]
      guard weight > 0 else { continue }
      sums[group] += weight
      let value = column[row], end = ends[group]
      if end == starts[group] || values[end - 1] != value {
        values[end] = value
        ends[group] += 1
      }
      upper[ends[group] - 1] = sums[group]
    }
    for group in 0..<count {
      ranges[group] = starts[group]..<ends[group]
      for i in ranges[group] { upper[i] /= sums[group] }
    }
  }

  /// The distribution of a group, which stays.
  subscript(group: Int) -> GroupDistribution {
    GroupDistribution(
      values: ranges[group].map { values[$0] }, upper: ranges[group].map { upper[$0] })
  }

  /// At most `limit` of a group's values, at even steps of weight, the outer ones among them.
  func thinned(_ group: Int, to limit: Int) -> [Int] {
    let range = ranges[group], last = range.upperBound - 1
    guard range.count > limit else { return Array(range) }
    var kept = [range.lowerBound], at = range.lowerBound
    kept.reserveCapacity(limit)
    for k in 1..<limit {
      let share = Double(k) / Double(limit - 1)
      while at < last && (upper[at] < share || k == limit - 1) { at += 1 }
      if at != kept[kept.count - 1] { kept.append(at) }
    }
    return kept
  }

  /// The values at places that ``thinned(_:to:)`` gave.
  func values(at places: [Int]) -> [Double] { places.map { values[$0] } }

  /// The distribution whose quantile function is that of the target: constant between neighbouring
  /// steps of any group.
  func target(_ kind: TargetQuantiles) -> GroupDistribution {
    if case .group(let group) = kind { return self[group] }
    var at = ranges.map(\.lowerBound), scratch = [Double](repeating: 0, count: count)
    var target = GroupDistribution()
    var last = Double.nan, next = 0.0
    while next < 1 {
      next = 1
      for group in at.indices {
        next = min(next, upper[at[group]])
        scratch[group] = values[at[group]]
      }
      let value = kind.combined(&scratch)
      if value == last {
        target.upper[target.upper.count - 1] = next
      } else {
        target.values.append(value)
        target.upper.append(next)
        last = value
      }
      guard next < 1 else { break }
      for group in at.indices where upper[at[group]] == next { at[group] += 1 }
    }
    return target
  }

  /// The mean of the target's quantiles over the weight that some values hold:
  /// (1/(b − a))·∫ Q(p) dp from a = F(v−) to b = F(v), non-decreasing. The target is not put
  /// together: only its pieces in those intervals are looked at.
  ///
  /// - Parameters:
  ///   - kept: places of values of one group of `own`, ascending.
  ///   - own: whose values they are: these, or another's of the same column.
  func means(
    at kept: [Int], _ group: Int, of own: GroupSteps, _ kind: TargetQuantiles
  ) -> [Double] {
    let start = own.ranges[group].lowerBound
    var at = ranges.map(\.lowerBound), scratch = [Double](repeating: 0, count: count)
    var means: [Double] = []
    means.reserveCapacity(kept.count)
    for i in kept {
      let a = i == start ? 0 : own.upper[i - 1], b = own.upper[i]
      for g in at.indices { at[g] = place(at[g], g, past: a) }
      var sum = 0.0, first = 0.0, last = 0.0, from = a
      while true {
        var next = b
        for g in at.indices {
          next = min(next, upper[at[g]])
          scratch[g] = values[at[g]]
        }
        last = kind.combined(&scratch)
        if from == a { first = last }
        sum += (next - from) * (last - first)
        from = next
        guard next < b else { break }
        for g in at.indices where upper[at[g]] == next { at[g] += 1 }
      }
      // A weight can be too small beside the others for a step of its own.
      let mean = b > a ? min(max(first + sum / (b - a), first), last) : first
      means.append(max(mean, means.last ?? mean))
    }
    return means
  }

  /// The first place of a group, not before another, whose share is above a share; leaps that double
  /// find it.
  private func place(_ from: Int, _ group: Int, past share: Double) -> Int {
    let end = ranges[group].upperBound - 1
    guard from < end, upper[from] <= share else { return from }
    var low = from, step = 1
    while low + step < end, upper[low + step] <= share {
      low += step
      step *= 2
    }
    var high = min(end, low + step)
    while high - low > 1 {
      let middle = (low + high) / 2
      if upper[middle] <= share { low = middle } else { high = middle }
    }
    return high
  }
}
