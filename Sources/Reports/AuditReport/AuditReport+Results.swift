import Auditing
import Criteria

/// Part 2: pictures and tables, attribute by attribute, then crosses.
extension AuditReport {
  /// A table has at most this many metrics side by side.
  private static let metricsATable = 5
  private static let mostFarthest = 15

  var results: ReportSection { results(counts: Self.groupsTitle) }

  /// - Parameter counts: the part of the document where the counts of the groups stand.
  func results(counts place: String) -> ReportSection {
    var blocks: [ReportBlock] = [
      .text(
        "Intervals are at \(confidenceText). Each share is written with its two counts; all counts are "
          + "under “\(place)”, every other metric under “\(Self.detailsTitle)”. A gap is "
          + "written in percentage points (pp).")
    ]
    for (index, group) in groups.enumerated() {
      blocks.append(.heading("By \(DisplayText.name(group.attribute))"))
      let figures = self.figures(group, id: "g\(index)")
      if !figures.isEmpty { blocks.append(.figures(figures)) }
      let leading = (title: "Rates", metrics: leadingMetrics)
      blocks.append(.table(metricTable(group, leading, id: "leading-\(index)")))
      let wanted = Set(leadingMetrics + ["equalized_odds", "average_odds", "roc_auc_score"])
      blocks.append(
        .table(
          betweenTable(group, "Gaps between", id: "gaps-\(index)") { wanted.contains($0.metric) }))
      if let table = referenceTable(group, id: "reference-\(index)") {
        blocks.append(.table(table))
      }
    }
    if let table = farthest { blocks.append(.table(table)) }
    if let table = strataTable {
      blocks += [.heading("Within the groups of the controls"), .table(table)]
    }
    return ReportSection("results", "Results", blocks)
  }

  static let groupsTitle = "Groups and their counts"
  static let detailsTitle = "Every metric"

  /// The tables that few read: every metric of every group, and every gap.
  var details: ReportSection {
    var blocks: [ReportBlock] = []
    for (index, group) in groups.enumerated() {
      blocks.append(.heading("By \(DisplayText.name(group.attribute))"))
      let rows = hypotheses(of: group.attribute)
      blocks.append(
        .table(
          betweenTable(group, "All gaps between", id: "between-\(index)") {
            rows.contains($0.metric)
          }))
      for (number, part) in metricColumns.enumerated() {
        blocks.append(.table(metricTable(group, part, id: "rates-\(index)-\(number)")))
      }
      if let table = calibrationTable(group, id: "calibration-\(index)") {
        blocks.append(.table(table))
      }
    }
    return ReportSection("every-metric", Self.detailsTitle, blocks)
  }

  /// The metrics that say something of their own of the gaps: of a rate and its complement, which lie
  /// equally far apart, the first.
  private func hypotheses(of attribute: String) -> Set<String> {
    var seen = Set<Disparity.Hypothesis>()
    return Set(
      result.disparities.filter {
        $0.attribute == attribute && $0.method == .betweenGroups && $0.kind == .difference
          && isShown($0.metric)
      }.filter { row in row.hypothesis.map { seen.insert($0).inserted } ?? true }.map(\.metric))
  }

  /// Groups that are by their intervals farthest from all rows, over all attributes and crosses.
  private var farthest: ReportTable? {
    let wanted = leadingMetrics
    func bound(_ row: Disparity) -> Double {
      guard let low = row.low, let high = row.high else { return 0 }
      return low > 0 ? low : high < 0 ? -high : 0
    }
    let rows = result.disparities.enumerated()
      .filter { _, row in
        row.method == .toOverall && row.kind == .difference && wanted.contains(row.metric)
          && bound(row) > 0
      }
      .sorted { (bound($1.element), $0.offset) < (bound($0.element), $1.offset) }
      .prefix(Self.mostFarthest).map(\.element)
    guard !rows.isEmpty else { return nil }
    return ReportTable(
      "farthest", caption: "Groups farthest from all rows",
      columns: [
        .text("Group"), .text("Attribute"), .text("Metric"), .number("Difference"),
        .number("Smallest gap consistent with the data"), .number("Adjusted p"),
      ],
      rows: rows.map { row in
        ReportRow([
          ReportCell(row.group.map(DisplayText.visible) ?? "–"),
          ReportCell(DisplayText.visible(row.attribute)),
          ReportCell(DisplayText.metric(row.metric)), disparityCell(row),
          .number(bound(row)) { NumberText.fixed(100 * $0, 1) + " pp" },
          .number(row.adjustedP, NumberText.pValue),
        ])
      },
      notes: [
        "The smallest gap consistent with the data is the end of the difference's "
          + "\(confidenceText) interval that is nearer to 0. Each interval holds by itself.",
        result.adjustment(.toOverall),
      ].compactMap(\.self))
  }

