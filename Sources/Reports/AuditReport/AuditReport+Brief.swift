import Auditing
import Criteria

/// The audit on two printed pages: what a committee reads.
extension AuditReport {
  /// Attributes and crosses that have a table of their own.
  private static let mostTables = 3
  /// Groups of a table; the extremes are among them.
  private static let mostGroups = 8
  private static let othersInReport = "The full report has all."
  private static let meaningOfGaps =
    "Difference: the largest minus the smallest, in percentage points (pp). Ratio: the smallest over "
    + "the largest."

  /// Summary, one picture, the leading rates of the groups, their gaps, what was decided how, and
  /// signatures.
  public func brief() -> ReportDocument {
    ReportDocument(
      kind: "audit-brief", title: title, subtitle: context.subtitle, facts: facts,
      sections: [
        briefSummary, briefResults, briefBasis, briefRemedies, signatures, reproduction,
      ].compactMap(\.self))
  }

  private var briefSummary: ReportSection {
    var section = summary(reasons: "in the full report")
    section.blocks = section.blocks.map { block in
      if case .list(let items) = block { .list(Array(items.prefix(2))) } else { block }
    }
    return section
  }

  /// The attributes with the clearest gaps first.
  private var briefGroups: [ReportGroups] {
    var names: [String] = []
    for row in contrasts where !names.contains(row.attribute) { names.append(row.attribute) }
    let ordered = names.compactMap { name in groups.first { $0.attribute == name } }
    return Array((ordered.isEmpty ? groups : ordered).prefix(Self.mostTables))
  }

  private var briefResults: ReportSection {
    var blocks: [ReportBlock] = []
    if let worst = contrasts.first, let group = briefGroups.first {
      blocks.append(
        .figures([
          rateFigure(
            worst.metric, group, id: "brief-rates", most: Self.mostGroups,
            others: Self.othersInReport)
        ]))
    }
    for (index, group) in briefGroups.enumerated() {
      let isLast = index == briefGroups.count - 1
      blocks.append(.table(briefTable(group, id: "brief-\(index)", explains: isLast)))
    }
    let left = groups.count - briefGroups.count
    if left > 0 {
      blocks.append(
        .text("\(NumberText.count(left)) more attributes and crosses are in the full report."))
    }
    return ReportSection("results", "Results", blocks)
  }

  /// The rates of the groups, of all rows, and the gaps between the groups.
  ///
  /// - Parameter explains: says what the gaps are: once below several tables.
  private func briefTable(_ group: ReportGroups, id: String, explains: Bool) -> ReportTable {
    let (indices, note) = drawn(
      group, most: Self.mostGroups, by: leadingMetrics.first, others: Self.othersInReport)
    func short(_ cell: ReportCell) -> ReportCell {
      var cell = cell
      (cell.numerator, cell.denominator, cell.range) = (nil, nil, nil)
      return cell
    }
    var rows = indices.map { g in
      let estimates = estimates(of: group.names[g], in: group.attribute)
      return ReportRow(
        [ReportCell(DisplayText.visible(group.names[g])), .count(group.tallies[g].rowCount)]
          + leadingMetrics.map { short(cell($0, estimates[$0], group.tallies[g])) })
    }
    rows.append(
      ReportRow(
        [ReportCell("All"), .count(counts.rows)]
          + leadingMetrics.map { short(cell($0, result.overall[$0], counts.overall)) },
        isTotal: true))
    for (name, kind) in [("Difference", Disparity.Kind.difference), ("Ratio", .ratio)] {
      let gaps = leadingMetrics.map { metric in
        // The rates above say which of them rest on few rows.
        var cell =
          result.between(metric, kind, attribute: group.attribute).map(disparityCell)
          ?? ReportCell("–")
        if cell.status == .lowCount { cell.status = nil }
        return cell
      }
      rows.append(ReportRow([ReportCell(name), ReportCell("")] + gaps))
    }
    return ReportTable(
      id, caption: "Rates and gaps by \(DisplayText.visible(group.attribute))",
      columns: [.text("Group"), .number("Rows")]
        + leadingMetrics.map { .number(DisplayText.metric($0)) }, rows: rows,
      notes: [explains ? Self.meaningOfGaps + note : String(note.drop { $0 == " " })]
        .filter { !$0.isEmpty })
  }

  private var briefBasis: ReportSection {
    var blocks = decisions.blocks
    if let table = blocks.firstIndex(where: { if case .table = $0 { true } else { false } }) {
      blocks = Array(blocks[...table])
    }
    return ReportDocument(
      kind: "", title: "", subtitle: "", sections: [ReportSection("basis", "Decisions", blocks)]
    ).collectingUnstated().sections.first { $0.id == "basis" }
      ?? ReportSection("basis", "Decisions", [.text(context.notes.stated("decisions.thresholds"))])
  }
}
