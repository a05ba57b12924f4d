import Auditing
import Criteria
import Datasets

/// A datasheet in the seven parts of Gebru et al.: what can be counted is counted, the rest comes
/// from the owner's notes.
///
/// T. Gebru et al., *Datasheets for datasets*, Communications of the ACM 64, 2021.
public struct DatasheetReport {
  let profile: TableProfile
  /// Labels by sensitive attribute; nil without either.
  let counts: OutcomeCounts?
  let context: ReportContext

  public init(_ profile: TableProfile, context: ReportContext) throws(CountingError) {
    self.profile = profile
    self.context = context
    counts =
      profile.attributes.isEmpty
      ? nil
      : try OutcomeCounts(
        counting: Outcomes(attributes: profile.attributes, labels: profile.labels))
  }

  public func document() -> ReportDocument {
    let cells = profile.rows * profile.columns.count
    let missing = profile.columns.reduce(0) { $0 + $1.missing }
    return ReportDocument(
      kind: "datasheet",
      title: context.title ?? "Datasheet of \(DisplayText.name(context.source))",
      subtitle: context.subtitle, positives: context.positives,
      facts: [
        ReportFact("Rows", NumberText.count(profile.rows), context.source),
        ReportFact("Columns", NumberText.count(profile.columns.count), "in use"),
        ReportFact(
          "Missing values", NumberText.count(missing),
          ReportCell.share(missing, of: cells).text + " of all"),
      ],
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
      [.definitions(terms.map { ReportDefinition($0.0, context.notes.stated($0.1)) })])
  }

  private var composition: ReportSection {
    var blocks: [ReportBlock] = [.table(columnTable)]
    if let counts {
      for (index, group) in ReportGroups.all(of: counts, upTo: 2).enumerated() {
        blocks.append(.table(groupTable(group, counts, id: "composition-\(index)")))
      }
    }
    var terms = [ReportDefinition("Known proxies", context.notes.stated("data.proxies"))]
    if let attribution = context.attribution {
      terms.append(ReportDefinition("Attribution", attribution))
    }
    blocks.append(.definitions(terms))
    if let caution = context.caution { blocks.append(.note(caution)) }
    return ReportSection("composition", "Composition", blocks)
  }

  private var columnTable: ReportTable {
    ReportTable(
      "columns", caption: "Columns",
      columns: [
        .text("Column"), .text("Role"), .text("Kind"), .number("Missing"),
        .number("Missing share"), .number("Distinct"), .text("Values"),
      ],
      rows: profile.columns.map { column in
        var distinct = ReportCell("–")
        var kind = "number", values = "none"
        switch column.contents {
        case .numbers(let numbers):
          if let numbers {
            values =
              "\(Self.short(numbers.least)) to \(Self.short(numbers.most)), mean "
              + "\(Self.short(numbers.mean)), deviation \(Self.short(numbers.deviation))"
          }
        case .categories(let count, let frequent):
          kind = "category"
          distinct = .count(count)
          values =
            frequent.map {
              "\(DisplayText.name($0.name)) "
                + "(\(ReportCell.share($0.rows, of: profile.rows).text))"
            }.joined(separator: ", ") + (count > frequent.count ? ", …" : "")
        }
        return ReportRow([
          ReportCell(DisplayText.visible(column.name)), ReportCell(column.role.rawValue),
          ReportCell(kind), .count(column.missing), .share(column.missing, of: profile.rows),
          distinct, ReportCell(values),
        ])
      })
  }

  private static func short(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15
      ? NumberText.count(Int(value)) : NumberText.fixed(value, 3)
  }

  private func groupTable(
    _ group: ReportGroups, _ counts: OutcomeCounts, id: String
  ) -> ReportTable {
    let isLabelled = counts.inputs.contains(.labels)
    func row(_ name: String, _ tally: Tally, isTotal: Bool) -> ReportRow {
      var cells = [
        ReportCell(name), .count(tally.rowCount), .share(tally.rowCount, of: counts.rows),
      ]
      if isLabelled {
        cells += [
          .count(tally.rowCount(of: .positives)),
          .share(tally.rowCount(of: .positives), of: tally.rowCount),
        ]
      }
      return ReportRow(cells, isTotal: isTotal)
    }
    var rows = zip(group.names, group.tallies).map {
      row(DisplayText.visible($0), $1, isTotal: false)
    }
    rows.append(row("All", counts.overall, isTotal: true))
    let label = profile.label.map { name in
      DisplayText.visible(name) + (profile.positive.map { " = \(DisplayText.visible($0))" } ?? "")
    }
    return ReportTable(
      id, caption: "Rows by \(DisplayText.visible(group.attribute))",
      columns: [.text("Group"), .number("Rows"), .number("Share of rows")]
        + (isLabelled ? [.number(label ?? "Positive"), .number("Share positive")] : []),
      rows: rows)
  }
}
