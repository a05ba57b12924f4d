import Equipoise
import Foundation

/// Tables on a terminal.
enum Tables {
  /// A table of texts; columns of numbers are flush right. Without rows there is no table.
  ///
  /// Control characters in a cell are shown as `�`: a group's name cannot break the table.
  static func text(_ headers: [String], _ rows: [[String]], alignedRight: Set<Int>) -> String {
    guard !rows.isEmpty else { return "" }
    let rows = rows.map { $0.map(DisplayText.visible) }
    let widths = headers.indices.map { column in
      rows.reduce(headers[column].count) { max($0, $1[column].count) }
    }
    func line(_ cells: [String]) -> String {
      let padded = cells.enumerated().map { column, cell in
        let blanks = String(repeating: " ", count: widths[column] - cell.count)
        return alignedRight.contains(column) ? blanks + cell : cell + blanks
      }
      return "| " + padded.joined(separator: " | ") + " |"
    }
    let rule =
      "+-" + widths.map { String(repeating: "-", count: $0) }.joined(separator: "-+-") + "-+"
    return ([rule, line(headers), rule] + rows.map(line) + [rule]).joined(separator: "\n")
  }

  /// A number with a fixed count of decimals; absent is a dash.
  static func number(_ value: Double?, decimals: Int) -> String {
    guard let value else { return "–" }
    return String(format: "%.\(decimals)f", value)
  }

  /// Why numbers are absent, or over how many groups they were taken: one line a reason.
  static func reasons(_ parts: [(name: String, metrics: FitMetrics)]) -> [String] {
    parts.flatMap { part in
      let byReason = Dictionary(grouping: part.metrics.reasons.sorted { $0.key < $1.key }) {
        $0.value
      }
      return byReason.sorted { $0.key < $1.key }.map { reason, names in
        // A difference and a ratio of one metric are one name.
        let metrics = Set(names.map { MeasureName($0.key).metric }).sorted()
        return "\(part.name): \(reason) (\(metrics.joined(separator: ", ")))"
      }
    }
  }

  /// A frontier: training and test values side by side, those of the test rows with their intervals.
  static func frontier(_ document: RunsDocument, dial: String, disparity: MeasureName) -> String {
    let rows = document.runs.map { run -> [String] in
      func cells(_ metric: MeasureName) -> [String] {
        [
          number(run.train[metric].value, decimals: 4),
          run.test.map { number($0[metric].value, decimals: 4) } ?? "–",
          interval(run.measured[metric]),
        ]
      }
      return [run.options[dial]?.description ?? ""] + cells(.accuracy) + cells(disparity)
        + [
          String(format: "%.1f", run.passes), number(run.seconds.fit, decimals: 3),
          run.pareto == true ? "✓" : "", run.status,
        ]
    }
    let headers = [
      dial, "accuracy: train", "test", "95 %", "gap: train", "test", "95 %", "passes", "seconds",
      "Pareto", "status",
    ]
    return text(headers, rows, alignedRight: Set(0...8)) + "\ngap: \(disparity)"
      + (reason(disparity, document).map { "; \($0)" } ?? "")
  }

  private static func interval(_ estimate: Estimate) -> String {
    FitInterval(estimate).map { String(format: "%.4f–%.4f", $0.low, $0.high) } ?? "–"
  }

  /// Why a number is absent in a run, or over how many groups it was taken; the first run's that has one.
  private static func reason(_ name: MeasureName, _ document: RunsDocument) -> String? {
    document.runs.lazy.compactMap { $0.measured.reasons[name.description] }.first
  }

  /// What a comparison shows of each run, in this order.
  static func runs(
    _ document: RunsDocument, title: String = "method", label: (FitRecord) -> String
  ) -> String {
    let columns: [(title: String, metric: MeasureName, decimals: Int)] = [
      ("accuracy", .accuracy, 4), ("AUC", .areaUnderCurve, 4),
      ("selection gap", .selectionRate.difference, 4),
      ("selection ratio", .selectionRate.ratio, 3),
      ("opportunity gap", .equalOpportunity.difference, 4),
      ("odds gap", .equalizedOdds.difference, 4),
    ]
    let rows = document.runs.map { run in
      [label(run)]
        + columns.map { number(run.measured[$0.metric].value, decimals: $0.decimals) }
        + [
          run.selectionText { number($0, decimals: 3) }, number(run.seconds.fit, decimals: 3),
          run.paretoMark(), run.status,
        ]
    }
    let headers = [title] + columns.map(\.title) + ["selected", "seconds", "Pareto", "status"]
    var notes = columns.compactMap { column in
      reason(column.metric, document).map { "\(column.title): \($0)" }
    }
    if document.runs.contains(where: { $0.notToldApartFrom != nil }) {
      notes.append(
        "≈: by the intervals surely better than the named one in neither accuracy nor gap.")
    }
    return ([text(headers, rows, alignedRight: Set(1...columns.count + 2))] + notes).joined(
      separator: "\n")
  }
}
