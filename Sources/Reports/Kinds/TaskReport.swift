import Auditing
import Criteria

/// The audit of several classes, or of numbers, as a document.
public struct TaskReport {
  let result: AuditResult
  let options: AuditOptions
  private(set) var context: ReportContext

  /// More groups than this are not drawn, and more rows of a table are not shown.
  static let mostDrawn = 16
  static let mostShown = 300

  public init(_ result: AuditResult, options: AuditOptions, context: ReportContext) {
    self.result = result
    self.options = options
    self.context = context
    self.context.predicted =
      "predictions" + (context.label.map { " of “\(DisplayText.name($0))”" } ?? "")
  }

  public func document() -> ReportDocument {
    let sections = [
      summary, results, classes, data, AuditReport.recommendations(context.notes), inference,
      AuditReport.signatures(context.notes),
      AuditReport.reproduction(context),
    ]
    return page("audit", sections)
  }

  /// The summary, the leading numbers of the first attributes and signatures, on two pages.
  public func brief() -> ReportDocument {
    let blocks = attributes.prefix(Self.mostBrief).enumerated().flatMap {
      index, attribute -> [ReportBlock] in
      [.table(metricTable(attribute, leading, id: "brief-\(index)", most: Self.mostBriefGroups))]
    }
    let pictures = attributes.first.map { attribute in
      [ReportBlock.figures(leading.prefix(2).map { figure($0, attribute, id: "brief-\($0)") })]
    }
    return page(
      "audit-brief",
      [
        summary, ReportSection("results", "Results", (pictures ?? []) + blocks),
        AuditReport.signatures(context.notes), AuditReport.reproduction(context),
      ])
  }

  /// Attributes and groups of a brief document.
  private static let mostBrief = 3
  private static let mostBriefGroups = 8

  private func page(_ kind: String, _ sections: [ReportSection?]) -> ReportDocument {
    ReportDocument(
      kind: kind, title: context.title ?? "Audit of \(context.subject)",
      subtitle: context.subtitle, facts: facts, sections: sections.compactMap(\.self)
    ).addingUnsaid(kind == "audit" ? context.notes : OwnerNotes()).collectingUnstated()
  }

  private var isRegression: Bool { result.task == .regression }

  /// Metrics that pictures and the summary show.
  private var leading: [String] {
    let wanted =
      isRegression
      ? ["mean_error", "mean_absolute_error", "mean_prediction"] : ["accuracy_score"]
    return wanted.filter { result.overall[$0]?.value != nil }
  }

  private var metrics: [String] {
    let order =
      isRegression
      ? RegressionMetrics.all.map(\.name).filter { $0 != "count" }
      : ["accuracy_score"] + result.overall.keys.filter { $0.hasPrefix("macro_") }.sorted()
    return order.filter { result.overall[$0] != nil }
  }

  private var attributes: [String] {
    var seen = Set<String>()
    return result.groups.map(\.attribute).filter { seen.insert($0).inserted }
  }

  private var confidenceText: String { NumberText.plain(100 * options.confidence) + "%" }

  // MARK: Cells

  /// A mean prediction is a share of rows where predictions are decisions, and not where they are numbers.
  private func isShare(_ metric: String) -> Bool {
    !isRegression && AuditReport.isShare(metric)
  }

  private func cell(_ metric: String, _ estimate: Estimate?) -> ReportCell {
    guard let estimate else { return ReportCell("–") }
    guard let value = estimate.value else { return .absent(estimate.reason) }
    var cell =
      isShare(metric)
      ? AuditReport.shareCell(value, estimate.low, estimate.high)
      : ReportCell.estimated(value, estimate.low, estimate.high, Self.plain)
    cell.status = estimate.status
    cell.reason = estimate.reason
    return cell
  }

  /// Four digits whatever the unit of the label is.
  static func plain(_ value: Double) -> String {
    let size = abs(value)
    if size >= 1e15 || (size > 0 && size < 1e-6) { return NumberText.exact(value) }
    if size >= 1_000 { return NumberText.weight(value.rounded()) }
    if size == 0 { return "0" }
    let decimals = size >= 100 ? 1 : size >= 10 ? 2 : size >= 0.01 ? 3 : 6
    return NumberText.fixed(value, decimals)
  }