  /// The gaps of the leading metrics within each combination of the controls.
  private var strataTable: ReportTable? {
    guard let strata = result.strata else { return nil }
    let wanted = leadingMetrics
    let rows = strata.flatMap { stratum -> [ReportRow] in
      let name = stratum.controls.sorted { $0.key < $1.key }
        .map { "\(DisplayText.visible($0.key)) = \(DisplayText.visible($0.value))" }
        .joined(separator: ", ")
      return stratum.disparities
        .filter {
          $0.method == .betweenGroups && $0.kind == .difference && wanted.contains($0.metric)
        }
        .map { row in
          ReportRow([
            ReportCell(name), .count(stratum.rows),
            ReportCell(DisplayText.visible(row.attribute)),
            ReportCell(DisplayText.metric(row.metric)), disparityCell(row),
            ReportCell(row.lowGroup.map(DisplayText.visible) ?? "–"),
            ReportCell(row.highGroup.map(DisplayText.visible) ?? "–"),
            .number(row.adjustedP, NumberText.pValue),
          ])
        }
    }
    return ReportTable(
      "strata", caption: "Gaps within the groups of the controls",
      columns: [
        .text("Within"), .number("Rows"), .text("Attribute"), .text("Metric"),
        .number("Difference"), .text("Lowest"), .text("Highest"), .number("Adjusted p"),
      ], rows: rows, notes: [result.adjustment(.betweenGroups)].compactMap(\.self))
  }

  /// Families of metrics, cut so that a table fits on a page.
  private var metricColumns: [(title: String, metrics: [String])] {
    var parts: [(title: String, metrics: [String])] = []
    var shown = Set<String>()
    func add(_ title: String, _ metrics: [String]) {
      let fresh = metrics.filter {
        result.overall[$0] != nil && isShown($0) && shown.insert($0).inserted
      }
      for start in stride(from: 0, to: fresh.count, by: Self.metricsATable) {
        let part = Array(fresh[start..<min(fresh.count, start + Self.metricsATable)])
        parts.append((title, part))
      }
    }
    for family in Metrics.families {
      add(Self.familyTitle("\(family)"), family.metrics.map(\.name))
    }
    add("Other metrics", result.overall.keys.sorted())
    return parts
  }

  /// `PredictiveValueMetrics` as `Predictive value metrics`.
  static func familyTitle(_ type: String) -> String {
    var words = ""
    for character in type {
      if character.isUppercase && !words.isEmpty { words += " " }
      words += words.isEmpty ? String(character) : character.lowercased()
    }
    return words
  }

  private func metricTable(
    _ group: ReportGroups, _ part: (title: String, metrics: [String]), id: String
  ) -> ReportTable {
    var rows = group.shown.map { g in
      let estimates = estimates(of: group.names[g], in: group.attribute)
      return ReportRow(
        [ReportCell(DisplayText.visible(group.names[g])), .count(group.tallies[g].rowCount)]
          + part.metrics.map { cell($0, estimates[$0], group.tallies[g]) })
    }
    rows.append(
      ReportRow(
        [ReportCell("All"), .count(counts.rows)]
          + part.metrics.map { cell($0, result.overall[$0], counts.overall) }, isTotal: true))
    return ReportTable(
      id, caption: "\(part.title) by \(DisplayText.visible(group.attribute))",
      columns: [.text("Group"), .number("Rows")]
        + part.metrics.map { .number(DisplayText.metric($0)) },
      rows: rows, notes: group.omission)
  }

  /// How far the groups lie apart in each metric.
  ///
  /// - Parameter title: what the caption begins with; no two tables of a page are called the same.
  private func betweenTable(
    _ group: ReportGroups, _ title: String, id: String, where isWanted: (Disparity) -> Bool
  ) -> ReportTable {
    let rows = result.disparities.filter {
      $0.attribute == group.attribute && $0.method == .betweenGroups && isShown($0.metric)
        && isWanted($0)
    }
    let ratios = Dictionary(
      rows.filter { $0.kind == .ratio }.map { ($0.metric, $0) },
      uniquingKeysWith: { first, _ in first })
    return ReportTable(
      id, caption: "\(title) the groups of \(DisplayText.visible(group.attribute))",
      columns: [
        .text("Metric"), .number("Difference"), .number("Ratio"), .text("Lowest"),
        .text("Highest"), .number("Groups"), .number("p"), .number("Adjusted p"), .text("Test"),
      ],
      rows: rows.filter { $0.kind == .difference }.map { row in
        ReportRow([
          ReportCell(DisplayText.metric(row.metric)), disparityCell(row),
          ratios[row.metric].map(disparityCell) ?? ReportCell("–"),
          ReportCell(row.lowGroup.map(DisplayText.visible) ?? "–"),
          ReportCell(row.highGroup.map(DisplayText.visible) ?? "–"), groupsCell(row),
          .number(row.pValue, NumberText.pValue), .number(row.adjustedP, NumberText.pValue),
          ReportCell(Self.words(row.test)),
        ])
      },
      notes: [
        "Lowest, highest and test are of the difference. Groups: over how many of all groups it "
          + "was taken. A rate's complement has the same difference and is left out.",
        result.adjustment(.betweenGroups),
      ].compactMap(\.self))
  }

