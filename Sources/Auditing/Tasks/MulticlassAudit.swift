import Criteria
import Datasets
import LinearAlgebra

/// An audit of several classes: how often each group's class is right, each class against the rest, and
/// the means over the classes.
///
/// The rate of right answers over all classes is a proportion and has all that an audit gives one. Each
/// class against the rest is an audit of its own. The mean over classes of a metric (`macro_…`) says over
/// how many classes it was taken when some have no rows. p-values of all tables are Holm's together.
public struct MulticlassAudit: Sendable {
  public let options: AuditOptions

  /// Metrics whose mean over the classes is told.
  static let macroMetrics = ["precision_score", "recall_score", "f1_score"]

  public init(options: AuditOptions = AuditOptions()) { self.options = options }

  public func run(_ counts: MulticlassCounts) throws(AuditError) -> AuditResult {
    var result = try overall(counts)
    var classes: [ClassAudit] = []
    for (index, name) in counts.classes.enumerated() {
      classes.append(
        ClassAudit(
          name: name, audit: try Audit(options: options).run(counts.oneVersusRest(index))))
    }
    adjustTogether(&result, &classes)
    result.task = .multiclass
    result.classes = classes
    return result
  }

  /// Right against wrong: a label that is always positive, so that accuracy is a rate of its own.
  private func overall(_ counts: MulticlassCounts) throws(AuditError) -> AuditResult {
    let tallies = counts.combinations.indices.map { counts.correctness(of: $0) }
    let right = OutcomeCounts(
      attributes: counts.attributes, levels: counts.levels, combinations: counts.combinations,
      tallies: tallies, inputs: [.predictions], weighted: counts.isWeighted, threshold: 0.5)
    var result = try Audit(options: options).run(right)
    let frame = CountedFrame(
      attributes: counts.attributes, levels: counts.levels, combinations: counts.combinations,
      tallies: counts.combinations.indices.map { [$0] }, empty: [], add: { $0 += $1 })
    let all = Array(counts.combinations.indices)
    result.overall = renamed(result.overall, macro(counts, all))
    var members: [String: [Int]] = [:]
    for choice in Audit.choices(of: frame.attributes.count, upTo: options.intersections) {
      let attribute = choice.map { frame.attributes[$0] }.joined(separator: "×")
      for (name, cells) in frame.members(choice) { members["\(attribute)\u{0}\(name)"] = cells }
    }
    for g in result.groups.indices {
      let group = result.groups[g]
      result.groups[g].metrics = renamed(
        group.metrics, macro(counts, members["\(group.attribute)\u{0}\(group.value)"] ?? []))
    }
    result.disparities = result.disparities.compactMap { row in
      guard row.metric == "selection_rate" else { return nil }
      var row = row
      row.metric = "accuracy_score"
      return row
    }
    result.indices = [:]
    return result
  }

  private func renamed(
    _ metrics: [String: Estimate], _ macro: [String: Estimate]
  ) -> [String: Estimate] {
    var kept = macro
    kept["count"] = metrics["count"]
    kept["accuracy_score"] = metrics["selection_rate"]
    return kept
  }

  private func macro(_ counts: MulticlassCounts, _ cells: [Int]) -> [String: Estimate] {
    var values: [String: Estimate] = [:]
    for name in Self.macroMetrics {
      guard let metric = Metrics.named(name) else { continue }
      let (value, classes) = counts.macro(metric, over: cells)
      guard let found = value.value else {
        values["macro_\(name)"] = .notEstimable(value.reason ?? metric.whenEmpty)
        continue
      }
      values["macro_\(name)"] = Estimate(
        value: found,
        reason: classes < counts.classes.count
          ? "over the \(classes) of \(counts.classes.count) classes that have it" : nil)
    }
    return values
  }

  /// All classes together: a family of hypotheses each way of comparing.
  private func adjustTogether(_ result: inout AuditResult, _ classes: inout [ClassAudit]) {
    var rows = result.disparities
    for (index, entry) in classes.enumerated() {
      rows += entry.audit.disparities.map { row in
        var row = row
        row.hypothesis = row.hypothesis?.told("class \(index)")
        return row
      }
    }
    Audit.adjust(&rows)
    var rest = rows[...]
    func take(_ count: Int) -> [Disparity] {
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count))
    }
    result.disparities = take(result.disparities.count)
    for k in classes.indices {
      classes[k].audit.disparities = take(classes[k].audit.disparities.count)
    }
  }
}
