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
  private static let usual: [(name: String, head: String)] = [
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
  /// What a table of groups has besides their lines: two of heads, a rule, all rows, and a remark.
  private static let groupLines = 5
  /// Characters of a group's name in a sentence.
  private static let nameColumns = 28

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
    parts += gates.map { gate in
      TextWrap.paragraph(
        "Gate \(gate.isExceeded ? "exceeded" : "held"): \(gate.message)", indent: "  ")
    }
    for attribute in attributes { parts += ["", section(attribute)] }
    for entry in result.classes ?? [] { parts += ["", oneClass(entry)] }
    if let strata = result.strata { parts += ["", self.strata(strata)] }
    let closing =
      (result.notes ?? [])
      + [
        choice.all
          ? nil : "--all shows every metric, group and interval; --format json has the tests."
      ]
      .compactMap(\.self)
    return (parts + [""] + closing.map { TextWrap.paragraph($0, indent: "  ") })
      .joined(separator: "\n")
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

  /// The metrics whose gaps make the headline: base rates are of the labels, not of the decisions.
  private var judged: [String] {
    metrics.contains("selection_rate") ? metrics.filter { $0 != "base_rate" } : metrics
  }

  /// The gap of an attribute that is largest for sure, in a sentence.
  private func gap(_ attribute: String) -> String {
    guard let row = result.gaps(of: judged, attribute: attribute).first, let value = row.value
    else { return "no gap can be estimated" }
    func side(_ group: String?) -> String? {
      guard let group else { return nil }
      let estimate = result.estimate(row.metric, attribute: attribute, group: group)
      let mark = estimate?.status == .lowCount ? " (low n)" : ""
      let name = short(group, of: attribute)
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
    return text
  }

  private static func equal(_ p: Double) -> String {
    let text = NumberText.pValue(p)
    return text.hasPrefix("<") ? text : "= " + text
  }

  // MARK: An attribute

  private func section(_ attribute: String) -> String {
    let groups = result.groups.filter { $0.attribute == attribute }
    let count = NumberText.counted(known(groups, attribute), "group")
    let heading = TextWrap.paragraph(
      "\(DisplayText.name(attribute)): \(count); \(gap(attribute))", indent: "  ")
    let references = result.disparities.filter {
      $0.attribute == attribute && $0.method == .toReference
    }
    let gaps = references.isEmpty || choice.all ? gapTable(attribute) : nil
    let shown = shown(groups, attribute, most: room(beside: heading, gaps))
    var parts = [
      heading,
      groupTable(shown, all: (result.overall, result.rows), left: groups.count - shown.count),
    ]
    if !references.isEmpty { parts.append(referenceTable(references, Set(shown.map(\.value)))) }
    return (parts + [gaps].compactMap(\.self)).joined(separator: "\n")
  }

  /// How many groups are compared: rows of an unknown group may be in the table and are none.
  private func known(_ groups: [GroupResult], _ attribute: String) -> Int {
    let areCompared = result.unknown.contains { $0.attribute == attribute && $0.isCompared }
    return groups.count { areCompared || !UnknownGroups.isUnknown($0.value, of: attribute) }
  }

  /// How many groups fit on a page beside other parts; each has a line in the table of references, too,
  /// where that stands in place of the gaps.
  private func room(beside heading: String, _ gaps: String?) -> Int {
    func lines(_ text: String) -> Int { text.split(separator: "\n").count }
    let left = Self.pageLines - lines(heading) - Self.groupLines
    let most = gaps.map { left - lines($0) } ?? (left - Self.groupLines) / 2
    return max(2, min(Self.mostGroups, most))
  }

  /// A group's name in a sentence, cut so that no two of the attribute are equal.
  private func short(_ group: String, of attribute: String) -> String {
    let names = result.groups.filter { $0.attribute == attribute }.map(\.value)
    guard let place = names.firstIndex(of: group) else { return DisplayText.name(group) }
    return DisplayText.name(ShortNames.fitted(names, columns: Self.nameColumns)[place])
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
    _ groups: [GroupResult], all: (metrics: [String: Estimate], rows: Int), left: Int = 0
  ) -> String {
    let shown = metrics.filter { all.metrics[$0] != nil }
    let heads = shown.map { name in
      Self.usual.first { $0.name == name }?.head ?? name.replacing("_", with: " ")
    }
    let lines =
      groups.map { [$0.value, "\($0.rows)"] + cells($0.metrics, shown) }
      + [["all", "\(all.rows)"] + cells(all.metrics, shown)]
    let isLow = groups.contains { group in shown.contains { group.metrics[$0]?.status == .lowCount }
    }
    let table = Tables.text(
      ["group", "rows"] + heads, lines, alignedRight: Set(1..<(2 + heads.count)), names: [0])
    let remarks =
      (isLow ? ["* rests on few rows"] : [])
      + (left > 0 ? ["\(left) more groups; the extremes are shown"] : [])
    return remarks.isEmpty ? table : table + "\n  " + remarks.joined(separator: "; ")
  }

  private func cells(_ estimates: [String: Estimate], _ metrics: [String]) -> [String] {
    metrics.map { metric in
      guard let estimate = estimates[metric], let value = estimate.value else { return "–" }
      let text =
        choice.all
        ? Tables.estimated(value, estimate.low, estimate.high) : NumberText.ratio(value)
      return text + (estimate.status == .lowCount ? "*" : "")
    }
  }

  /// What lies how far apart, metric by metric.
  private func gapTable(_ attribute: String) -> String {
    let rows = result.disparities.filter {
      $0.attribute == attribute && $0.method == .betweenGroups
        && (choice.all && choice.metrics.isEmpty && $0.metric != "mean_prediction"
          || metrics.contains($0.metric))
    }
    let ratios = Dictionary(
      rows.filter { $0.kind == .ratio }.map { ($0.metric, $0) },
      uniquingKeysWith: { first, _ in first })
    let lines = rows.filter { $0.kind == .difference }.map { row in
      [
        row.metric,
        row.value == nil ? "not estimable" : Tables.estimated(row.value, row.low, row.high),
        ratioCell(ratios[row.metric], withInterval: choice.all), row.lowGroup ?? "–",
        row.highGroup ?? "–", Tables.pValue(row.adjustedP),
      ]
    }
    let table = Tables.text(
      ["largest − smallest", "difference", "ratio", "lowest", "highest", "adj. p"], lines,
      alignedRight: [1, 2, 5], names: [3, 4])
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
  private func referenceTable(_ rows: [Disparity], _ groups: Set<String>) -> String {
    let wanted = choice.all ? metrics : Array(metrics.prefix(choice.metrics.isEmpty ? 1 : 3))
    let beside = choice.metrics.isEmpty ? ["true_positive_rate", "false_positive_rate"] : []
    func found(_ metric: String, _ kind: Disparity.Kind, _ group: String) -> Disparity? {
      rows.first { $0.metric == metric && $0.kind == kind && $0.group == group }
    }
    return wanted.map { metric in
      let own = rows.filter { $0.metric == metric && $0.kind == .difference }
      let references = Set(own.compactMap(\.reference))
      let name =
        references.count == 1 ? short(references.first!, of: own[0].attribute) : "its reference"
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
          group, signed(row), ratioCell(found(metric, .ratio, group), withInterval: true),
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

  // MARK: Parts of an audit

  private func oneClass(_ entry: ClassAudit) -> String {
    let metrics = ["base_rate", "selection_rate", "true_positive_rate", "precision_score"]
    let rows = entry.audit.groups.map { group in
      [group.value, "\(group.rows)"] + cells(group.metrics, metrics)
    }
    let heads = metrics.map { name in Self.usual.first { $0.name == name }?.head ?? name }
    return "Class \(DisplayText.name(entry.name)) against the rest\n"
      + Tables.text(
        ["group", "rows"] + heads, rows, alignedRight: Set(1..<(2 + heads.count)), names: [0])
  }

  /// The leading gap within each combination of the controls, or every group of each.
  private func strata(_ strata: [StratumResult]) -> String {
    guard !choice.all else {
      return strata.map { stratum in
        "Within \(Self.name(stratum))\n"
          + groupTable(stratum.groups, all: (stratum.overall, stratum.rows))
      }.joined(separator: "\n")
    }
    let metric = metrics.first { name in
      strata.contains { $0.disparities.contains { $0.metric == name } }
    }
    guard let metric else { return "" }
    let lines = strata.flatMap { stratum in
      stratum.disparities.filter {
        $0.metric == metric && $0.kind == .difference && $0.method == .betweenGroups
      }.map { row in
        [
          Self.name(stratum), "\(stratum.rows)", row.attribute,
          row.value == nil ? "not estimable" : Tables.estimated(row.value, row.low, row.high),
          row.lowGroup ?? "–", row.highGroup ?? "–", Tables.pValue(row.adjustedP),
        ]
      }
    }
    return Tables.text(
      ["within", "rows", "attribute", "\(metric) difference", "lowest", "highest", "adj. p"], lines,
      alignedRight: [1, 3, 6], names: [0, 2, 4, 5])
  }

  private static func name(_ stratum: StratumResult) -> String {
    stratum.controls.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      .joined(separator: ", ")
  }

  /// Over how many groups disparities were taken, where not over all: one line a reason.
  private static func reasons(_ rows: [Disparity]) -> [String] {
    var names: [(text: String, metrics: [String])] = []
    for row in rows {
      guard let reason = row.reason else { continue }
      if let known = names.firstIndex(where: { $0.text == reason }) {
        if !names[known].metrics.contains(row.metric) { names[known].metrics.append(row.metric) }
      } else {
        names.append((reason, [row.metric]))
      }
    }
    return names.map {
      TextWrap.paragraph("  \($0.text) (\($0.metrics.joined(separator: ", ")))", indent: "  ")
    }
  }
}