  /// `42,000`, `−500`, `0.25`
  private static func tick(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15
      ? NumberText.count(Int(value)) : NumberText.short(value)
  }

  private func gapCell(_ row: Disparity?) -> ReportCell {
    guard let row else { return ReportCell("–") }
    guard let value = row.value else {
      return .absent(row.reason)
    }
    if row.kind == .ratio {
      var cell = ReportCell.estimated(value, row.low, row.high, NumberText.ratio)
      cell.mark = row.tau
      return cell
    }
    return isShare(row.metric)
      ? AuditReport.sizeCell(value, row.low, row.high)
      : ReportCell.estimated(value, row.low, row.high, Self.plain)
  }

  private func told(_ cell: ReportCell) -> String {
    if cell.status == .notEstimable { return cell.reason ?? cell.text }
    return cell.text + (cell.range.map { " \($0)" } ?? "")
      + (cell.status == .lowCount ? " low n" : "")
  }

  // MARK: Sections

  private var facts: [ReportFact] {
    [
      ReportFact("Rows", NumberText.count(result.rows), context.source),
      ReportFact(
        "Groups",
        NumberText.count(result.groups.count { !$0.attribute.contains("×") }),
        attributes.filter { !$0.contains("×") }.map(DisplayText.name).joined(separator: ", ")),
    ]
      + leading.map { metric in
        let cell = cell(metric, result.overall[metric])
        return ReportFact(DisplayText.metric(metric), cell.text, cell.range ?? "all rows")
      }
  }

  private var summary: ReportSection {
    let gaps = attributes.flatMap { attribute in
      leading.compactMap { metric -> String? in
        guard let row = result.between(metric, .difference, attribute: attribute), row.value != nil
        else { return nil }
        let cell = gapCell(row)
        let groups = [row.highGroup, row.lowGroup].compactMap(\.self).map(DisplayText.name)
        return "\(DisplayText.metric(metric)) by \(DisplayText.name(attribute)): a gap of "
          + "\(cell.text)" + (cell.range.map { " (\(confidenceText) interval \($0))" } ?? "")
          + ", highest for \(groups.first ?? "–"), lowest for \(groups.last ?? "–")"
          + (row.adjustedP.map { p in
            let text = NumberText.pValue(p)
            return "; adjusted p \(text.hasPrefix("<") ? text : "= " + text)"
          } ?? "") + "."
      }
    }
    let what =
      isRegression
      ? "numbers are predicted: errors are prediction minus label"
      : "\(result.classes?.count ?? 0) classes are predicted: each is audited against the rest"
    return ReportSection(
      "summary", "Summary",
      [
        .text(
          "This report measures how alike groups fare under \(context.subject), in "
            + "\(NumberText.count(result.rows)) rows of \(DisplayText.name(context.source)); \(what). "
            + "It measures and does not judge."),
        .list(gaps.isEmpty ? ["No gap between groups can be estimated from these rows."] : gaps),
      ] + (classGaps.isEmpty ? [] : [.list(classGaps)]))
  }

  /// What is told of each class against the rest.
  private static let ofClasses = [
    "base_rate", "selection_rate", "true_positive_rate", "precision_score",
  ]

  /// By attribute the class and the rate with the largest gap, the labels' own shares aside.
  private var classGaps: [String] {
    attributes.compactMap { attribute in
      let found = (result.classes ?? []).flatMap { entry in
        Self.ofClasses.dropFirst().compactMap { metric -> (name: String, row: Disparity)? in
          entry.audit.between(metric, .difference, attribute: attribute).map { (entry.name, $0) }
        }
      }.filter { $0.row.value != nil }
      guard
        let largest = found.max(by: { ($0.row.value ?? 0) < ($1.row.value ?? 0) })
      else { return nil }
      let row = largest.row, cell = gapCell(row)
      let groups = [row.highGroup, row.lowGroup].map { DisplayText.name($0 ?? "–") }
      return "Class \(DisplayText.name(largest.name)) by \(DisplayText.name(attribute)): "
        + "\(DisplayText.metricInSentence(row.metric)) has the largest gap of all classes, "
        + "\(cell.text)" + (cell.range.map { " (\(confidenceText) interval \($0))" } ?? "")
        + ", highest for \(groups[0]), lowest for \(groups[1])."
    }
  }

