import Equipoise

/// What an audit found, as tables on a terminal.
enum FindingsText {
  /// Lines that a person reads of a long list; JSON has all.
  private static let shown = 8

  /// - Parameter all: subgroups value by value, and not in a sentence each.
  static func describe(_ findings: AuditFindings, all: Bool) -> String {
    var parts: [String] = []
    if let cells = findings.worstCells { parts += worst(cells) }
    if let scans = findings.biasScan { parts += all ? scan(scans) : told(scans) }
    if let subgroups = findings.richSubgroups { parts += linear(subgroups) }
    for proxies in findings.proxies ?? [] { parts += proxy(proxies) }
    if let spreads = findings.dispersion { parts += dispersion(spreads) }
    if let tables = findings.shrinkage { parts += steadied(tables) }
    if let gaps = findings.detectable { parts += detectable(gaps) }
    if let table = findings.bootstrap { parts += resampled(table) }
    for table in findings.aequitas ?? [] { parts += aequitas(table) }
    if let rows = findings.stratified { parts += stratified(rows) }
    if let comparison = findings.comparison { parts += compared(comparison) }
    for membership in findings.memberships ?? [] { parts += chances(membership) }
    return parts.joined(separator: "\n")
  }

  private static func aequitas(_ table: AequitasFinding) -> [String] {
    let columns = AequitasTable.Column.compared.map(\.rawValue)
    let rows = table.rows.map { row in
      [row.group] + columns.map { number(row.disparities[$0]) }
        + AequitasTable.Parity.allCases.map { parity in
          row.parities[parity.rawValue].map { $0 ? "yes" : "no" } ?? "–"
        }
    }
    return [
      "Aequitas: ratios to the reference in '\(table.attribute)', and what lies within "
        + "\(number(table.tau)) and its inverse",
      Tables.text(
        ["group"] + columns + AequitasTable.Parity.allCases.map(\.rawValue), rows,
        alignedRight: Set(1...columns.count)),
    ]
  }

  private static func worst(_ result: WorstCells.Result) -> [String] {
    let rows = result.cells.prefix(shown).map { cell in
      [
        cell.attribute, cell.value, cell.metric, NumberText.count(cell.rows), number(cell.rate),
        number(cell.rest), range(cell.low, cell.high), number(cell.bound),
        Tables.pValue(cell.adjustedP),
      ]
    }
    return [
      "Worst of \(NumberText.count(result.examined)) comparisons of a cell with the rest; limits hold "
        + "together, p is adjusted over all of them",
      Tables.text(
        [
          "attribute", "group", "metric", "rows", "rate", "rest", "difference", "at least",
          "adjusted p",
        ], rows, alignedRight: [3, 4, 5, 7, 8]),
    ]
  }

  private static func told(_ scans: [AuditFindings.NamedScan]) -> [String] {
    ["Bias scan: the most surprising subgroup of each question; --all has every value of it"]
      + scans.map { TextWrap.paragraph("  " + $0.sentence, indent: "  ") }
  }

  private static func scan(_ scans: [AuditFindings.NamedScan]) -> [String] {
    let rows = scans.map { scan in
      [
        scan.question, scan.finding.direction.rawValue, subset(scan.finding.subset),
        NumberText.count(Int(scan.finding.rows.rounded())), number(scan.finding.observed),
        number(scan.finding.expected), Tables.number(scan.finding.score, decimals: 1),
        scan.finding.pValue.map { NumberText.drawnP($0, draws: scan.finding.replicates) } ?? "–",
      ]
    }
    return [
      "Bias scan: the most surprising subgroup of each question",
      Tables.text(
        ["question", "side", "subgroup", "rows", "observed", "expected", "score", "p"], rows,
        alignedRight: [3, 4, 5, 6, 7]),
    ]
  }

  private static func subset(_ choices: [BiasFinding.Choice]) -> String {
    if choices.isEmpty { return "everyone" }
    return choices.map { choice in
      let names = choice.isAllBut ? choice.excluded : choice.values
      let few = names.prefix(3).joined(separator: "|")
      let more = names.count > 3 ? "|+\(names.count - 3)" : ""
      return "\(choice.attribute)\(choice.isAllBut ? " all but " : "=")\(few)\(more)"
    }.joined(separator: " & ")
  }

  private static func linear(_ findings: [RichSubgroups.Finding]) -> [String] {
    let rows = findings.map { found in
      [
        found.metric.rawValue, Tables.number(found.violation, decimals: 4), number(found.share),
        number(found.rate), number(found.baseline),
        "\(NumberText.count(found.cells)) of \(NumberText.count(found.of))",
        found.pValue.map { NumberText.drawnP($0, draws: found.replicates) } ?? "–",
      ]
    }
    return [
      "Rich subgroups of the sensitive columns: violation = share · |rate − baseline|",
      Tables.text(
        ["metric", "violation", "share", "rate", "baseline", "cells", "p"], rows,
        alignedRight: [1, 2, 3, 4, 6]),
    ]
  }

  private static func proxy(_ found: Proxies.Finding) -> [String] {
    let rows = found.features.prefix(shown).map { feature in
      [
        feature.name, feature.measure, number(feature.strength), number(feature.area),
        feature.group ?? "–",
      ]
    }
    let joint = found.joint.map { "\($0.group) \(number($0.area))" }.joined(separator: ", ")
    return [
      "Proxies of \(found.attribute); strongest: \(found.strongest ?? "none")",
      Tables.text(
        ["feature", "measure", "strength", "AUC", "of"], rows, alignedRight: [2, 3]),
      "All features together, AUC out of fold: \(joint)",
    ]
  }

