import Auditing
import Criteria
import Datasets

/// The bias audit that New York City's Local Law 144 asks for: rates and impact ratios by sex, by
/// race and ethnicity, and by both. The law sets no limit on a ratio, and the report draws none.
public struct LocalLaw144Report {
  public struct Options: Sendable {
    /// Category names that mean that the category is not known.
    public var unknown: Set<String>
    /// Categories below this share of a table's people are left out of its ratios; 0 leaves none.
    public var excludeBelow: Double
    public var confidence: Double

    public init(
      unknown: Set<String> = UnknownGroups.usualNames, excludeBelow: Double = 0,
      confidence: Double = AuditOptions.defaultConfidence
    ) {
      precondition(excludeBelow >= 0 && excludeBelow <= LocalLaw144.smallCategory)
      self.unknown = unknown
      self.excludeBelow = excludeBelow
      self.confidence = confidence
    }
  }

  let counts: LocalLaw144Counts
  let options: Options
  let context: ReportContext

  public init(_ counts: LocalLaw144Counts, options: Options, context: ReportContext) {
    precondition(counts.selection != nil || counts.scoring != nil, "selections or scores")
    self.counts = counts
    self.options = options
    self.context = context
  }

  /// One attribute a table, then all of them together.
  private func tables(_ counts: OutcomeCounts) -> [KnownCategories] {
    var choices = counts.attributes.indices.map { [$0] }
    if counts.attributes.count > 1 { choices.append(Array(counts.attributes.indices)) }
    return choices.map { KnownCategories(counts, of: $0, unknown: options.unknown) }
  }

  public func document() -> ReportDocument {
    let any = counts.selection ?? counts.scoring!.counts
    var sections = [summary(any), data(any)]
    if let selection = counts.selection {
      sections.append(
        ReportSection(
          "selection", "Selection rates and impact ratios",
          tables(selection).enumerated().flatMap { blocks($1, "selection-\($0)", isScoring: false) }
        ))
    }
    if let scoring = counts.scoring {
      var blocks: [ReportBlock] = [.text(medianText(scoring))]
      for (index, table) in tables(scoring.counts).enumerated() {
        blocks += self.blocks(table, "scoring-\(index)", isScoring: true)
      }
      sections.append(ReportSection("scoring", "Scoring rates and impact ratios", blocks))
    }
    sections += [
      LocalLaw144.section(), AuditReport.signatures(context.notes),
      AuditReport.reproduction(context),
    ]
    return ReportDocument(
      kind: "ll144", title: context.title ?? "Bias audit of \(context.subject)",
      subtitle: context.subtitle, positives: context.positives, facts: facts(any),
      sections: sections)
  }

  /// The people, then the lowest impact ratio of each table.
  private func facts(_ counts: OutcomeCounts) -> [ReportFact] {
    [ReportFact("People", NumberText.count(counts.rows), context.source)]
      + tables(counts).compactMap { categories in
        let table = selectionTable(categories)
        guard let lowest = table.ranked.last, table.ranked.count > 1 else { return nil }
        return ReportFact(
          "Lowest impact ratio", NumberText.ratio(lowest.ratio),
          "\(DisplayText.name(table.attribute)): \(DisplayText.name(lowest.row.name))")
      }
  }

  private func summary(_ counts: OutcomeCounts) -> ReportSection {
    var sentences = (self.counts.selection.map(tables) ?? []).map { ratios($0, "selection rates") }
    sentences += (self.counts.scoring.map { tables($0.counts) } ?? []).map {
      ratios($0, "scoring rates")
    }
    sentences += tables(counts).map { table in
      "\(DisplayText.name(table.attribute)): \(NumberText.count(table.rows)) people in "
        + "\(table.names.count) categories; \(NumberText.count(table.unknown)) in an unknown "
        + "category and not in the table."
    }
    if counts.attributes.count < 2 {
      sentences.append(
        "The law asks for sex, for race and ethnicity, and for their intersection; only "
          + "\(DisplayText.name(counts.attributes[0])) was given.")
    }
    return ReportSection(
      "summary", "Summary",
      draftNote(counts) + [
        .list(sentences),
        .text(
          "This document gives the numbers of a bias audit under New York City Local Law 144 for "
            + "\(context.subject)\(context.selectedText). The law sets no limit on an impact ratio; none "
            + "is drawn here."),
      ])
  }

  /// A sentence names at most this many categories: the highest and the lowest.
  private static let mostNamed = 8

  /// The impact ratios of a table in one sentence, the highest first.
  private func ratios(_ categories: KnownCategories, _ rates: String) -> String {
    let table = selectionTable(categories), ranked = table.ranked
    let head = "\(DisplayText.name(table.attribute)), impact ratios of the \(rates): "
    guard ranked.count > 1 else {
      return head + "none (\(table.absence ?? "the highest rate is 0"))."
    }
    let between = max(0, ranked.count - Self.mostNamed)
    let named = ranked.prefix(1) + ranked.dropFirst(1 + between)
    var texts = named.map { entry in
      "\(DisplayText.name(entry.row.name)) \(NumberText.ratio(entry.ratio))"
    }
    if between > 0 { texts.insert("\(between) between", at: 1) }
    return head + texts.joined(separator: ", ") + "."
  }

  /// What is missing before the document can be published.
  private func draftNote(_ counts: OutcomeCounts) -> [ReportBlock] {
    let missing = data(counts).blocks.flatMap { block -> [String] in
      guard case .definitions(let items) = block else { return [] }
      return items.filter { $0.text == OwnerNotes.notStated }.map(\.term)
    }
    guard !missing.isEmpty else { return [] }
    return [
      .note(
        "Draft: required fields are not stated (\(missing.joined(separator: ", "))). The option notes "
          + "gives them.")
    ]
  }

