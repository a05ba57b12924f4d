import Auditing
import Criteria

/// Searches for whoever fares worst: cells of crosses, scans and linear subgroups.
extension AuditReport {
  func worstCellBlocks(_ found: WorstCells.Result) -> [ReportBlock] {
    guard !found.cells.isEmpty else { return [] }
    let title = "The cells that are farthest from the rest"
    let percent = NumberText.plain(100 * found.confidence) + "%"
    let lines = found.cells.map { cell in
      IntervalPlot.Line(
        name: "\(cell.value) · \(DisplayText.metric(cell.metric))", value: cell.difference,
        low: cell.low, high: cell.high, text: NumberText.points(cell.difference),
        isLow: cell.status == .lowCount)
    }
    let figure = IntervalPlot(
      id: "worst-plot", title: "Cells against all other rows",
      description: "The cell's rate minus that of all other rows, in percentage points, with "
        + "limits that hold for all \(NumberText.count(found.examined)) comparisons together at "
        + "\(percent). An open point rests on few rows.",
      lines: lines, rule: 0, ruleName: "alike", bounds: -1...1, tick: Self.pointTick
    ).figure()
    return [
      .heading(title),
      .text(
        "Every observed combination of attributes was compared with all other rows: "
          + "\(NumberText.count(found.examined)) comparisons, of which the "
          + "\(found.cells.count) that the data put farthest apart are here."),
      .figures([figure]), .table(worstTable(found, percent)),
    ]
  }

  static func pointTick(_ value: Double) -> String { NumberText.signed(100 * value, 0) }

  private func worstTable(_ found: WorstCells.Result, _ percent: String) -> ReportTable {
    var notes = [
      "Limits hold for all comparisons together at \(percent). The smallest gap consistent with the "
        + "data is the end of the limits that is nearer to 0.",
      "Adjusted p: Holm's, over these \(NumberText.count(found.examined)) comparisons.",
    ]
    if found.notEstimable > 0 {
      notes.append(
        "\(NumberText.count(found.notEstimable)) further comparisons have an empty denominator.")
    }
    return ReportTable(
      "worst-cells", caption: "Cells farthest from all other rows",
      columns: [
        .text("Group"), .text("Attribute"), .text("Metric"), .number("Rate"), .number("The rest"),
        .number("Difference"), .number("Smallest gap"), .number("Adjusted p"),
      ],
      rows: found.cells.map { cell in
        var rate = Self.shareCell(cell.rate, status: cell.status)
        rate.numerator = cell.part
        rate.denominator = cell.whole
        return ReportRow([
          Self.nameCell(cell.value), Self.nameCell(cell.attribute),
          ReportCell(DisplayText.metric(cell.metric)), rate, Self.shareCell(cell.rest),
          Self.pointsCell(cell.difference, cell.low, cell.high),
          Self.sizeCell(cell.bound),
          .number(cell.adjustedP, NumberText.pValue),
        ])
      }, notes: notes)
  }

  func scanBlocks(_ scans: [AuditFindings.NamedScan]) -> [ReportBlock] {
    guard let first = scans.first else { return [] }
    let rows = scans.map { scan -> ReportRow in
      let found = scan.finding
      let isShare = found.statistic == .bernoulli || found.statistic == .berkJones
      func mean(_ value: Double?) -> ReportCell {
        isShare ? Self.shareCell(value) : Self.plainCell(value)
      }
      return ReportRow([
        ReportCell(scan.question.prefix(1).uppercased() + scan.question.dropFirst()),
        ReportCell(found.direction.rawValue), .number(found.rows, NumberText.weight),
        mean(found.observed), mean(found.expected),
        .number(found.pValue) { NumberText.drawnP($0, draws: found.replicates) },
      ])
    }
    var notes = [
      "The \(Self.scanName(first.finding.statistic)) scan looks for the choice "
        + "of values of the attributes whose outcomes are most surprising, on either side. p: in which "
        + "share of \(NumberText.count(first.finding.replicates)) data sets drawn as expected the same "
        + "search finds as much. The audit's JSON has every value of each subgroup.",
      "Attributes: " + first.attributes.map(DisplayText.visible).joined(separator: ", ") + ".",
    ]
    if first.rowsScanned < first.of {
      notes.append(
        "An even sample of \(NumberText.count(first.rowsScanned)) of "
          + "\(NumberText.count(first.of)) rows was scanned.")
    }
    return [
      .heading("Subgroups with surprising outcomes"), .list(scans.map(\.sentence)),
      .table(
        ReportTable(
          "bias-scan", caption: "The most surprising subgroup of each question",
          columns: [
            .text("Question"), .text("Side"), .number("Rows"), .number("Observed"),
            .number("Expected"), .number("p"),
          ], rows: rows, notes: notes)),
    ]
  }

  private static func scanName(_ statistic: ScanStatistic) -> String {
    switch statistic {
    case .bernoulli: "Bernoulli"
    case .poisson: "Poisson"
    case .gaussian: "Gaussian"
    case .berkJones: "Berk–Jones"
    }
  }

  /// Values of one attribute that are named; a subgroup can have dozens.
  private static let mostValues = 6

  func subgroupBlocks(_ found: [RichSubgroups.Finding]) -> [ReportBlock] {
    guard !found.isEmpty else { return [] }
    let rows = found.map { finding in
      let names = finding.members.prefix(Self.mostValues).map(DisplayText.visible)
      let more = finding.cells - names.count
      return ReportRow([
        ReportCell(DisplayText.metric(finding.metric.rawValue)),
        .number(finding.violation) { NumberText.fixed($0, 4) },
        .number(finding.ceiling) { NumberText.fixed($0, 4) }, Self.shareCell(finding.share),
        Self.shareCell(finding.rate), Self.shareCell(finding.baseline),
        .number(finding.pValue) { NumberText.drawnP($0, draws: finding.replicates) },
        ReportCell(names.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")),
      ])
    }
    return [
      .heading("Rich subgroups of the sensitive attributes"),
      .table(
        ReportTable(
          "rich-subgroups", caption: "The rich subgroup with the largest violation, by metric",
          columns: [
            .text("Metric"), .number("Violation"), .number("Ceiling"), .number("Share"),
            .number("Rate"), .number("All rows"), .number("p"), .text("Cells"),
          ], rows: rows,
          notes: [
            "A rich subgroup: all rows whose attributes have weights that sum to more than a limit. "
              + "Violation: the subgroup's share of the rows times how far its rate is from that of all "
              + "rows. No subgroup whatever has more than the ceiling. p: outcomes redrawn among "
              + "all rows and searched alike."
          ])),
    ]
  }
}
