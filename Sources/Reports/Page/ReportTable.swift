import Auditing

/// A table whose first column names its rows.
public struct ReportTable: Sendable, Equatable, Codable {
  /// Unique in the document; letters, digits and hyphens.
  public var id: String
  public var caption: String
  public var columns: [ReportColumn]
  public var rows: [ReportRow]
  /// What stands under the table.
  public var notes: [String]

  public init(
    _ id: String, caption: String, columns: [ReportColumn], rows: [ReportRow] = [],
    notes: [String] = []
  ) {
    self.id = id
    self.caption = caption
    self.columns = columns
    self.rows = rows
    self.notes = notes
  }
}

/// The head of a column.
public struct ReportColumn: Sendable, Equatable, Codable {
  public var title: String
  /// Numbers stand flush right.
  public var isNumeric: Bool

  public static func text(_ title: String) -> ReportColumn {
    ReportColumn(title: title, isNumeric: false)
  }
  public static func number(_ title: String) -> ReportColumn {
    ReportColumn(title: title, isNumeric: true)
  }
}

/// A row of a table.
public struct ReportRow: Sendable, Equatable, Codable {
  public var cells: [ReportCell]
  /// Set apart from the groups: all rows together.
  public var isTotal: Bool

  public init(_ cells: [ReportCell], isTotal: Bool = false) {
    self.cells = cells
    self.isTotal = isTotal
  }
}

/// What stands in a field of a table, with the numbers that it was written from.
public struct ReportCell: Sendable, Equatable, Codable {
  public var text: String
  /// The interval, in brackets.
  public var range: String?
  public var value: Double?
  public var low: Double?
  public var high: Double?
  /// The counts (or weights) that the value is the quotient of.
  public var numerator: Double?
  public var denominator: Double?
  public var status: Estimate.Status?
  /// Why the number is absent, or not to be relied on.
  public var reason: String?
  /// What is said of the number besides: where it lies to a band that was asked for.
  public var mark: String?

  public init(_ text: String, value: Double? = nil) {
    self.text = text
    self.value = value
  }

  public static func count(_ count: Int) -> ReportCell {
    ReportCell(NumberText.count(count), value: Double(count))
  }

  /// A number with as many decimals as it is sure to have, or a dash.
  public static func number(_ value: Double?, _ text: (Double) -> String) -> ReportCell {
    value.map { ReportCell(text($0), value: $0) } ?? ReportCell("–")
  }

  /// A quotient of two counts as a percentage; a dash when there is nothing to divide by.
  public static func share(_ part: Int, of whole: Int) -> ReportCell {
    guard whole > 0 else { return ReportCell("–") }
    let value = Double(part) / Double(whole)
    var cell = ReportCell(NumberText.percent(value), value: value)
    cell.numerator = Double(part)
    cell.denominator = Double(whole)
    return cell
  }

  /// A number with its interval in brackets; the unit stands after the number alone.
  public static func estimated(
    _ value: Double, _ low: Double?, _ high: Double?, unit: String = "",
    _ text: (Double) -> String
  ) -> ReportCell {
    var cell = ReportCell(text(value) + unit, value: value)
    cell.low = low
    cell.high = high
    if low != nil || high != nil {
      cell.range = "[\(low.map(text) ?? "–"), \(high.map(text) ?? "–")]"
    }
    return cell
  }

  /// No number, and why.
  public static func absent(
    _ reason: String?, _ text: String = "not estimable"
  ) -> ReportCell {
    var cell = ReportCell(text)
    cell.status = .notEstimable
    cell.reason = reason
    return cell
  }

  /// The counts in words: `"1,234 of 3,954"`.
  public var trace: String? {
    guard let numerator, let denominator else { return nil }
    return "\(NumberText.weight(numerator)) of \(NumberText.weight(denominator))"
  }
}
