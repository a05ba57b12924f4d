import Criteria
import LinearAlgebra

/// Bootstrap intervals of every metric that is a function of counts, by group (`CellBootstrap`).
public struct BootstrapTable: Sendable, Equatable, Codable {
  public struct Row: Sendable, Equatable, Codable {
    public var attribute: String
    public var group: String
    public var metric: String
    public var value: Double
    public var low: Double
    public var high: Double
    public var interval: String
    /// Nil when fewer than two replicates have a denominator.
    public var standardError: Double?

    enum CodingKeys: String, CodingKey {
      case attribute, group, metric, value, low, high, interval
      case standardError = "standard_error"
    }
  }

  public var replicates: Int
  public var confidence: Double
  public var rows: [Row]
  /// Attributes and crosses with too many groups for so many replicates.
  public var leftOut: [String]

  enum CodingKeys: String, CodingKey {
    case replicates, confidence, rows
    case leftOut = "left_out"
  }

  /// Replicates times metrics times groups that are held at a time: 256 MB.
  static let largestDraw = 1 << 25

  public init(
    _ counts: OutcomeCounts, intersections: Int = 1, confidence: Double = 0.95,
    bootstrap: CellBootstrap
  ) {
    replicates = bootstrap.replicates
    self.confidence = confidence
    rows = []
    leftOut = []
    let metrics = Metrics.available(for: counts.inputs).filter { $0.name != "mean_prediction" }
    for choice in Audit.choices(of: counts.attributes.count, upTo: intersections) {
      let part = counts.marginal(of: choice)
      let attribute = choice.map { counts.attributes[$0] }.joined(separator: "×")
      let size = part.names.count.multipliedReportingOverflow(by: metrics.count * replicates)
      guard !size.overflow, size.partialValue <= Self.largestDraw else {
        leftOut.append(attribute)
        continue
      }
      let drawn = bootstrap.run(part.tallies, metrics: metrics, weighted: counts.weighted)
      let intervals = drawn.intervals(confidence: confidence)
      for (g, name) in part.names.enumerated() {
        for (m, metric) in drawn.metrics.enumerated() {
          guard let interval = intervals[m * part.names.count + g],
            let value = metric.measure(part.tallies[g]).value
          else { continue }
          rows.append(
            Row(
              attribute: attribute, group: name, metric: metric.name, value: value,
              low: interval.low, high: interval.high, interval: interval.method,
              standardError: drawn.standardError(m, g)))
        }
      }
    }
  }
}