  private func data(_ counts: OutcomeCounts) -> ReportSection {
    let notes = context.notes
    return ReportSection(
      "data", "Data, dates and people",
      [
        .definitions([
          notes.definition("Tool", "system.name"),
          notes.definition("First distributed", "ll144.distribution_date"),
          notes.definition("Auditor", "ll144.auditor"),
          ReportDefinition(
            "Date of the audit",
            notes.text("ll144.audit_date") ?? context.date
              ?? OwnerNotes.notStated),
          notes.definition("Source of the data", "data.source"),
          notes.definition("Historical or test data", "ll144.data"),
          notes.definition("How categories were obtained", "data.attributes"),
          ReportDefinition(
            "Unknown categories",
            options.unknown.sorted().map { "“\(DisplayText.name($0))”" }.joined(separator: ", ")),
          ReportDefinition(
            "Left out of the ratios",
            options.excludeBelow > 0
              ? "categories below \(NumberText.percent(options.excludeBelow)) of a table's people"
              : "none"),
        ])
      ])
  }

  private func medianText(_ scoring: LocalLaw144Counts.Scoring) -> String {
    "The median of all \(NumberText.count(scoring.counts.rows)) scores is "
      + "\(NumberText.plain(scoring.median)). A scoring rate is the share of a category strictly "
      + "above it; \(NumberText.count(scoring.tied)) people at the median are not above it. Many "
      + "ties move every rate; read the mean scores beside them."
  }

  private func selectionTable(_ table: KnownCategories) -> SelectionTable {
    SelectionTable(
      attribute: table.attribute,
      rows: table.names.indices.map { g in
        SelectionTable.Row(
          name: table.names[g], rows: table.tallies[g].rowCount,
          selected: table.tallies[g].rowCount(of: .selected),
          isExcluded: Double(table.tallies[g].rowCount)
            < options.excludeBelow * Double(table.rows))
      })
  }

  private func blocks(
    _ categories: KnownCategories, _ id: String, isScoring: Bool
  ) -> [ReportBlock] {
    let table = selectionTable(categories)
    let rows = table.rows.enumerated().map { g, row in
      ReportRow(cells(row, table) + (isScoring ? scores(g, categories, table) : []))
    }
    var notes = [
      "Impact ratio: the rate over the highest rate of this table"
        + (table.reference.map { ", that of \(DisplayText.name($0.name))" } ?? "")
        + ". Percentages and ratios are rounded, not cut. "
        + "\(NumberText.count(categories.unknown)) people in an unknown category are not in the "
        + "table."
    ]
    let excluded = table.rows.filter(\.isExcluded)
    if !excluded.isEmpty {
      notes.append(
        "Left out of the ratios as below \(NumberText.percent(options.excludeBelow)): "
          + excluded.map { DisplayText.name($0.name) }.joined(separator: ", ") + ". Justification: "
          + context.notes.stated("ll144.justification"))
    }
    let rate = isScoring ? "Scoring rate" : "Selection rate"
    var columns: [ReportColumn] = [
      .text("Category"), .number(isScoring ? "Scored" : "Applicants"), .number("Share"),
      .number(isScoring ? "Above the median" : "Selected"), .number(rate), .number("Impact ratio"),
    ]
    if isScoring { columns += [.number("Mean score"), .number("Difference in deviations")] }
    let attribute = DisplayText.visible(categories.attribute)
    return [
      .heading("\(rate) by \(DisplayText.name(categories.attribute))"),
      .table(
        ReportTable(
          id, caption: "\(rate) and impact ratio by \(attribute)", columns: columns, rows: rows,
          notes: notes)),
    ]
  }

  private func cells(_ row: SelectionTable.Row, _ table: SelectionTable) -> [ReportCell] {
    var share = ReportCell.share(row.rows, of: table.total)
    if Double(row.rows) < LocalLaw144.smallCategory * Double(table.total) {
      share.text += " (below 2%)"
    }
    return [
      ReportCell(DisplayText.visible(row.name)), .count(row.rows), share, .count(row.selected),
      table.rateCell(row, confidence: options.confidence),
      table.ratioCell(row, confidence: options.confidence),
    ]
  }

  /// The mean score, and how many pooled deviations it lies from the reference's.
  private func scores(
    _ g: Int, _ categories: KnownCategories, _ table: SelectionTable
  ) -> [ReportCell] {
    func moments(_ tally: Tally) -> (n: Double, mean: Double, squares: Double)? {
      guard let scores = tally.scores, tally.rowCount > 0 else { return nil }
      let n = Double(tally.rowCount), sum = scores.sums.sum()
      return (n, sum / n, max(0, scores.squares.sum() - sum * sum / n))
    }
    guard let own = moments(categories.tallies[g]) else {
      return [ReportCell("–"), ReportCell("–")]
    }
    let mean = ReportCell(NumberText.fixed(own.mean, 3), value: own.mean)
    guard let name = table.reference?.name, name != table.rows[g].name,
      let place = categories.names.firstIndex(of: name),
      let best = moments(categories.tallies[place]), own.n + best.n > 2
    else { return [mean, ReportCell("–")] }
    let pooled = ((own.squares + best.squares) / (own.n + best.n - 2)).squareRoot()
    guard pooled > 0 else { return [mean, ReportCell("–")] }
    return [mean, .number((own.mean - best.mean) / pooled) { NumberText.signed($0, 2) }]
  }
}