  /// `pooled_z` as `pooled z`.
  static func words(_ name: String?) -> String { name.map(DisplayText.method) ?? "–" }

  /// The mean of decisions that are 0 or 1 is the selection rate: one of them is enough. Counts
  /// stand among the groups.
  func isShown(_ metric: String) -> Bool {
    if let known = Metrics.named(metric), known.scale == .count { return false }
    return metric != "mean_prediction" || result.overall["selection_rate"] == nil
  }

  private func groupsCell(_ row: Disparity) -> ReportCell {
    ReportCell("\(row.groups) of \(row.of)", value: Double(row.groups))
  }

  func disparityCell(_ row: Disparity) -> ReportCell {
    guard let value = row.value else {
      return .absent(row.reason)
    }
    let inPoints =
      row.kind == .difference && Metrics.named(row.metric).map { $0.scale } != .score
      && !Disparity.scoreDistances.contains(row.metric)
    let isSigned = row.method != .betweenGroups
    func text(_ x: Double) -> String {
      guard inPoints else {
        return isSigned && row.kind == .difference ? NumberText.signed(x, 3) : NumberText.ratio(x)
      }
      return isSigned ? NumberText.signed(100 * x, 1) : NumberText.fixed(100 * x, 1)
    }
    var cell = ReportCell.estimated(value, row.low, row.high, unit: inPoints ? " pp" : "", text)
    if !isSigned && result.restsOnFew(row) { cell.status = .lowCount }
    if let tau = row.tau { cell.mark = "\(tau == "within" ? "✓" : "✗") \(tau) \(tauText)" }
    return cell
  }

  /// The band of ratios that counts as alike, as it was asked for.
  var tauText: String {
    options.tau.map { "\(NumberText.plain($0)) to \(NumberText.short(1 / $0))" } ?? ""
  }

  /// Each group against the reference, or against all rows, in the leading metrics.
  private func referenceTable(_ group: ReportGroups, id: String) -> ReportTable? {
    let method: Disparity.Method =
      result.disparities.contains {
        $0.attribute == group.attribute && $0.method == .toReference
      } ? .toReference : .toOverall
    let wanted = leadingMetrics, shown = Set(group.shown.map { group.names[$0] })
    let rows = result.disparities.filter {
      $0.attribute == group.attribute && $0.method == method && wanted.contains($0.metric)
        && shown.contains($0.group ?? "")
    }
    guard !rows.isEmpty else { return nil }
    let references = Set(rows.compactMap(\.reference))
    let against =
      method == .toOverall
      ? "all rows"
      : references.count == 1 ? DisplayText.visible(references.first!) : "its reference"
    let ratios = Dictionary(
      rows.filter { $0.kind == .ratio }.map { ([$0.group ?? "", $0.metric], $0) },
      uniquingKeysWith: { first, _ in first })
    return ReportTable(
      id, caption: "Each group of \(DisplayText.visible(group.attribute)) against \(against)",
      columns: [
        .text("Group"), .text("Metric"), .number("Difference"), .number("Ratio"), .number("p"),
        .number("Adjusted p"), .text("Test"),
      ],
      rows: rows.filter { $0.kind == .difference }.map { row in
        ReportRow([
          ReportCell(row.group.map(DisplayText.visible) ?? "–"),
          ReportCell(DisplayText.metric(row.metric)), disparityCell(row),
          ratios[[row.group ?? "", row.metric]].map(disparityCell) ?? ReportCell("–"),
          .number(row.pValue, NumberText.pValue), .number(row.adjustedP, NumberText.pValue),
          ReportCell(Self.words(row.test)),
        ])
      },
      notes: [
        "A difference is the group minus \(against); a ratio the group over it, not inverted.",
        result.adjustment(method),
      ].compactMap(\.self) + group.omission)
  }
}
