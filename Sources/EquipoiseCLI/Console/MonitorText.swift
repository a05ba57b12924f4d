import Equipoise

/// What a monitor tells, as tables on a terminal.
enum MonitorText {
  static func describe(_ report: IngestReport) -> String {
    var lines = [
      "\(report.isRehearsal ? "would count" : "counted") \(NumberText.count(report.counted)) of "
        + NumberText.counted(report.events, "event")
        + (report.replayed > 0
          ? "; \(NumberText.counted(report.replayed, "batch", "batches")) had come before" : "")
    ]
    let rest = [
      (report.duplicates, "duplicates"), (report.corrections, "corrections"),
      (report.late, "after their tick had ended"), (report.refused, "lines left out"),
    ].filter { $0.0 > 0 }
    if !rest.isEmpty {
      lines.append(rest.map { "\(NumberText.count($0.0)) \($0.1)" }.joined(separator: ", "))
    }
    lines += report.refusedFirst.map { "  " + DisplayText.name($0) }
    if !report.isRehearsal {
      lines.append(
        "\(report.folder): \(NumberText.counted(report.decisions, "decision")), "
          + NumberText.counted(report.labels, "label"))
    }
    return lines.joined(separator: "\n")
  }

  static func describe(_ document: MonitorDocument) -> String {
    switch document {
    case .status(let status): describe(status)
    case .alerts(let report): describe(report)
    case .rates(let rates): rates.map(describe).joined(separator: "\n\n")
    case .cohorts(let table): describe(table)
    case .check(let check):
      check.differences.isEmpty
        ? "\(NumberText.counted(check.counts, "count")) are as the journal says "
          + "(\(NumberText.counted(check.frames, "frame")), \(NumberText.count(check.bytes)) bytes)"
        : check.differences.joined(separator: "\n")
    }
  }

  private static func describe(_ status: MonitorStatus) -> String {
    let states = status.states.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
    let lines = [
      "\(NumberText.counted(status.decisions, "decision")), "
        + "\(NumberText.counted(status.labels, "label")) in "
        + NumberText.counted(status.batches, "batch", "batches"),
      status.closedUntil.map { "ticks of \(status.tick) have ended until \($0)" }
        ?? "no tick of \(status.tick) has ended",
      "bounds: " + (states.isEmpty ? "none" : states.joined(separator: ", ")),
    ]
    return (lines + status.notices.map { DisplayText.name($0) }).joined(separator: "\n")
  }

  private static func describe(_ report: AlertsReport) -> String {
    let rows = report.bounds.map { bound in
      let reading = bound.reading
      return [
        reading.name, bound.bound, reading.state.rawValue,
        Tables.number(reading.difference, decimals: 3),
        Tables.number(reading.logEvidence, decimals: 1),
        Tables.number(reading.logLimit, decimals: 1), reading.suspect ?? "",
      ]
    }
    return Tables.text(
      ["groups", "bound", "state", "difference", "ln evidence", "alarm at", "points to"], rows,
      alignedRight: [3, 4, 5], names: [0, 1, 6])
  }

  private static func describe(_ rates: GroupRates) -> String {
    let rows = rates.groups.map { group in
      group.group + [
        group.rows.map { NumberText.count($0) } ?? group.fewerThan.map { "< \($0)" } ?? "withheld",
        Tables.number(group.rate, decimals: 4), Tables.number(group.low, decimals: 4),
        Tables.number(group.high, decimals: 4),
      ]
    }
    let width = rates.by.count
    let head =
      "\(rates.metric.rawValue) until \(rates.until)"
      + (rates.notEstimable.map { ": not estimable, \($0)" } ?? "")
    return head + "\n"
      + Tables.text(
        rates.by + ["rows", "rate", "low", "high"], rows, alignedRight: Set(width..<width + 4),
        names: Set(0..<width))
  }

  private static func describe(_ table: CohortTable) -> String {
    let width = table.by.count
    let rows = table.cohorts.map { cohort in
      [String(cohort.period.prefix(10))] + cohort.group + [
        cohort.decisions.map { NumberText.count($0) } ?? "withheld",
        cohort.labeled.map { NumberText.count($0) } ?? "",
        cohort.positive.map { NumberText.count($0) } ?? "",
        cohort.isMature ? "" : "not yet old enough",
      ]
    }
    return Tables.text(
      ["decided from"] + table.by + ["decisions", "labeled", "positive", ""], rows,
      alignedRight: Set(width + 1..<width + 4), names: Set(1..<width + 1))
  }
}
