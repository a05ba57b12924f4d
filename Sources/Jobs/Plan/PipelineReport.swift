import Auditing
import Mitigation
import Reports

/// The variants of a pipeline on one page: what each does, how accurate and how alike each is, which
/// no other beats, and how its gates stand.
public struct PipelineReport {
  let name: String
  let comparison: PipelineComparison
  let context: ReportContext
  let summary: String?
  /// Files beside this one, by variant.
  let files: [String: [String]]

  /// - Parameter files: what was written of each variant, by its name.
  public init(
    name: String, summary: String?, comparison: PipelineComparison, files: [String: [String]],
    context: ReportContext
  ) {
    self.name = name
    self.summary = summary
    self.comparison = comparison
    self.files = files
    self.context = context
  }

  private var outcomes: [PipelineOutcome] { comparison.outcomes }

  public func document() -> ReportDocument {
    let exceeded = outcomes.flatMap(\.gates).count { $0.isExceeded }
    let gates = outcomes.reduce(0) { $0 + $1.gates.count }
    return ReportDocument(
      kind: "pipeline", title: context.title ?? "Pipeline \(name)", subtitle: context.subtitle,
      facts: [
        ReportFact("Variants", NumberText.count(outcomes.count), "side by side"),
        ReportFact(
          "Rows to test", NumberText.count(outcomes.first?.sizes.test ?? 0),
          comparison.sections.count > 1 ? "in the first variant" : context.source),
        ReportFact(
          "Gates", gates == 0 ? "none" : "\(gates - exceeded) of \(gates)",
          gates == 0 ? "asked for" : "not exceeded"),
      ],
      sections: [
        summarySection, variants, results, groups, PipelineThresholds(comparison).section,
        gateSection, rowsSection, settings, AuditReport.reproduction(context),
      ].compactMap(\.self)
    ).sayingNotesOnce()
  }

  // MARK: Summary and variants

  private func title(_ outcome: PipelineOutcome) -> String {
    let name = DisplayText.name(outcome.plan.name)
    return outcome.plan.title.map { "\(name) (\(DisplayText.name($0)))" } ?? name
  }

  private var summarySection: ReportSection {
    let reports = comparison.sections.map(report)
    var sentences: [String] = []
    for (section, report) in zip(comparison.sections, reports) {
      for place in section.outcomes {
        let outcome = outcomes[place]
        let run = section.runs.runs.first { $0.label == outcome.plan.name } ?? outcome.fit
        let stopped = outcome.gates.filter(\.isExceeded).map(\.message)
        let told = [
          outcome.crossed(comparison.disparity).map { "over the crosses \($0.told)" },
          section.runs.standing(run)?.words(DisplayText.name),
          stopped.isEmpty ? nil : "exceeded: \(stopped.joined(separator: ", "))",
        ]
        sentences.append(
          "\(title(outcome)): \(report.numbers(run))"
            + told.compactMap { $0.map { "; " + $0 } }.joined() + ".")
      }
    }
    var blocks: [ReportBlock] = []
    if let summary { blocks.append(.text(DisplayText.visible(summary))) }
    blocks.append(.list(sentences))
    if comparison.sections.contains(where: \.runs.compares) {
      blocks.append(
        .text(
          "Differences between variants that are small beside their intervals are no reason to prefer "
            + "one. Choosing the best of many on the test rows makes its numbers look better than they "
            + "will be."))
    }
    if comparison.sections.count > 1 {
      blocks.append(
        .note(
          "Not all variants have the same rows and groups. Those that do are compared with each "
            + "other, and with no others."))
    }
    if let caution = context.caution { blocks.append(.note(caution)) }
    return ReportSection("summary", "Summary", blocks)
  }

  private var variants: ReportSection {
    let rows = outcomes.map { outcome in
      func stages(_ place: StageDescription.Place) -> ReportCell {
        let names = outcome.plan.stageDescriptions.filter { $0.place == place }.map(\.method)
        return ReportCell(names.isEmpty ? "–" : names.joined(separator: ", then "))
      }
      return ReportRow([
        ReportCell(DisplayText.visible(outcome.plan.name)), stages(.preprocess), stages(.learner),
        stages(.postprocess), ReportCell(DisplayText.visible(outcome.plan.title ?? "–")),
      ])
    }
    let told = outcomes.compactMap { outcome in
      outcome.plan.summary.map {
        ReportDefinition(DisplayText.name(outcome.plan.name), DisplayText.visible($0))
      }
    }
    return ReportSection(
      "variants", "Variants",
      [
        .table(
          ReportTable(
            "variants-table", caption: "What each variant is made of",
            columns: [
              .text("Variant"), .text("Before"), .text("Learner"), .text("After"), .text("Title"),
            ], rows: rows))
      ] + (told.isEmpty ? [] : [.definitions(told)]))
  }

