import Criteria

/// Aequitas's tables: group metrics, their ratios to a reference group, and which ratios lie within
/// the band τ…1/τ.
///
/// A ratio to 0 is absent: it is never capped at a number. Group names of other attributes play no
/// part in it, and groups keep their order.
///
/// P. Saleiro et al., *Aequitas: a bias and fairness audit toolkit*, arXiv 1811.05577, 2018.
public struct AequitasTable: Sendable {
  /// The usual τ: four fifths.
  public static let defaultTau = 0.8

  /// Which group is the reference of a metric.
  public enum Reference: Sendable, Equatable {
    /// The group with the most weight, the first of equals.
    case largest
    case named(String)
    /// The group where the metric is least, or greatest, the first of equals.
    case leastOfMetric, greatestOfMetric
  }

  /// A metric of Aequitas, by its name there.
  public enum Column: String, Sendable, CaseIterable {
    case predictedPositiveRatio = "ppr"
    case predictedPrevalence = "pprev"
    case precision, fdr
    case falseOmission = "for"
    case fpr, fnr, tpr, tnr, npv, accuracy
    case prevalence = "prev"

    /// The columns that disparities are told of.
    public static let compared: [Column] = [
      .predictedPositiveRatio, .predictedPrevalence, .precision, .fdr, .falseOmission, .fpr, .fnr,
      .tpr, .tnr, .npv,
    ]
  }

  /// Joint parities, each over the ratios of some columns.
  public enum Parity: String, Sendable, CaseIterable {
    case typeI = "TypeI Parity"
    case typeII = "TypeII Parity"
    case equalizedOdds = "Equalized Odds"
    case unsupervised = "Unsupervised Fairness"
    case supervised = "Supervised Fairness"
    case overall = "Overall Fairness"

    var columns: [Column] {
      switch self {
      case .typeI: [.fdr, .fpr]
      case .typeII: [.falseOmission, .fnr]
      case .equalizedOdds: [.fpr, .tpr]
      case .unsupervised: [.predictedPositiveRatio, .predictedPrevalence]
      case .supervised: [.fdr, .fpr, .falseOmission, .fnr]
      case .overall:
        [.predictedPositiveRatio, .predictedPrevalence, .fdr, .fpr, .falseOmission, .fnr]
      }
    }
  }

  public let names: [String]
  public let tallies: [Tally]
  private let selected: Double

  public init(_ marginal: OutcomeCounts.Marginal) {
    names = marginal.names
    tallies = marginal.tallies
    selected = marginal.tallies.reduce(0) { $0 + $1.weight(of: .selected) }
  }

  /// A metric of a group.
  ///
  /// `ppr` is PP_g / K, the group's share of all selected: not its selection rate, which is `pprev`.
  public func value(_ column: Column, of group: Int) -> MetricValue {
    guard column == .predictedPositiveRatio else {
      return Metrics.named(column.rawValue)!.measure(tallies[group])
    }
    guard selected > 0 else { return .absent("nobody is selected") }
    return .value(tallies[group].weight(of: .selected) / selected)
  }

  /// The reference group of a column; nil when no group can be it.
  public func reference(_ column: Column, _ rule: Reference) -> Int? {
    switch rule {
    case .named(let name): return names.firstIndex(of: name)
    case .largest:
      return tallies.indices.min {
        (-tallies[$0].totalWeight, $0) < (-tallies[$1].totalWeight, $1)
      }
    case .leastOfMetric, .greatestOfMetric:
      let sign: Double = rule == .leastOfMetric ? 1 : -1
      let measured = names.indices.compactMap { g in
        value(column, of: g).value.map { (value: sign * $0, group: g) }
      }
      return measured.min { ($0.value, $0.group) < ($1.value, $1.group) }?.group
    }
  }

  /// metric_g / metric_reference.
  public func disparity(_ column: Column, of group: Int, _ rule: Reference) -> MetricValue {
    guard let reference = reference(column, rule) else { return .absent("no reference group") }
    let own = value(column, of: group), other = value(column, of: reference)
    guard let a = own.value else { return own }
    guard let b = other.value else { return other }
    guard b > 0 else { return .absent("the reference's value is 0") }
    return .value(a / b)
  }

  /// Whether τ ≤ disparity ≤ 1/τ; nil when there is no disparity.
  public func isWithin(
    _ column: Column, of group: Int, _ rule: Reference, tau: Double = defaultTau
  ) -> Bool? {
    disparity(column, of: group, rule).value.map { $0 >= tau && $0 <= 1 / tau }
  }

  /// Whether all columns of a parity are within; false when one is known to be outside, nil when
  /// that is not known.
  public func isWithin(
    _ parity: Parity, of group: Int, _ rule: Reference, tau: Double = defaultTau
  ) -> Bool? {
    let all = parity.columns.map { isWithin($0, of: group, rule, tau: tau) }
    if all.contains(false) { return false }
    return all.contains(nil) ? nil : true
  }
}
