import Essentials
import Monitoring

/// What detectors know, and what they do not, as the document `equipoise.watch.detector/1`.
public struct DetectorReport: Sendable, Equatable, Encodable {
  /// An attribute or a cross.
  public struct Comparison: Sendable, Equatable, Encodable {
    public var reading: BoundReading
    /// Its share of the error budget.
    public var weight: Double
    /// The same in words.
    public var words: [String]

    enum CodingKeys: String, CodingKey { case weight, words }

    public func encode(to encoder: any Encoder) throws {
      try reading.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(weight, forKey: .weight)
      try container.encode(words, forKey: .words)
    }
  }

  /// A rate that no number of rows identifies.
  public struct Bounded: Sendable, Equatable, Encodable {
    public var comparison: String
    public var group: String
    public var rejected: Int
    /// The rate lies between them, whatever the missing labels are; nil without rows.
    public var low: Double?
    public var high: Double?
  }

  public var schema = DetectorState.schemaName
  public var metric: String
  /// `difference` or `ratio`.
  public var bound: String
  public var limit: Double
  public var falseAlarmsAYear: Double
  public var batchesAYear: Double
  /// An alarm when the evidence of a comparison, times its weight, reaches it.
  public var evidenceLimit: Double
  public var batches: Int
  public var isRaised: Bool
  public var comparisons: [Comparison]
  /// Nil where the rate can be estimated.
  public var notEstimable: [Bounded]?

  enum CodingKeys: String, CodingKey {
    case schema, metric, bound, limit, batches, comparisons
    case falseAlarmsAYear = "false_alarms_a_year"
    case batchesAYear = "batches_a_year"
    case evidenceLimit = "evidence_limit"
    case isRaised = "alarm"
    case notEstimable = "not_estimable"
  }
}

extension DetectorState {
  /// What is known now.
  public var report: DetectorReport {
    let budget = monitors[0].settings.budget
    let readings = isEstimable ? monitors.map { ($0, $0.report) } : []
    return DetectorReport(
      metric: metric.rawValue, bound: monitors[0].null.isRatio ? "ratio" : "difference",
      limit: monitors[0].null.limit, falseAlarmsAYear: budget.falseAlarmsAYear,
      batchesAYear: budget.ticksAYear, evidenceLimit: budget.limit, batches: monitors[0].ticks,
      isRaised: readings.contains { $0.1.state == .raised },
      comparisons: readings.map { monitor, reading in
        DetectorReport.Comparison(
          reading: reading, weight: monitor.weight,
          words: BoundWords(metric: metric.rawValue, monitor: monitor, reading: reading).sentences)
      }, notEstimable: isEstimable ? nil : bounded)
  }

  private var bounded: [DetectorReport.Bounded] {
    monitors.flatMap { monitor in
      (selected?[monitor.name] ?? [:]).sorted { $0.key < $1.key }.map { group, labels in
        let range =
          metric == .truePositive ? labels.truePositiveRate : labels.falsePositiveRate
        return DetectorReport.Bounded(
          comparison: monitor.name, group: group, rejected: labels.rejected,
          low: range?.lowerBound, high: range?.upperBound)
      }
    }
  }
}

extension ConvexNull {
  var isRatio: Bool { if case .ratio = self { true } else { false } }

  /// The number of a bound of any number of groups.
  var limit: Double {
    switch self {
    case .difference(let limit), .ratio(let limit): limit
    default: preconditionFailure("a watch has a difference or a ratio")
    }
  }

  var words: String {
    isRatio ? "ratios to the highest of at least \(limit)" : "differences of at most \(limit)"
  }
}
