import Auditing
import Criteria

/// Two models side by side, and groups that are known as chances.
extension AuditReport {
  private static let mostCompared = 16

  func comparisonBlocks(_ found: ModelComparison.Result) -> [ReportBlock] {
    let wanted = Set(leadingMetrics + ["roc_auc_score"])
    let rows = found.rows.filter { wanted.contains($0.metric) }
    guard !rows.isEmpty else { return [] }
    let first = DisplayText.name(found.first), second = DisplayText.name(found.second)
    var blocks: [ReportBlock] = [
      .heading("\(second) against \(first)"),
      .text(
        "Both decide on the same rows, so rows that they treat alike cancel. Differences are "
          + "\(second) minus \(first); a gap's change is below 0 where \(second) treats groups "
          + "more alike."),
    ]
    let gaps = found.gaps.filter { wanted.contains($0.metric) }
    var figures: [ReportFigure] = []
    for (index, attribute) in attributes(of: gaps).enumerated() {
      figures.append(
        gapFigure(gaps.filter { $0.attribute == attribute }, attribute, id: "change-\(index)"))
      if let figure = differenceFigure(rows, attribute, id: "paired-\(index)") {
        figures.append(figure)
      }
    }
    if !figures.isEmpty { blocks.append(.figures(figures)) }
    blocks.append(.table(gapTable(gaps)))
    blocks.append(.table(pairedTable(rows)))
    return blocks
  }

  private func attributes(of gaps: [ModelComparison.GapChange]) -> [String] {
    var seen = Set<String>()
    return gaps.map(\.attribute).filter { seen.insert($0).inserted }
  }

  private func gapFigure(
    _ gaps: [ModelComparison.GapChange], _ attribute: String, id: String
  ) -> ReportFigure {
    IntervalPlot(
      id: id, title: "Change of the gaps between the groups of \(DisplayText.visible(attribute))",
      description: "The second model's largest minus smallest rate less the first's, in percentage "
        + "points, with \(confidenceText) limits. Left of the dashed line groups fare more alike.",
      lines: gaps.map { gap in
        let cell = Self.pointsCell(gap.change, gap.low, gap.high)
        return IntervalPlot.Line(
          name: DisplayText.metric(gap.metric), value: gap.change, low: gap.low, high: gap.high,
          text: cell.text + (cell.range.map { " \($0)" } ?? ""), isLow: false)
      }, rule: 0, ruleName: "no change", bounds: -1...1, tick: Self.pointTick
    ).figure()
  }

  /// The first leading metric's change in each group of an attribute.
  private func differenceFigure(
    _ rows: [ModelComparison.Row], _ attribute: String, id: String
  ) -> ReportFigure? {
    guard let metric = leadingMetrics.first(where: { $0 != "base_rate" }) else { return nil }
    let chosen = rows.filter { $0.attribute == attribute && $0.metric == metric }
    guard !chosen.isEmpty else { return nil }
    return IntervalPlot(
      id: id,
      title: "\(DisplayText.metric(metric)) by \(DisplayText.visible(attribute)): change",
      description: "The second model's rate minus the first's in each group, in percentage points, "
        + "with \(confidenceText) limits of the pairs.",
      lines: chosen.prefix(Self.mostCompared).map { row in
        let cell = Self.pointsCell(row.difference, row.low, row.high, reason: row.reason)
        return IntervalPlot.Line(
          name: row.group ?? "all", value: row.difference, low: row.low, high: row.high,
          text: cell.text + (cell.range.map { " \($0)" } ?? ""), isLow: row.status == .lowCount)
      }, rule: 0, ruleName: "no change", bounds: -1...1, tick: Self.pointTick
    ).figure()
  }

  private func gapTable(_ gaps: [ModelComparison.GapChange]) -> ReportTable {
    ReportTable(
      "gap-changes", caption: "Gaps between groups under both models",
      columns: [
        .text("Metric"), .text("Attribute"), .number("First"), .number("Second"),
        .number("Change"), .number("Groups"),
      ],
      rows: gaps.map { gap in
        ReportRow([
          ReportCell(DisplayText.metric(gap.metric)), Self.nameCell(gap.attribute),
          Self.sizeCell(gap.first), Self.sizeCell(gap.second),
          Self.pointsCell(gap.change, gap.low, gap.high),
          ReportCell("\(gap.groups) of \(gap.of)", value: Double(gap.groups)),
        ])
      },
      notes: [
        "Limits of a change come from bands of all pairs of groups that hold together: they count "
          + "for having looked for the extremes under both models."
      ])
  }

