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
  /// Selected rows whose label has not come: they can raise the rates only, so the bounds hold.
  public var waiting = 0

  public init(selectedPositives: Int = 0, selectedNegatives: Int = 0, rejected: Int = 0) {
    self.selectedPositives = selectedPositives
    self.selectedNegatives = selectedNegatives
    self.rejected = rejected
  }

  /// A row; nil for a label that is not known, as those of rejected rows are.
  public mutating func take(isSelected: Bool, label: Bool?) {
    guard isSelected else {
      rejected += 1
      return
    }
    guard let label else {
      waiting += 1
      return
    }
    if label { selectedPositives += 1 } else { selectedNegatives += 1 }
  }

  /// P(selected | positive) over all that the rejected may be; nil without such rows.
  public var truePositiveRate: ClosedRange<Double>? {
    bounds(of: selectedPositives)
  }

  /// P(selected | negative), likewise.
  public var falsePositiveRate: ClosedRange<Double>? {
    bounds(of: selectedNegatives)
  }

  private func bounds(of selected: Int) -> ClosedRange<Double>? {
    guard selected + waiting + rejected > 0 else { return nil }
    let low = selected == 0 ? 0 : Double(selected) / Double(selected + rejected)
    return low...(selected + waiting > 0 ? 1 : 0)
  }
}
