import Equipoise

/// An audit as tables on a terminal.
enum AuditText {
  /// The metrics that people ask for first, as far as there are; JSON has all.
  private static let shown = [
    "selection_rate", "base_rate", "accuracy_score", "true_positive_rate", "false_positive_rate",
    "precision_score", "roc_auc_score", "macro_recall_score", "mean_label", "mean_error",
    "mean_absolute_error", "root_mean_squared_error", "r2_score",
  ]

  static func describe(_ result: AuditResult) -> String {
    let metrics = shown.filter { result.overall[$0]?.value != nil }
    var parts = PositivesText.lines(result.positives)
    parts.append("\(result.rows) rows, total weight \(short(result.weight))")
    let header = ["attribute", "group", "rows"] + metrics
    var rows = [["", "all", "\(result.rows)"] + metrics.map { cell(result.overall[$0]) }]
    for group in result.groups {
      rows.append(
        [group.attribute, group.value, "\(group.rows)"] + metrics.map { cell(group.metrics[$0]) })
    }
    parts.append(Tables.text(header, rows, alignedRight: [2]))
    let disparities = result.disparities.filter { $0.method == .betweenGroups }
    parts.append("Between groups: difference = largest − smallest, ratio = smallest / largest")
    parts.append(
      Tables.text(
        ["attribute", "metric", "kind", "value", "interval", "lowest", "highest", "adjusted p"],
        disparities.map(line), alignedRight: [3, 7]))
    parts += reasons(disparities)
    for entry in result.classes ?? [] { parts += Self.oneClass(entry) }
    for stratum in result.strata ?? [] {
      parts += Self.stratum(stratum, metrics, header)
    }
    parts += DecisionText.lines(result.decisions)
    parts += result.unknown.filter { $0.rows > 0 }.map(Self.unknown)
    parts += result.notes ?? []
    parts.append("'--format json' has every metric, comparison and test.")
    return parts.joined(separator: "\n")
  }

  private static func oneClass(_ entry: ClassAudit) -> [String] {
    let metrics = ["base_rate", "selection_rate", "true_positive_rate", "precision_score"]
    let rows = entry.audit.groups.map { group in
      [group.attribute, group.value, "\(group.rows)"] + metrics.map { cell(group.metrics[$0]) }
    }
    return [
      "Class \(entry.name) against the rest",
      Tables.text(["attribute", "group", "rows"] + metrics, rows, alignedRight: [2]),
    ]
  }

  private static func stratum(
    _ stratum: StratumResult, _ metrics: [String], _ header: [String]
  ) -> [String] {
    let name = stratum.controls.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    var rows = [["", "all", "\(stratum.rows)"] + metrics.map { cell(stratum.overall[$0]) }]
    for group in stratum.groups {
      rows.append(
        [group.attribute, group.value, "\(group.rows)"] + metrics.map { cell(group.metrics[$0]) })
    }
    return ["Within \(name.joined(separator: ", "))", Tables.text(header, rows, alignedRight: [2])]
  }

  private static func unknown(_ rows: UnknownRows) -> String {
    let policy = rows.policy == "exclude" ? "compared with nobody" : "a group of their own"
    return "\(rows.attribute): \(rows.rows) rows without a known value, \(policy)"
  }

  private static func line(_ row: Disparity) -> [String] {
    [
      row.attribute, row.metric, row.kind.rawValue,
      row.value.map { Tables.number($0, decimals: 4) } ?? "not estimable",
      interval(row.low, row.high), row.lowGroup ?? "–", row.highGroup ?? "–",
      Tables.number(row.adjustedP, decimals: 4),
    ]
  }

  /// Over how many groups disparities were taken, where not over all: one line a reason.
  private static func reasons(_ rows: [Disparity]) -> [String] {
    var names: [(text: String, metrics: [String])] = []
    for row in rows {
      guard let reason = row.reason else { continue }
      let text = "\(row.attribute): \(reason)"
      if let known = names.firstIndex(where: { $0.text == text }) {
        if !names[known].metrics.contains(row.metric) { names[known].metrics.append(row.metric) }
      } else {
        names.append((text, [row.metric]))
      }
    }
    return names.map { "\($0.text) (\($0.metrics.joined(separator: ", ")))" }
  }

  private static func cell(_ estimate: Estimate?) -> String {
    guard let estimate else { return "–" }
    guard let value = estimate.value else { return "not estimable" }
    let mark = estimate.status == .lowCount ? " (low n)" : ""
    let range = interval(estimate.low, estimate.high)
    return Tables.number(value, decimals: 3) + (range == "–" ? "" : " \(range)") + mark
  }

  private static func interval(_ low: Double?, _ high: Double?) -> String {
    guard let low, let high else { return "–" }
    return "[\(Tables.number(low, decimals: 3)), \(Tables.number(high, decimals: 3))]"
  }

  private static func short(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }
}