  private func pairedTable(_ rows: [ModelComparison.Row]) -> ReportTable {
    let shown = rows.prefix(2 * Self.mostListed)
    return ReportTable(
      "paired", caption: "Rates of the same rows under both models",
      columns: [
        .text("Group"), .text("Attribute"), .text("Metric"), .number("First"), .number("Second"),
        .number("Difference"), .number("Adjusted p"), .text("Test"),
      ],
      rows: shown.map { row in
        let isShare = Self.isShare(row.metric)
        func value(_ x: Double?) -> ReportCell {
          isShare ? Self.shareCell(x) : Self.plainCell(x)
        }
        return ReportRow(
          [
            Self.nameCell(row.group ?? "All"), Self.nameCell(row.attribute),
            ReportCell(DisplayText.metric(row.metric)), value(row.first), value(row.second),
            isShare
              ? Self.pointsCell(row.difference, row.low, row.high, reason: row.reason)
              : Self.plainCell(row.difference, row.low, row.high, signed: true, reason: row.reason),
            .number(row.adjustedP, NumberText.pValue), ReportCell(Self.words(row.test)),
          ], isTotal: row.attribute == nil)
      }, notes: Self.omission(shown.count, of: rows.count))
  }

  func membershipBlocks(_ found: [MembershipAudit.Result]) -> [ReportBlock] {
    found.enumerated().flatMap { index, result -> [ReportBlock] in
      let name = DisplayText.name(result.attribute)
      let wanted = leadingMetrics
      return [
        .heading("\(name), known as chances"),
        .text(
          "Nobody's \(name) is known; each row counts in each group with its chance. Rates are right "
            + "when, given the chances, outcome and membership are unrelated. The possible range is "
            + "what the rows allow whatever that relation is."),
        .figures([membershipFigure(result, wanted, id: "chances-\(index)")]),
        .table(membershipTable(result, wanted, id: "membership-\(index)")),
      ]
    }
  }

  private func membershipFigure(
    _ found: MembershipAudit.Result, _ wanted: [String], id: String
  ) -> ReportFigure {
    let metric = wanted.first ?? "selection_rate"
    let lines = found.groups.prefix(Self.mostCompared).map { group in
      let estimate = group.metrics[metric]
      let cell = Self.shareCell(
        estimate?.value, estimate?.low, estimate?.high, reason: estimate?.reason)
      return IntervalPlot.Line(
        name: group.value, value: estimate?.value, low: estimate?.low, high: estimate?.high,
        text: cell.text + (cell.range.map { " \($0)" } ?? ""),
        isLow: estimate?.status == .lowCount)
    }
    return IntervalPlot(
      id: id,
      title:
        "\(DisplayText.metric(metric)) by the chances of \(DisplayText.visible(found.attribute))",
      description: "Points are rates weighted by the chances, bars their \(confidenceText) "
        + "intervals, the dashed line the value of all rows.",
      lines: Array(lines), rule: result.overall[metric]?.value, ruleName: "all rows",
      bounds: 0...1, tick: { NumberText.fixed(100 * $0, 0) + "%" }
    ).figure()
  }

  private func membershipTable(
    _ found: MembershipAudit.Result, _ wanted: [String], id: String
  ) -> ReportTable {
    let rows = found.groups.flatMap { group in
      wanted.compactMap { metric -> ReportRow? in
        guard let estimate = group.metrics[metric] else { return nil }
        let bounds = group.bounds[metric]
        let possible =
          bounds.map { "\(NumberText.percent($0[0])) to \(NumberText.percent($0[1]))" } ?? "–"
        return ReportRow([
          Self.nameCell(group.value), ReportCell(DisplayText.metric(metric)),
          .number(group.expectedRows, NumberText.weight),
          Self.shareCell(
            estimate.value, estimate.low, estimate.high, status: estimate.status,
            reason: estimate.reason), ReportCell(possible),
        ])
      }
    }
    return ReportTable(
      id, caption: "Rates by the chances of \(DisplayText.visible(found.attribute))",
      columns: [
        .text("Group"), .text("Metric"), .number("Expected rows"), .number("Rate"),
        .text("Possible"),
      ], rows: rows)
  }
}
