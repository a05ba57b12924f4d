import Criteria
import Datasets
import LinearAlgebra

/// The plain numbers that a fit is described by: how accurate it is and how far groups lie apart.
///
/// `accuracy_score` and `roc_auc_score` are of all rows. For each rate, `NAME.difference` is largest
/// minus smallest over the groups and `NAME.ratio` smallest over largest; with several attributes
/// the worst of them, and each as `ATTRIBUTE.NAME.difference`. A number that does not exist is nil.
public enum FitMetrics {
  /// Rates between groups that are told of every fit.
  static let rates = [
    "selection_rate", "true_positive_rate", "false_positive_rate", "false_negative_rate",
    "true_negative_rate", "precision_score", "accuracy_score",
  ]

  /// - Parameters:
  ///   - scores: what ranks the rows, for the area under the curve.
  ///   - mixture: the decisions that rows may get, each with its probability; rates are expectations
  ///     over them.
  public static func values<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, scores: [Double],
    mixture: [(weight: Double, decisions: [UInt8])], pool: WorkerPool = .default
  ) throws(CountingError) -> [String: Double?] {
    guard let labels = data.labels else { return [:] }
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
    let overall = expected { [$0.overall] }[0]
    var values: [String: Double?] = [
      "accuracy_score": Metrics.named("accuracy_score")!.measure(overall).value,
      "roc_auc_score": area(Buffer(scores), labels, weights),
    ]
    guard !data.attributes.isEmpty else { return values }
    var worst: [String: Double?] = [:]
    for a in attributes.indices {
      let found = disparities(expected { $0.marginal(of: [a]).tallies })
      for (name, value) in found {
        let isRatio = name.hasSuffix(".ratio")
        worst[name] = Self.worse(worst[name] ?? nil, value, isRatio, isFirst: a == 0)
        if attributes.count > 1 {
          values.updateValue(value, forKey: "\(attributes[a].attribute).\(name)")
        }
      }
    }
    for (name, value) in worst { values.updateValue(value, forKey: name) }
    return values
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

  private static func worse(
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
