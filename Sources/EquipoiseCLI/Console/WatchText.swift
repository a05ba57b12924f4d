import Equipoise

/// A watch as a table on a terminal.
enum WatchText {
  static func describe(_ report: WatchReport) -> String {
    let rows = report.gaps.map { gap in
      [
        gap.first, gap.second, "\(gap.records)", Tables.number(gap.gap, decimals: 4),
        Tables.number(gap.evidence, decimals: 3), Tables.number(gap.pValue, decimals: 4),
        gap.isRaised ? "alarm" : "",
      ]
    }
    return "\(report.metric) by \(report.attribute), alarm at evidence "
      + "\(Tables.number(report.limit, decimals: 1))\n"
      + Tables.text(
        ["first", "second", "records", "gap", "evidence", "p", ""], rows,
        alignedRight: [2, 3, 4, 5])
  }
}
