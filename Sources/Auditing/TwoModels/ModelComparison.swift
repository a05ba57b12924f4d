import Criteria
import Datasets
import Essentials
import LinearAlgebra

/// Two models on the same rows: which is better for whom, with intervals that use the pairing.
///
/// In each group, for each rate, second − first: rows that both models treat alike cancel. Rates of one
/// denominator (selection, true positive, …) get Tango's interval and McNemar's exact test, others
/// (precision, …) the linearized ones, areas under the curve DeLong's for correlated curves.
///
/// The change of the gap between groups, (max − min) of the second − that of the first, gets limits from
/// bands that hold together: with every pair's signed gaps c₁, c₂ and change c₂ − c₁ in their bands, the
/// change of the largest is at most the largest |c₂| − |c₁| that the bands allow to a pair that may be the
/// second's largest, and at least the least of those that may be the first's.
public struct ModelComparison: Sendable {
  /// One metric in one group.
  public struct Row: Sendable, Equatable, Codable {
    /// Nil for all rows.
    public var attribute: String?
    public var group: String?
    public var metric: String
    public var first: Double?
    public var second: Double?
    /// second − first.
    public var difference: Double?
    public var low: Double?
    public var high: Double?
    public var interval: String?
    public var pValue: Double?
    public var adjustedP: Double?
    public var test: String?
    public var status: Estimate.Status
    public var reason: String?

    enum CodingKeys: String, CodingKey {
      case attribute, group, metric, first, second, difference, low, high, interval
      case pValue = "p_value"
      case adjustedP = "adjusted_p"
      case test, status, reason
    }
  }

  /// The gap between groups under both models.
  public struct GapChange: Sendable, Equatable, Codable {
    public var attribute: String
    public var metric: String
    public var first: Double?
    public var second: Double?
    /// second − first: below 0 when the second treats groups more alike.
    public var change: Double?
    public var low: Double?
    public var high: Double?
    public var interval: String?
    public var groups: Int
    public var of: Int
  }

  public struct Result: Sendable, Equatable, Codable {
    public var first: String
    public var second: String
    public var rows: [Row]
    public var gaps: [GapChange]
  }

  public var confidence: Double
  public var minimumCount: Int

  public init(
    confidence: Double = 0.95, minimumCount: Int = AuditOptions.defaultMinimumCount
  ) {
    self.confidence = confidence
    self.minimumCount = minimumCount
  }

  /// Compares decisions, and scores where both have them.
  ///
  /// - Parameters:
  ///   - first: outcomes of the first model; its groups, labels and weights are those of both.
  ///   - second: outcomes of the second model on the same rows.
  ///   - names: what the models are called.
  public func compare(
    _ first: Outcomes, _ second: Outcomes, names: (String, String) = ("first", "second")
  ) -> Result {
    precondition(first.rows == second.rows, "two models of the same rows")
    let a = Self.decisions(first), b = Self.decisions(second)
    var inputs = first.inputs
    inputs.remove(.scores)
    let metrics = Metrics.available(for: inputs).filter { metric in
      guard case .proportion = metric.form else { return false }
      // Base rates are no model's doing.
      return metric.needs.contains(.predictions) && metric.name != "mean_prediction"
    }
    let everyone = GroupIndex(
      attribute: "", codes: Buffer(zeroed: first.rows), names: ["all"])
    var rows: [Row] = [], gaps: [GapChange] = []
    for attribute in [everyone] + first.attributes {
      let tallies = PairedTally.count(
        attribute, labels: first.labels, first: a, second: b, weights: first.weights)
      let isWhole = attribute.attribute.isEmpty
      for metric in metrics {
        let contrasts = tallies.map {
          PairedContrast(metric, $0, weighted: first.weights != nil)!
        }
        rows += contrasts.indices.map { g in
          var row = self.row(contrasts[g])
          if !isWhole { (row.attribute, row.group) = (attribute.attribute, attribute.names[g]) }
          return row
        }
        if !isWhole { gaps.append(gap(attribute.attribute, metric, contrasts)) }
      }
      rows += areas(attribute, isWhole, first, second)
    }
    Self.adjust(&rows)
    return Result(first: names.0, second: names.1, rows: rows, gaps: gaps)
  }

  private static func decisions(_ outcomes: Outcomes) -> Buffer<UInt8> {
    if let predictions = outcomes.predictions { return predictions }
    let scores = outcomes.scores!
    return Buffer((0..<scores.count).map { scores[$0] >= outcomes.threshold ? 1 : 0 })
  }

  private func row(_ contrast: PairedContrast) -> Row {
    var row = Row(
      metric: contrast.metric.name, first: contrast.first, second: contrast.second,
      difference: contrast.difference, status: .estimate)
    guard contrast.difference != nil else {
      row.status = .notEstimable
      row.reason = contrast.metric.whenEmpty
      return row
    }
    if let interval = contrast.interval(confidence: confidence) {
      (row.low, row.high, row.interval) = (interval.low, interval.high, interval.method)
    }
    if let result = contrast.test() { (row.pValue, row.test) = (result.pValue, result.test) }
    if contrast.rows < minimumCount {
      row.status = .lowCount
      row.reason = "\(contrast.rows) rows, fewer than \(minimumCount)"
    }
    return row
  }

  private func areas(
    _ attribute: GroupIndex, _ isWhole: Bool, _ first: Outcomes, _ second: Outcomes
  ) -> [Row] {
    guard let a = first.scores, let b = second.scores, let labels = first.labels,
      first.weights == nil
    else { return [] }
    var members = Array(repeating: [Int](), count: attribute.count)
    for i in 0..<attribute.rows { members[attribute[i]].append(i) }
    return members.enumerated().map { g, rows in
      var row = Row(metric: "roc_auc_score", status: .estimate)
      if !isWhole { (row.attribute, row.group) = (attribute.attribute, attribute.names[g]) }
      guard
        let areas = PairedAreas(
          rows.map { a[$0] }, rows.map { b[$0] }, labels: rows.map { labels[$0] })
      else {
        row.status = .notEstimable
        row.reason = "fewer than two rows of a label"
        return row
      }
      (row.first, row.second) = (areas.first, areas.second)
      row.difference = areas.second - areas.first
      row.pValue = areas.test().pValue
      row.test = areas.test().test
      if let interval = areas.interval(confidence: confidence) {
        (row.low, row.high, row.interval) = (-interval.high, -interval.low, interval.method)
      } else {
        row.reason = "both rank every pair of rows alike"
      }
      return row
    }
  }

  private static func adjust(_ rows: inout [Row]) {
    let tested = rows.indices.filter { rows[$0].pValue != nil }
    let adjusted = Multiplicity.holm(tested.map { rows[$0].pValue! })
    for (place, i) in tested.enumerated() { rows[i].adjustedP = adjusted[place] }
  }
}
