import Equipoise

/// A watch as a table on a terminal.
enum WatchText {
  static func describe(_ document: WatchDocument) -> String {
    switch document {
    case .gaps(let report): describe(report)
    case .bounds(let report): DetectorText.describe(report)
    }
  }

  private static func describe(_ report: WatchReport) -> String {
    let rows = report.gaps.map { gap in
      [
        gap.first, gap.second, "\(gap.records)", Tables.number(gap.gap, decimals: 4),
        Tables.number(gap.evidence, decimals: 3), Tables.pValue(gap.pValue),
        gap.isRaised ? "alarm" : "",
      ]
    }
    return TextWrap.paragraph(headline(report), indent: "  ") + "\n"
      + Tables.text(
        ["first", "second", "records", "first − second", "evidence", "p", ""], rows,
        alignedRight: [2, 3, 4, 5], names: [0, 1])
  }

  private static func headline(_ report: WatchReport) -> String {
    let alarms = report.gaps.count(where: \.isRaised)
    let state = alarms == 0 ? "no alarm" : NumberText.counted(alarms, "alarm")
    var text =
      "\(state): \(report.metric) by \(DisplayText.name(report.attribute)), "
      + "\(NumberText.counted(report.gaps.count, "pair")) of groups"
    if let strongest = report.gaps.max(by: { $0.evidence < $1.evidence }) {
      text +=
        "; strongest evidence \(Tables.number(strongest.evidence, decimals: 1)) "
        + "(\(DisplayText.name(strongest.first)) and \(DisplayText.name(strongest.second)))"
    }
    return text + "; an alarm at \(Tables.number(report.limit, decimals: 1))"
  }
}
