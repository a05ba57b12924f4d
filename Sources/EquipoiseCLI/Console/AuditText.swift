import Equipoise

/// An audit on a terminal: the clearest gap in words, then for each attribute its groups and its gaps in
/// the usual metrics, as far as they fit on a page; everything where it was asked for.
struct AuditText {
  /// What the command line asked to see.
  struct Choice {
    /// Metrics by name; empty for the usual ones.
    var metrics: [String] = []
    /// Every metric, group and interval.
    var all = false
    var tau: Double?
  }

  let result: AuditResult
  let gates: [GateFinding]
  let choice: Choice
  /// The metrics that are shown, as far as there are.
  let metrics: [String]

  /// The metrics that people ask for first, with the heads they have in tables of groups. None is the
  /// complement of another.
  static let usual: [(name: String, head: String)] = [
    ("selection_rate", "selection rate"), ("base_rate", "base rate"),
    ("true_positive_rate", "TPR"), ("false_positive_rate", "FPR"),
    ("precision_score", "precision"), ("accuracy_score", "accuracy"), ("roc_auc_score", "AUC"),
    ("macro_recall_score", "macro recall"), ("mean_label", "mean label"),
    ("mean_error", "mean error"), ("mean_absolute_error", "MAE"),
    ("root_mean_squared_error", "RMSE"), ("r2_score", "R²"),
  ]
  /// Groups of an attribute that are shown unless all are asked for, as far as the page has room.
  private static let mostGroups = 8
  /// Lines of a page: what stands of an attribute fits on one.
  private static let pageLines = 24
  /// Columns for a group in the table of references.
  private static let referenceColumns = 9
  /// What a table of groups has besides their lines: two of heads, a rule, all rows, and a remark.
  private static let groupLines = 5

  init(_ result: AuditResult, gates: [GateFinding], choice: Choice) throws {
    self.result = result
    self.gates = gates
    self.choice = choice
    let usual = Self.usual.map(\.name).filter { result.overall[$0]?.value != nil }
    metrics =
      choice.metrics.isEmpty ? usual : try choice.metrics.map { try Self.metric($0, result) }
  }

  /// A metric by any of its names.
  private static func metric(_ text: String, _ result: AuditResult) throws -> String {
    let name = MeasureName(text)
    let known = Set(result.overall.keys).union(result.disparities.map(\.metric))
    if known.contains(name.metric) { return name.metric }
    let reason =
      name.advice
      ?? "this audit has no '\(name.metric)'; it has \(known.sorted().joined(separator: ", "))"
    throw CommandFailure(.usage, "--metrics \(text): \(reason)")
  }

  func text() -> String {
    var parts = PositivesText.lines(result.positives) + [headline]
    parts += DecisionText.lines(result.decisions)
    parts += [result.sentenceOfDraw].compactMap { $0.map { TextWrap.paragraph($0) } }
    parts += gates.map { gate in
      TextWrap.paragraph(
        "Gate \(gate.isExceeded ? "exceeded" : "held"): \(gate.message)", indent: "  ")
    }
    for attribute in attributes { parts += ["", section(attribute)] }
    for entry in result.classes ?? [] { parts += ["", oneClass(entry)] }
    if let strata = result.strata { parts += ["", self.strata(strata)] }
    let closing =
      adjustments + (result.notes ?? [])
      + [
        choice.all
          ? nil : "--all shows every metric, group and interval; --format json has the tests."
      ]
      .compactMap(\.self)
    return (parts + [""] + closing.map { TextWrap.paragraph($0, indent: "  ") })
      .joined(separator: "\n")
  }

  /// Over how many comparisons the p-values of the tables above are adjusted.
  private var adjustments: [String] {
    let methods: [Disparity.Method] =
      choice.all ? [.betweenGroups, .toReference, .toOverall] : [.betweenGroups]
    return methods.compactMap { result.adjustment($0) }
  }

  private var attributes: [String] {
    var seen = Set<String>()
    return result.groups.map(\.attribute).filter { seen.insert($0).inserted }
  }

  // MARK: Headline

