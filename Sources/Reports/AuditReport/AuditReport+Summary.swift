import Auditing
import Criteria

extension AuditReport {
  /// Contrasts that the summary tells of.
  private static let mostContrasts = 5

  var facts: [ReportFact] {
    var facts = [
      ReportFact("Rows", NumberText.count(result.rows), context.source),
      ReportFact(
        "Groups", NumberText.count(comparedGroups),
        counts.attributes.map(DisplayText.name).joined(separator: ", ")),
    ]
    for metric in ["selection_rate", "base_rate", "accuracy_score", "roc_auc_score"] {
      guard let estimate = result.overall[metric], let value = estimate.value else { continue }
      let range = Self.rangeText(estimate.low, estimate.high) { Self.valueText(metric, $0) }
      facts.append(
        ReportFact(DisplayText.metric(metric), Self.valueText(metric, value), range ?? "all rows"))
    }
    return (headline.map { [$0] } ?? []) + facts
  }

  /// Groups of people: rows whose group nobody knows are none.
  private var comparedGroups: Int {
    groups.filter { !$0.isCross }.reduce(0) { sum, group in
      sum + group.names.count { !result.isUnknown($0, of: group.attribute) }
    }
  }

  /// The gap that matters most, first of all numbers.
  private var headline: ReportFact? {
    guard let worst = contrasts.first, let value = worst.value else { return nil }
    var detail =
      "\(DisplayText.metricInSentence(worst.metric)), \(DisplayText.name(worst.attribute))"
    if let low = worst.low, let high = worst.high {
      detail += ", [\(NumberText.fixed(100 * low, 1)), \(NumberText.fixed(100 * high, 1))]"
    }
    if result.restsOnFew(worst) { detail += ", low n" }
    if !isShown(worst) { detail += "; " + Self.notShown }
    let label = asked.contains(worst.metric) ? "Clearest gap asked for" : "Clearest gap"
    return ReportFact(label, NumberText.fixed(100 * value, 1) + " points", detail)
  }

  /// Gaps between groups: in the metrics that were asked for, then in the leading ones; of each the
  /// one of which the data show most comes first.
  var contrasts: [Disparity] {
    result.gaps(of: asked) + result.gaps(of: leadingMetrics.filter { !asked.contains($0) })
  }

  /// Metrics of groups that gates are about.
  private var asked: [String] {
    context.asked.filter { result.overall[$0]?.value != nil && isShown($0) }
  }

  private static let notShown = "not shown to differ"

  /// Whether the data show that the groups differ at all.
  private func isShown(_ gap: Disparity) -> Bool {
    result.shows(gap, confidence: options.confidence)
  }

  var summary: ReportSection { summary(reasons: "under “\(limits.title)”") }

  /// - Parameter reasons: where it is listed why numbers are not estimable.
  func summary(reasons: String) -> ReportSection {
    var blocks: [ReportBlock] = []
    if let purpose = context.notes.text("use.purpose") { blocks.append(.text(purpose)) }
    blocks.append(
      .text(
        "This report measures how alike the groups of "
          + "\(Self.joined(counts.attributes.map(DisplayText.name))) fare under "
          + "\(context.subject), in \(NumberText.count(result.rows)) rows of \(DisplayText.name(context.source)). "
          + "It measures and does not judge: it draws no line between acceptable and not."))
    if let review = context.decisions, !review.isPlain {
      let sentences = review.shownSentences + [result.sentenceOfDraw].compactMap(\.self)
      blocks.append(.text(sentences.joined(separator: " ")))
    }
    let told = contrasts.prefix(Self.mostContrasts)
    if told.isEmpty {
      blocks.append(.text("No gap between groups can be estimated from these rows."))
    } else {
      blocks.append(.heading("What differs most"))
      if !contrasts.contains(where: isShown) {
        blocks.append(.text("No gap is shown: chance alone may have made each of these."))
      }
      blocks.append(.list(told.map(sentence)))
      blocks.append(.text(howToRead(Array(told))))
    }
    blocks.append(.heading("Limits"))
    blocks.append(.list(limitSentences(reasons)))
    if let caution = context.caution { blocks.append(.note(caution)) }
    return ReportSection("summary", "Summary", blocks)
  }

