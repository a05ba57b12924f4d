import Equipoise

/// Parts of an audit: its classes, its strata, and why numbers are absent.
extension AuditText {
  func oneClass(_ entry: ClassAudit) -> String {
    let metrics = ["base_rate", "selection_rate", "true_positive_rate", "precision_score"]
    let rows = entry.audit.groups.map { group in
      [group.value, NumberText.count(group.rows)] + cells(group.metrics, metrics)
    }
    let heads = metrics.map { name in Self.usual.first { $0.name == name }?.head ?? name }
    return "Class \(DisplayText.name(entry.name)) against the rest\n"
      + Tables.text(
        ["group", "rows"] + heads, rows, alignedRight: Set(1..<(2 + heads.count)), names: [0])
  }

  /// The leading gap within each combination of the controls, or every group of each.
  func strata(_ strata: [StratumResult]) -> String {
    guard !choice.all else {
      return strata.map { stratum in
        "Within \(Self.name(stratum))\n"
          + groupText(stratum.groups, all: (stratum.overall, stratum.rows))
      }.joined(separator: "\n")
    }
    let metric = metrics.first { name in
      strata.contains { $0.disparities.contains { $0.metric == name } }
    }
    guard let metric else { return "" }
    let lines = strata.flatMap { stratum in
      stratum.disparities.filter {
        $0.metric == metric && $0.kind == .difference && $0.method == .betweenGroups
      }.map { row in
        [
          Self.name(stratum), NumberText.count(stratum.rows), row.attribute,
          row.value == nil ? "not estimable" : Tables.estimated(row.value, row.low, row.high),
          row.lowGroup ?? "–", row.highGroup ?? "–", Tables.pValue(row.adjustedP),
        ]
      }
    }
    return Tables.text(
      ["within", "rows", "attribute", "\(metric) difference", "lowest", "highest", "adj. p"], lines,
      alignedRight: [1, 3, 6], names: [0, 2, 4, 5])
  }

  private static func name(_ stratum: StratumResult) -> String {
    stratum.controls.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      .joined(separator: ", ")
  }

  /// Over how many groups disparities were taken, where not over all: one line a reason.
  static func reasons(_ rows: [Disparity]) -> [String] {
    var names: [(text: String, metrics: [String])] = []
    for row in rows {
      guard let reason = row.reason else { continue }
      if let known = names.firstIndex(where: { $0.text == reason }) {
        if !names[known].metrics.contains(row.metric) { names[known].metrics.append(row.metric) }
      } else {
        names.append((reason, [row.metric]))
      }
    }
    return names.map {
      TextWrap.paragraph("  \($0.text) (\($0.metrics.joined(separator: ", ")))", indent: "  ")
    }
  }
}
