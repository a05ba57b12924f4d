import Auditing
import Criteria
import Datasets

/// What a table holds and what to look at before it is used: columns, groups, label rates, and how the
/// groups stand to a population.
public struct DescriptionReport {
  /// How large a group is in a population.
  public struct PopulationShare: Sendable, Equatable {
    /// Of a cross the names with `×` between them.
    public var attribute: String
    public var group: String
    public var share: Double

    public init(attribute: String, group: String, share: Double) {
      self.attribute = attribute
      self.group = group
      self.share = share
    }
  }

  let profile: TableProfile
  let tables: ProfileTables
  let context: ReportContext
  /// What a reader must know, in sentences.
  public var notes: [String] = []
  public var population: [PopulationShare] = []
  /// Commands or calls to copy.
  public var commands: [String] = []
  /// Attributes up to this many are crossed.
  public var intersections = 2

  public init(_ profile: TableProfile, context: ReportContext) throws(CountingError) {
    self.profile = profile
    self.context = context
    tables = try ProfileTables(profile)
  }

  public func document() -> ReportDocument {
    let odd = profile.columns.count { !$0.notes.isEmpty }
    var sections = [
      ReportSection("columns", "Columns", [.table(tables.columns(tellsKinds: true))]),
      attention, groups,
    ]
    if !population.isEmpty {
      sections.append(
        ReportSection("population", "Beside a population", populationTables.map { .table($0) }))
    }
    if !commands.isEmpty {
      sections.append(ReportSection("next", "What to do next", commands.map { .code($0) }))
    }
    return ReportDocument(
      kind: "describe",
      title: context.title ?? "Description of \(DisplayText.name(context.source))",
      subtitle: context.subtitle,
      facts: tables.facts(source: context.source) + [
        ReportFact("Columns to look at", NumberText.count(odd), "listed below the columns")
      ],
      sections: sections + [AuditReport.reproduction(context)])
  }

  private var attention: ReportSection {
    let told = notes + smallGroups
    var blocks: [ReportBlock] =
      told.isEmpty
      ? [.text("Nothing was found to look at.")] : [.list(told.map(DisplayText.visible))]
    if let caution = context.caution { blocks.append(.note(caution)) }
    return ReportSection("attention", "To look at", blocks)
  }

  /// Attributes with groups of few rows, which say little and are pooled by rules that hold groups
  /// against each other.
  private var smallGroups: [String] {
    guard let counts = tables.counts else { return [] }
    return ReportGroups.all(of: counts, upTo: 1).compactMap { attribute in
      let few = zip(attribute.names, attribute.tallies).filter {
        (1..<Self.fewRows).contains($1.rowCount)
      }
      guard !few.isEmpty else { return nil }
      let named = few.prefix(Self.mostNamed).map {
        "\($0) (\(NumberText.counted($1.rowCount, "row")))"
      }
      let rest = few.count - named.count
      return "'\(attribute.attribute)' has groups of fewer than \(Self.fewRows) rows: "
        + named.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
        + ". Their rates say little, and rules by group pool them."
    }
  }
  private static let fewRows = 10
  private static let mostNamed = 5

  private var groups: ReportSection {
    let made = tables.groups(upTo: intersections, id: "groups")
    return ReportSection(
      "groups", "Groups",
      made.isEmpty ? [.text("No sensitive column was named.")] : made.map { .table($0) })
  }

  // MARK: Population

  /// Attributes in the order in which the shares name them.
  private var populationTables: [ReportTable] {
    var seen: Set<String> = []
    let attributes = population.map(\.attribute).filter { seen.insert($0).inserted }
    guard let counts = tables.counts else { return [] }
    let all = ReportGroups.all(of: counts, upTo: counts.attributes.count)
    return attributes.enumerated().compactMap { index, attribute in
      all.first { $0.attribute == attribute }.map {
        table($0, population.filter { $0.attribute == attribute }, id: "population-\(index)")
      }
    }
  }

  private func table(
    _ group: ReportGroups, _ shares: [PopulationShare], id: String
  ) -> ReportTable {
    let rows = Dictionary(
      zip(group.names, group.tallies.map(\.rowCount)), uniquingKeysWith: { first, _ in first })
    let known = Set(shares.map(\.group))
    let others = group.names.filter { !known.contains($0) }
    return ReportTable(
      id, caption: "\(DisplayText.visible(group.attribute)) beside the population",
      columns: [
        .text("Group"), .number("Rows"), .number("Share of rows"), .number("Share of population"),
        .number("Ratio"), .number("Rows expected"),
      ],
      rows: shares.map { row($0.group, rows[$0.group] ?? 0, share: $0.share) }
        + others.map { row($0, rows[$0] ?? 0, share: nil) },
      notes: [
        "Ratio: the share of rows over the share of the population; below 1 a group is represented "
          + "less than in the population."
      ])
  }

  private func row(_ name: String, _ count: Int, share: Double?) -> ReportRow {
    let all = Double(profile.rows)
    let ratio = share.flatMap { $0 > 0 && all > 0 ? Double(count) / all / $0 : nil }
    return ReportRow([
      ReportCell(DisplayText.visible(name)), .count(count), .share(count, of: profile.rows),
      .number(share, NumberText.percent), .number(ratio) { NumberText.fixed($0, 2) },
      .number(share.map { $0 * all }) { NumberText.fixed($0, 1) },
    ])
  }
}
