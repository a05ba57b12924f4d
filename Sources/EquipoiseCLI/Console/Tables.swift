import Equipoise

/// Numbers, names and reasons in the tables of a terminal.
enum Tables {
  /// A table of texts that is no wider than the terminal; columns of numbers are flush right. Without
  /// rows there is no table.
  static func text(
    _ headers: [String], _ rows: [[String]], alignedRight: Set<Int>, names: Set<Int> = []
  ) -> String {
    TextTable(headers, rows, alignedRight: alignedRight, names: names).text(width: Console.width)
  }

  /// A number with a fixed count of decimals; absent is a dash.
  static func number(_ value: Double?, decimals: Int) -> String {
    guard let value else { return "–" }
    return NumberText.fixed(value, decimals)
  }

  /// A p-value, never written as 0.
  static func pValue(_ value: Double?) -> String { value.map(NumberText.pValue) ?? "–" }

  /// A number with its interval.
  static func estimated(_ value: Double?, _ low: Double?, _ high: Double?) -> String {
    guard let value else { return "–" }
    guard let low, let high else { return NumberText.ratio(value) }
    return "\(NumberText.ratio(value)) [\(NumberText.ratio(low)), \(NumberText.ratio(high))]"
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
      return [run.options[dial].map(NumberText.option) ?? ""] + cells(.accuracy) + cells(disparity)
        + [
          NumberText.fixed(run.passes, 1), number(run.seconds.fit, decimals: 3),
          document.paretoMark(run), run.status,
        ]
    }
    let headers = [
      dial, "accuracy: train", "test", "95 %", "gap: train", "test", "95 %", "passes", "seconds",
      "Pareto", "status",
    ]
    let positives = PositivesText.lines(document.runs.first?.positives).map { $0 + "\n" }.joined()
    return positives + text(headers, rows, alignedRight: Set(0...8)) + "\ngap: \(disparity)"
      + (reason(disparity, document).map { "; \($0)" } ?? "")
  }

  private static func interval(_ estimate: Estimate) -> String {
    FitInterval(estimate).map { "\(NumberText.fixed($0.low, 4))–\(NumberText.fixed($0.high, 4))" }
      ?? "–"
  }

  /// Why a number is absent in a run, or over how many groups it was taken; the first run's that has one.
  static func reason(_ name: MeasureName, _ document: RunsDocument) -> String? {
    document.runs.lazy.compactMap { $0.measured.reasons[name.description] }.first
  }
}
