import Monitoring

/// What detectors watch: a bound of the groups of a batch, or of two arms that decide side by side.
enum DetectorBound: Sendable, Equatable, Codable {
  /// Of any number of groups.
  case groups(ConvexNull)
  /// In every group and bin of scores, the share of positive labels is at most so far from the mean
  /// score; the bins are of equal width.
  case calibration(within: Double, bins: Int)
  /// In every group the new arm's rate is at most this far below the other's.
  case notBelow(Double)
  /// The gap of every two groups is at most this much larger in the new arm.
  case gapChange(Double)

  var isOfArms: Bool {
    switch self {
    case .notBelow, .gapChange: true
    case .groups, .calibration: false
    }
  }

  /// What one monitor a comparison watches; nil where each bound of arms has its own. That of
  /// calibration moves with the scores of each batch.
  var ofComparison: ConvexNull? {
    switch self {
    case .groups(let null): null
    case .calibration: .each(ConvexNull.RateRange(0, 1))
    case .notBelow, .gapChange: nil
    }
  }

  /// As in documents.
  var name: String {
    switch self {
    case .groups(.difference): "difference"
    case .groups(.ratio): "ratio"
    case .groups(.each(let range)): range.high < 1 ? "ceiling" : "floor"
    case .groups: preconditionFailure("a bound of any number of groups")
    case .calibration: "calibration"
    case .notBelow: "not_below"
    case .gapChange: "gap_change"
    }
  }

  var limit: Double {
    switch self {
    case .groups(.difference(let limit)), .groups(.ratio(let limit)): limit
    case .groups(.each(let range)): range.high < 1 ? range.high : range.low
    case .groups: preconditionFailure("a bound of any number of groups")
    case .calibration(let margin, _), .notBelow(let margin), .gapChange(let margin): margin
    }
  }

  /// With the rate that it is about.
  func words(_ rate: String) -> String {
    switch name {
    case "difference": "differences of at most \(limit) in \(rate)"
    case "ratio": "ratios to the highest of at least \(limit) in \(rate)"
    case "floor": "\(rate) of at least \(limit) in each group"
    case "ceiling": "\(rate) of at most \(limit) in each group"
    case "calibration":
      "\(rate) within \(limit) of the mean score in each group and bin of scores"
    case "not_below": "\(rate) of the new arm at most \(limit) below that of the other"
    default: "a gap in \(rate) of the new arm at most \(limit) above that of the other"
    }
  }
}

/// Two arms, or two versions of a model, that decide side by side.
struct DetectorArms: Sendable, Equatable, Codable {
  /// The column that says which arm decided.
  var column: String
  /// The value of the arm that the other is held against.
  var control: String
  /// The other's value; nil before its first row.
  var treatment: String?

  /// Learns the second arm's value; throws for a third.
  mutating func meet(_ names: [String]) throws(WatchError) {
    for name in names where name != control && name != treatment {
      guard treatment == nil else {
        throw .otherArms(name, known: [control, treatment!])
      }
      treatment = name
    }
  }

  /// A bound with the rates that it takes, by group and arm.
  struct Unit {
    var name: String
    /// Groups in the order of the bound's coefficients, each with whether it is the new arm's.
    var rates: [(group: String, isNew: Bool)]
    var null: ConvexNull

    var names: [String] { rates.map { $0.group + ($0.isNew ? ", new arm" : ", control") } }
  }

  /// The bounds of groups, those of the first groups first, so that later groups add to the end.
  static func units(of bound: DetectorBound, _ groups: [String]) -> [Unit] {
    switch bound {
    case .groups, .calibration: []
    case .notBelow(let margin):
      groups.map {
        Unit(name: $0, rates: [($0, true), ($0, false)], null: .notBelow(by: margin))
      }
    case .gapChange(let margin):
      groups.indices.flatMap { later in
        (0..<later).flatMap { earlier in
          [(earlier, later), (later, earlier)].map { a, b in
            let first = groups[a], second = groups[b]
            return Unit(
              name: "\(first) − \(second)",
              rates: [(first, true), (second, true), (first, false), (second, false)],
              null: .gapChange(atMost: margin))
          }
        }
      }
    }
  }
}
