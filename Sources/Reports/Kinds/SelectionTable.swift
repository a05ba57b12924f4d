import Auditing
import Criteria

/// Rates of categories and their ratios to the highest, as selection laws ask for them.
struct SelectionTable {
  struct Row {
    var name: String
    var rows: Int
    var selected: Int
    /// Left out of the ratios, and never the reference.
    var isExcluded: Bool

    var rate: Double? { rows > 0 ? Double(selected) / Double(rows) : nil }
  }

  let attribute: String
  let rows: [Row]

  var total: Int { rows.reduce(0) { $0 + $1.rows } }
  var totalSelected: Int { rows.reduce(0) { $0 + $1.selected } }

  /// The category with the highest rate among those not excluded; the first of equals.
  var reference: Row? {
    var best: Row?
    for row in rows where !row.isExcluded {
      guard let rate = row.rate else { continue }
      if best.flatMap(\.rate).map({ rate > $0 }) ?? true { best = row }
    }
    return best
  }

  /// Rate over the reference's; nil for excluded rows, empty rows and a reference of rate 0.
  func impactRatio(_ row: Row) -> Double? {
    guard !row.isExcluded, let rate = row.rate, let best = reference?.rate, best > 0 else {
      return nil
    }
    return rate / best
  }

  func proportion(_ row: Row) -> Proportion? {
    row.rows > 0 ? Proportion(row.selected, of: row.rows) : nil
  }

  /// The interval of a ratio to the reference; none for the reference itself.
  func ratioInterval(_ row: Row, confidence: Double) -> Interval? {
    guard let reference, row.name != reference.name, impactRatio(row) != nil,
      let a = proportion(row), let b = proportion(reference)
    else { return nil }
    return ContrastIntervals.ratio(a, b, confidence: confidence)
  }

  /// The ratio as a cell, with its interval.
  func ratioCell(_ row: Row, confidence: Double) -> ReportCell {
    guard let ratio = impactRatio(row) else {
      return row.isExcluded
        ? .absent("small category", "left out")
        : .absent(row.rows == 0 ? "no rows" : "the highest rate is 0")
    }
    let interval = ratioInterval(row, confidence: confidence)
    let high = interval.flatMap { $0.high.isFinite ? $0.high : nil }
    return .estimated(ratio, interval?.low, high, NumberText.ratio)
  }

  func rateCell(_ row: Row, confidence: Double) -> ReportCell {
    var cell = ReportCell.share(row.selected, of: row.rows)
    guard let proportion = proportion(row) else {
      cell.status = .notEstimable
      cell.reason = "no rows"
      return cell
    }
    let interval = ProportionInterval.automatic(proportion, confidence: confidence)
    cell.low = interval.low
    cell.high = interval.high
    cell.range = AuditReport.rangeText(interval.low, interval.high) {
      NumberText.fixed(100 * $0, 1)
    }
    return cell
  }
}
