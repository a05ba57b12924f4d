import Auditing
import Criteria
import Datasets
import Essentials

/// Selection rates by the Uniform Guidelines: practical and statistical significance side by side,
/// and no verdict.
///
/// Selected fewer than at a rate: n·(p_ref − p), in persons. One person changes the side where the
/// ratio would cross four fifths were one more person of the group selected in the place of one of the
/// reference group.
public struct FourFifthsReport {
  /// Over the groups alone.
  let counts: OutcomeCounts
  /// Within each job, period or place, over the same groups; empty without strata.
  let strata: [OutcomeCounts]
  let strataNames: [String]
  let intersections: Int
  let confidence: Double
  let unknown: UnknownGroups
  let context: ReportContext

  /// - Parameters:
  ///   - strata: attributes of the counts within whose groups selections were made, such as jobs or
  ///     years; the others are compared.
  ///   - unknown: whether people of unknown groups are a group. Where they are none they are in no
  ///     table.
  public init(
    _ counts: OutcomeCounts, strata: [String] = [], intersections: Int, confidence: Double,
    unknown: UnknownGroups = .exclude, context: ReportContext
  ) {
    let places = counts.attributes.indices.filter { strata.contains(counts.attributes[$0]) }
    let others = counts.attributes.indices.filter { !places.contains($0) }
    precondition(!others.isEmpty, "every attribute is a stratum: none is left to compare")
    self.counts = counts.projected(to: Array(others))
    self.strata = places.isEmpty ? [] : counts.strata(of: Array(places)).map(\.counts)
    strataNames = places.map { counts.attributes[$0] }
    self.intersections = intersections
    self.confidence = confidence
    self.unknown = unknown
    self.context = context
  }

  public func document() -> ReportDocument {
    let named: Set<String> = unknown.compares ? [] : UnknownGroups.usualNames
    let known = ReportGroups.all(of: counts, upTo: intersections).map {
      $0.without(named, in: counts)
    }
    let groups = known.map(\.groups)
    let tables = known.map { table($0.groups, unknown: $0.rows) }
    var results: [ReportBlock] = []
    for (index, table) in tables.enumerated() {
      results.append(.heading("By \(DisplayText.name(table.attribute))"))
      results.append(.figures([figure(table, id: "rates-\(index)")]))
      results.append(.table(practical(table, id: "practical-\(index)")))
      results.append(.table(statistical(table, id: "statistical-\(index)")))
      if !strata.isEmpty {
        let across = StrataComparison(strata: strata, names: strataNames, confidence: confidence)
        results.append(.table(across.table(table, groups[index], id: "strata-\(index)")))
      }
    }
    return ReportDocument(
      kind: "four-fifths", title: context.title ?? "Selection rates of \(context.subject)",
      subtitle: context.subtitle, positives: context.positives,
      facts: [
        ReportFact("Rows", NumberText.count(counts.rows), context.source),
        ReportFact(
          "Selected", NumberText.count(counts.overall.rowCount(of: .selected)),
          ReportCell.share(counts.overall.rowCount(of: .selected), of: counts.rows).text),
      ],
      sections: [
        summary(tables), ReportSection("results", "Results", results), UniformGuidelines.section(),
        AuditReport.signatures(context.notes), AuditReport.reproduction(context),
      ])
  }

  private func table(_ group: ReportGroups, unknown: Int) -> SelectionTable {
    let all = group.tallies.reduce(0) { $0 + $1.rowCount }
    return SelectionTable(
      attribute: group.attribute, unknown: unknown,
      rows: group.names.indices.map { g in
        let rows = group.tallies[g].rowCount
        return SelectionTable.Row(
          name: group.names[g], rows: rows,
          selected: group.tallies[g].rowCount(of: .selected),
          isExcluded: Double(rows) < UniformGuidelines.smallGroup * Double(all))
      })
  }

  /// What is said of people whose group nobody knows; nothing where there are none.
  private static func unknownText(_ table: SelectionTable) -> String? {
    guard table.unknown > 0 else { return nil }
    let (people, verb) = table.unknown == 1 ? ("person", "is") : ("people", "are")
    return "\(NumberText.count(table.unknown)) \(people) of unknown "
      + "\(DisplayText.name(table.attribute)) \(verb) compared with nobody and in no table"
  }

  private func summary(_ tables: [SelectionTable]) -> ReportSection {
    let sentences = tables.compactMap { table -> String? in
      guard let found = Self.finding(table) else { return nil }
      let unknown = Self.unknownText(table).map { " \($0)." } ?? ""
      return "\(DisplayText.name(table.attribute)): \(found).\(unknown)"
    }
    return ReportSection(
      "summary", "Summary",
      [
        .text(
          "Selection rates of \(context.subject) in \(NumberText.count(counts.rows)) rows"
            + "\(context.selectedText). The "
            + "four-fifths rule is a rule of thumb: lying below or above it is neither a finding "
            + "nor an acquittal, and the tables give what else the Guidelines look at."),
        .list(sentences),
      ])
  }

