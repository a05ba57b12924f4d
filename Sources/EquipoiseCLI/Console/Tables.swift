import Equipoise
import Foundation
import TextTable

/// Tables on a terminal.
enum Tables {
  /// A table of texts; columns of numbers are flush right.
  static func text(_ headers: [String], _ rows: [[String]], alignedRight: Set<Int>) -> String {
    let table = TextTable<[String]> { row in
      headers.indices.map { index in
        Column(
          title: headers[index], value: row[index],
          align: alignedRight.contains(index) ? .right : .left)
      }
    }
    let text = table.string(for: rows, style: Style.psql) ?? ""
    return text.hasSuffix("\n") ? String(text.dropLast()) : text
  }

  /// A number with a fixed count of decimals; absent is a dash.
  static func number(_ value: Double?, decimals: Int) -> String {
    guard let value else { return "–" }
    return String(format: "%.\(decimals)f", value)
  }

  /// A frontier: training and test values side by side, those of the test rows with their intervals.
  static func frontier(_ document: RunsDocument, dial: String, disparity: String) -> String {
    let rows = document.runs.map { run -> [String] in
      func cells(_ metric: String) -> [String] {
        [
          number(run.train[metric] ?? nil, decimals: 4),
          run.test.map { number($0[metric] ?? nil, decimals: 4) } ?? "–",
          interval((run.test == nil ? run.trainIntervals : run.testIntervals)[metric]),
        ]
      }
      return [run.options[dial]?.description ?? ""] + cells("accuracy_score") + cells(disparity)
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
  }

  private static func interval(_ interval: FitInterval?) -> String {
    interval.map { String(format: "%.4f–%.4f", $0.low, $0.high) } ?? "–"
  }

  /// What a comparison shows of each run, in this order.
  static func runs(
    _ document: RunsDocument, title: String = "method", label: (FitRecord) -> String
  ) -> String {
    let columns: [(title: String, metric: String, decimals: Int)] = [
      ("accuracy", "accuracy_score", 4), ("AUC", "roc_auc_score", 4),
      ("selection gap", "selection_rate.difference", 4),
      ("selection ratio", "selection_rate.ratio", 3),
      ("opportunity gap", "equal_opportunity.difference", 4),
      ("odds gap", "equalized_odds.difference", 4),
    ]
    let rows = document.runs.map { run in
      let metrics = run.test ?? run.train
      return [label(run)]
        + columns.map { number(metrics[$0.metric] ?? nil, decimals: $0.decimals) }
        + [number(run.seconds.fit, decimals: 3), run.pareto == true ? "✓" : "", run.status]
    }
    let headers = [title] + columns.map(\.title) + ["seconds", "Pareto", "status"]
    return text(headers, rows, alignedRight: Set(1...columns.count + 1))
  }
}
