import Auditing
import Criteria

/// What was searched for and compared beyond the rates of groups; only what was asked for.
extension AuditReport {
  /// Rows of a list that a person reads; the audit's JSON has all.
  static let mostListed = 40

  var findings: ReportSection? {
    guard let found = result.findings else { return nil }
    let parts: [[ReportBlock]] = [
      found.worstCells.map(worstCellBlocks) ?? [],
      found.biasScan.map(scanBlocks) ?? [],
      found.richSubgroups.map(subgroupBlocks) ?? [],
      found.proxies.map(proxyBlocks) ?? [],
      found.dispersion.map(dispersionBlocks) ?? [],
      found.shrinkage.map(shrinkageBlocks) ?? [],
      found.detectable.map(detectableBlocks) ?? [],
      found.bootstrap.map(bootstrapBlocks) ?? [],
      found.aequitas.map(aequitasBlocks) ?? [],
      found.stratified.map(stratifiedBlocks) ?? [],
      found.comparison.map(comparisonBlocks) ?? [],
      found.memberships.map(membershipBlocks) ?? [],
    ]
    let joined = parts.flatMap(\.self)
    return joined.isEmpty ? nil : ReportSection("findings", "Findings", joined)
  }

  // MARK: Cells of the tables

  /// A share of rows with its interval, as percentages.
  static func shareCell(
    _ value: Double?, _ low: Double? = nil, _ high: Double? = nil,
    status: Estimate.Status? = nil, reason: String? = nil
  ) -> ReportCell {
    guard let value else { return missingCell(reason) }
    var cell = ReportCell.estimated(value, low, high, unit: "%") { NumberText.fixed(100 * $0, 1) }
    cell.status = status
    cell.reason = reason
    return cell
  }

  /// A difference of shares with its interval, in percentage points.
  static func pointsCell(
    _ value: Double?, _ low: Double? = nil, _ high: Double? = nil, reason: String? = nil
  ) -> ReportCell {
    guard let value else { return missingCell(reason) }
    return .estimated(value, low, high, unit: " pp") { NumberText.signed(100 * $0, 1) }
  }

  /// A size in percentage points, without a sign.
  static func sizeCell(
    _ value: Double?, _ low: Double? = nil, _ high: Double? = nil
  ) -> ReportCell {
    guard let value else { return missingCell(nil) }
    return .estimated(value, low, high, unit: " pp") { NumberText.fixed(100 * $0, 1) }
  }

  /// A number that is no share, such as an area or an odds ratio.
  static func plainCell(
    _ value: Double?, _ low: Double? = nil, _ high: Double? = nil, signed: Bool = false,
    reason: String? = nil
  ) -> ReportCell {
    guard let value else { return missingCell(reason) }
    return .estimated(value, low, high) {
      signed ? NumberText.signed($0, 3) : NumberText.ratio($0)
    }
  }

  private static func missingCell(_ reason: String?) -> ReportCell {
    reason.map { .absent($0) } ?? ReportCell("–")
  }

  static func nameCell(_ name: String?) -> ReportCell {
    ReportCell(name.map(DisplayText.visible) ?? "–")
  }

  /// What a table says when it leaves rows out.
  static func omission(_ shown: Int, of all: Int) -> [String] {
    shown < all
      ? ["The first \(shown) of \(NumberText.count(all)) are shown; the audit's JSON has all."]
      : []
  }
}