  private static func dispersion(_ spreads: [AuditFindings.NamedDispersion]) -> [String] {
    let rows = spreads.map { spread in
      [
        spread.attribute, spread.metric, number(spread.deviation), range(spread.low, spread.high),
        number(spread.naiveDeviation), "\(spread.groups) of \(spread.of)",
      ]
    }
    return [
      "Standard deviation between groups beyond noise",
      Tables.text(
        ["attribute", "metric", "deviation", "interval", "with noise", "groups"], rows,
        alignedRight: [2, 4]),
    ]
  }

  private static let leading: Set = [
    "selection_rate", "base_rate", "accuracy_score", "true_positive_rate", "false_positive_rate",
  ]

  private static func steadied(_ tables: [ShrunkenRates]) -> [String] {
    let rows = tables.filter { leading.contains($0.metric) }.flatMap { table in
      table.groups.map { group in
        [
          table.attribute, group.value, table.metric, NumberText.count(group.rows),
          number(group.observed),
          number(group.estimate.value), range(group.estimate.low, group.estimate.high),
        ]
      }
    }
    guard !rows.isEmpty else { return [] }
    return [
      "Rates of groups pulled towards the common rate",
      Tables.text(
        ["attribute", "group", "metric", "rows", "observed", "steadied", "interval"], rows,
        alignedRight: [3, 4, 5]),
    ]
  }

  private static func detectable(_ gaps: [DetectableGap]) -> [String] {
    let rows = gaps.filter { leading.contains($0.metric) }.map { gap in
      [
        gap.attribute, gap.group, gap.metric, number(gap.difference), number(gap.cohensH),
        number(gap.oddsRatio), number(gap.drop), number(gap.rise),
      ]
    }
    guard let first = gaps.first, !rows.isEmpty else { return [] }
    return [
      "Each group against the rest; drop and rise that a test at \(number(first.alpha)) finds with "
        + "chance \(number(first.power))",
      Tables.text(
        ["attribute", "group", "metric", "difference", "Cohen's h", "odds ratio", "drop", "rise"],
        rows, alignedRight: [3, 4, 5, 6, 7]),
    ]
  }

  private static func resampled(_ table: BootstrapTable) -> [String] {
    let rows = table.rows.filter { leading.contains($0.metric) || $0.metric == "f1_score" }.map {
      [
        $0.attribute, $0.group, $0.metric, number($0.value), range($0.low, $0.high),
        Tables.number($0.standardError, decimals: 4),
      ]
    }
    return [
      "Bootstrap intervals from \(NumberText.count(table.replicates)) resamples",
      Tables.text(
        ["attribute", "group", "metric", "value", "interval", "standard error"], rows,
        alignedRight: [3, 5]),
    ] + table.leftOut.map { "\($0): too many groups for so many resamples" }
  }

  private static func stratified(_ rows: [StratifiedComparison]) -> [String] {
    let lines = rows.map { row in
      [
        row.attribute, row.group, row.metric, "\(row.strata) of \(row.of)", number(row.oddsRatio),
        range(row.low, row.high), Tables.pValue(row.adjustedP),
        Tables.number(row.homogeneityP, decimals: 4),
      ]
    }
    return [
      "Each group against the rest within strata of \(rows.first?.controls.joined(separator: ", ") ?? "")",
      Tables.text(
        [
          "attribute", "group", "metric", "strata", "odds ratio", "interval", "adjusted p",
          "one ratio p",
        ], lines, alignedRight: [4, 6, 7]),
    ]
  }

  private static func compared(_ result: ModelComparison.Result) -> [String] {
    let metrics: Set = [
      "selection_rate", "accuracy_score", "true_positive_rate", "false_positive_rate",
      "roc_auc_score",
    ]
    let rows = result.rows.filter { metrics.contains($0.metric) }.map { row in
      [
        row.group ?? "all", row.metric, number(row.first), number(row.second),
        number(row.difference), range(row.low, row.high),
        Tables.pValue(row.adjustedP),
      ]
    }
    let gaps = result.gaps.filter { metrics.contains($0.metric) }.map { gap in
      [
        gap.attribute, gap.metric, number(gap.first), number(gap.second), number(gap.change),
        range(gap.low, gap.high),
      ]
    }
    return [
      "\(result.second) against \(result.first), on the same rows",
      Tables.text(
        ["group", "metric", "first", "second", "difference", "interval", "adjusted p"], rows,
        alignedRight: [2, 3, 4, 6]),
      "Gaps between groups: change = second − first",
      Tables.text(
        ["attribute", "metric", "first", "second", "change", "interval"], gaps,
        alignedRight: [2, 3, 4]),
    ]
  }

  private static func chances(_ result: MembershipAudit.Result) -> [String] {
    let rows = result.groups.flatMap { group in
      group.bounds.keys.sorted().filter { $0 != "mean_prediction" }.map { metric in
        let estimate = group.metrics[metric]
        return [
          group.value, NumberText.count(Int(group.expectedRows.rounded())), metric,
          number(estimate?.value),
          range(estimate?.low, estimate?.high),
          range(group.bounds[metric]?.first, group.bounds[metric]?.last),
        ]
      }
    }
    return [
      "\(result.attribute) by chances of membership",
      Tables.text(
        ["group", "expected rows", "metric", "rate", "interval", "possible"], rows,
        alignedRight: [1, 3]),
    ]
  }

  private static func number(_ value: Double?) -> String { Tables.number(value, decimals: 3) }

  private static func range(_ low: Double?, _ high: Double?) -> String {
    guard let low, let high else { return "–" }
    return "[\(number(low)), \(number(high))]"
  }
}