  /// By what the gaps are ordered, and what their intervals and tests are of.
  private func howToRead(_ told: [Disparity]) -> String {
    var sentences = [
      (asked.isEmpty ? "Ordered" : "First what gates ask for; then ordered")
        + " by how large each gap surely is (the lower end of its interval), gaps of few rows (low n) "
        + "last."
    ]
    if told.contains(where: { $0.groups > 2 }) {
      sentences.append(
        "Of more than two groups the interval allows for every pair, and p asks whether any of them "
          + "differ."
      )
    }
    if told.contains(where: { $0.adjustedP != nil }), let text = result.adjustment(.betweenGroups) {
      sentences.append(text)
    }
    return sentences.joined(separator: " ")
  }

  static func joined(_ names: [String]) -> String {
    guard names.count > 1, let last = names.last else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " and " + last
  }

  /// A gap in words, with the counts on both sides.
  private func sentence(_ row: Disparity) -> String {
    let name = DisplayText.metric(row.metric)
    var text = "\(name) by \(DisplayText.name(row.attribute)): "
    let sides = [row.highGroup, row.lowGroup].compactMap { group in
      group.flatMap { side($0, row) }
    }
    text += sides.joined(separator: " against ")
    text += ", a gap of \(NumberText.fixed(100 * (row.value ?? 0), 1)) percentage points"
    if let low = row.low, let high = row.high {
      text +=
        " (\(confidenceText) interval \(NumberText.fixed(100 * low, 1)) to "
        + "\(NumberText.fixed(100 * high, 1)))"
    }
    if let ratio = result.between(row.metric, .ratio, attribute: row.attribute)?.value {
      text += "; smallest over largest \(NumberText.ratio(ratio))"
    }
    if let p = row.adjustedP {
      text += "; p \(p < 0.000_1 ? "<" : "=") \(p < 0.000_1 ? "0.0001" : NumberText.pValue(p))"
    }
    if row.groups < row.of {
      text += "; over the \(row.groups) of \(row.of) groups that can be estimated"
    }
    if !isShown(row) { text += ", \(Self.notShown)" }
    return text + amongMany(row) + overDraws(row) + "."
  }

  /// The same gap among the groups with enough rows, where the widest rests on few.
  private func amongMany(_ row: Disparity) -> String {
    guard let (low, high) = result.extremesAmongMany(row) else { return "" }
    func side(_ group: AuditResult.GroupValue) -> String {
      "\(Self.valueText(row.metric, group.value)) of \(DisplayText.name(group.name))"
    }
    return "; among groups with enough rows \(side(high)) against \(side(low))"
  }

  /// The gap over all draws, of decisions that are drawn by lot.
  private func overDraws(_ row: Disparity) -> String {
    guard let value = result.expected?.like(row)?.value else { return "" }
    return "; over all draws \(NumberText.fixed(100 * value, 1)) points"
  }

  private func side(_ group: String, _ row: Disparity) -> String? {
    guard let found = groups.first(where: { $0.attribute == row.attribute }),
      let index = found.names.firstIndex(of: group)
    else { return nil }
    let estimate = estimates(of: group, in: row.attribute)[row.metric]
    let cell = cell(row.metric, estimate, found.tallies[index])
    let mark = cell.status == .lowCount ? ", low n" : ""
    let trace = cell.trace.map { " (\($0)\(mark))" } ?? ""
    return "\(cell.text) of \(DisplayText.name(group))\(trace)"
  }

  private func limitSentences(_ reasons: String) -> [String] {
    let estimates = result.groups.flatMap { $0.metrics.values }
    let low = estimates.count { $0.status == .lowCount }
    let absent = absences.count
    var sentences = [
      "A gap says how far groups lie apart, not why. The label is taken as it is."
    ]
    if low > 0 {
      sentences.append(
        "\(NumberText.count(low)) of \(NumberText.counted(estimates.count, "number")) of groups "
          + "\(low == 1 ? "rests" : "rest") on fewer than \(options.minimumCount) rows and "
          + "\(low == 1 ? "is" : "are") marked “low n”.")
    }
    if absent > 0 {
      sentences.append(
        absent == 1
          ? "1 number cannot be estimated; it is listed \(reasons) with its reason, and is not counted "
            + "as 0."
          : "\(NumberText.count(absent)) numbers cannot be estimated; they are listed \(reasons) with "
            + "their reasons, and are not counted as 0.")
    }
    if counts.weighted {
      sentences.append(
        "Rows are weighted: intervals and tests use Kish's effective sample size, which is right "
          + "to first order when weights do not depend on the outcome.")
    }
    if counts.attributes.count > 1 && options.intersections == 1 {
      sentences.append(
        "Each attribute is looked at alone; an audit with intersections of 2 looks at their pairs.")
    }
    return sentences + (result.notes ?? [])
  }
}
