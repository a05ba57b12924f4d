import Auditing
import Criteria

/// What stands in for a sensitive attribute, and what is left of a gap among like rows.
extension AuditReport {
  private static let mostProxies = 15

  func proxyBlocks(_ found: [Proxies.Finding]) -> [ReportBlock] {
    var blocks: [ReportBlock] = []
    for (index, finding) in found.enumerated() where !finding.features.isEmpty {
      let name = DisplayText.name(finding.attribute)
      blocks.append(.heading("What tells \(name)"))
      blocks.append(.text(Self.proxySentence(finding)))
      blocks.append(.figures([proxyFigure(finding, id: "proxy-plot-\(index)")]))
      blocks.append(.table(Self.proxyTable(finding, id: "proxies-\(index)")))
      blocks.append(.table(Self.jointTable(finding, id: "joint-\(index)")))
    }
    return blocks
  }

  private static func proxySentence(_ finding: Proxies.Finding) -> String {
    let best = finding.joint.compactMap { row in row.area.map { (row.group, $0) } }
      .max { $0.1 < $1.1 }
    let strongest =
      finding.strongest.map { "The strongest single feature is \(DisplayText.name($0)). " }
      ?? "No single feature tells anything. "
    guard let best else { return strongest }
    return strongest
      + "All features together tell \(DisplayText.name(best.0)) from the rest with an area under "
      + "the ROC curve of \(NumberText.ratio(best.1)), on rows they were not fitted to: 0.5 is "
      + "chance, 1 tells every row. Leaving the attribute out of a model does not take out what "
      + "these carry."
  }

  private func proxyFigure(_ finding: Proxies.Finding, id: String) -> ReportFigure {
    let lines = finding.features.prefix(Self.mostProxies).map { feature in
      IntervalPlot.Line(
        name: feature.name, value: feature.strength, low: nil, high: nil,
        text: NumberText.ratio(feature.strength), isLow: false)
    }
    return IntervalPlot(
      id: id, title: "How much each feature tells of \(DisplayText.visible(finding.attribute))",
      description:
        "Cramér's V of categories and the correlation ratio of numbers: 0 tells nothing, "
        + "1 everything.",
      lines: Array(lines), rule: 0, ruleName: "nothing", bounds: 0...1,
      tick: NumberText.plain
    ).figure()
  }

  private static func proxyTable(_ finding: Proxies.Finding, id: String) -> ReportTable {
    let shown = finding.features.prefix(mostListed)
    return ReportTable(
      id, caption: "Features that tell \(DisplayText.visible(finding.attribute))",
      columns: [
        .text("Feature"), .text("Measure"), .number("Strength"), .number("AUC"), .text("Of group"),
        .number("p"), .text("Test"),
      ],
      rows: shown.map { feature in
        ReportRow([
          nameCell(feature.name), ReportCell(measureName(feature.measure)),
          plainCell(feature.strength), plainCell(feature.area), nameCell(feature.group),
          .number(feature.pValue, NumberText.pValue), ReportCell(words(feature.test)),
        ])
      }, notes: omission(shown.count, of: finding.features.count))
  }

  private static func measureName(_ name: String) -> String {
    name == "cramers_v" ? "Cramér's V" : words(name)
  }

  private static func jointTable(_ finding: Proxies.Finding, id: String) -> ReportTable {
    ReportTable(
      id,
      caption: "All features together against each group of "
        + DisplayText.visible(finding.attribute),
      columns: [.text("Group"), .number("AUC out of fold")],
      rows: finding.joint.map { row in
        ReportRow([nameCell(row.group), plainCell(row.area, reason: row.reason)])
      },
      notes: [
        "A logistic regression of each group against the rest, \(finding.folds) folds, over "
          + "\(NumberText.count(finding.jointRows)) of \(NumberText.count(finding.rows)) rows."
      ])
  }

  func stratifiedBlocks(_ rows: [StratifiedComparison]) -> [ReportBlock] {
    guard let first = rows.first else { return [] }
    let wanted = Set(leadingMetrics)
    let chosen = rows.filter { wanted.contains($0.metric) }
    let shown = chosen.prefix(Self.mostListed)
    let controls = Self.joined(first.controls.map(DisplayText.name))
    return [
      .heading("Like compared with like"),
      .text(
        "Each group against the rest among rows of equal \(controls): what is left of a gap once "
          + "the controls are held fixed."),
      .table(
        ReportTable(
          "stratified", caption: "Odds ratios within the strata of \(controls)",
          columns: [
            .text("Group"), .text("Attribute"), .text("Metric"), .number("Strata"),
            .number("Odds ratio"), .number("Adjusted p"), .number("One ratio, p"),
          ],
          rows: shown.map { row in
            ReportRow([
              Self.nameCell(row.group), Self.nameCell(row.attribute),
              ReportCell(DisplayText.metric(row.metric)),
              ReportCell("\(row.strata) of \(row.of)", value: Double(row.strata)),
              Self.plainCell(row.oddsRatio, row.low, row.high),
              .number(row.adjustedP, NumberText.pValue),
              .number(row.homogeneityP, NumberText.pValue),
            ])
          },
          notes: [
            "Mantel and Haenszel's common odds ratio of the group against the rest: 1 is alike. "
              + "Strata: how many say something. One ratio: Breslow and Day's test that all strata "
              + "have the same; where it is small, one number hides differences."
          ] + Self.omission(shown.count, of: chosen.count))),
    ]
  }
}
