import Auditing
import Criteria

/// How often the label is positive among rows of about one score, group by group.
extension AuditReport {
  func calibrationFigure(_ group: ReportGroups, id: String) -> ReportFigure? {
    guard areProbabilities else { return nil }
    let (indices, note) = drawn(
      group, most: CurvePlot.mostSeries, by: leadingMetrics.first)
    let series = indices.compactMap { g -> CurvePlot.Series? in
      let bins = ScoreCurves.calibration(group.tallies[g], confidence: options.confidence)
      guard !bins.isEmpty else { return nil }
      let solid = bins.filter { $0.weight >= Double(options.minimumCount) }
      return CurvePlot.Series(
        name: group.names[g], text: "\(NumberText.count(group.tallies[g].rowCount)) rows",
        points: solid.map { ($0.score, $0.rate) },
        markers: bins.map { bin in
          CurvePlot.Marker(
            x: bin.score, y: bin.rate, low: bin.interval.low, high: bin.interval.high,
            isOpen: bin.weight < Double(options.minimumCount))
        })
    }
    guard !series.isEmpty else { return nil }
    return CurvePlot(
      id: id, title: "Calibration by \(DisplayText.visible(group.attribute))",
      description:
        "A point stands for the rows whose scores lie in one tenth of the range: their mean "
        + "score across, the share of them that is positive up, with its \(confidenceText) "
        + "interval. On the dashed diagonal a score is a probability. Open markers rest on fewer than \(options.minimumCount) rows."
        + note,
      horizontal: "Score", vertical: "Share of positives", series: series
    ).figure()
  }

  /// The points of the figure with their counts.
  func calibrationTable(_ group: ReportGroups, id: String) -> ReportTable? {
    guard areProbabilities, !group.isCross else { return nil }
    let (indices, note) = drawn(
      group, most: CurvePlot.mostSeries, by: leadingMetrics.first)
    let rows = indices.flatMap { g in
      ScoreCurves.calibration(group.tallies[g], confidence: options.confidence).map { bin in
        var share = Self.shareCell(bin.rate, bin.interval.low, bin.interval.high)
        share.numerator = bin.positive
        share.denominator = bin.weight
        if bin.weight < Double(options.minimumCount) { share.status = .lowCount }
        return ReportRow([
          Self.nameCell(group.names[g]),
          ReportCell("\(NumberText.fixed(bin.start, 1)) to \(NumberText.fixed(bin.end, 1))"),
          .number(bin.score, NumberText.ratio), share,
          Self.pointsCell(
            bin.rate - bin.score, bin.interval.low - bin.score, bin.interval.high - bin.score),
        ])
      }
    }
    guard !rows.isEmpty else { return nil }
    return ReportTable(
      id, caption: "Calibration by \(DisplayText.visible(group.attribute))",
      columns: [
        .text("Group"), .text("Scores"), .number("Mean score"), .number("Share of positives"),
        .number("Share minus score"),
      ], rows: rows,
      notes: [
        "Below 0 the scores are too high, above 0 too low. Wilson's intervals "
          + "at \(confidenceText)." + note
      ])
  }
}
