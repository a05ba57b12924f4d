import Criteria
import Essentials

extension BootstrapReplicates {
  /// A band of one metric in one group that holds together with all the others.
  public struct Band: Sendable, Equatable {
    public var metric: String
    public var group: Int
    public var interval: Interval
  }

  /// Bands of all proportions of all groups that hold together at the level: Wilson's limits at the
  /// quantile of the largest standardized gap of a replicate (max-T), which knows how metrics of the
  /// same rows depend on each other.
  ///
  /// A rate of 0 or 1 never varies in a bootstrap. Each such one is counted as an independent
  /// normal instead, and Wilson's limits give it width.
  /// P. Westfall, S. Young, *Resampling-Based Multiple Testing*, 1993, §2.
  public func simultaneous(
    confidence: Double = 0.95, weighted: Bool = false
  ) -> (critical: Double, bands: [Band]) {
    var largest = [Double](repeating: 0, count: replicates)
    var degenerate = 0
    var chosen: [(metric: Int, group: Int, proportion: Proportion)] = []
    for m in metrics.indices {
      for g in groups.indices {
        let group = AuditedGroup(name: "", tally: groups[g], ranks: nil, weighted: weighted)
        guard let proportion = group.proportion(metrics[m]) else { continue }
        chosen.append((m, g, proportion))
        guard let error = standardError(m, g), error > 0 else {
          degenerate += 1
          continue
        }
        raise(&largest, m, g, center: proportion.rate, scale: 1 / error)
      }
    }
    guard !chosen.isEmpty else { return (0, []) }
    largest.sort()
    let critical = Self.critical(largest, degenerate: degenerate, confidence: confidence)
    let level = 1 - 2 * SpecialFunctions.normalCDF(-critical)
    return (
      critical,
      chosen.map { entry in
        var interval = ProportionInterval.wilson(entry.proportion, confidence: level)
        interval.method += "_max_t"
        return Band(metric: metrics[entry.metric].name, group: entry.group, interval: interval)
      }
    )
  }

  /// The smallest q with F(q)·(2Φ(q) − 1)^d at least the level, F the law of the replicates' largest
  /// gap and d the number of rates that did not vary.
  static func critical(_ sorted: [Double], degenerate: Int, confidence: Double) -> Double {
    func together(_ q: Double) -> Double {
      var low = 0, high = sorted.count
      while low < high {
        let middle = (low + high) / 2
        if sorted[middle] <= q { low = middle + 1 } else { high = middle }
      }
      let normal = 1 - 2 * SpecialFunctions.normalCDF(-q)
      return Double(low) / Double(sorted.count + 1) * pow(normal, Double(degenerate))
    }
    var low = -SpecialFunctions.normalQuantile(0.5 * (1 - confidence)), high = 40.0
    guard together(low) < confidence else { return low }
    for _ in 0..<60 {
      let middle = 0.5 * (low + high)
      if together(middle) < confidence { low = middle } else { high = middle }
    }
    return high
  }
}