  /// Groups that a sentence names; the tables have all.
  private static let mostNamed = 5

  private static func listed(_ names: [String]) -> String {
    guard names.count > mostNamed else { return names.joined(separator: ", ") }
    return names.prefix(mostNamed).joined(separator: ", ")
      + " and \(NumberText.count(names.count - mostNamed)) more"
  }

  /// The highest rate of a table, and which groups lie below four fifths of it.
  private static func finding(_ table: SelectionTable) -> String? {
    guard let best = table.reference, let rate = best.rate else { return table.absence }
    let left = table.rows.filter(\.isExcluded).map { DisplayText.name($0.name) }
    let among =
      left.isEmpty
      ? ""
      : ", without \(listed(left)) (below "
        + "\(NumberText.plain(100 * UniformGuidelines.smallGroup))% of the rows),"
    let head =
      "the highest rate\(among) is \(NumberText.percent(rate)) of "
      + "\(DisplayText.name(best.name)) "
      + "(\(NumberText.count(best.selected)) of \(NumberText.count(best.rows)))"
    let below = table.rows.filter {
      table.impactRatio($0).map { $0 < UniformGuidelines.fourFifths } ?? false
    }
    guard !below.isEmpty else { return head + "; no group lies below four fifths of it" }
    // Where not all are named, the lowest are.
    let named =
      below.count > mostNamed
      ? below.sorted { table.impactRatio($0)! < table.impactRatio($1)! } : below
    let names = named.map { row in
      "\(DisplayText.name(row.name)) (ratio \(NumberText.ratio(table.impactRatio(row)!)))"
    }
    return head + "; below four fifths of it: " + listed(names)
  }

  private func figure(_ table: SelectionTable, id: String) -> ReportFigure {
    let lines = table.rows.prefix(24).map { row in
      let cell = table.rateCell(row, confidence: confidence)
      return IntervalPlot.Line(
        name: row.name, value: cell.value, low: cell.low, high: cell.high,
        text: cell.text + (cell.range.map { " \($0)" } ?? ""), isLow: row.isExcluded)
    }
    return IntervalPlot(
      id: id, title: "Selection rate by \(DisplayText.visible(table.attribute))",
      description: "Points are rates, bars their intervals, the dashed line four fifths of the "
        + "highest rate. An open point is a group of less than 2% of the rows.",
      lines: lines, rule: table.reference?.rate.map { $0 * UniformGuidelines.fourFifths },
      ruleName: "4/5 of the highest", bounds: 0...1,
      start: 0, tick: AuditReport.percentTick
    ).figure()
  }

  private func practical(_ table: SelectionTable, id: String) -> ReportTable {
    let pooled = table.total > 0 ? Proportion(table.totalSelected, of: table.total) : nil
    return ReportTable(
      id, caption: "Practical significance by \(DisplayText.visible(table.attribute))",
      columns: [
        .text("Group"), .number("Rows"), .number("Share of rows"), .number("Selected"),
        .number("Selection rate"), .number("Impact ratio"), .text("Below four fifths"),
        .number("Selected fewer than at the highest rate"),
        .number("Selected fewer than at the rate of all"),
        .text("One person more or less changes the side"),
      ],
      rows: table.rows.map { row in
        let share = ReportCell.share(row.rows, of: table.total)
        return ReportRow([
          ReportCell(DisplayText.visible(row.name)), .count(row.rows), share,
          .count(row.selected), table.rateCell(row, confidence: confidence),
          table.ratioCell(row, confidence: confidence), ReportCell(Self.flag(row, table)),
          fewer(
            row, table, than: row.isExcluded ? nil : table.reference.flatMap(table.proportion)),
          fewer(row, table, than: pooled), ReportCell(Self.flips(row, table)),
        ])
      },
      notes: practicalNotes(table))
  }

  private func practicalNotes(_ table: SelectionTable) -> [String] {
    let small =
      table.rows.contains(where: \.isExcluded)
      ? [
        "Groups of less than 2% of the rows are shown, are not compared, and are not the reference."
      ] : []
    return [
      "Selected fewer: so many more people of the group would have been selected at that rate; "
        + "“more” where the group's own rate is the higher one.",
      "One person: would the ratio cross four fifths were one more person of the group selected, and "
        + "one fewer of the group with the highest rate, or the other way round?",
    ] + small + (Self.unknownText(table).map { [$0 + "."] } ?? [])
  }

  private func fewer(
    _ row: SelectionTable.Row, _ table: SelectionTable, than reference: Proportion?
  ) -> ReportCell {
    guard let reference, let own = table.proportion(row) else { return ReportCell("–") }
    return .number(EffectSizes.shortfall(own, reference: reference)) { people in
      let text = NumberText.fixed(abs(people), 1)
      return people < 0 && text != NumberText.fixed(0, 1) ? text + " more" : text
    }
  }

