import Equipoise

/// What detectors know and what they do not, on a terminal.
enum DetectorText {
  static func describe(_ report: DetectorReport) -> String {
    var text = TextWrap.paragraph(headline(report), indent: "  ") + "\n"
    for comparison in report.comparisons {
      text += "\n"
      for sentence in comparison.words { text += TextWrap.paragraph(sentence, indent: "  ") + "\n" }
    }
    if let bounded = report.notEstimable {
      return text + "\n" + notEstimable(bounded, report.metric)
    }
    return text + "\n" + groups(report) + (report.late.map { "\n" + late($0) } ?? "")
  }

  private static func headline(_ report: DetectorReport) -> String {
    let alarms = report.comparisons.count { $0.reading.state == .raised }
    let state =
      report.notEstimable != nil
      ? "not estimable" : alarms == 0 ? "no alarm" : NumberText.counted(alarms, "alarm")
    let bound = [
      "difference": "largest difference", "ratio": "least ratio to the highest",
      "floor": "least rate", "ceiling": "largest rate",
      "not_below": "new arm below the control by at most",
      "gap_change": "gap of the new arm above the control's by at most",
    ][report.bound]!
    return "\(state): \(report.metric), \(bound) \(Tables.number(report.limit, decimals: 3)), "
      + "\(NumberText.counted(report.batches, "batch", "batches")); at most "
      + "\(number(report.falseAlarmsAYear)) false alarms a year of "
      + "\(number(report.batchesAYear)) batches, over everything that is watched"
  }

  /// Rows that were old enough to judge, and the others.
  private static func late(_ late: DetectorReport.Late) -> String {
    var text =
      "rows are judged after \(NumberText.counted(late.horizon, "batch", "batches")); "
      + "\(NumberText.counted(late.waiting, "row")) not old enough; "
      + "\(NumberText.counted(late.lateLabels, "label")) came too late to count"
    if late.isHorizonShort {
      text += ", more than one in a hundred: the horizon is too short"
    }
    return TextWrap.paragraph(text, indent: "  ") + "\n"
      + Tables.text(
        ["by", "group", "labeled", "missing", "rate", "low", "high"],
        late.groups.map {
          [
            $0.comparison, $0.group, NumberText.count($0.labeled), NumberText.count($0.missing),
            Tables.number($0.rate, decimals: 3), Tables.number($0.low, decimals: 3),
            Tables.number($0.high, decimals: 3),
          ]
        }, alignedRight: [2, 3, 4, 5, 6], names: [0, 1])
  }

  private static func number(_ value: Double) -> String {
    NumberText.measured(value)
  }

  private static func groups(_ report: DetectorReport) -> String {
    let rows = report.comparisons.flatMap { comparison in
      comparison.reading.groups.map { group in
        [
          comparison.reading.name, group.name, NumberText.count(group.rows),
          Tables.estimated(group.rate, group.low, group.high),
          Tables.number(group.smallestBreach.flatMap { $0 < 1 ? $0 : nil }, decimals: 3),
          group.hasStopped ? "stopped" : group.isBlind ? "blind" : "",
        ]
      }
    }
    return Tables.text(
      ["by", "group", "rows", "rate", "found in a month", ""], rows, alignedRight: [2, 3, 4],
      names: [0, 1])
  }

  private static func notEstimable(
    _ bounded: [DetectorReport.Bounded], _ metric: String
  ) -> String {
    let reason =
      "\(metric) cannot be estimated from any number of rows: those that were not selected have no "
      + "labels. Whatever those labels are, it lies between these limits."
    return TextWrap.paragraph(reason, indent: "  ") + "\n"
      + Tables.text(
        ["by", "group", "not selected", "low", "high"],
        bounded.map {
          [
            $0.comparison, $0.group, NumberText.count($0.rejected),
            Tables.number($0.low, decimals: 3),
            Tables.number($0.high, decimals: 3),
          ]
        }, alignedRight: [2, 3, 4], names: [0, 1])
  }
}
