import Auditing
import Criteria

/// The pictures of an attribute's results.
extension AuditReport {
  /// More groups than this are not drawn: the extremes and the largest are, and the tables have all.
  private static let mostLines = 16
  private static let mostCells = 400

  func figures(_ group: ReportGroups, id: String) -> [ReportFigure] {
    var figures: [ReportFigure] = []
    if group.isCross, let map = intersectionMap(group, id: "\(id)-map") { figures.append(map) }
    let rates = group.isCross ? Array(leadingMetrics.prefix(1)) : Array(leadingMetrics.prefix(3))
    for metric in rates {
      figures.append(rateFigure(metric, group, id: "\(id)-\(metric)", most: Self.mostLines))
    }
    if let forest = forest(group, id: "\(id)-forest") { figures.append(forest) }
    guard !group.isCross else { return figures }
    if let roc = rocFigure(group, id: "\(id)-roc") { figures.append(roc) }
    if let calibration = calibrationFigure(group, id: "\(id)-calibration") {
      figures.append(calibration)
    }
    return figures
  }

  /// The groups where a metric is smallest and largest, then the largest groups, in the order of the
  /// table, and a sentence when some are left out, which ends with where the others are.
  func drawn(
    _ group: ReportGroups, most: Int, by metric: String?, others: String = othersInTable
  ) -> (indices: [Int], note: String) {
    guard group.names.count > most else { return (Array(group.names.indices), "") }
    let extremes = byValue(metric, group, Array(group.names.indices)).filter {
      value(metric, group, $0) != nil
    }
    let ends = most / 4
    let largest = group.names.indices.sorted {
      (group.tallies[$1].rowCount, $0) < (group.tallies[$0].rowCount, $1)
    }
    var kept: [Int] = []
    for g in extremes.prefix(ends) + extremes.suffix(ends) + largest
    where kept.count < most && !kept.contains(g) { kept.append(g) }
    return (
      kept.sorted(),
      " \(most) of \(NumberText.count(group.names.count)) groups are shown: the lowest, the highest and the largest. "
        + others
    )
  }

  static let othersInTable = "The table has all."

  private func value(_ metric: String?, _ group: ReportGroups, _ g: Int) -> Double? {
    metric.flatMap { estimates(of: group.names[g], in: group.attribute)[$0]?.value }
  }

  /// Groups by the value of a metric, the highest first; those without one last.
  private func byValue(_ metric: String?, _ group: ReportGroups, _ indices: [Int]) -> [Int] {
    indices.sorted { a, b in
      let first = value(metric, group, a) ?? -.infinity
      let second = value(metric, group, b) ?? -.infinity
      return first == second ? a < b : first > second
    }
  }

  func rateFigure(
    _ metric: String, _ group: ReportGroups, id: String, most: Int, others: String = othersInTable
  ) -> ReportFigure {
    let (indices, note) = drawn(group, most: most, by: metric, others: others)
    let lines = byValue(metric, group, indices).map { g in
      let name = group.names[g]
      let cell = cell(
        metric, estimates(of: name, in: group.attribute)[metric], group.tallies[g])
      return IntervalPlot.Line(
        name: name, value: cell.value, low: cell.low, high: cell.high, text: Self.told(cell),
        isLow: cell.status == .lowCount)
    }
    let title = "\(DisplayText.metric(metric)) by \(DisplayText.visible(group.attribute))"
    return IntervalPlot(
      id: id, title: title,
      description: "Points are the groups' values, bars their \(confidenceText) intervals, the "
        + "dashed marks the value of all rows. An open point rests on few rows." + note,
      lines: lines, rule: result.overall[metric]?.value, ruleName: "all rows", bounds: 0...1,
      start: 0, tick: Self.percentTick
    ).figure()
  }

  /// `5%`, `2.5%`
  static func percentTick(_ value: Double) -> String { NumberText.short(100 * value) + "%" }

  private static func told(_ cell: ReportCell) -> String {
    if cell.status == .notEstimable { return cell.reason ?? cell.text }
    let mark = cell.status == .lowCount ? " low n" : ""
    return cell.text + (cell.range.map { " \($0)" } ?? "") + mark
  }

