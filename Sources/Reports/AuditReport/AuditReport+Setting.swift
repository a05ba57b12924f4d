import Auditing
import Criteria

/// What was audited, on which rows, in which groups, by which metrics.
extension AuditReport {
  var system: ReportSection {
    var terms = [
      context.notes.definition("System", "system.name"),
      context.notes.definition("Version", "system.version"),
      context.notes.definition("Purpose", "use.purpose"),
      ReportDefinition("Audited", context.subject),
    ]
    if let model = context.model { terms += Self.terms(of: model) }
    terms.append(ReportDefinition("Measured with", "equipoise \(context.version)"))
    var blocks: [ReportBlock] = [.definitions(terms)]
    if !context.digests.isEmpty { blocks.append(.table(Self.digestTable(context.digests))) }
    return ReportSection("system", "System and version", blocks)
  }

  /// - Parameter mostFeatures: features that are named.
  static func terms(
    of model: ReportContext.Model, mostFeatures: Int = ColumnRoles.mostNames
  ) -> [ReportDefinition] {
    var terms = [
      ReportDefinition(
        "Model file",
        model.file == ReportContext.Model.memory ? "none: in memory" : DisplayText.name(model.file)),
      ReportDefinition("Method", model.method),
      ReportDefinition(
        "Options",
        model.options.map { "\($0.name) = \(NumberText.option($0.value))" }.joined(separator: ", ")),
      ReportDefinition("Fit", model.status + (model.certificate.map { "; \($0)" } ?? "")),
      ReportDefinition("Seed", "\(model.seed)"),
      ReportDefinition(
        "Sensitive columns",
        model.sensitive.isEmpty
          ? "none"
          : model.sensitive.map(DisplayText.name).joined(separator: ", ") + " (\(useText(model)))"),
    ]
    terms += model.columns.terms(mostFeatures: mostFeatures)
    if let label = model.label {
      terms.append(
        ReportDefinition(
          "Predicts",
          DisplayText.name(label)
            + (model.positive.map { " = \(DisplayText.name($0))" } ?? "")))
    }
    return terms
  }

  /// How a model uses its sensitive columns.
  private static func useText(_ model: ReportContext.Model) -> String {
    (model.usesSensitive ? "also features" : "not features")
      + (model.decidesByGroup ? "; the rule uses them" : "")
  }

  static func digestTable(_ digests: [(name: String, value: String)]) -> ReportTable {
    ReportTable(
      "digests", caption: "SHA-256 digests", columns: [.text("Of"), .text("Digest")],
      rows: digests.map { ReportRow([ReportCell($0.name), ReportCell($0.value)]) })
  }

  var data: ReportSection {
    var terms = [
      ReportDefinition("Data", DisplayText.name(context.source)),
      ReportDefinition("Rows", NumberText.count(result.rows)),
      ReportDefinition(
        "Label",
        context.label.map {
          DisplayText.name($0)
            + (context.positives.label.map { ", positive is \(DisplayText.name($0.value))" } ?? "")
        } ?? "none: only what needs no truth is measured"),
      ReportDefinition("Decisions", decisionsSource),
      ReportDefinition(
        "Weights",
        context.weights.map {
          "\(DisplayText.name($0)), total \(NumberText.weight(result.weight)), effective sample "
            + "size \(NumberText.weight(counts.overall.effectiveCount(of: .all)))"
        } ?? "none: every row counts once"),
    ]
    terms += context.columns.terms()
    for (term, key) in [
      ("Source", "data.source"), ("Period", "data.period"), ("Sampling", "data.sampling"),
      ("Label's own bias", "data.labels"), ("Preprocessing", "data.preprocessing"),
    ] { terms.append(context.notes.definition(term, key)) }
    if let attribution = context.attribution {
      terms.append(ReportDefinition("Attribution", attribution))
    }
    if let told = context.trainedOn { terms.append(ReportDefinition("Training rows", told)) }
    var blocks: [ReportBlock] = [.definitions(terms)]
    if let table = missingTable { blocks.append(.table(table)) }
    return ReportSection("data", "Data", blocks)
  }

  /// How often each column has no value, by group: missing values are seldom missing by chance.
  private var missingTable: ReportTable? {
    guard let missing = result.missing, !missing.isEmpty else { return nil }
    return ReportTable(
      "missing", caption: "Missing values by group",
      columns: [
        .text("Column"), .text("Attribute"), .text("Group"), .number("Rows"), .number("Missing"),
        .number("Share"),
      ],
      rows: missing.map { row in
        ReportRow([
          ReportCell(DisplayText.visible(row.column)),
          ReportCell(DisplayText.visible(row.attribute)),
          ReportCell(DisplayText.visible(row.value)), .count(row.rows), .count(row.missing),
          .share(row.missing, of: row.rows),
        ])
      })
  }

  private var decisionsSource: String {
    if context.prediction != nil || context.model != nil || context.score != nil {
      let threshold = NumberText.plain(counts.threshold)
      if let prediction = context.prediction {
        return "column \(DisplayText.name(prediction))"
          + (context.positives.decision.map { ", positive is \(DisplayText.name($0.value))" } ?? "")
      }
      if let score = context.score {
        return "positive where \(DisplayText.name(score)) is at least \(threshold)"
      }
      return "of the model: " + decisionRuleText
    }
    return "none: the labels alone are measured"
  }