  // MARK: Results

  private func report(_ section: PipelineComparison.Section) -> RunsReport {
    let first = outcomes[section.outcomes[0]]
    var report = RunsReport(
      kind: "compare", runs: section.runs, disparity: comparison.disparity,
      split: .init(
        training: first.sizes.train, test: first.sizes.test, groups: first.groups),
      context: context, name: { $0.label ?? $0.method })
    if comparison.sections.count > 1 { report.runsName = names(section) }
    if let place = comparison.sections.firstIndex(where: { $0.outcomes == section.outcomes }),
      place > 0
    {
      report.suffix = "-\(place + 1)"
    }
    return report
  }

  private func names(_ section: PipelineComparison.Section) -> String {
    section.outcomes.map { DisplayText.name(outcomes[$0].plan.name) }.joined(separator: ", ")
  }

  private var results: ReportSection {
    let blocks = comparison.sections.flatMap { section -> [ReportBlock] in
      let heading: [ReportBlock] =
        comparison.sections.count > 1 ? [.heading(names(section))] : []
      return heading + report(section).resultBlocks
    }
    return ReportSection("results", "Results", blocks)
  }

  private static let groupMetrics = [
    "selection_rate", "true_positive_rate", "false_positive_rate", "accuracy_score",
  ]

  /// Groups of the attributes by themselves; crosses are in each variant's own report.
  private var groups: ReportSection {
    let rows = outcomes.flatMap { outcome in
      let names = outcome.groups.map(\.attribute)
      return outcome.audit.groups.filter { names.contains($0.attribute) }.map { group in
        ReportRow(
          [
            ReportCell(DisplayText.visible(outcome.plan.name)),
            ReportCell(DisplayText.visible(group.attribute)),
            ReportCell(DisplayText.visible(group.value)), .count(group.rows),
          ] + Self.groupMetrics.map { Self.cell(group.metrics[$0]) })
      }
    }
    return ReportSection(
      "groups", "Groups",
      [
        .table(
          ReportTable(
            "groups-table", caption: "Rates of each group in each variant",
            columns: [.text("Variant"), .text("Attribute"), .text("Group"), .number("Rows")]
              + Self.groupMetrics.map { .number(DisplayText.metric($0)) },
            rows: rows,
            notes: [
              "Of the decisions as they were drawn, where a variant draws them. Crosses, tests and "
                + "the counts behind each rate are in the report of each variant."
            ]))
      ])
  }

  private static func cell(_ estimate: Estimate?) -> ReportCell {
    guard let estimate else { return ReportCell("–") }
    guard let value = estimate.value else { return .absent(estimate.reason) }
    var cell = ReportCell.estimated(value, estimate.low, estimate.high, unit: "%") {
      NumberText.fixed(100 * $0, 1)
    }
    cell.status = estimate.status
    cell.reason = estimate.reason
    return cell
  }

  private var gateSection: ReportSection {
    let rows = outcomes.flatMap { outcome in
      outcome.gates.map { gate in
        let value =
          gate.value.map {
            ReportCell.estimated($0, gate.low, gate.high) { NumberText.fixed($0, 4) }
          } ?? .absent(gate.reason)
        return ReportRow([
          ReportCell(DisplayText.visible(outcome.plan.name)), ReportCell(gate.condition), value,
          ReportCell(gate.attribute.map(DisplayText.visible) ?? "–"),
          ReportCell(
            [gate.lowGroup, gate.highGroup].compactMap { $0.map(DisplayText.visible) }
              .joined(separator: ", ")),
          .number(gate.limit, NumberText.plain),
          ReportCell(
            gate.isExceeded ? gate.value == nil ? "exceeded: not estimable" : "exceeded" : "held"),
        ])
      }
    }
    guard !rows.isEmpty else {
      return ReportSection("gates", "Gates", [.text("No variant has a gate.")])
    }
    return ReportSection(
      "gates", "Gates",
      [
        .table(
          ReportTable(
            "gates-table", caption: "Conditions that stop a release",
            columns: [
              .text("Variant"), .text("Stops if"), .number("Measured"), .text("Attribute"),
              .text("Lowest, highest"), .number("Limit"), .text("Gate"),
            ], rows: rows,
            notes: [
              "A gate looks at the measured number, in the attribute or cross where it is worst, and "
                + "'surely' at the whole interval; what cannot be estimated counts as exceeded. A rule "
                + "that draws its decisions is measured at its expected rates."
            ]))
      ])
  }