  private var headline: String {
    var facts = ["\(NumberText.count(result.rows)) rows"]
    if result.weight != Double(result.rows) {
      facts.append("total weight \(NumberText.weight(result.weight))")
    }
    for metric in metrics.prefix(2) {
      guard let value = result.overall[metric]?.value else { continue }
      facts.append("\(metric) \(NumberText.ratio(value))")
    }
    return TextWrap.paragraph("Audit of " + facts.joined(separator: ", "), indent: "  ")
  }

  /// The metrics whose gaps make the headline: those that lead a page, unless others were asked for.
  private var judged: [String] {
    let leading = result.leadingMetrics
    let areRates = leading.contains("selection_rate") || leading.contains("base_rate")
    return choice.metrics.isEmpty && areRates ? leading : metrics
  }

  /// The gap of an attribute that is largest for sure, in a sentence.
  private func gap(_ attribute: String, _ names: GroupNames) -> String {
    let gaps = result.gaps(of: judged, attribute: attribute)
    guard !gaps.isEmpty else { return "no gap can be estimated" }
    guard let row = gaps.first(where: { ($0.value ?? 0) > 0 }), let value = row.value else {
      return "its groups are alike in every metric that is shown"
    }
    func side(_ group: String?) -> String? {
      guard let group else { return nil }
      let estimate = result.estimate(row.metric, attribute: attribute, group: group)
      let mark = estimate?.status == .lowCount ? " (low n)" : ""
      let name = names.inSentence(group)
      return estimate?.value.map { "\(NumberText.ratio($0)) of \(name)\(mark)" }
    }
    var text = "clearest gap: \(row.metric)"
    if let high = side(row.highGroup), let low = side(row.lowGroup) {
      text += " \(high) against \(low)"
    }
    text += ", difference \(Tables.estimated(value, row.low, row.high))"
    if let ratio = result.between(row.metric, .ratio, attribute: attribute), ratio.value != nil {
      text += ", ratio \(Tables.estimated(ratio.value, ratio.low, ratio.high))\(mark(ratio))"
    }
    if let p = row.adjustedP { text += ", adjusted p \(Self.equal(p))" }
    return text + amongMany(row, names)
  }

  /// The same gap among the groups with enough rows, where the widest rests on few.
  private func amongMany(_ row: Disparity, _ names: GroupNames) -> String {
    guard let (low, high) = result.extremesAmongMany(row) else { return "" }
    return "; among groups with enough rows \(NumberText.ratio(high.value)) of "
      + "\(names.inSentence(high.name)) against \(NumberText.ratio(low.value)) of "
      + names.inSentence(low.name)
  }

  private static func equal(_ p: Double) -> String {
    let text = NumberText.pValue(p)
    return text.hasPrefix("<") ? text : "= " + text
  }

  // MARK: An attribute

  private func section(_ attribute: String) -> String {
    let groups = result.groups.filter { $0.attribute == attribute }
    let references = result.disparities.filter {
      $0.attribute == attribute && $0.method == .toReference
    }
    let showsGaps = references.isEmpty || choice.all
    func gaps(_ names: GroupNames) -> String? { showsGaps ? gapText(attribute, names) : nil }
    let shown = shown(
      groups, attribute, most: room(beside: heading(groups, attribute, .whole), gaps(.whole)))
    let names = names(groups, shown, attribute, showsGaps: showsGaps)
    var parts = [
      heading(groups, attribute, names),
      groupText(
        shown, all: (result.overall, result.rows), left: groups.count - shown.count, names),
    ]
    if !references.isEmpty {
      parts.append(referenceTable(references, Set(shown.map(\.value)), names))
    }
    return (parts + [gaps(names)].compactMap(\.self)).joined(separator: "\n")
  }

  private func heading(
    _ groups: [GroupResult], _ attribute: String, _ names: GroupNames
  ) -> String {
    let count = NumberText.counted(known(groups, attribute), "group")
    return TextWrap.paragraph(
      "\(DisplayText.name(attribute)): \(count); \(gap(attribute, names))", indent: "  ")
  }

