import Criteria
import Datasets
import LinearAlgebra

/// A confidence interval of a fit's metric.
public struct FitInterval: Sendable, Encodable, Equatable {
  public var low: Double
  public var high: Double
  /// Its kind, for example `"wilson"`.
  public var interval: String
}

/// The plain numbers that a fit is described by: how accurate it is and how far groups lie apart.
///
/// `accuracy_score` and `roc_auc_score` are of all rows. For each rate, `NAME.difference` is largest
/// minus smallest over the groups and `NAME.ratio` smallest over largest; with several attributes
/// the worst of them, and each as `ATTRIBUTE.NAME.difference`. A number that does not exist is nil.
public struct FitMetrics: Sendable {
  /// Rates between groups that are told of every fit.
  static let rates = [
    "selection_rate", "true_positive_rate", "false_positive_rate", "false_negative_rate",
    "true_negative_rate", "precision_score", "accuracy_score",
  ]
  /// The level of the intervals.
  public static let confidence = 0.95

  /// By metric; nil is a metric that cannot be estimated.
  public private(set) var values: [String: Double?] = [:]
  /// Of the accuracy and of the differences of rates, where rows are independent. Expected rates of
  /// drawn decisions count as rates of as many rows, which is a little wide.
  public private(set) var intervals: [String: FitInterval] = [:]

  init(values: [String: Double?], intervals: [String: FitInterval]) {
    self.values = values
    self.intervals = intervals
  }