  private var data: ReportSection {
    ReportSection(
      "data", "Data",
      [
        .definitions(
          [
            ReportDefinition("Data", DisplayText.name(context.source)),
            ReportDefinition("Label", context.label.map(DisplayText.name) ?? "–"),
            ReportDefinition("Prediction", context.prediction.map(DisplayText.name) ?? "–"),
            ReportDefinition(
              "Weights", context.weights.map(DisplayText.name) ?? "none: every row counts once"),
          ] + context.columns.terms() + [
            context.notes.definition("Source", "data.source"),
            context.notes.definition("How groups were obtained", "data.attributes"),
          ])
      ])
  }

  private var results: ReportSection {
    var blocks: [ReportBlock] = []
    for (index, attribute) in attributes.enumerated() {
      blocks.append(.heading("By \(DisplayText.name(attribute))"))
      blocks.append(
        .figures(leading.map { figure($0, attribute, id: "g\(index)-\($0)") }))
      blocks.append(.table(betweenTable(result, attribute, id: "between-\(index)")))
      for start in stride(from: 0, to: metrics.count, by: 4) {
        let part = Array(metrics[start..<min(metrics.count, start + 4)])
        var table = metricTable(attribute, part, id: "rates-\(index)-\(start / 4)")
        if metrics.count > 4 { table.caption += ", part \(start / 4 + 1)" }
        blocks.append(.table(table))
      }
    }
    return ReportSection("results", "Results", blocks)
  }

  private func figure(_ metric: String, _ attribute: String, id: String) -> ReportFigure {
    let groups = result.groups.filter { $0.attribute == attribute }
    let ordered = groups.filter { $0.metrics[metric]?.value != nil }.sorted {
      ($0.metrics[metric]?.value ?? 0, $1.value) > ($1.metrics[metric]?.value ?? 0, $0.value)
    }
    // The extremes are drawn whatever is left out.
    let drawn =
      ordered.count > Self.mostDrawn
      ? ordered.prefix(Self.mostDrawn / 2) + ordered.suffix(Self.mostDrawn - Self.mostDrawn / 2)
      : ordered[...]
    let lines = drawn.map { group in
      let cell = cell(metric, group.metrics[metric])
      return IntervalPlot.Line(
        name: group.value, value: cell.value, low: cell.low, high: cell.high, text: told(cell),
        isLow: cell.status == .lowCount)
    }
    let isShare = isShare(metric)
    return IntervalPlot(
      id: id, title: "\(DisplayText.metric(metric)) by \(DisplayText.visible(attribute))",
      description: "Points are the groups' values, bars their \(confidenceText) intervals, the "
        + "dashed marks the value of all rows."
        + (groups.count > lines.count
          ? " \(lines.count) of \(NumberText.count(groups.count)) groups are drawn: the highest and the lowest."
          : ""),
      lines: Array(lines), rule: result.overall[metric]?.value, ruleName: "all rows",
      bounds: isShare ? 0...1 : -.greatestFiniteMagnitude ... .greatestFiniteMagnitude,
      start: isShare ? 0 : nil,
      tick: { isShare ? AuditReport.percentTick($0) : Self.tick($0) }
    ).figure()
  }