  /// The names of an attribute's groups, by the room that its tables have for them.
  private func names(
    _ groups: [GroupResult], _ shown: [GroupResult], _ attribute: String, showsGaps: Bool
  ) -> GroupNames {
    let own = groupTable(shown, all: (result.overall, result.rows), .whole)
    let gaps = gapTable(gapRows(attribute), .whole)
    return GroupNames(
      groups.map(\.value), listed: shown.map(\.value),
      named: showsGaps
        ? Set(gapRows(attribute).flatMap { [$0.lowGroup, $0.highGroup].compactMap(\.self) })
        : Set(shown.map(\.value)),
      room: own.room(0, width: Console.width) + own.spare(width: Console.width),
      others: showsGaps
        ? min(gaps.room(3, width: Console.width), gaps.room(4, width: Console.width))
          + gaps.spare(width: Console.width) / 2
        : Self.referenceColumns)
  }

  /// How many groups are compared: rows of an unknown group may be in the table and are none.
  private func known(_ groups: [GroupResult], _ attribute: String) -> Int {
    groups.count { !result.isUnknown($0.value, of: attribute) }
  }

  /// How many groups fit on a page beside other parts; each has a line in the table of references, too,
  /// where that stands in place of the gaps.
  private func room(beside heading: String, _ gaps: String?) -> Int {
    func lines(_ text: String) -> Int { text.split(separator: "\n").count }
    let left = Self.pageLines - lines(heading) - Self.groupLines
    let most = gaps.map { left - lines($0) } ?? (left - Self.groupLines) / 2
    return max(2, min(Self.mostGroups, most))
  }

  /// The groups of the extremes of each metric and the largest, in their order.
  private func shown(_ groups: [GroupResult], _ attribute: String, most: Int) -> [GroupResult] {
    guard !choice.all, groups.count > most else { return groups }
    var names: [String] = []
    for row in result.gaps(of: metrics, attribute: attribute) {
      for name in [row.highGroup, row.lowGroup].compactMap(\.self) where !names.contains(name) {
        names.append(name)
      }
    }
    let largest = groups.enumerated().sorted {
      ($1.element.rows, $0.offset) < ($0.element.rows, $1.offset)
    }.map(\.element.value)
    let kept = Set(
      (names.prefix(max(most - 2, 1)) + largest.filter { !names.contains($0) }).prefix(most))
    return groups.filter { kept.contains($0.value) }
  }

  private func groupTable(
    _ groups: [GroupResult], all: (metrics: [String: Estimate], rows: Int), _ names: GroupNames
  ) -> TextTable {
    let shown = metrics.filter { all.metrics[$0] != nil }
    let heads = shown.map { name in
      Self.usual.first { $0.name == name }?.head ?? name.replacing("_", with: " ")
    }
    let lines =
      groups.map {
        [names.inGroups($0.value), NumberText.count($0.rows)] + cells($0.metrics, shown)
      }
      + [["all", NumberText.count(all.rows)] + cells(all.metrics, shown)]
    return TextTable(
      ["group", "rows"] + heads, lines, alignedRight: Set(1..<(2 + heads.count)), names: [0])
  }

  func groupText(
    _ groups: [GroupResult], all: (metrics: [String: Estimate], rows: Int), left: Int = 0,
    _ names: GroupNames = .whole
  ) -> String {
    let isLow = groups.contains { group in
      metrics.contains { group.metrics[$0]?.status == .lowCount && all.metrics[$0] != nil }
    }
    let table = groupTable(groups, all: all, names).text(width: Console.width)
    let remarks =
      (isLow ? ["* rests on few rows"] : [])
      + (left > 0 ? ["\(left) more groups; the extremes are shown"] : [])
    return remarks.isEmpty ? table : table + "\n  " + remarks.joined(separator: "; ")
  }

  func cells(_ estimates: [String: Estimate], _ metrics: [String]) -> [String] {
    metrics.map { metric in
      guard let estimate = estimates[metric], let value = estimate.value else { return "–" }
      let text =
        choice.all
        ? Tables.estimated(value, estimate.low, estimate.high) : NumberText.ratio(value)
      return text + (estimate.status == .lowCount ? "*" : "")
    }
  }

  private func gapRows(_ attribute: String) -> [Disparity] {
    result.disparities.filter {
      $0.attribute == attribute && $0.method == .betweenGroups
        && (choice.all && choice.metrics.isEmpty && $0.metric != "mean_prediction"
          || metrics.contains($0.metric))
    }
  }

