import Auditing
import Criteria
import Datasets

/// A model card in the nine parts of Mitchell et al., filled from a model file, an audit and the
/// owner's notes.
///
/// M. Mitchell et al., *Model cards for model reporting*, FAT* 2019, §4.
public struct ModelCardReport {
  let audit: AuditReport
  let context: ReportContext
  let model: ReportContext.Model

  public init(_ audit: AuditReport, model: ReportContext.Model) {
    self.audit = audit
    context = audit.context
    self.model = model
  }

  public func document() -> ReportDocument {
    ReportDocument(
      kind: "model-card", title: context.title ?? "Model card: \(name)",
      subtitle: context.subtitle, positives: context.positives, facts: audit.facts,
      sections: [
        details, use, factors, metrics, evaluationData, trainingData, quantitative, ethics,
        caveats, audit.details, AuditReport.reproduction(context),
      ]
    ).collectingUnstated(keepsParts: true)
  }

  var name: String {
    context.notes.text("system.name")
      ?? (model.file == ReportContext.Model.memory ? model.method : model.file)
  }

  private func stated(_ pairs: [(String, String)]) -> [ReportDefinition] {
    pairs.map { context.notes.definition($0.0, $0.1) }
  }

  private var details: ReportSection {
    ReportSection(
      "model", "Model details",
      [
        .definitions(
          stated([
            ("Overview", "system.overview"), ("Developed by", "system.owners"),
            ("Version", "system.version"), ("Date", "system.date"), ("Changes", "system.changes"),
          ]) + AuditReport.terms(of: model, mostFeatures: .max)
            + [
              ReportDefinition(
                "Objective", model.objective.map { NumberText.fixed($0, 6) } ?? "none")
            ]
            + stated([
              ("Licence", "system.license"), ("More", "system.references"),
              ("Citation", "system.citations"),
            ]))
      ])
  }

  private var use: ReportSection {
    ReportSection(
      "use", "Intended use",
      [
        .definitions(
          stated([
            ("Purpose", "use.purpose"), ("Uses", "use.cases"), ("Users", "use.users"),
            ("Out of scope", "use.out_of_scope"),
          ]))
      ])
  }

  private var factors: ReportSection {
    let attributes = audit.counts.attributes.enumerated().map { index, name in
      let levels = audit.counts.levels[index]
      let shown = levels.prefix(20).map(DisplayText.name).joined(separator: ", ")
      return ReportDefinition(
        DisplayText.name(name), shown + (levels.count > 20 ? ", and \(levels.count - 20) more" : "")
      )
    }
    return ReportSection(
      "factors", "Factors",
      [
        .heading("Groups evaluated"), .definitions(attributes),
        .definitions(
          stated([
            ("Instrumentation", "factors.instrumentation"),
            ("Environment", "factors.environment"),
          ])),
      ])
  }

  private var metrics: ReportSection {
    var section = audit.metricsSection
    section.blocks.append(
      .definitions([
        ReportDefinition("Who is selected", audit.decisionRuleText),
        context.notes.definition("Set by", "decisions.thresholds"),
        ReportDefinition("Uncertainty", "intervals at \(audit.confidenceText)"),
      ]))
    if let review = context.decisions { section.blocks += AuditReport.blocks(of: review) }
    return section
  }

  private static let evaluationTitle = "Evaluation data"

  private var evaluationData: ReportSection {
    var section = audit.data
    section.id = "evaluation-data"
    section.title = Self.evaluationTitle
    section.blocks += audit.groups.filter { !$0.isCross }.enumerated().map { index, group in
      .table(audit.countTable(group, id: "evaluated-\(index)"))
    }
    return section
  }

  private var trainingData: ReportSection {
    ReportSection(
      "training-data", "Training data",
      [
        .definitions(
          [
            ReportDefinition(
              "SHA-256, \(DataDigest.manner)",
              model.dataDigest ?? "not recorded: the data were not a file")
          ]
            + stated([
              ("Source", "data.source"), ("Period", "data.period"), ("Sampling", "data.sampling"),
              ("Label's own bias", "data.labels"), ("Preprocessing", "data.preprocessing"),
            ]))
      ])
  }

  private var quantitative: ReportSection {
    var section = audit.results(counts: Self.evaluationTitle)
    section.id = "quantitative"
    section.title = "Quantitative analyses"
    section.blocks.insert(
      .text(
        "Unitary results come first, intersectional ones after, as far as they were asked for."),
      at: 0)
    return section
  }

  private var ethics: ReportSection {
    let risks = context.notes.records("ethics.risks").map { risk in
      ReportRow([
        ReportCell(DisplayText.visible(risk["name"] ?? "–")),
        ReportCell(DisplayText.visible(risk["mitigation"] ?? OwnerNotes.notStated)),
      ])
    }
    var blocks: [ReportBlock] = [
      .definitions([
        ReportDefinition(
          "Sensitive data",
          model.sensitive.isEmpty
            ? "no column was named as sensitive"
            : model.sensitive.map(DisplayText.name).joined(separator: ", ")),
        context.notes.definition("Human life", "ethics.human_life"),
        ReportDefinition(
          "Mitigation",
          ([model.method] + [context.notes.text("mitigation.tried")].compactMap(\.self))
            .joined(separator: "; ")),
      ])
    ]
    if !risks.isEmpty {
      blocks.append(
        .table(
          ReportTable(
            "risks", caption: "Risks and what is done about them",
            columns: [.text("Risk"), .text("Mitigation")], rows: risks)))
    }
    if let caution = context.caution { blocks.append(.note(caution)) }
    return ReportSection("ethics", "Ethical considerations", blocks)
  }

  private var caveats: ReportSection {
    var section = audit.limits
    section.id = "caveats"
    section.title = "Caveats and recommendations"
    section.blocks.insert(
      .definitions(
        stated([("Trade-offs", "tradeoffs"), ("Recommendations", "recommendations")])), at: 0)
    return section
  }
}