  private func betweenTable(
    _ result: AuditResult, _ attribute: String, id: String
  ) -> ReportTable {
    let rows = result.disparities.filter {
      $0.attribute == attribute && $0.method == .betweenGroups && $0.kind == .difference
    }
    return ReportTable(
      id, caption: "Between the groups of \(DisplayText.visible(attribute))",
      columns: [
        .text("Metric"), .number("Difference"), .number("Ratio"), .text("Lowest"),
        .text("Highest"), .number("p"), .number("Adjusted p"), .text("Test"),
      ],
      rows: rows.map { row in
        ReportRow([
          ReportCell(DisplayText.metric(row.metric)), gapCell(row),
          gapCell(result.between(row.metric, .ratio, attribute: attribute)),
          AuditReport.nameCell(row.lowGroup), AuditReport.nameCell(row.highGroup),
          .number(row.pValue, NumberText.pValue), .number(row.adjustedP, NumberText.pValue),
          ReportCell(AuditReport.words(row.test)),
        ])
      }, notes: [result.adjustment(.betweenGroups)].compactMap(\.self))
  }

  private func metricTable(
    _ attribute: String, _ metrics: [String], id: String, most: Int = Self.mostShown
  ) -> ReportTable {
    let groups = result.groups.filter { $0.attribute == attribute }
    var rows = groups.prefix(most).map { group in
      ReportRow(
        [AuditReport.nameCell(group.value), .count(group.rows)]
          + metrics.map { cell($0, group.metrics[$0]) })
    }
    rows.append(
      ReportRow(
        [ReportCell("All"), .count(result.rows)] + metrics.map { cell($0, result.overall[$0]) },
        isTotal: true))
    return ReportTable(
      id, caption: "By \(DisplayText.visible(attribute))",
      columns: [.text("Group"), .number("Rows")] + metrics.map { .number(DisplayText.metric($0)) },
      rows: rows, notes: AuditReport.omission(min(groups.count, most), of: groups.count))
  }

  /// Each class against the rest, group by group.
  private var classes: ReportSection? {
    guard let classes = result.classes else { return nil }
    let wanted = Self.ofClasses
    let blocks = attributes.enumerated().flatMap { index, attribute -> [ReportBlock] in
      let rows = classes.flatMap { entry in
        entry.audit.groups.filter { $0.attribute == attribute }.prefix(Self.mostShown).map {
          group in
          ReportRow(
            [AuditReport.nameCell(entry.name), AuditReport.nameCell(group.value)]
              + wanted.map { cell($0, group.metrics[$0]) })
        }
      }
      return [
        .table(
          ReportTable(
            "classes-\(index)",
            caption: "Each class against the rest by \(DisplayText.visible(attribute))",
            columns: [.text("Class"), .text("Group")]
              + wanted.map { .number(DisplayText.metric($0)) }, rows: rows)),
        .table(classGaps(classes, attribute, wanted, id: "class-gaps-\(index)")),
      ]
    }
    return ReportSection("classes", "Classes", blocks)
  }

  private func classGaps(
    _ classes: [ClassAudit], _ attribute: String, _ wanted: [String], id: String
  ) -> ReportTable {
    ReportTable(
      id, caption: "Gaps of each class between the groups of \(DisplayText.visible(attribute))",
      columns: [
        .text("Class"), .text("Metric"), .number("Difference"), .text("Lowest"), .text("Highest"),
        .number("Adjusted p"),
      ],
      rows: classes.flatMap { entry in
        wanted.compactMap { metric in
          entry.audit.between(metric, .difference, attribute: attribute).map { row in
            ReportRow([
              AuditReport.nameCell(entry.name), ReportCell(DisplayText.metric(metric)),
              gapCell(row), AuditReport.nameCell(row.lowGroup),
              AuditReport.nameCell(row.highGroup), .number(row.adjustedP, NumberText.pValue),
            ])
          }
        }
      })
  }

  private var inference: ReportSection {
    ReportSection(
      "inference", "Inference",
      [
        .text(
          isRegression
            ? "Means have Student's intervals, gaps Welch's, which do not take groups to vary alike; "
              + "a gap over more than two groups has limits from all pairs at once. R² and the "
              + "largest error have no interval."
            : "Rates have Wilson's intervals; a gap over more than two groups has limits from all "
              + "pairs at once. Means over classes have no interval."),
        .text(
          (result.adjustment(.betweenGroups).map { $0 + " " } ?? "") + "Numbers of fewer than "
            + "\(options.minimumCount) rows are marked “low n”."),
      ])
  }
}
