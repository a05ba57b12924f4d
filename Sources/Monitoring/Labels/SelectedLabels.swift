/// A group of which only the selected have labels, as loans that were granted do.
///
/// Whether a rejected row would have been a positive is not known, so true and false positive rates are not
/// identified, whatever the number of rows; they are bounded by what the rejected may have been. The selection rate
/// and the precision are identified.
///
/// C. Manski, *Nonparametric bounds on treatment effects*, American Economic Review 80, 1990.
public struct SelectedLabels: Sendable, Equatable, Codable {
  /// Selected rows by label, and all rejected rows.
  public var selectedPositives: Int
  public var selectedNegatives: Int
  public var rejected: Int

  public init(selectedPositives: Int = 0, selectedNegatives: Int = 0, rejected: Int = 0) {
    self.selectedPositives = selectedPositives
    self.selectedNegatives = selectedNegatives
    self.rejected = rejected
  }

  /// P(selected | positive) over all that the rejected may be; nil without such rows.
  public var truePositiveRate: ClosedRange<Double>? {
    Self.bounds(of: selectedPositives, rejected)
  }

  /// P(selected | negative), likewise.
  public var falsePositiveRate: ClosedRange<Double>? {
    Self.bounds(of: selectedNegatives, rejected)
  }

  private static func bounds(of selected: Int, _ rejected: Int) -> ClosedRange<Double>? {
    guard selected + rejected > 0 else { return nil }
    return Double(selected) / Double(selected + rejected)...(selected > 0 ? 1 : 0)
  }
}
