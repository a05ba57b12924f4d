import Criteria
import Essentials

/// The groups and crosses that are worst off, ranked by what is sure rather than by what is seen.
///
/// Every observed combination of up to `intersections` attributes is compared with all other rows, for
/// every proportion asked for. The intervals hold together over all comparisons made (Bonferroni), so
/// the bound of the worst is right though it was searched for; the p-values are Holm's.
public struct WorstCells: Sendable {
  /// One cell against the rest, for one metric.
  public struct Cell: Sendable, Equatable, Codable {
    public var attribute: String
    public var value: String
    public var metric: String
    public var rows: Int
    public var rate: Double
    /// Weights that the rate is the quotient of.
    public var part: Double
    public var whole: Double
    public var rest: Double
    /// rate − rest, and limits that hold for all cells together.
    public var difference: Double
    public var low: Double
    public var high: Double
    public var interval: String
    /// The distance from 0 that is sure: 0 when the limits hold 0.
    public var bound: Double
    public var adjustedP: Double
    public var test: String
    public var status: Estimate.Status

    enum CodingKeys: String, CodingKey {
      case attribute, value, metric, rows, rate, part, whole, rest, difference, low, high, interval,
        bound
      case adjustedP = "adjusted_p"
      case test, status
    }
  }

  /// The result: how many comparisons were made and could not be made, and the worst.
  public struct Result: Sendable, Equatable, Codable {
    public var examined: Int
    public var notEstimable: Int
    public var confidence: Double
    public var cells: [Cell]

    enum CodingKeys: String, CodingKey {
      case examined
      case notEstimable = "not_estimable"
      case confidence, cells
    }
  }

  public var metrics: [String]
  public var intersections: Int
  public var confidence: Double
  public var minimumCount: Int
  public var limit: Int

  public static let defaultLimit = 10
  public static let defaultMetrics = [
    "selection_rate", "true_positive_rate", "false_positive_rate", "accuracy_score", "base_rate",
  ]

  public init(
    metrics: [String] = defaultMetrics, intersections: Int = 2, confidence: Double = 0.95,
    minimumCount: Int = AuditOptions.defaultMinimumCount, limit: Int = defaultLimit
  ) {
    self.metrics = metrics
    self.intersections = intersections
    self.confidence = confidence
    self.minimumCount = minimumCount
    self.limit = limit
  }

  public func find(_ counts: OutcomeCounts) -> Result {
    let judgesDecisions = counts.inputs.contains(.predictions)
    let chosen = Metrics.available(for: counts.inputs).filter { metric in
      // With decisions to judge, a base rate is nobody's doing.
      metrics.contains(metric.name)
        && (!judgesDecisions || metric.needs.contains(.predictions))
    }
    var comparisons: [(attribute: String, metric: Metric, contrast: Contrast)] = []
    var missing = 0
    for choice in Audit.choices(of: counts.attributes.count, upTo: intersections) {
      let part = counts.marginal(of: choice)
      let attribute = choice.map { counts.attributes[$0] }.joined(separator: "×")
      let overall = counts.overall
      let present = zip(part.names, part.tallies).filter { $0.1.rowCount > 0 }
      // Of two groups, each is the other's rest.
      for (name, tally) in present.count == 2 ? Array(present.prefix(1)) : present {
        let cell = AuditedGroup(name: name, tally: tally, ranks: nil, weighted: counts.weighted)
        let rest = AuditedGroup(
          name: "rest", tally: overall - tally, ranks: nil, weighted: counts.weighted)
        for metric in chosen {
          let contrast = Contrast(metric: metric, first: cell, second: rest)
          if contrast.first.proportion(metric) == nil || rest.proportion(metric) == nil {
            missing += 1
          } else {
            comparisons.append((attribute, metric, contrast))
          }
        }
      }
    }
    let level = 1 - (1 - confidence) / Double(max(1, comparisons.count))
    let adjusted = Multiplicity.holm(comparisons.map { $0.contrast.test()?.pValue ?? 1 })
    var cells = zip(comparisons, adjusted).map { comparison, p in
      cell(comparison.attribute, comparison.metric, comparison.contrast, level, p)
    }
    cells.sort {
      ($1.bound, abs($1.difference), $0.attribute, $0.value, $0.metric)
        < ($0.bound, abs($0.difference), $1.attribute, $1.value, $1.metric)
    }
    return Result(
      examined: comparisons.count, notEstimable: missing, confidence: confidence,
      cells: Array(cells.prefix(limit)))
  }

  private func cell(
    _ attribute: String, _ metric: Metric, _ contrast: Contrast, _ level: Double, _ p: Double
  ) -> Cell {
    let a = contrast.first.proportion(metric)!, b = contrast.second.proportion(metric)!
    let interval = ContrastIntervals.newcombe(a, b, confidence: level)
    let rows = contrast.first.rows(behind: metric)
    var part = 0.0, whole = 0.0
    if case .proportion(let inside, let all) = metric.form {
      part = contrast.first.tally.weight(of: inside)
      whole = contrast.first.tally.weight(of: all)
    }
    return Cell(
      attribute: attribute, value: contrast.first.name, metric: metric.name, rows: rows,
      rate: a.rate, part: part, whole: whole, rest: b.rate, difference: a.rate - b.rate,
      low: interval.low,
      high: interval.high, interval: interval.method + "_bonferroni",
      bound: max(0, interval.low, -interval.high), adjustedP: p,
      test: contrast.test()?.test ?? "", status: rows < minimumCount ? .lowCount : .estimate)
  }
}
