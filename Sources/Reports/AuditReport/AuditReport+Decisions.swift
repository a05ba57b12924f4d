import Auditing
import Models

/// Part 8: by which rule people are selected, and what it changes.
extension AuditReport {
  /// Groups that the table shows.
  private static let mostGroups = 60

  /// Who is selected, in a few words that are true of the audited decisions.
  var decisionRuleText: String {
    guard let review = context.decisions else {
      return "a probability of at least \(NumberText.plain(counts.threshold)) is positive"
    }
    if review.dependsOnGroup { return "each group has a rule of its own" }
    guard let rule = review.all.rule else { return "by a rule of the model" }
    return rule.hasPrefix("≥") ? "a probability \(rule) is positive" : rule
  }

  private var thresholdTerm: ReportDefinition {
    if context.prediction != nil {
      return ReportDefinition("Decisions", "made elsewhere and read from a column: no threshold")
    }
    if context.model != nil { return ReportDefinition("Who is selected", decisionRuleText) }
    guard context.score != nil else { return ReportDefinition("Decisions", "none are audited") }
    return ReportDefinition("Threshold of the score", NumberText.plain(counts.threshold))
  }

  var decisions: ReportSection {
    var blocks: [ReportBlock] = [
      .definitions([
        thresholdTerm, context.notes.definition("Set by", "decisions.thresholds"),
      ])
    ]
    if let review = context.decisions {
      blocks += Self.blocks(of: review)
      if review.all.drawn > 0 {
        blocks.append(
          .text(
            (result.sentenceOfDraw ?? "Rates and gaps of this document are those of one draw.")
              + " Gates of pipelines, and tables that compare fits, have the mean over all draws."))
      }
    }
    blocks.append(
      .text(
        "No limit on a disparity is part of this report. Gates that stop a release are asked for "
          + "beside it and belong to whoever sets them."))
    return ReportSection("decisions", "Thresholds and decisions", blocks)
  }

  /// What decisions come to, in words and as a table; nothing of scores cut at one threshold.
  static func blocks(of review: DecisionReview) -> [ReportBlock] {
    guard !review.isPlain else { return [] }
    return [.list(review.shownSentences), .table(table(of: review))]
  }

  private static func leftOut(_ shown: Int, _ review: DecisionReview) -> String {
    "The first \(shown) of \(NumberText.count(review.groups.count)) groups; JSON has all."
  }

  static func table(of review: DecisionReview, id: String = "decision-rules") -> ReportTable {
    let shown = review.groups.prefix(mostGroups)
    let hasBefore = review.all.before != nil
    let hasLabels = review.all.gainedPositives != nil
    func persons(_ value: Double?) -> ReportCell { .number(value, NumberText.weight) }
    func row(_ name: String, _ group: DecisionReview.Group, isTotal: Bool) -> ReportRow {
      var cells = [
        ReportCell(name), ReportCell(group.rule ?? "by group"), .count(group.rows),
        .share(group.drawn, of: group.rows), persons(group.selected),
      ]
      if hasBefore { cells += [group.before, group.gained, group.lost].map(persons) }
      if hasLabels { cells += [group.gainedPositives, group.lostPositives].map(persons) }
      return ReportRow(cells, isTotal: isTotal)
    }
    var columns: [ReportColumn] = [
      .text("Group"), .text("Selected " + DecisionReview.condition(review.scale)),
      .number("Rows"), .number("Drawn by lot"), .number("Selected"),
    ]
    if hasBefore { columns += ["Selected before", "Gained", "Lost"].map { .number($0) } }
    if hasLabels {
      columns += ["Gained, label positive", "Lost, label positive"].map { .number($0) }
    }
    var notes = [
      "Drawn by lot: the share of the rows whose decision is drawn with a chance between 0 and 1."
    ]
    if hasBefore {
      notes.append(
        "Before: the base scores at a threshold of 0.5. Gained: selected now and not before; lost: "
          + "the other way round.")
    }
    if review.groups.count > shown.count { notes.append(leftOut(shown.count, review)) }
    return ReportTable(
      id, caption: "By which rule people are selected", columns: columns,
      rows: shown.map { group in
        row(
          "\(DisplayText.visible(group.attribute ?? "")): \(DisplayText.visible(group.value ?? ""))",
          group, isTotal: false)
      } + [row("All", review.all, isTotal: true)], notes: notes)
  }
}
