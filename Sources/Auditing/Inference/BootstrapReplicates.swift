import Criteria
import Essentials
import LinearAlgebra
import Synchronization

/// What a cell bootstrap drew: every metric of every group in every replicate.
///
/// Limits are of single metrics of single groups. For max − min over groups, whose replicates lie
/// above the truth however large the sample, there is `simultaneous`, and no percentile interval.
public struct BootstrapReplicates: Sendable {
  public enum Method: String, Sendable, Codable {
    case percentile
    /// Bias-corrected and accelerated. B. Efron, *Better bootstrap confidence intervals*, JASA 82, 1987.
    case bca
  }

  public let metrics: [Metric]
  public let groups: [Tally]
  public let replicates: Int
  /// Shape `(metrics, groups, replicates)`; NaN where a replicate has no denominator.
  private let values: Buffer<Double>
  private let pool: WorkerPool

  init(
    metrics: [Metric], groups: [Tally], replicates: Int, values: Buffer<Double>, pool: WorkerPool
  ) {
    self.metrics = metrics
    self.groups = groups
    self.replicates = replicates
    self.values = values
    self.pool = pool
  }

  /// The replicates of a metric in a group that have a denominator.
  public func values(_ metric: Int, _ group: Int) -> [Double] {
    let first = (metric * groups.count + group) * replicates
    return (first..<first + replicates).compactMap { values[$0].isNaN ? nil : values[$0] }
  }

  /// Raises each replicate's entry to |value − center|·scale where that is larger.
  func raise(
    _ largest: inout [Double], _ metric: Int, _ group: Int, center: Double, scale: Double
  ) {
    let first = (metric * groups.count + group) * replicates
    for r in 0..<replicates {
      let gap = abs(values[first + r] - center) * scale
      if gap > largest[r] { largest[r] = gap }
    }
  }

  /// The standard deviation of the replicates; nil with fewer than two.
  public func standardError(_ metric: Int, _ group: Int) -> Double? {
    let drawn = values(metric, group)
    guard drawn.count > 1 else { return nil }
    let mean = drawn.reduce(0, +) / Double(drawn.count)
    let square = drawn.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (square / Double(drawn.count - 1)).squareRoot()
  }

  /// The interval of one metric in one group; nil when the metric is absent there.
  public func interval(
    _ metric: Int, _ group: Int, method: Method = .bca, confidence: Double = 0.95
  ) -> Interval? {
    guard let estimate = metrics[metric].measure(groups[group]).value else { return nil }
    var drawn = values(metric, group)
    guard !drawn.isEmpty else { return nil }
    var tails = [0.5 * (1 - confidence), 0.5 * (1 + confidence)]
    if method == .bca {
      tails = Self.corrected(
        tails, below: drawn, estimate: estimate,
        acceleration: acceleration(metric, group, estimate))
    }
    return Interval(
      low: OrderStatistics.percentile(tails[0], in: &drawn),
      high: OrderStatistics.percentile(tails[1], in: &drawn),
      method: "bootstrap_\(method.rawValue)")
  }

  /// Intervals of everything, in `(metrics, groups)` order.
  public func intervals(
    method: Method = .bca, confidence: Double = 0.95
  ) -> [Interval?] {
    let results = Slots<Interval?>(repeating: nil, count: metrics.count * groups.count)
    pool.forEach(results.count) { place in
      results[place] = interval(
        place / groups.count, place % groups.count, method: method, confidence: confidence)
    }
    return results.array
  }

  /// Levels moved for the share of replicates below the estimate and for the acceleration.
  static func corrected(
    _ tails: [Double], below drawn: [Double], estimate: Double, acceleration: Double
  ) -> [Double] {
    var under = 0.0
    for value in drawn { under += value < estimate ? 1 : value == estimate ? 0.5 : 0 }
    let share = min(
      max(under / Double(drawn.count), 0.5 / Double(drawn.count)),
      1 - 0.5 / Double(drawn.count))
    let shift = SpecialFunctions.normalQuantile(share)
    return tails.map { tail in
      let moved = shift + SpecialFunctions.normalQuantile(tail)
      let spread = 1 - acceleration * moved
      guard spread > 0 else { return tail }
      return SpecialFunctions.normalCDF(shift + moved / spread)
    }
  }

  /// The jackknife's skewness, from one row of each cell left out as often as the cell has rows.
  private func acceleration(_ metric: Int, _ group: Int, _ estimate: Double) -> Double {
    let tally = groups[group]
    var values: [(rows: Double, value: Double)] = []
    for s in 0..<4 where tally.rows[s] > 0 {
      var without = tally
      without.weights[s] -= tally.weights[s] / Double(tally.rows[s])
      if tally.rows[s] == 1 { without.weights[s] = 0 }
      guard let value = metrics[metric].measure(without).value else { continue }
      values.append((Double(tally.rows[s]), value))
    }
    let rows = values.reduce(0) { $0 + $1.rows }
    guard rows > 0 else { return 0 }
    let mean = values.reduce(0) { $0 + $1.rows * ($1.value - estimate) } / rows
    var square = 0.0, cube = 0.0
    for (rows, value) in values {
      let gap = mean - (value - estimate)
      square += rows * gap * gap
      cube += rows * gap * gap * gap
    }
    return square > 0 ? cube / (6 * square * square.squareRoot()) : 0
  }
}

/// Results that tasks write to, each to its own place.
final class Slots<Value: Sendable>: Sendable {
  private let values: Mutex<[Value]>
  let count: Int

  init(repeating value: Value, count: Int) {
    values = Mutex(Array(repeating: value, count: count))
    self.count = count
  }

  var array: [Value] { values.withLock { $0 } }

  subscript(place: Int) -> Value {
    get { values.withLock { $0[place] } }
    set { values.withLock { $0[place] = newValue } }
  }
}