  // MARK: Rows and settings

  private var rowsSection: ReportSection {
    let stages = outcomes.flatMap { outcome in
      outcome.plan.stageDescriptions.map { stage in
        ReportRow([
          ReportCell(DisplayText.visible(outcome.plan.name)), ReportCell(stage.method),
          ReportCell(Self.fitted(stage)),
          ReportCell(
            stage.options.sorted { $0.key < $1.key }.map {
              "\($0.key) = \(NumberText.option($0.value))"
            }
            .joined(separator: ", ")),
        ])
      }
    }
    return ReportSection(
      "rows", "Rows and stages",
      [
        .text(
          "How columns are encoded is fitted to the training rows. Nothing is fitted to test rows."
            + (outcomes.contains { $0.plan.rows.region != nil }
              ? " A variant that is for some of the rows shares the learner, which sees all training "
                + "rows; stages after the learner are fitted to its own, and it is measured on its own."
              : "")),
        .table(splitTable),
        .table(
          ReportTable(
            "stages-table", caption: "Stages in the order in which they are fitted",
            columns: [.text("Variant"), .text("Stage"), .text("Fitted to"), .text("Options")],
            rows: stages)),
      ])
  }

  private static func fitted(_ stage: StageDescription) -> String {
    stage.fittedOn.map { $0 == "train" ? "training rows" : "validation rows" } ?? "nothing"
  }

  private var splitTable: ReportTable {
    ReportTable(
      "split-table", caption: "Rows of each variant",
      columns: [
        .text("Variant"), .text("For rows where"), .number("To train"), .number("Of these its own"),
        .number("To validate"), .number("To test"), .text("Test rows"), .text("Validation rows"),
      ],
      rows: outcomes.map { outcome in
        let rows = outcome.plan.rows
        return ReportRow([
          ReportCell(DisplayText.visible(outcome.plan.name)),
          ReportCell(Self.condition(rows) ?? "all"), .count(outcome.sizes.train),
          outcome.sizes.region.map(ReportCell.count) ?? ReportCell("–"),
          outcome.sizes.validation.map(ReportCell.count) ?? ReportCell("–"),
          outcome.sizes.test.map(ReportCell.count) ?? ReportCell("–"),
          ReportCell(PipelinePart.text(rows.test) ?? "none: measured on the training rows"),
          ReportCell(PipelinePart.text(rows.validation) ?? "none: rules see the training rows"),
        ])
      })
  }

  /// The conditions on a variant's rows; nil where it takes all.
  private static func condition(_ rows: PipelineRows) -> String? {
    let texts = [rows.options.condition, rows.region].compactMap { $0?.text }
    return texts.isEmpty ? nil : DisplayText.visible(texts.joined(separator: "; of these: "))
  }

  private var settings: ReportSection {
    let tables = comparison.sections.flatMap { section in
      [report(section).decisionsTable, report(section).settingsTable].compactMap(\.self).map {
        ReportBlock.table($0)
      }
    }
    let written = outcomes.compactMap { outcome -> ReportDefinition? in
      guard let names = files[outcome.plan.name], !names.isEmpty else { return nil }
      return ReportDefinition(
        DisplayText.name(outcome.plan.name), names.joined(separator: ", "))
    }
    return ReportSection(
      "settings", "Fits and files",
      tables + (written.isEmpty ? [] : [.heading("Files of each variant"), .definitions(written)]))
  }
}

/// Where rows that nothing is fitted to come from, in words.
public enum PipelinePart {
  /// nil when there are none.
  public static func text(_ rows: PipelineRows.Part?) -> String? {
    guard let rows else { return nil }
    switch rows {
    case .fraction(let share, let seed):
      return
        "\(NumberText.percent(share)) of the rows, stratified by group and label, seed \(seed)"
    case .table(.path(let path)):
      return "the file "
        + DisplayText.name(path.split(separator: "/").last.map(String.init) ?? path)
    case .table(.bundled(let set, let part)): return "the \(part.rawValue) file of \(set.name)"
    case .table(.arrow), .table(.blocks): return "rows of their own"
    }
  }
}