  var groupsSection: ReportSection {
    var blocks: [ReportBlock] = [
      .definitions([
        ReportDefinition(
          "Attributes", counts.attributes.map(DisplayText.name).joined(separator: ", ")),
        context.notes.definition("How obtained", "data.attributes"),
        ReportDefinition(
          "Crosses",
          options.intersections > 1
            ? "all combinations of up to \(options.intersections) attributes" : "none"),
        ReportDefinition(
          "Few rows",
          "a number that rests on fewer than \(options.minimumCount) rows is shown and marked"),
        ReportDefinition("Reference", referenceText),
        ReportDefinition(
          "Band of ratios",
          options.tau == nil
            ? "none: ratios are not marked"
            : "\(tauText): ratios in it are marked “within”, others “outside”"),
        ReportDefinition("Attribute not known", unknownText),
        ReportDefinition(
          "Controls",
          options.controls.isEmpty
            ? "none" : options.controls.map(DisplayText.name).joined(separator: ", ")),
      ])
    ]
    for (index, group) in groups.enumerated() {
      blocks.append(.table(countTable(group, id: "counts-\(index)")))
    }
    return ReportSection("groups", Self.groupsTitle, blocks)
  }

  private var unknownText: String {
    result.unknown.map { row in
      "\(DisplayText.name(row.attribute)): \(NumberText.count(row.rows)) rows"
        + (row.rows == 0 ? "" : row.isCompared ? ", a group" : ", compared with nobody")
    }.joined(separator: "; ")
  }

  private var referenceText: String {
    switch options.reference {
    case .none: "none: groups are compared with each other and with all rows"
    case .largest: "the largest group of each attribute"
    case .leastOfMetric: "for each metric the group where it is least"
    case .greatestOfMetric: "for each metric the group where it is greatest"
    case .named(let names):
      names.sorted { $0.key < $1.key }
        .map { "\(DisplayText.name($0.value)) for \(DisplayText.name($0.key))" }
        .joined(separator: ", ")
    }
  }

  /// Rows of each outcome in each group: what every share in the document is a quotient of.
  func countTable(_ group: ReportGroups, id: String) -> ReportTable {
    var columns: [ReportColumn] = [.text("Group"), .number("Rows"), .number("Share of rows")]
    let outcomes = countedOutcomes
    columns += outcomes.map { .number($0.title) }
    if counts.weighted { columns += [.number("Weight"), .number("Effective n")] }
    func row(_ name: String, _ tally: Tally, isTotal: Bool) -> ReportRow {
      var cells = [
        ReportCell(DisplayText.visible(name)), .count(tally.rowCount),
        .share(tally.rowCount, of: counts.rows),
      ]
      cells += outcomes.map { .count(tally.rowCount(of: $0.set)) }
      if counts.weighted {
        cells.append(.number(tally.totalWeight, NumberText.weight))
        cells.append(.number(tally.effectiveCount(of: .all), NumberText.weight))
      }
      return ReportRow(cells, isTotal: isTotal)
    }
    var rows = group.shown.map { row(group.names[$0], group.tallies[$0], isTotal: false) }
    rows.append(row("All", counts.overall, isTotal: true))
    return ReportTable(
      id, caption: "Counts by \(DisplayText.visible(group.attribute))", columns: columns,
      rows: rows, notes: group.omission)
  }

  private var countedOutcomes: [(title: String, set: OutcomeSet)] {
    let labels: [(title: String, set: OutcomeSet)] = [
      ("Label positive", .positives), ("Label negative", .negatives),
    ]
    let decisions: [(title: String, set: OutcomeSet)] = [("Selected", .selected)]
    let both: [(title: String, set: OutcomeSet)] = [
      ("True positive", .truePositive), ("False positive", .falsePositive),
      ("False negative", .falseNegative), ("True negative", .trueNegative),
    ]
    switch (counts.inputs.contains(.labels), counts.inputs.contains(.predictions)) {
    case (true, true): return labels + decisions + both
    case (true, false): return labels
    case (false, true): return decisions + [("Not selected", .rejected)]
    case (false, false): return []
    }
  }

  var metricsSection: ReportSection {
    let measured = Metrics.available(for: counts.inputs).filter {
      result.overall[$0.name] != nil && isShown($0.name)
    }
    let table = ReportTable(
      "metrics-table", caption: "What the metrics are",
      columns: [.text("Metric"), .text("Definition")],
      rows: measured.map { metric in
        var name = ReportCell(DisplayText.metric(metric.name))
        name.mark = metric.name
        return ReportRow([name, ReportCell(metric.summary)])
      },
      notes: [
        "Under a metric stands its name in data files.",
        "Y is the label, Ŷ the decision, S the score. Which way is better for the people "
          + "concerned depends on the use.",
        "Between groups, a difference is largest minus smallest (0 is alike) and a ratio smallest "
          + "over largest (1 is alike); neither is capped.",
      ])
    return ReportSection(
      "metrics", "Metrics",
      [
        .definitions([
          context.notes.definition("Why these", "metrics.choice")
        ]), .table(table),
      ])
  }
}
