import Equipoise

/// Several runs side by side on a terminal.
struct RunsTable {
  let document: RunsDocument
  /// The metric that fairness is measured by: it has a column, whichever it is.
  let disparity: MeasureName
  /// What the first column is.
  let title: String
  let label: (FitRecord) -> String

  private typealias Column = (title: String, metric: MeasureName, decimals: Int)

  /// What a comparison shows of each run, in this order.
  private static let usual: [Column] = [
    ("accuracy", .accuracy, 4), ("selection gap", .selectionRate.difference, 4),
    ("selection ratio", .selectionRate.ratio, 3),
    ("opportunity gap", .equalOpportunity.difference, 4),
    ("odds gap", .equalizedOdds.difference, 4), ("AUC", .areaUnderCurve, 4),
  ]

  private var columns: [Column] {
    guard !Self.usual.contains(where: { $0.metric == disparity }) else { return Self.usual }
    let name = [disparity.attribute, disparity.metric.replacing("_", with: " ")].compactMap(\.self)
      .joined(separator: " ")
    let title = "\(name) \(disparity.kind == .ratio ? "ratio" : "gap")"
    return Self.usual + [(title, disparity, disparity.kind == .ratio ? 3 : 4)]
  }

  func text() -> String {
    let columns = columns
    let rows = document.runs.map { run in
      [label(run)] + columns.map { cell(run, $0) }
        + [
          run.selectionText { Tables.number($0, decimals: 3) },
          Tables.number(run.seconds.fit, decimals: 3),
        ] + (document.compares ? [document.paretoMark(run)] : []) + [run.status]
    }
    let headers =
      [title] + columns.map(\.title) + ["selected", "seconds"]
      + (document.compares ? ["Pareto"] : []) + ["status"]
    let table = Tables.text(headers, rows, alignedRight: Set(1...columns.count + 2))
    return
      (PositivesText.lines(document.runs.first?.positives) + [table] + notes(columns)
      + DecisionText.runs(document, label: label)).joined(separator: "\n")
  }

  private func cell(_ run: FitRecord, _ column: Column) -> String {
    Tables.number(run.measured[column.metric].value, decimals: column.decimals)
      + (restsOnFew(run, column) ? "*" : "")
  }

  private func restsOnFew(_ run: FitRecord, _ column: Column) -> Bool {
    run.measured.sides(of: column.metric)?.restsOnFew == true
  }

  // MARK: Notes

  private func notes(_ columns: [Column]) -> [String] {
    var notes = columns.compactMap { column in
      Tables.reason(column.metric, document).map { "\(column.title): \($0)" }
    }
    if document.runs.contains(where: { run in columns.contains { restsOnFew(run, $0) } }) {
      notes.append("* rests on few rows: one of the two groups that lie farthest apart has few")
    }
    let behind = columns.filter { $0.metric.kind == .difference }.compactMap(behind)
    if !behind.isEmpty { notes.append("Lower rate: " + behind.joined(separator: "; ") + ".") }
    if document.runs.contains(where: { $0.notToldApartFrom != nil }) {
      notes.append(
        "≈: the intervals do not show the run to be better than the named one, in accuracy or in "
          + "\(disparity).")
    }
    return notes.map { TextWrap.paragraph($0) }
  }

  /// Whose rate is lower in the runs: `selection gap (Female)`, or where a few runs differ `selection
  /// gap (Female, but Male in penalized)`.
  private func behind(_ column: Column) -> String? {
    var groups: [(name: String, runs: [String])] = []
    for run in document.runs {
      guard let sides = run.measured.sides(of: column.metric), let group = sides.lowGroup else {
        continue
      }
      let name =
        DisplayText.name(group)
        + (hasSeveralAttributes && column.metric.attribute == nil
          ? " of \(DisplayText.name(sides.attribute))" : "")
      if let known = groups.firstIndex(where: { $0.name == name }) {
        groups[known].runs.append(label(run))
      } else {
        groups.append((name, [label(run)]))
      }
    }
    // The first of those that most runs have.
    guard let usual = groups.max(by: { $0.runs.count < $1.runs.count }) else { return nil }
    let others = groups.filter { $0.name != usual.name }.map {
      "\($0.name) in \($0.runs.joined(separator: " and "))"
    }
    let told = usual.name + (others.isEmpty ? "" : ", but " + others.joined(separator: ", "))
    return "\(column.title) (\(told))"
  }

  private var hasSeveralAttributes: Bool {
    Set(document.runs.flatMap { $0.measured.sides.values.map(\.attribute) }).count > 1
  }
}