  static func flag(_ row: SelectionTable.Row, _ table: SelectionTable) -> String {
    guard let ratio = table.impactRatio(row) else { return "–" }
    return ratio < UniformGuidelines.fourFifths ? "below" : "not below"
  }

  static func flips(_ row: SelectionTable.Row, _ table: SelectionTable) -> String {
    guard let best = table.reference, best.name != row.name, let ratio = table.impactRatio(row)
    else { return "–" }
    let isBelow = ratio < UniformGuidelines.fourFifths
    let move = isBelow ? 1 : -1
    let selected = row.selected + move, reference = best.selected - move
    guard (0...row.rows).contains(selected), (1...best.rows).contains(reference) else {
      return "no"
    }
    let moved =
      Double(selected) / Double(row.rows) / (Double(reference) / Double(best.rows))
    return (moved < UniformGuidelines.fourFifths) == isBelow ? "no" : "yes"
  }

  private func statistical(_ table: SelectionTable, id: String) -> ReportTable {
    let best = table.reference
    return ReportTable(
      id, caption: "Statistical significance by \(DisplayText.visible(table.attribute))",
      columns: [
        .text("Group"), .number("Difference"), .number("Standard deviations"), .number("z test p"),
        .number("Fisher p"), .number("Odds ratio"), .number("Detectable gap"),
        .text("Test to rely on"),
      ],
      rows: table.rows.filter { !$0.isExcluded && $0.name != best?.name && $0.rows > 0 }.map {
        statisticalRow($0, against: best, table)
      },
      notes: [
        "Each group against the group with the highest rate, in percentage points (pp). Standard "
          + "deviations: the difference "
          + "over its pooled deviation; courts have looked at more than two. Rely on Fisher's exact "
          + "test where fewer than 30 rows or an expected count below 5 stand behind a number. "
          + "Values of p are not adjusted for the number of groups, and the highest of several "
          + "rates is high by chance too.",
        "Detectable gap: the smallest shortfall of the rate that the z test finds four times in "
          + "five at these numbers; a dash where it finds none.",
      ])
  }

  private func statisticalRow(
    _ row: SelectionTable.Row, against best: SelectionTable.Row?, _ table: SelectionTable
  ) -> ReportRow {
    let name = ReportCell(DisplayText.visible(row.name))
    guard let best, let a = table.proportion(row), let b = table.proportion(best) else {
      return ReportRow([name] + Array(repeating: ReportCell("–"), count: 7))
    }
    let interval = ContrastIntervals.newcombe(a, b, confidence: confidence)
    let gap = AuditReport.pointsCell(a.rate - b.rate, interval.low, interval.high)
    let z = ProportionTests.standardDeviations(a, b)
    let fisher = ProportionTests.fisher(
      row.selected, of: row.rows, against: best.selected, of: best.rows)
    let drop = Power.minimumDetectable(
      from: b.rate, of: b.trials, group: a.trials, alpha: 1 - confidence
    ).drop
    return ReportRow([
      name, gap, .number(z) { NumberText.fixed($0, 2) },
      .number(z.map { erfc(abs($0) * 0.5.squareRoot()) }, NumberText.pValue),
      .number(fisher, NumberText.pValue), oddsRatio(row, best),
      .number(drop) { NumberText.fixed(100 * $0, 1) + " pp" },
      ReportCell(Self.isSmall(row, best) ? "Fisher's test" : "either test"),
    ])
  }

  static func isSmall(_ row: SelectionTable.Row, _ best: SelectionTable.Row) -> Bool {
    let pooled = Double(row.selected + best.selected) / Double(row.rows + best.rows)
    let expected = Double(min(row.rows, best.rows)) * min(pooled, 1 - pooled)
    return expected < ProportionTests.smallestExpected
      || min(row.rows, best.rows) < UniformGuidelines.smallSample
  }

  /// The odds ratio with Woolf's interval; absent when a count is 0.
  private func oddsRatio(
    _ row: SelectionTable.Row, _ best: SelectionTable.Row
  ) -> ReportCell {
    let cells = [
      row.selected, row.rows - row.selected, best.selected, best.rows - best.selected,
    ].map(Double.init)
    guard cells.allSatisfy({ $0 > 0 }),
      let value = EffectSizes.oddsRatio(
        Proportion(row.selected, of: row.rows), Proportion(best.selected, of: best.rows))
    else {
      return .absent("a count is 0")
    }
    let z = -SpecialFunctions.normalQuantile(0.5 * (1 - confidence))
    let half = z * cells.reduce(0) { $0 + 1 / $1 }.squareRoot()
    return .estimated(value, value * exp(-half), value * exp(half), NumberText.ratio)
  }
}
