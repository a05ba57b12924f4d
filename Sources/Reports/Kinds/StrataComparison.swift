import Auditing
import Criteria

/// Groups compared within jobs, periods or places, and over all of these together: selections in
/// several lists with different rates can look unequal, or equal, by their mixture alone.
struct StrataComparison {
  /// Each over the same attributes.
  let strata: [OutcomeCounts]
  /// What the strata are groups of.
  let names: [String]
  let confidence: Double

  func table(_ table: SelectionTable, _ groups: ReportGroups, id: String) -> ReportTable {
    let within = Self.joined(names)
    let marginals = strata.map { $0.marginal(of: groups.chosen) }
    return ReportTable(
      id, caption: "Within \(within), by \(DisplayText.visible(table.attribute))",
      columns: [
        .text("Group"), .number("Common odds ratio"), .number("Mantel–Haenszel p"),
        .number("Alike in all strata p"), .number("Strata"),
      ],
      rows: table.rows.indices.compactMap { g in
        row(g, table, groups, marginals)
      },
      notes: [
        "Each group against the group with the highest rate over all rows, within each combination "
          + "of \(within). The odds ratio is Mantel and Haenszel's with the interval of Robins, "
          + "Breslow and Greenland; the last test is Breslow and Day's with Tarone's correction: "
          + "where it is small, one odds ratio does not describe all strata. Strata: those with "
          + "both groups and both outcomes, of all."
      ])
  }

  private static func joined(_ names: [String]) -> String {
    AuditReport.joined(names.map(DisplayText.name))
  }

  private func row(
    _ g: Int, _ table: SelectionTable, _ groups: ReportGroups,
    _ marginals: [OutcomeCounts.Marginal]
  ) -> ReportRow? {
    let row = table.rows[g]
    guard !row.isExcluded, row.rows > 0, let best = table.reference, best.name != row.name,
      let reference = table.rows.firstIndex(where: { $0.name == best.name })
    else { return nil }
    let tables = StratifiedTables(
      marginals.compactMap { marginal in
        guard let a = Self.proportion(marginal, groups.combinations[g]),
          let b = Self.proportion(marginal, groups.combinations[reference])
        else { return nil }
        return StratifiedTables.Stratum(a, b)
      })
    var ratio = ReportCell("not estimable")
    if let found = tables.oddsRatio(confidence: confidence), found.value.isFinite {
      ratio = ReportCell(NumberText.ratio(found.value), value: found.value)
      ratio.low = found.interval?.low
      ratio.high = found.interval?.high
      ratio.range = AuditReport.rangeText(ratio.low, ratio.high, NumberText.ratio)
    } else {
      ratio.status = .notEstimable
      ratio.reason = "no stratum tells"
    }
    let test = tables.exactTest() ?? tables.test()
    return ReportRow([
      ReportCell(DisplayText.visible(row.name)), ratio, .number(test?.pValue, NumberText.pValue),
      .number(tables.homogeneity()?.pValue, NumberText.pValue),
      ReportCell("\(tables.used) of \(marginals.count)", value: Double(tables.used)),
    ])
  }

  private static func proportion(
    _ marginal: OutcomeCounts.Marginal, _ combination: [Int]
  ) -> Proportion? {
    guard let place = marginal.combinations.firstIndex(of: combination) else { return nil }
    let tally = marginal.tallies[place]
    guard tally.rowCount > 0 else { return nil }
    return Proportion(tally.rowCount(of: .selected), of: tally.rowCount)
  }
}
