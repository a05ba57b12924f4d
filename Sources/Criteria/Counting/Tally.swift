/// The counts of one group: rows, weights and squared weights of the four outcomes.
///
/// Slots are true negative, false positive, false negative, true positive: 2·label + prediction.
/// Every metric that does not need the order of scores is a function of a tally. Tallies add up.
public struct Tally: Sendable, Equatable, Codable {
  public var rows: SIMD4<Int>
  /// Σ w; equal to `rows` without weights.
  public var weights: SIMD4<Double>
  /// Σ w²; equal to `rows` without weights.
  public var squares: SIMD4<Double>
  public var scores: ScoreTotals?

  public init(
    rows: SIMD4<Int> = .zero, weights: SIMD4<Double>? = nil, squares: SIMD4<Double>? = nil,
    scores: ScoreTotals? = nil
  ) {
    self.rows = rows
    self.weights = weights ?? SIMD4<Double>(rows)
    self.squares = squares ?? SIMD4<Double>(rows)
    self.scores = scores
  }

  /// A tally of whole rows, for example from a table.
  public init(
    trueNegatives: Int, falsePositives: Int, falseNegatives: Int, truePositives: Int
  ) {
    self.init(rows: SIMD4(trueNegatives, falsePositives, falseNegatives, truePositives))
  }

  public var rowCount: Int { rows.wrappedSum() }
  public var totalWeight: Double { weights.sum() }

  /// Σ w over the outcomes of a set.
  public func weight(of outcomes: OutcomeSet) -> Double { (weights * outcomes.mask).sum() }
  public func rowCount(of outcomes: OutcomeSet) -> Int {
    (0..<4).reduce(0) { outcomes.rawValue >> $1 & 1 == 1 ? $0 + rows[$1] : $0 }
  }

  /// Kish's effective sample size (Σ w)² / Σ w² over a set of outcomes; 0 when it is empty.
  ///
  /// L. Kish, *Survey Sampling*, Wiley 1965, §11.7.
  public func effectiveCount(of outcomes: OutcomeSet) -> Double {
    let square = (squares * outcomes.mask).sum()
    guard square > 0 else { return 0 }
    let sum = weight(of: outcomes)
    return sum * sum / square
  }

  /// The same rows taken with a probability: a part of an expectation over decisions. Squares are
  /// scaled like weights, so that the parts of one row add up to that row.
  public func scaled(by factor: Double) -> Tally {
    Tally(rows: rows, weights: weights * factor, squares: squares * factor)
  }

  public static func += (left: inout Tally, right: Tally) {
    left.rows &+= right.rows
    left.weights += right.weights
    left.squares += right.squares
    if let sums = right.scores {
      if left.scores == nil { left.scores = sums } else { left.scores! += sums }
    }
  }
}

/// Sums of scores by label (index 0 and 1), and how positives and negatives rank by score.
public struct ScoreTotals: Sendable, Equatable, Codable {
  /// Σ w·s
  public var sums: SIMD2<Double>
  /// Σ w·s²
  public var squares: SIMD2<Double>
  /// Σ w in each bin of scores between 0 and 1, first of label 0, then of label 1; or empty.
  public var histogram: [Double]

  public init(sums: SIMD2<Double>, squares: SIMD2<Double>, histogram: [Double] = []) {
    self.sums = sums
    self.squares = squares
    self.histogram = histogram
  }

  public static func += (left: inout ScoreTotals, right: ScoreTotals) {
    left.sums += right.sums
    left.squares += right.squares
    precondition(left.histogram.count == right.histogram.count, "histograms of different bins")
    for i in left.histogram.indices { left.histogram[i] += right.histogram[i] }
  }
}

/// A set of the four outcomes of a binary prediction.
public struct OutcomeSet: OptionSet, Sendable, Hashable {
  public let rawValue: Int
  public init(rawValue: Int) { self.rawValue = rawValue }

  public static let trueNegative = OutcomeSet(rawValue: 1)
  public static let falsePositive = OutcomeSet(rawValue: 2)
  public static let falseNegative = OutcomeSet(rawValue: 4)
  public static let truePositive = OutcomeSet(rawValue: 8)

  public static let all: OutcomeSet = [
    .trueNegative, .falsePositive, .falseNegative, .truePositive,
  ]
  public static let positives: OutcomeSet = [.falseNegative, .truePositive]
  public static let negatives: OutcomeSet = [.trueNegative, .falsePositive]
  public static let selected: OutcomeSet = [.falsePositive, .truePositive]
  public static let rejected: OutcomeSet = [.trueNegative, .falseNegative]
  public static let correct: OutcomeSet = [.trueNegative, .truePositive]
  public static let wrong: OutcomeSet = [.falsePositive, .falseNegative]

  /// 1 for the slots in the set, 0 for the others.
  public var mask: SIMD4<Double> {
    SIMD4(
      contains(.trueNegative) ? 1 : 0, contains(.falsePositive) ? 1 : 0,
      contains(.falseNegative) ? 1 : 0, contains(.truePositive) ? 1 : 0)
  }
}
