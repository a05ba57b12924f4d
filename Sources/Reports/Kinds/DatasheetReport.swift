import Auditing
import Criteria
import Datasets

/// A datasheet in the seven parts of Gebru et al.: what can be counted is counted, the rest comes
/// from the owner's notes.
///
/// T. Gebru et al., *Datasheets for datasets*, Communications of the ACM 64, 2021.
public struct DatasheetReport {
  let profile: TableProfile
  let tables: ProfileTables
  let context: ReportContext

  public init(_ profile: TableProfile, context: ReportContext) throws(CountingError) {
    self.profile = profile
    self.context = context
    tables = try ProfileTables(profile)
  }

  public func document() -> ReportDocument {
    ReportDocument(
      kind: "datasheet",
      title: context.title ?? "Datasheet of \(DisplayText.name(context.source))",
      subtitle: context.subtitle, positives: context.positives,
      facts: tables.facts(source: context.source),
      sections: [
        part("motivation", "Motivation", [("Why and by whom", "data.motivation")]), composition,
        part(
          "collection", "Collection process",
          [
            ("Source", "data.source"), ("Period", "data.period"), ("Sampling", "data.sampling"),
            ("How values were obtained", "data.collection"), ("Consent", "data.consent"),
            ("Sensitive attributes", "data.attributes"),
          ]),
        part(
          "preprocessing", "Preprocessing, cleaning and labelling",
          [("Preprocessing", "data.preprocessing"), ("Labels", "data.labels")]),
        part("uses", "Uses", [("Uses", "data.uses"), ("Purpose", "use.purpose")]),
        part(
          "distribution", "Distribution",
          [("Distribution", "data.distribution"), ("Licence", "system.license")]),
        part("maintenance", "Maintenance", [("Maintenance", "data.maintenance")]),
        AuditReport.reproduction(context),
      ])
  }

  private func part(_ id: String, _ title: String, _ terms: [(String, String)]) -> ReportSection {
    ReportSection(
      id, title,
      [.definitions(terms.map { context.notes.definition($0.0, $0.1) })])
  }

  private var composition: ReportSection {
    var blocks: [ReportBlock] = [.table(tables.columns())]
    blocks += tables.groups(upTo: 2, id: "composition").map { .table($0) }
    var terms = [context.notes.definition("Known proxies", "data.proxies")]
    if let attribution = context.attribution {
      terms.append(ReportDefinition("Attribution", attribution))
    }
    blocks.append(.definitions(terms))
    if let caution = context.caution { blocks.append(.note(caution)) }
    return ReportSection("composition", "Composition", blocks)
  }
}
