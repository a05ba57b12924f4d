import Equipoise

/// A pipeline on a terminal.
enum PipelineText {
  static func describe(_ comparison: PipelineComparison) -> String {
    var parts: [String] = []
    for section in comparison.sections {
      let outcome = comparison.outcomes[section.outcomes[0]]
      let split = RunsReport.Split(
        training: outcome.sizes.train, test: outcome.sizes.test, groups: outcome.groups)
      parts.append(
        TextWrap.paragraph(
          "\(DisplayText.name(source(outcome))): \(sizes(outcome.sizes)); groups of "
            + RunText.groups(split), indent: "  "))
      parts.append(
        RunsTable(
          document: section.runs, disparity: comparison.disparity, title: "variant",
          label: { $0.label ?? $0.method }
        ).text())
      parts += crossed(section, comparison)
    }
    let thresholds = PipelineThresholds(comparison)
    if !thresholds.variants.isEmpty {
      parts.append(
        Tables.text(
          ["group's threshold"] + thresholds.variants.map(\.name), thresholds.rows,
          alignedRight: []))
      parts += thresholds.notes.map { TextWrap.paragraph($0) }
    }
    for outcome in comparison.outcomes {
      parts += outcome.gates.map { gate in
        TextWrap.paragraph(
          "\(DisplayText.name(outcome.plan.name)): gate \(gate.isExceeded ? "exceeded" : "held"): "
            + gate.message, indent: "  ")
      }
    }
    parts.append(
      TextWrap.paragraph(
        "Gap: largest difference between groups, 0 is alike. Ratio: smallest over largest, 1 is "
          + "alike."
          + (comparison.sections.contains(where: \.runs.compares)
            ? " Pareto: no other is at least as accurate and as fair by \(comparison.disparity)."
            : "")))
    return parts.joined(separator: "\n")
  }

  /// The gap over the crosses of each variant that asks for them.
  private static func crossed(
    _ section: PipelineComparison.Section, _ comparison: PipelineComparison
  ) -> [String] {
    section.outcomes.compactMap { place in
      let outcome = comparison.outcomes[place]
      return outcome.crossed(comparison.disparity).map { crossed in
        TextWrap.paragraph(
          "\(DisplayText.name(outcome.plan.name)): \(comparison.disparity) over the crosses: "
            + crossed.told, indent: "  ")
      }
    }
  }

  private static func source(_ outcome: PipelineOutcome) -> String {
    let rows = outcome.plan.rows
    return RowCondition.source(outcome.source, [rows.options.condition, rows.region])
  }

  static func describe(
    _ file: PipelineFile, _ plans: [(plan: PipelinePlan, sizes: PartSizes)]
  ) -> String {
    var parts: [String] = []
    for (plan, sizes) in plans {
      parts.append(plan.name + (plan.title.map { ": \($0)" } ?? ""))
      parts.append("  \(self.sizes(sizes)), seed \(plan.seed)")
      let conditions = [plan.rows.options.condition, plan.rows.region].compactMap { $0?.text }
      if !conditions.isEmpty { parts.append("  rows where \(conditions.joined(separator: "; "))") }
      parts.append("  test rows: \(PipelinePart.text(plan.rows.test) ?? "none")")
      if let validation = PipelinePart.text(plan.rows.validation) {
        parts.append("  validation rows: \(validation)")
      }
      for stage in plan.stageDescriptions {
        let options = stage.options.sorted { $0.key < $1.key }.map {
          "\($0.key) = \(NumberText.option($0.value))"
        }
        parts.append(
          "  \(stage.place.rawValue): \(stage.method)"
            + (options.isEmpty ? "" : " (\(options.joined(separator: ", ")))")
            + (stage.fittedOn.map { ", fitted to the \($0) rows" } ?? ""))
      }
      for gate in plan.gates { parts.append("  stops if \(gate.text)") }
      let files = PipelineDocuments.paths(of: plan, file.reports)
      parts.append("  writes \(files.joined(separator: ", "))")
    }
    parts.append("Nothing was fitted or written.")
    return parts.joined(separator: "\n")
  }

  private static func sizes(_ sizes: PartSizes) -> String {
    let parts = [
      NumberText.counted(sizes.train, "row") + " to train"
        + (sizes.region.map { " (\(NumberText.count($0)) of them its own)" } ?? ""),
      sizes.validation.map { "\(NumberText.count($0)) to validate" },
      "\(NumberText.count(sizes.test ?? 0)) to test",
    ]
    return parts.compactMap(\.self).joined(separator: ", ")
  }
}