  /// Gaps between the groups in every leading metric and in what joins several of them.
  private func forest(_ group: ReportGroups, id: String) -> ReportFigure? {
    // Equal opportunity is the true positive rate under another name.
    let wanted = leadingMetrics + ["equalized_odds", "average_odds"]
    let rows = wanted.compactMap { metric in
      result.between(metric, .difference, attribute: group.attribute)
    }
    guard rows.contains(where: { $0.value != nil }) else { return nil }
    let lines = rows.map { row in
      let cell = disparityCell(row)
      return IntervalPlot.Line(
        name: DisplayText.metric(row.metric), value: cell.value, low: cell.low, high: cell.high,
        text: Self.told(cell), isLow: cell.status == .lowCount)
    }
    return IntervalPlot(
      id: id, title: "Gaps between the groups of \(DisplayText.visible(group.attribute))",
      description: "Largest minus smallest value over the groups, in percentage points, with "
        + "\(confidenceText) intervals that count for having looked for the extremes. 0 is alike. An open "
        + "point is of a group with few rows.",
      lines: lines, rule: 0, ruleName: "alike", bounds: 0...1, start: 0,
      tick: { NumberText.short(100 * $0) }
    ).figure()
  }

  private func rocFigure(_ group: ReportGroups, id: String) -> ReportFigure? {
    let (indices, note) = drawn(
      group, most: CurvePlot.mostSeries, by: leadingMetrics.first)
    let series = indices.compactMap { g -> CurvePlot.Series? in
      let points = ScoreCurves.roc(group.tallies[g])
      guard !points.isEmpty else { return nil }
      let area = estimates(of: group.names[g], in: group.attribute)["roc_auc_score"]
      return CurvePlot.Series(
        name: group.names[g],
        text: area?.value.map { "AUC \(NumberText.ratio($0))" } ?? "", points: points, markers: [])
    }
    guard !series.isEmpty else { return nil }
    return CurvePlot(
      id: id, title: "ROC by \(DisplayText.visible(group.attribute))",
      description: "The share of positives above each threshold against the share of negatives. "
        + "The dashed diagonal is what chance would give." + note,
      horizontal: "False positive rate", vertical: "True positive rate", series: series
    ).figure()
  }

  private func intersectionMap(_ group: ReportGroups, id: String) -> ReportFigure? {
    guard group.names.count <= Self.mostCells, let metric = leadingMetrics.first else { return nil }
    let parts = Self.split(group, counts)
    let columnCount = Set(parts.map(\.column)).count
    guard columnCount <= 12 else { return nil }
    let gaps = Dictionary(
      result.disparities.filter {
        $0.attribute == group.attribute && $0.metric == metric && $0.kind == .difference
          && $0.method == .toOverall
      }.map { ($0.group ?? "", $0) }, uniquingKeysWith: { first, _ in first })
    let cells = group.names.indices.map { g in
      mapCell(metric, group, g, gap: gaps[group.names[g]], at: parts[g])
    }
    return IntersectionMap(
      id: id,
      title:
        "\(DisplayText.metric(metric)) in the cells of \(DisplayText.visible(group.attribute))",
      description: "Each cell shows its value. Its colour is the end of the gap's "
        + "\(confidenceText) interval that is nearer to the value of all rows: what the data show "
        + "at least. Full colour is a gap of 30 percentage points.",
      rows: Self.unique(parts.map(\.row)), columns: Self.unique(parts.map(\.column)), cells: cells
    ).figure()
  }

  private func mapCell(
    _ metric: String, _ group: ReportGroups, _ g: Int, gap: Disparity?,
    at place: (row: String, column: String)
  ) -> IntersectionMap.Cell {
    let name = group.names[g]
    let cell = cell(metric, estimates(of: name, in: group.attribute)[metric], group.tallies[g])
    var bound: Double?
    if let low = gap?.low, let high = gap?.high { bound = low > 0 ? low : high < 0 ? high : 0 }
    let hint =
      "\(DisplayText.visible(name)): \(Self.told(cell))" + (cell.trace.map { ", \($0)" } ?? "")
    return IntersectionMap.Cell(
      row: place.row, column: place.column, value: cell.value, bound: bound,
      isLow: cell.status == .lowCount, hint: hint)
  }

  /// Each group of a cross as a row and a column: the attribute with the fewest groups across.
  private static func split(
    _ group: ReportGroups, _ counts: OutcomeCounts
  ) -> [(row: String, column: String)] {
    let levels = group.chosen.map { counts.levels[$0] }
    let across = levels.indices.min { (levels[$0].count, $0) < (levels[$1].count, $1) } ?? 0
    return group.combinations.map { key in
      let names = zip(levels, key).map { $0[$1] }
      let rows = names.indices.filter { $0 != across }.map { names[$0] }
      return (rows.joined(separator: " × "), names[across])
    }
  }

  private static func unique(_ names: [String]) -> [String] {
    var seen = Set<String>()
    return names.filter { seen.insert($0).inserted }
  }
}
