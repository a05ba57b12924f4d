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
  /// People whose category nobody knows: they are in no row.
  var unknown = 0
  let rows: [Row]

  var total: Int { rows.reduce(0) { $0 + $1.rows } }
  var totalSelected: Int { rows.reduce(0) { $0 + $1.selected } }

  /// How far the rates of the categories that are not excluded lie apart.
  private var spread: Spread {
    Spread.between(
      rows.map { row in
        row.isExcluded ? .absent("left out") : row.rate.map { .value($0) } ?? .absent("no rows")
      })
  }

  /// The category with the highest rate among those not excluded; the first of equals. Nil where fewer
  /// than two have a rate: there is nobody to compare with.
  var reference: Row? { spread.highest.map { rows[$0] } }

  /// Why there is nobody to compare with; nil where there is.
  var absence: String? { spread.extremes == nil ? spread.reason(rows.map(\.name)) : nil }

  /// Rate over the reference's; nil for excluded rows, empty rows and a reference of rate 0.
  func impactRatio(_ row: Row) -> Double? {
    guard !row.isExcluded else { return nil }
    return impact(row).value
  }

  private func impact(_ row: Row) -> MetricValue {
    guard let reference, let best = reference.rate else {
      return .absent(absence ?? "no rows")
    }
    return DisparityKind.ratio.compare(
      row.rate.map { .value($0) } ?? .absent("no rows"), to: .value(best),
      whenZero: "the highest rate is 0")
  }

  /// The rows that have an impact ratio, the highest first; equals stand as in the table.
  var ranked: [(row: Row, ratio: Double)] {
    rows.compactMap { row in impactRatio(row).map { (row: row, ratio: $0) } }
      .enumerated().sorted { ($1.element.ratio, $0.offset) < ($0.element.ratio, $1.offset) }
      .map(\.element)
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
        : .absent(impact(row).reason)
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
