import Auditing
import Criteria

/// What is said in words of several runs: each run has its line.
extension RunsReport {
  /// Runs that the summary tells of.
  private static let mostSentences = 10

  var summary: ReportSection {
    let ordered =
      runs.runs.filter { runs.standing($0)?.isUnbeaten == true }
      + runs.runs.filter { runs.standing($0)?.isUnbeaten != true }
    var sentences = ordered.prefix(Self.mostSentences).map { "\(sentence($0))." }
    if ordered.count > sentences.count {
      sentences.append(
        "And \(NumberText.count(ordered.count - sentences.count)) more, in the table.")
    }
    let caution: [ReportBlock] = context.caution.map { [.note($0)] } ?? []
    return ReportSection(
      "summary", "Summary",
      [
        .text(
          "\(NumberText.counted(runs.runs.count, "run")) on one split of "
            + "\(DisplayText.name(context.source)), measured on the \(part)."
            + (runs.compares
              ? " First those that no other run beats on both accuracy and parity:" : "")),
        .list(sentences),
      ] + (runs.compares ? [.text(Self.choosing)] : []) + caution)
  }

  private static let choosing =
    "Differences between runs that are small beside the sampling error of the test rows are no "
    + "reason to prefer one. Choosing the best of many runs on the test rows makes its numbers look "
    + "better than they will be."

  /// How accurate and how alike a run is, who is behind in it, and how it stands among the others.
  private func sentence(_ run: FitRecord) -> String {
    let remark: String? =
      switch runs.standing(run) {
      case .notToldApart(let other)?:
        runs.runs.first { name($0) == other || ($0.label ?? $0.method) == other }
          .map { apart(run, $0) }
      case .beaten?: beaten(run)
      case .alikeForAll?: "the same decision for all"
      case .unbeaten?: "no other run beats it on both"
      case nil: nil
      }
    return "\(DisplayText.name(name(run))): \(numbers(run))" + (remark.map { "; \($0)" } ?? "")
  }

  /// By which run another is beaten.
  private func beaten(_ run: FitRecord) -> String {
    guard let own = ParetoPoint(run, disparity) else { return "one of the numbers is missing" }
    let better = runs.runs.first { other in
      runs.standing(other)?.isUnbeaten == true
        && ParetoPoint(other, disparity)?.beats(own) == true
    }
    return better.map { "\(DisplayText.name(name($0))) is at least as good on both" }
      ?? "another run is at least as good on both"
  }

  /// In which measures the data tell two runs apart and in which they do not: those that are compared,
  /// then the others of the table.
  private func apart(_ run: FitRecord, _ other: FitRecord) -> String {
    var same: [String] = [], different: [String] = []
    for (title, measure) in measuresInWords {
      guard let own = Measured(run, measure), let its = Measured(other, measure) else { continue }
      if own.isSurelyAbove(its) || its.isSurelyAbove(own) {
        different.append("\(title) (\(text(own, measure)) against \(text(its, measure)))")
      } else {
        same.append(title)
      }
    }
    let name = DisplayText.name(self.name(other))
    let untold =
      different.isEmpty && same.count > 2
      ? "in accuracy and in each gap of the table" : "in \(AuditReport.joined(same))"
    let first = same.isEmpty ? nil : "\(untold) the data do not tell it apart from \(name)"
    let second = different.isEmpty ? nil : "in \(AuditReport.joined(different))"
    switch (first, second) {
    case (let first?, let second?): return "\(first), \(second) they do"
    case (let first?, nil): return first
    case (nil, let second?): return "\(second) the data tell it apart from \(name)"
    case (nil, nil): return "no number of it can be held against \(name)"
    }
  }

  private typealias Measured = ParetoPoint.Measured

  private func text(_ measured: Measured, _ measure: MeasureName) -> String {
    measure.kind == nil
      ? NumberText.percent(measured.value) : NumberText.ratio(measured.value)
  }

  /// Accuracy and the gap that runs are compared by, then the other gaps of the table; a ratio says the
  /// same as its difference.
  private var measuresInWords: [(title: String, measure: MeasureName)] {
    let others = Self.usualColumns.filter {
      $0.metric.kind == .difference && $0.metric != disparity
    }
    return [("accuracy", .accuracy), (Self.inSentence(disparityName), disparity)]
      + others.map { (Self.inSentence($0.title), $0.metric) }
  }
}
