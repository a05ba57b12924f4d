import Auditing
import Criteria

/// How sure, what was decided and tried, what is missing, and how to do it again.
extension AuditReport {
  var inference: ReportSection {
    let methods = Set(result.groups.flatMap { $0.metrics.values.compactMap(\.interval) }).sorted()
    let gaps = Set(result.disparities.compactMap(\.interval)).sorted()
    let tests = Set(result.disparities.compactMap(\.test)).sorted()
    let families = [
      (Disparity.Method.betweenGroups, "between groups"), (.toOverall, "each group with all rows"),
      (.toReference, "each group with the reference"),
    ].compactMap { family, name -> String? in
      let count = result.comparisons(family)
      return count > 0 ? "\(name): \(NumberText.count(count))" : nil
    }
    return ReportSection(
      "inference", "Inference",
      [
        .definitions([
          ReportDefinition("Level of intervals", confidenceText),
          ReportDefinition("Intervals of values", Self.named(methods)),
          ReportDefinition("Intervals of gaps", Self.named(gaps)),
          ReportDefinition("Tests", Self.named(tests)),
          ReportDefinition(
            "Hypotheses",
            families.joined(separator: "; ") + ". Each of these families is adjusted by Holm's "
              + "method: if nothing differs, the chance of any false finding in it is at most that "
              + "of a single test. Of two groups the three ways of comparing are one hypothesis."),
        ]),
        .text(
          "A gap over more than two groups has an interval from all pairs at once: "
            + "the largest of several gaps is large by chance, and a plain interval of it would "
            + "never reach 0. A Wilson interval has its stated coverage on average over "
            + "proportions; at some proportions it covers less often."),
        .text(
          "An interval without 0 may stand beside an adjusted p of 0.3: the interval answers one "
            + "question, the adjusted p guards against a false finding among all questions of its "
            + "family."),
      ])
  }

  private static func named(_ names: [String]) -> String {
    names.isEmpty ? "none" : names.map { words($0) }.joined(separator: ", ")
  }

  var splits: ReportSection {
    ReportSection(
      "splits", "Training, validation and test rows",
      [
        .text(
          "This audit is of one set of rows, \(DisplayText.name(context.source)). "
            + "“equipoise train” and “compare” print training and test rows side by side; numbers that "
            + "are much better on the training rows are a sign of overfitting.")
      ])
  }

  var robustness: ReportSection {
    ReportSection(
      "robustness", "Robustness", [context.notes.block("Robustness", "robustness")])
  }

  var individuals: ReportSection {
    let names = result.indices.keys.sorted()
    guard !names.isEmpty else {
      return ReportSection(
        "individuals", "Individuals and single numbers",
        [.text("No index can be computed from these columns.")])
    }
    let rows = names.map { name -> ReportRow in
      let estimate = result.indices[name]!
      let about = Indices.all.first { $0.name == name }?.summary ?? ""
      var cell = ReportCell.number(estimate.value) { NumberText.fixed($0, 4) }
      if estimate.value == nil {
        cell = ReportCell("not estimable")
        cell.status = .notEstimable
        cell.reason = estimate.reason
      }
      cell.low = estimate.low
      cell.high = estimate.high
      cell.range = Self.rangeText(estimate.low, estimate.high) { NumberText.fixed($0, 4) }
      return ReportRow([ReportCell(DisplayText.metric(name)), cell, ReportCell(about)])
    }
    return ReportSection(
      "individuals", "Individuals and single numbers",
      [
        .table(
          ReportTable(
            "indices", caption: "Indices over all rows",
            columns: [.text("Index"), .number("Value"), .text("Definition")], rows: rows))
      ])
  }

  /// A number that cannot be estimated, in the words of a table.
  typealias Absence = (group: String, attribute: String, metric: String, reason: String)

  /// Whatever a table of this report calls not estimable: metrics of groups, then indices of all rows.
  var absences: [Absence] {
    func absent(_ values: [String: Estimate], _ group: String, _ attribute: String) -> [Absence] {
      values.keys.sorted().compactMap { name in
        guard let estimate = values[name], estimate.status == .notEstimable else { return nil }
        return (group, attribute, DisplayText.metric(name), estimate.reason ?? "")
      }
    }
    let ofGroups = result.groups.flatMap { group in
      absent(
        group.metrics, DisplayText.visible(group.value), DisplayText.visible(group.attribute))
    }
    return ofGroups + absent(result.indices, "All", "–")
  }

  /// Numbers that cannot be estimated are listed up to this many.
  private static let mostAbsent = 500

  var limits: ReportSection {
    var blocks: [ReportBlock] = []
    let stated = context.notes.list("limitations")
    if !stated.isEmpty { blocks.append(.list(stated)) }
    var rows = absences.map { absent in
      ReportRow(
        [absent.group, absent.attribute, absent.metric, absent.reason].map { ReportCell($0) })
    }
    let all = rows.count
    rows = Array(rows.prefix(Self.mostAbsent))
    if rows.isEmpty {
      blocks.append(
        .text("Every metric can be estimated in every group, and every index over all rows."))
    } else {
      blocks.append(
        .table(
          ReportTable(
            "absent", caption: "What cannot be estimated, and why",
            columns: [.text("Group"), .text("Attribute"), .text("Metric"), .text("Reason")],
            rows: rows,
            notes: all > rows.count
              ? ["The first \(rows.count) of \(NumberText.count(all)); the audit's JSON has all."]
              : [])))
    }
    return ReportSection("limits", "Limitations and what cannot be estimated", blocks)
  }

  var monitoring: ReportSection {
    let title = "Monitoring plan"
    return ReportSection("monitoring", title, [context.notes.block(title, "monitoring.plan")])
  }

  var signatures: ReportSection { Self.signatures(context.notes) }

  static func signatures(_ notes: OwnerNotes) -> ReportSection {
    var terms: [ReportDefinition] = []
    var blanks: [String] = []
    for (label, key) in [
      ("Prepared by", "signoff.preparer"), ("Reviewed independently by", "signoff.reviewer"),
      ("Date", "signoff.date"),
    ] {
      if let text = notes.text(key) {
        terms.append(ReportDefinition(label, text))
      } else {
        blanks.append(label)
      }
    }
    var blocks: [ReportBlock] = []
    if !terms.isEmpty { blocks.append(.definitions(terms)) }
    if !blanks.isEmpty { blocks.append(.blanks(blanks)) }
    return ReportSection("signatures", "Signatures", blocks)
  }

  var reproduction: ReportSection { Self.reproduction(context) }

  public static func reproduction(_ context: ReportContext) -> ReportSection {
    var blocks: [ReportBlock] = []
    if let command = context.command {
      blocks.append(.text("The same program and the same files give the same bytes again with:"))
      blocks.append(.code(command))
    }
    blocks.append(
      .definitions(
        [ReportDefinition("Program", "equipoise \(context.version)")]
          + context.digests.map { ReportDefinition("SHA-256 of \($0.name)", $0.value) }))
    return ReportSection("reproduction", "Reproduction", blocks)
  }
}
