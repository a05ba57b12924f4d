import Monitoring

/// What is counted of decisions: by decision, and by label or the want of one.
public struct DecisionCounts: Sendable, Equatable, Hashable {
  /// Decision × 3 + label, each 0, 1 and, of the label, 2 where there is none.
  public internal(set) var counts: [Int]

  public init(_ counts: [Int] = [0, 0, 0, 0, 0, 0]) {
    precondition(counts.count == 6, "two decisions by three labels")
    self.counts = counts
  }

  static func slot(decision: UInt8, label: UInt8) -> Int { Int(decision) * 3 + Int(label) }

  public static func + (a: DecisionCounts, b: DecisionCounts) -> DecisionCounts {
    DecisionCounts(zip(a.counts, b.counts).map { $0 + $1 })
  }

  public static func += (a: inout DecisionCounts, b: DecisionCounts) {
    for slot in 0..<6 { a.counts[slot] += b.counts[slot] }
  }

  public var rows: Int { counts.reduce(0, +) }
  public var selected: Int { counts[3] + counts[4] + counts[5] }
  public var labeled: Int { counts[0] + counts[1] + counts[3] + counts[4] }
  var isEmpty: Bool { counts.allSatisfy { $0 == 0 } }
}

/// A rate that a store counts for each group.
public enum CountedRate: String, Sendable, Codable, CaseIterable {
  case selection = "selection_rate"
  case truePositive = "true_positive_rate"
  case falsePositive = "false_positive_rate"
  /// Of selected rows with a label, those with a positive one.
  case precision = "precision_score"
  /// Of rows, those with a label.
  case coverage = "label_coverage"

  public var needsLabel: Bool { self != .selection && self != .coverage }
  /// Whether rows that were not selected need labels.
  public var needsAllLabels: Bool { self == .truePositive || self == .falsePositive }
  /// Whether rows are judged at the horizon rather than at once.
  var waits: Bool { self != .selection }

  /// The rows that the rate is of, and its successes.
  public func counts(_ outcomes: DecisionCounts) -> RateCounts {
    let c = outcomes.counts
    switch self {
    case .selection: return RateCounts(rows: outcomes.rows, successes: outcomes.selected)
    case .truePositive: return RateCounts(rows: c[1] + c[4], successes: c[4])
    case .falsePositive: return RateCounts(rows: c[0] + c[3], successes: c[3])
    case .precision: return RateCounts(rows: c[3] + c[4], successes: c[4])
    case .coverage: return RateCounts(rows: outcomes.rows, successes: outcomes.labeled)
    }
  }

  /// Between which values the rate lies, whatever the labels are that have not come; nil without rows.
  public func bounds(_ outcomes: DecisionCounts) -> ClosedRange<Double>? {
    let c = outcomes.counts, known = counts(outcomes)
    switch self {
    case .selection, .coverage: return known.rate.map { $0...$0 }
    case .precision:
      let rows = Double(known.rows + c[5])
      return rows == 0
        ? nil : Double(known.successes) / rows...Double(known.successes + c[5]) / rows
    case .truePositive, .falsePositive:
      // Labels of selected rows can only raise it, those of the others only lower it.
      let low = known.rows + c[2], high = known.rows + c[5]
      guard low + high > 0 else { return nil }
      return
        (low == 0 ? 0 : Double(known.successes) / Double(low))...(high == 0
        ? 0 : Double(known.successes + c[5]) / Double(high))
    }
  }
}
