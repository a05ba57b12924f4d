import Mitigation
import Reports

/// What each variant decides about each group: thresholds side by side.
public struct PipelineThresholds {
  /// The variants that decide by a rule of thresholds, with what it says of each group.
  public let variants: [(name: String, decisions: [GroupDecision])]
  /// Every group that some rule has, in the order of the variants.
  public let groups: [String]

  public init(_ comparison: PipelineComparison) {
    variants = comparison.outcomes.compactMap { outcome in
      outcome.model.groupDecisions.map { (outcome.plan.name, $0) }
    }
    var seen = Set<String>()
    groups = variants.flatMap { $0.decisions.map(\.group) }.filter { seen.insert($0).inserted }
  }

  /// A row of texts for each group: its name, then what each variant decides; `–` where a rule does not
  /// have the group.
  public var rows: [[String]] {
    groups.map { group in
      [group]
        + variants.map { variant in
          variant.decisions.first { $0.group == group }.map(Self.text) ?? "–"
        }
    }
  }

  /// `0.4512`, or where a lot decides `0.41: 30.0%, 0.52: 100.0%`.
  static func text(_ decision: GroupDecision) -> String {
    if decision.steps.count == 1, let step = decision.steps.first, step.share == 1 {
      return text(step.from)
    }
    guard !decision.steps.isEmpty else { return text(.nobody) }
    return decision.steps.map { "\(text($0.from)): \(NumberText.percent($0.share))" }
      .joined(separator: ", ")
  }

  private static func text(_ threshold: ScoreThreshold) -> String {
    switch threshold.cut {
    case nil: "nobody"
    case .some(-.infinity): "everybody"
    case .some(let cut): NumberText.fixed(cut, 4)
    }
  }

  /// Whether some decisions are drawn by lot.
  public var draws: Bool { variants.contains { $0.decisions.contains(where: \.draws) } }

  /// What the cells mean.
  public var notes: [String] {
    let drawn =
      "“0.41: 30.0%” says that of the scores from 0.41 to the next number 30.0% are selected: a lot "
      + "decides. “everybody” stands for every score."
    return [
      "A score of at least the threshold is positive. Variants that are not listed decide all rows by "
        + "one threshold of the score, or by a rule of another kind."
    ] + (draws ? [drawn] : [])
  }

  /// nil where no variant has a rule of thresholds.
  var section: ReportSection? {
    guard !variants.isEmpty else { return nil }
    return ReportSection(
      "thresholds", "Thresholds",
      [
        .table(
          ReportTable(
            "thresholds-table", caption: "The threshold of each group in each variant",
            columns: [.text("Group")] + variants.map { .text(DisplayText.name($0.name)) },
            rows: rows.map { row in ReportRow(row.map { ReportCell(DisplayText.visible($0)) }) },
            notes: notes))
      ])
  }
}