  /// What lies how far apart, metric by metric.
  private func gapTable(_ rows: [Disparity], _ names: GroupNames) -> TextTable {
    let ratios = Dictionary(
      rows.filter { $0.kind == .ratio }.map { ($0.metric, $0) },
      uniquingKeysWith: { first, _ in first })
    let lines = rows.filter { $0.kind == .difference }.map { row in
      [
        row.metric,
        row.value == nil
          ? "not estimable"
          : Tables.estimated(row.value, row.low, row.high) + (result.restsOnFew(row) ? "*" : ""),
        ratioCell(ratios[row.metric], withInterval: choice.all),
        row.lowGroup.map(names.elsewhere) ?? "–", row.highGroup.map(names.elsewhere) ?? "–",
        Tables.pValue(row.adjustedP),
      ]
    }
    return TextTable(
      ["largest − smallest", "difference", "ratio", "lowest", "highest", "adj. p"], lines,
      alignedRight: [1, 2, 5], names: [3, 4])
  }

  private func gapText(_ attribute: String, _ names: GroupNames) -> String {
    let rows = gapRows(attribute)
    let table = gapTable(rows, names).text(width: Console.width)
    return ([table] + legend + Self.reasons(rows)).joined(separator: "\n")
  }

  private func ratioCell(_ row: Disparity?, withInterval: Bool) -> String {
    guard let row, row.value != nil else { return "–" }
    let text =
      withInterval
      ? Tables.estimated(row.value, row.low, row.high) : NumberText.ratio(row.value ?? 0)
    return text + mark(row)
  }

  private func mark(_ row: Disparity) -> String {
    row.tau.map { $0 == "within" ? " ✓" : " ✗" } ?? ""
  }

  private var legend: [String] {
    choice.tau.map { tau in
      ["  ✓ within, ✗ outside \(NumberText.plain(tau)) to \(NumberText.short(1 / tau))"]
    } ?? []
  }

  /// Each group against the reference: the leading metric with its impact ratio, then differences of
  /// the error rates; metric by metric where all is asked for.
  private func referenceTable(
    _ rows: [Disparity], _ groups: Set<String>, _ names: GroupNames
  ) -> String {
    let wanted = choice.all ? metrics : Array(metrics.prefix(choice.metrics.isEmpty ? 1 : 3))
    let beside = choice.metrics.isEmpty ? ["true_positive_rate", "false_positive_rate"] : []
    func found(_ metric: String, _ kind: Disparity.Kind, _ group: String) -> Disparity? {
      rows.first { $0.metric == metric && $0.kind == kind && $0.group == group }
    }
    return wanted.map { metric in
      let own = rows.filter { $0.metric == metric && $0.kind == .difference }
      let references = Set(own.compactMap(\.reference))
      let name =
        references.count == 1 ? names.inSentence(references.first!) : "its reference"
      let others =
        choice.all
        ? []
        : beside.filter { other in
          other != metric && rows.contains { $0.metric == other }
        }
      let lines = own.filter { groups.contains($0.group ?? "") }.map { row in
        let group = row.group ?? ""
        let differences = others.map {
          found($0, .difference, group)?.value.map { NumberText.signed($0, 3) } ?? "–"
        }
        return [
          names.elsewhere(group), signed(row),
          ratioCell(found(metric, .ratio, group), withInterval: true),
        ] + differences + (choice.all ? [Tables.pValue(row.adjustedP)] : [])
      }
      let heads = others.map { other in
        (Self.usual.first { $0.name == other }?.head ?? other) + " diff."
      }
      let table = Tables.text(
        ["against \(name)", "\(metric) diff.", "impact ratio"] + heads
          + (choice.all ? ["adj. p"] : []), lines,
        alignedRight: Set(1..<(3 + heads.count + (choice.all ? 1 : 0))), names: [0])
      return ([table] + legend).joined(separator: "\n")
    }.joined(separator: "\n")
  }

  private func signed(_ row: Disparity) -> String {
    guard let value = row.value else { return "–" }
    guard let low = row.low, let high = row.high else { return NumberText.signed(value, 3) }
    return "\(NumberText.signed(value, 3)) "
      + "[\(NumberText.signed(low, 3)), \(NumberText.signed(high, 3))]"
  }
}
