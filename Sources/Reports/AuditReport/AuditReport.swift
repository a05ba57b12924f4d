import Auditing
import Criteria

/// An audit as a document in sixteen parts, and those of findings, recommendations and further notes when
/// there are any; plain words first.
///
/// It measures and does not judge: no threshold of its own, no verdict. Results come right after the
/// summary; what they rest on follows: groups, system, data, metrics, inference, decisions, mitigation,
/// limits. Tables of every metric stand at the end, before signatures and reproduction.
public struct AuditReport {
  let result: AuditResult
  let counts: OutcomeCounts
  let areProbabilities: Bool
  let options: AuditOptions
  let context: ReportContext
  let groups: [ReportGroups]
  private let metricsByGroup: [String: [String: [String: Estimate]]]

  /// - Parameter counts: the same rows counted again for the report, with their score histograms.
  public init(
    _ result: AuditResult, counts: ReportCounts, options: AuditOptions, context: ReportContext
  ) {
    self.result = result
    let all = counts.counts
    let audited = all.attributes.indices.filter {
      !options.controls.contains(all.attributes[$0])
    }
    self.counts = all.projected(to: Array(audited))
    areProbabilities = counts.areProbabilities
    self.options = options
    self.context = context
    groups = ReportGroups.all(of: self.counts, upTo: options.intersections)
    metricsByGroup = Dictionary(grouping: result.groups, by: \.attribute).mapValues { rows in
      Dictionary(rows.map { ($0.value, $0.metrics) }, uniquingKeysWith: { first, _ in first })
    }
  }

  public func document() -> ReportDocument {
    ReportDocument(
      kind: "audit", title: title, subtitle: context.subtitle, positives: context.positives,
      facts: facts,
      sections: [
        summary, results, findings, groupsSection, decisions, system, data, mitigation,
        recommendations, splits,
        robustness, individuals, limits, monitoring, metricsSection, inference, details, signatures,
        reproduction,
      ].compactMap(\.self)
    ).addingUnsaid(context.notes).collectingUnstated()
  }

  var title: String { context.title ?? "Audit of \(context.subject)" }

  // MARK: Names and metrics

  /// Metrics that pictures and the summary show, as far as there are any.
  package var leadingMetrics: [String] { result.leadingMetrics }

  var confidenceText: String {
    let percent = 100 * options.confidence
    return NumberText.fixed(percent, percent == percent.rounded() ? 0 : 1) + "%"
  }

  /// Whether a metric is a share of rows, so that it is written as a percentage.
  static func isShare(_ metric: String) -> Bool {
    guard let known = Metrics.named(metric) else { return false }
    if case .proportion = known.form { return true }
    return false
  }

  static func valueText(_ metric: String, _ value: Double) -> String {
    if Metrics.named(metric).map({ $0.scale == .count }) == true {
      return NumberText.weight(value)
    }
    return isShare(metric) ? NumberText.percent(value) : NumberText.ratio(value)
  }

  static func rangeText(_ low: Double?, _ high: Double?, _ text: (Double) -> String) -> String? {
    guard low != nil || high != nil else { return nil }
    return "[\(low.map(text) ?? "–"), \(high.map(text) ?? "–")]"
  }

  /// A metric of a group with its interval and the counts behind it.
  func cell(_ metric: String, _ estimate: Estimate?, _ tally: Tally) -> ReportCell {
    guard let estimate else { return ReportCell("–") }
    guard let value = estimate.value else {
      return .absent(estimate.reason)
    }
    var cell = ReportCell(Self.valueText(metric, value), value: value)
    cell.low = estimate.low
    cell.high = estimate.high
    cell.range = Self.rangeText(estimate.low, estimate.high) {
      Self.isShare(metric) ? NumberText.fixed(100 * $0, 1) : NumberText.ratio($0)
    }
    cell.status = estimate.status
    cell.reason = estimate.reason
    if let known = Metrics.named(metric), case .proportion(let part, let whole) = known.form {
      cell.numerator = tally.weight(of: part)
      cell.denominator = tally.weight(of: whole)
    }
    return cell
  }

  func estimates(of group: String, in attribute: String) -> [String: Estimate] {
    metricsByGroup[attribute]?[group] ?? [:]
  }
}
