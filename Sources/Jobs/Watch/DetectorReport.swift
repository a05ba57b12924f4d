import Essentials
import Monitoring

/// What detectors know, and what they do not, as the document `equipoise.watch.detector/1`.
public struct DetectorReport: Sendable, Equatable, Encodable {
  /// An attribute, a cross, or a bound of two arms within it.
  public struct Comparison: Sendable, Equatable, Encodable {
    public var reading: BoundReading
    /// The rate that is compared.
    public var metric: String
    /// Its share of the error budget.
    public var weight: Double
    /// Cell of a group and a bin → its mean score; nil for other bounds than that of calibration.
    public var meanScores: [String: Double]?
    /// The same in words.
    public var words: [String]

    enum CodingKeys: String, CodingKey {
      case metric, weight, words
      case meanScores = "mean_scores"
    }

    public func encode(to encoder: any Encoder) throws {
      try reading.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(metric, forKey: .metric)
      try container.encode(weight, forKey: .weight)
      try container.encodeIfPresent(meanScores, forKey: .meanScores)
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
    /// The rate, where a metric has several.
    public var metric: String
  }

  /// Rows whose labels come late.
  public struct Late: Sendable, Equatable, Encodable {
    /// The age, in batches, at which rows are judged.
    public var horizon: Int
    /// Rows that are not old enough, of all groups of the first attribute.
    public var waiting: Int
    /// Labels that came after their rows were judged: they change no evidence.
    public var lateLabels: Int
    /// Whether more than one label in a hundred came late.
    public var isHorizonShort: Bool
    public var groups: [Judged]

    enum CodingKeys: String, CodingKey {
      case horizon, waiting, groups
      case lateLabels = "late_labels"
      case isHorizonShort = "horizon_is_short"
    }
  }

  /// Rows of a group that were old enough.
  public struct Judged: Sendable, Equatable, Encodable {
    public var comparison: String
    public var group: String
    public var metric: String
    public var labeled: Int
    public var missing: Int
    /// Of rows with a label; nil without such.
    public var rate: Double?
    /// The rate lies between them, whatever the missing labels are.
    public var low: Double?
    public var high: Double?
  }

  public var schema = DetectorState.schemaName
  public var metric: String
  /// `difference`, `ratio`, `floor`, `ceiling`, `calibration`, `not_below` or `gap_change`.
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
  /// Nil where labels come with their rows.
  public var late: Late?

  enum CodingKeys: String, CodingKey {
    case schema, metric, bound, limit, batches, comparisons, late
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
    let budget = settings.budget
    let readings = isEstimable ? monitors.map(\.report) : []
    return DetectorReport(
      metric: metric.rawValue, bound: bound.name, limit: bound.limit,
      falseAlarmsAYear: budget.falseAlarmsAYear, batchesAYear: budget.ticksAYear,
      evidenceLimit: budget.limit, batches: batches,
      isRaised: readings.contains { $0.state == .raised },
      comparisons: readings.enumerated().map { k, reading in
        let rate = watched(k).rate.rawValue
        let means = scores?[reading.name]?.compactMapValues(\.mean)
        return DetectorReport.Comparison(
          reading: reading, metric: rate, weight: monitors[k].weight, meanScores: means,
          words: BoundWords(
            metric: rate, bound: bound, settings: settings, reading: reading,
            hasParts: metric.parts.count > 1, meanScores: means
          ).sentences)
      }, notEstimable: isEstimable ? nil : bounded, late: late)
  }

  private var bounded: [DetectorReport.Bounded] {
    (selected ?? [:]).sorted { $0.key < $1.key }.flatMap { comparison, groups in
      groups.sorted { $0.key < $1.key }.flatMap { group, labels in
        metric.parts.map { rate in
          let range = rate == .truePositive ? labels.truePositiveRate : labels.falsePositiveRate
          return DetectorReport.Bounded(
            comparison: comparison, group: group, rejected: labels.rejected,
            low: range?.lowerBound, high: range?.upperBound, metric: rate.rawValue)
        }
      }
    }
  }

  private var late: DetectorReport.Late? {
    guard let horizon, let cohorts, isEstimable else { return nil }
    // Every comparison has the same rows.
    let first = comparisons[0].name
    let own = cohorts.filter { $0.key == first || $0.key.hasPrefix(first + ", ") }.map(\.value)
    return DetectorReport.Late(
      horizon: horizon, waiting: own.reduce(0) { $0 + $1.waiting },
      lateLabels: own.reduce(0) { $0 + $1.lateLabels },
      isHorizonShort: own.contains(where: \.isHorizonShort),
      groups: (judged ?? [:]).sorted { $0.key < $1.key }.flatMap { comparison, groups in
        groups.sorted { $0.key < $1.key }.flatMap { group, found in
          metric.parts.map { Self.judged(comparison, group, found, $0) }
        }
      })
  }

  private static func judged(
    _ comparison: String, _ group: String, _ found: GroupOutcomes, _ rate: WatchedRate
  ) -> DetectorReport.Judged {
    let counts = found.counts(of: rate), range = found.bounds(of: rate)
    return DetectorReport.Judged(
      comparison: comparison, group: group, metric: rate.rawValue, labeled: counts.rows,
      missing: found.selected.missing + (rate == .precision ? 0 : found.rejected.missing),
      rate: counts.rate, low: range?.lowerBound, high: range?.upperBound)
  }
}
