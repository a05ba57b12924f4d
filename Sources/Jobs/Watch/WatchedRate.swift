import Monitoring

/// Which rate a watch compares between groups.
public enum WatchedRate: String, Sendable, Codable, CaseIterable {
  case selection = "selection_rate"
  case truePositive = "true_positive_rate"
  case falsePositive = "false_positive_rate"
  /// Of selected rows, those with a positive label: needs no label of the others.
  case precision = "precision_score"
  /// Of all rows, those with a positive label.
  case base = "base_rate"
  /// The true and the false positive rate, each with the bound.
  case equalizedOdds = "equalized_odds"

  /// The label of the rows that count; nil for all rows.
  var label: UInt8? {
    switch self {
    case .truePositive: 1
    case .falsePositive: 0
    default: nil
    }
  }

  /// The rates that are watched for it.
  var parts: [WatchedRate] { self == .equalizedOdds ? [.truePositive, .falsePositive] : [self] }

  var needsLabel: Bool { self != .selection }

  /// Whether rows that were not selected need labels.
  var needsAllLabels: Bool { needsLabel && self != .precision }

  /// Whether a watch without detectors has it.
  var isCompared: Bool {
    switch self {
    case .selection, .truePositive, .falsePositive: true
    case .precision, .base, .equalizedOdds: false
    }
  }
}

/// The rows of a group by decision and label, as far as labels are known.
struct GroupOutcomes: Sendable, Equatable, Codable {
  var selected = Cohorts.Matured.none
  var rejected = Cohorts.Matured.none

  /// - Parameter label: nil where it is not known.
  mutating func take(isSelected: Bool, label: Bool?) {
    let row = Cohorts.Matured(
      labels: label.map { RateCounts(rows: 1, successes: $0 ? 1 : 0) } ?? .zero,
      missing: label == nil ? 1 : 0)
    if isSelected { selected = selected + row } else { rejected = rejected + row }
  }

  /// The rows that a rate is of, as far as they are known, and its successes among them.
  func counts(of rate: WatchedRate) -> RateCounts {
    let yes = selected.labels, no = rejected.labels
    switch rate {
    case .selection:
      let chosen = yes.rows + selected.missing
      return RateCounts(rows: chosen + no.rows + rejected.missing, successes: chosen)
    case .truePositive:
      return RateCounts(rows: yes.successes + no.successes, successes: yes.successes)
    case .falsePositive:
      let falsePositives = yes.rows - yes.successes
      return RateCounts(rows: falsePositives + no.rows - no.successes, successes: falsePositives)
    case .precision: return yes
    case .base: return RateCounts(rows: yes.rows + no.rows, successes: yes.successes + no.successes)
    case .equalizedOdds: preconditionFailure("a rate of several parts")
    }
  }

  /// Between which values a rate lies, whatever the missing labels are; nil without rows.
  func bounds(of rate: WatchedRate) -> ClosedRange<Double>? {
    let known = counts(of: rate)
    switch rate {
    case .precision: return selected.bounds
    case .truePositive, .falsePositive:
      // Missing labels of selected rows can only raise it, those of the others only lower it.
      let low = known.rows + rejected.missing, high = known.rows + selected.missing
      guard low + selected.missing > 0 else { return nil }
      return
        (low == 0 ? 0 : Double(known.successes) / Double(low))...(high == 0
        ? 0 : Double(known.successes + selected.missing) / Double(high))
    case .base:
      let missing = selected.missing + rejected.missing, rows = known.rows + missing
      guard rows > 0 else { return nil }
      return Double(known.successes) / Double(rows)...Double(known.successes + missing)
        / Double(rows)
    case .selection: return known.rate.map { $0...$0 }
    case .equalizedOdds: preconditionFailure("a rate of several parts")
    }
  }
}
