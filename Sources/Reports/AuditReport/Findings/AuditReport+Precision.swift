import Auditing
import Criteria

/// How much groups differ beyond noise, and what these rows could have shown.
extension AuditReport {
  func dispersionBlocks(_ spreads: [AuditFindings.NamedDispersion]) -> [ReportBlock] {
    let wanted = Set(leadingMetrics), chosen = spreads.filter { wanted.contains($0.metric) }
    guard !chosen.isEmpty else { return [] }
    let shown = chosen.prefix(Self.mostListed)
    return [
      .heading("Spread between groups beyond noise"),
      .table(
        ReportTable(
          "dispersion", caption: "Standard deviation between groups",
          columns: [
            .text("Metric"), .text("Attribute"), .number("Beyond noise"), .number("With noise"),
            .number("Groups"),
          ],
          rows: shown.map { spread in
            ReportRow([
              ReportCell(DisplayText.metric(spread.metric)), Self.nameCell(spread.attribute),
              Self.sizeCell(spread.deviation, spread.low, spread.high),
              Self.sizeCell(spread.naiveDeviation),
              ReportCell("\(spread.groups) of \(spread.of)", value: Double(spread.groups)),
            ])
          },
          notes: [
            "Observed rates differ by chance alone; the first number takes that part out."
          ] + Self.omission(shown.count, of: chosen.count))),
    ]
  }

  func shrinkageBlocks(_ found: [ShrunkenRates]) -> [ReportBlock] {
    let wanted = Set(leadingMetrics)
    let rows = found.filter { wanted.contains($0.metric) }.flatMap { table in
      table.groups.map { group in
        ReportRow([
          Self.nameCell(group.value), Self.nameCell(table.attribute),
          ReportCell(DisplayText.metric(table.metric)), .count(group.rows),
          Self.shareCell(group.observed),
          Self.shareCell(
            group.estimate.value, group.estimate.low, group.estimate.high,
            reason: group.estimate.reason),
          Self.shareCell(table.mean),
        ])
      }
    }
    guard !rows.isEmpty else { return [] }
    let shown = rows.prefix(2 * Self.mostListed)
    return [
      .heading("Rates of small groups, steadied by the others"),
      .table(
        ReportTable(
          "shrinkage", caption: "Rates pulled towards the common rate",
          columns: [
            .text("Group"), .text("Attribute"), .text("Metric"), .number("Rows"),
            .number("Observed"), .number("Steadied"), .number("Common rate"),
          ], rows: Array(shown),
          notes: [
            "A beta-binomial model of all groups of the attribute: the fewer rows a group has, the "
              + "nearer its steadied rate is to the common one. Best for ranking small groups; the "
              + "observed rates are the measurement."
          ] + Self.omission(shown.count, of: rows.count))),
    ]
  }

  func detectableBlocks(_ found: [DetectableGap]) -> [ReportBlock] {
    let wanted = Set(leadingMetrics), chosen = found.filter { wanted.contains($0.metric) }
    guard let first = chosen.first else { return [] }
    let shown = chosen.prefix(2 * Self.mostListed)
    let power = NumberText.plain(100 * first.power) + "%"
    return [
      .heading("What these rows could have shown"),
      .text(
        "That no difference was found says little where few rows could have shown one. Beside each "
          + "observed difference stand the smallest drop and rise from the rest's rate that a test "
          + "at level \(NumberText.plain(first.alpha)) would find with a chance of \(power)."),
      .table(
        ReportTable(
          "detectable", caption: "Each group against the rest: effect sizes and detectable gaps",
          columns: [
            .text("Group"), .text("Attribute"), .text("Metric"), .number("Rate"),
            .number("The rest"), .number("Difference"), .number("Cohen's h"),
            .number("Odds ratio"), .number("Detectable drop"), .number("Detectable rise"),
          ],
          rows: shown.map { gap in
            ReportRow([
              Self.nameCell(gap.group), Self.nameCell(gap.attribute),
              ReportCell(DisplayText.metric(gap.metric)), Self.shareCell(gap.rate),
              Self.shareCell(gap.rest), Self.pointsCell(gap.difference),
              Self.plainCell(gap.cohensH, signed: true), Self.plainCell(gap.oddsRatio),
              Self.sizeCell(gap.drop), Self.sizeCell(gap.rise),
            ])
          },
          notes: [
            "A dash: not even the largest possible drop or rise would be found. Cohen's h: 0.2 is "
              + "commonly called small, 0.5 medium, 0.8 large."
          ] + Self.omission(shown.count, of: chosen.count))),
    ]
  }

  func bootstrapBlocks(_ found: BootstrapTable) -> [ReportBlock] {
    let wanted = Set(leadingMetrics + ["f1_score", "balanced_accuracy_score"])
    let chosen = found.rows.filter { wanted.contains($0.metric) }
    guard !chosen.isEmpty else { return [] }
    let shown = chosen.prefix(2 * Self.mostListed)
    return [
      .heading("Bootstrap intervals"),
      .table(
        ReportTable(
          "bootstrap", caption: "Bootstrap intervals by group",
          columns: [
            .text("Group"), .text("Attribute"), .text("Metric"), .number("Value"),
            .number("Standard error"),
          ],
          rows: shown.map { row in
            ReportRow([
              Self.nameCell(row.group), Self.nameCell(row.attribute),
              ReportCell(DisplayText.metric(row.metric)),
              Self.isShare(row.metric)
                ? Self.shareCell(row.value, row.low, row.high)
                : Self.plainCell(row.value, row.low, row.high),
              .number(row.standardError) { NumberText.fixed($0, 4) },
            ])
          },
          notes: [
            "\(NumberText.count(found.replicates)) resamples of the counts, as resampling rows would "
              + "give; bias-corrected and accelerated limits at \(confidenceText)."
          ] + Self.omission(shown.count, of: chosen.count))),
    ]
  }
}