  /// - Parameters:
  ///   - scores: what ranks the rows, for the area under the curve.
  ///   - mixture: the decisions that rows may get, each with its probability; rates are expectations
  ///     over them.
  public init<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, scores: [Double],
    mixture: [(weight: Double, decisions: [UInt8])], pool: WorkerPool = .default
  ) throws(CountingError) {
    guard let labels = data.labels else { return }
    let attributes =
      data.attributes.isEmpty
      ? [GroupIndex(attribute: "", codes: Buffer(zeroed: data.rows), names: ["all"])]
      : data.attributes
    let weights = data.sampleWeights.map { Buffer($0) }
    var counts: [(weight: Double, counts: OutcomeCounts)] = []
    for part in mixture {
      let outcomes = Outcomes(
        attributes: attributes, labels: labels, predictions: Buffer(part.decisions),
        weights: weights)
      counts.append((part.weight, try OutcomeCounts(counting: outcomes, pool: pool)))
    }
    func expected(_ tallies: (OutcomeCounts) -> [Tally]) -> [Tally] {
      let parts = counts.map { (weight: $0.weight, tallies: tallies($0.counts)) }
      return parts[0].tallies.indices.map { group in
        parts.reduce(into: Tally()) { $0 += $1.tallies[group].scaled(by: $1.weight) }
      }
    }
    let weighted = weights != nil || mixture.count > 1
    let overall = expected { [$0.overall] }[0]
    values = [
      "accuracy_score": Metrics.named("accuracy_score")!.measure(overall).value,
      "roc_auc_score": Self.area(Buffer(scores), labels, weights),
    ]
    setAccuracyInterval(overall, weighted: weighted)
    guard !data.attributes.isEmpty else { return }
    for a in attributes.indices {
      add(
        expected { $0.marginal(of: [a]).tallies }, weighted: weighted, isFirst: a == 0,
        attribute: attributes.count > 1 ? attributes[a].attribute : nil)
    }
  }

  private mutating func setAccuracyInterval(_ overall: Tally, weighted: Bool) {
    let all = AuditedGroup(name: "all", tally: overall, ranks: nil, weighted: weighted)
    guard let proportion = all.proportion(Metrics.named("accuracy_score")!) else { return }
    set("accuracy_score", ProportionInterval.wilson(proportion, confidence: Self.confidence))
  }

  private mutating func set(_ name: String, _ interval: Interval) {
    intervals[name] = FitInterval(
      low: interval.low, high: interval.high, interval: interval.method)
  }

  /// The disparities of one attribute, merged into the worst over the attributes.
  private mutating func add(
    _ groups: [Tally], weighted: Bool, isFirst: Bool, attribute: String?
  ) {
    let bands = Self.bands(groups, weighted: weighted)
    for (name, value) in Self.disparities(groups) {
      let before = values[name] ?? nil
      let worst = Self.worse(before, value, name.hasSuffix(".ratio"), isFirst: isFirst)
      if isFirst || worst != before {
        intervals[name] = nil
        if let band = bands[name] { set(name, band) }
      }
      values.updateValue(worst, forKey: name)
      guard let attribute else { continue }
      values.updateValue(value, forKey: "\(attribute).\(name)")
      if let band = bands[name] { set("\(attribute).\(name)", band) }
    }
  }

  /// Intervals of the differences of rates between the groups that have a denominator; of two rates
  /// together, the intervals at which both hold.
  private static func bands(_ groups: [Tally], weighted: Bool) -> [String: Interval] {
    func band(_ name: String, _ confidence: Double) -> Interval? {
      guard let metric = Metrics.named(name) else { return nil }
      let measured = groups.enumerated().map {
        AuditedGroup(name: "\($0)", tally: $1, ranks: nil, weighted: weighted)
      }.filter { $0.measure(metric).value != nil }
      guard measured.count > 1 else { return nil }
      return SimultaneousBand(metric: metric, groups: measured, confidence: confidence)
        .difference()
    }
    var result: [String: Interval] = [:]
    for name in rates { result["\(name).difference"] = band(name, confidence) }
    result["equal_opportunity.difference"] = result["true_positive_rate.difference"]
    let half = 0.5 * (1 + confidence)
    if let hit = band("true_positive_rate", half), let alarm = band("false_positive_rate", half) {
      result["equalized_odds.difference"] = Interval(
        low: max(hit.low, alarm.low), high: max(hit.high, alarm.high), method: hit.method)
    }
    return result
  }

  private static func area(
    _ scores: Buffer<Double>, _ labels: Buffer<UInt8>, _ weights: Buffer<Double>?
  ) -> Double? {
    let everyone = GroupIndex(
      attribute: "", codes: Buffer(zeroed: scores.count), names: ["all"])
    return RankStatistic.exact(
      of: everyone, scores: scores, labels: labels, weights: weights,
      order: rowsSortedByScore(scores))[0]?.area
  }

  static func worse(
    _ old: Double?, _ new: Double?, _ isRatio: Bool, isFirst: Bool
  ) -> Double? {
    if isFirst { return new }
    guard let old, let new else { return nil }
    return isRatio ? min(old, new) : max(old, new)
  }

  /// `NAME.difference` and `NAME.ratio` between the groups that have a denominator.
  static func disparities(_ groups: [Tally]) -> [(String, Double?)] {
    var result: [(String, Double?)] = []
    var spreads: [String: (difference: Double?, ratio: Double?)] = [:]
    for name in rates {
      guard let metric = Metrics.named(name) else { continue }
      let values = groups.compactMap { metric.measure($0).value }
      let spread = Self.spread(values)
      spreads[name] = spread
      result.append(("\(name).difference", spread.difference))
      result.append(("\(name).ratio", spread.ratio))
    }
    let hit = spreads["true_positive_rate"]!, alarm = spreads["false_positive_rate"]!
    result.append(("equal_opportunity.difference", hit.difference))
    result.append(("equal_opportunity.ratio", hit.ratio))
    result.append(("equalized_odds.difference", both(hit.difference, alarm.difference, max)))
    result.append(("equalized_odds.ratio", both(hit.ratio, alarm.ratio, min)))
    let mean: (Double, Double) -> Double = { 0.5 * ($0 + $1) }
    result.append(("average_odds.difference", both(hit.difference, alarm.difference, mean)))
    result.append(("average_odds.ratio", both(hit.ratio, alarm.ratio, mean)))
    return result
  }

  private static func spread(_ values: [Double]) -> (difference: Double?, ratio: Double?) {
    guard let low = values.min(), let high = values.max() else { return (nil, nil) }
    return (high - low, high > 0 ? low / high : nil)
  }

  private static func both(
    _ a: Double?, _ b: Double?, _ join: (Double, Double) -> Double
  ) -> Double? {
    guard let a, let b else { return nil }
    return join(a, b)
  }
}
