import Models

extension RunsReport {
  /// By which rule each run selects people, side by side; nil where all cut scores at one threshold.
  package var decisionsTable: ReportTable? {
    let reviews = runs.runs.map(\.decisions)
    guard reviews.contains(where: { $0?.isPlain == false }) else { return nil }
    func persons(_ value: Double?) -> ReportCell { .number(value, NumberText.weight) }
    return ReportTable(
      "decisions-table" + suffix,
      caption: caption("By which rule people are selected, on the \(part)"),
      columns: [
        .text("Run"), .text("Selected " + DecisionReview.condition(runs.ruleScale)),
        .number("Drawn by lot"), .number("Selected before"), .number("Selected"),
        .number("Gained"), .number("Lost"),
      ],
      rows: runs.runs.map { run in
        guard let review = run.decisions else {
          return ReportRow(
            [ReportCell(DisplayText.visible(name(run)))]
              + Array(repeating: ReportCell("–"), count: 6))
        }
        return ReportRow([
          ReportCell(DisplayText.visible(name(run))),
          ReportCell(DisplayText.visible(review.ruleText)),
          .share(review.all.drawn, of: review.all.rows), persons(review.all.before),
          persons(review.all.selected), persons(review.all.gained), persons(review.all.lost),
        ])
      },
      notes: [
        "Before: the base scores of the run at a threshold of 0.5. Gained: selected now and not "
          + "before; lost: the other way round. Of decisions drawn by lot the counts are "
          + "expectations."
      ])
  }
}

extension RunsDocument {
  /// What the rules of all runs cut; nil where some cut one thing and some another.
  public var ruleScale: DecisionReview.Scale? {
    let scales = Set(runs.compactMap(\.decisions?.scale))
    return scales.count == 1 ? scales.first : nil
  }
}

extension DecisionReview {
  /// Its sentences, with names of groups that harm no page.
  public var shownSentences: [String] { sentences.map { DisplayText.visible($0) } }

  /// Groups that are named in a line.
  private static var mostNamed: Int { 8 }

  /// `Female ≥ 0.31; Male ≥ 0.5`.
  public var ruleText: String {
    if let rule = all.rule { return rule }
    let named = groups.prefix(Self.mostNamed).map {
      "\($0.value ?? "") \($0.rule ?? "by the pooled rule")"
    }
    let rest = groups.count - named.count
    return named.joined(separator: "; ")
      + (rest > 0 ? "; and \(NumberText.counted(rest, "group")) more" : "")
  }
}
