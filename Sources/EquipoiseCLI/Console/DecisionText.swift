import Equipoise

/// What is positive, on a terminal.
enum PositivesText {
  static func lines(_ positives: PositiveValues?) -> [String] {
    (positives?.sentences ?? []).map { DisplayText.visible($0.text(.commandLine)) }
  }
}

/// What decisions come to, on a terminal.
enum DecisionText {
  /// Groups that are shown.
  private static let mostGroups = 20

  /// Nothing where scores are cut at one threshold.
  static func lines(_ review: DecisionReview?) -> [String] {
    guard let review, !review.isPlain else { return [] }
    let hasBefore = review.all.before != nil
    func cells(_ name: String, _ group: DecisionReview.Group) -> [String] {
      let persons =
        [group.selected]
        + (hasBefore ? [group.before, group.gained, group.lost] : [])
        .map { $0 ?? 0 }
      return [
        name, group.rule ?? "by group", NumberText.count(group.rows), NumberText.count(group.drawn),
      ]
        + persons.map(DecisionReview.persons)
    }
    let shown = review.groups.prefix(mostGroups)
    let rows = shown.map { cells("\($0.attribute ?? "") \($0.value ?? "")", $0) }
    let table = Tables.text(
      ["group", "selected " + DecisionReview.condition(review.scale), "rows", "by lot", "selected"]
        + (hasBefore ? ["before", "gained", "lost"] : []),
      rows + [cells("all", review.all)], alignedRight: [2, 3, 4, 5, 6, 7])
    let rest = review.groups.count - shown.count
    return review.shownSentences.map { TextWrap.paragraph($0, indent: "  ") } + [table]
      + (rest > 0 ? ["and \(NumberText.counted(rest, "group")) more: '--format json' has all"] : [])
  }

  /// Of several runs, one line each.
  static func runs(_ document: RunsDocument, label: (FitRecord) -> String) -> [String] {
    guard document.runs.contains(where: { $0.decisions?.isPlain == false }) else { return [] }
    let rows = document.runs.compactMap { run -> [String]? in
      guard let review = run.decisions, !review.isPlain else { return nil }
      let share = Tables.number(100 * review.all.drawnShare, decimals: 1) + " %"
      let persons = [review.all.before, review.all.selected, review.all.gained, review.all.lost]
        .map { $0.map(DecisionReview.persons) ?? "–" }
      return [label(run), share] + persons + [review.ruleText]
    }
    return [
      TextWrap.paragraph(
        "Rules that are not one threshold of 0.5; gained and lost against that threshold:"),
      Tables.text(
        [
          "run", "by lot", "before", "selected", "gained", "lost",
          "selected " + DecisionReview.condition(document.ruleScale),
        ],
        rows, alignedRight: [1, 2, 3, 4, 5]),
    ]
  }
}
