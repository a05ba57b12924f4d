import Datasets
import LinearAlgebra

/// How the positives of a group rank against its negatives by score: the area under the ROC curve.
///
/// AUC = Σ_{i positive, j negative} w_i w_j (1[s_i > s_j] + ½ 1[s_i = s_j]) / (W₊ W₋).
/// The variance is DeLong's: S₁₀/m + S₀₁/n with the sample variances of the placements.
///
/// E. DeLong, D. DeLong, D. Clarke-Pearson, *Comparing the areas under two or more correlated
/// receiver operating characteristic curves*, Biometrics 44, 1988.
public struct RankStatistic: Sendable, Equatable {
  public let area: Double
  /// DeLong's variance; nil with weights, or with fewer than two of a label.
  public let variance: Double?
  /// The standard deviation √variance is within this of the exact one; 0 from sorted scores.
  public let deviationBound: Double
  /// The area is within this of the exact one: 0 from sorted scores, half the share of pairs that
  /// fall into one bin from a histogram.
  public let errorBound: Double
  public let positives: Int
  public let negatives: Int

  public init(
    area: Double, variance: Double?, errorBound: Double, deviationBound: Double = 0,
    positives: Int, negatives: Int
  ) {
    self.area = area
    self.variance = variance
    self.errorBound = errorBound
    self.deviationBound = deviationBound
    self.positives = positives
    self.negatives = negatives
  }

  /// The statistic of scores rounded to the bins of a tally's histogram; nil when it has none, or a
  /// label is missing.
  ///
  /// A pair in one bin counts ½, so the area is off by at most half the share of such pairs. A
  /// placement is off by at most half the share of the other label in its bin; the standard
  /// deviation is a norm of the placements, so it is off by at most the norm of these.
  public init?(histogramOf tally: Tally) {
    guard let histogram = tally.scores?.histogram, !histogram.isEmpty else { return nil }
    let bins = histogram.count / 2
    var sums = PlacementSums(), together = 0.0, tenth = 0.0, first = 0.0
    for b in 0..<bins {
      let n = histogram[b], p = histogram[bins + b]
      sums.take(bin: Double(b), positives: p, negatives: n)
      together += p * n
      tenth += p * n * n
      first += n * p * p
    }
    let positives = tally.rowCount(of: .positives), negatives = tally.rowCount(of: .negatives)
    let weighted = tally.weights != SIMD4<Double>(tally.rows)
    guard let binned = sums.statistic(weighted: weighted) else { return nil }
    let pairs = histogram[..<bins].reduce(0, +) * histogram[bins...].reduce(0, +)
    let m = Double(positives), n = Double(negatives)
    let bound =
      m > 1 && n > 1
      ? 0.5 * (tenth / (n * n * m * (m - 1)) + first / (m * m * n * (n - 1))).squareRoot() : 0
    self.init(
      area: binned.area, variance: binned.variance, errorBound: 0.5 * together / pairs,
      deviationBound: bound, positives: positives, negatives: negatives)
  }

  /// The exact statistic of each group, nil where a label is missing.
  ///
  /// - Parameters:
  ///   - order: the rows sorted by score, from `rowsSortedByScore`; one sort serves every cross.
  public static func exact(
    of groups: GroupIndex, scores: Buffer<Double>, labels: Buffer<UInt8>,
    weights: Buffer<Double>?, order: Buffer<UInt32>
  ) -> [RankStatistic?] {
    let codes = Buffer<UInt32>(uninitialized: groups.rows)
    for i in 0..<codes.count { codes[i] = UInt32(groups[i]) }
    return GroupedScores(
      codes: codes, count: groups.count, scores: scores, labels: labels, weights: weights,
      order: order
    ).map { $0.rank() }
  }
}

/// Sums over the placements of one group, fed in order of the scores.
///
/// A positive's placement is the weight of negatives below it plus half of those that tie; those of
/// the negatives follow from the same walk with the positives below.
struct PlacementSums {
  private var score = -Double.infinity
  private var tiedPositive = 0.0, tiedNegative = 0.0
  private var tiedPositives = 0.0, tiedNegatives = 0.0
  private var positive = 0.0, negative = 0.0
  private var positives = 0.0, negatives = 0.0
  private var wins = 0.0
  private var positivePlacementSquares = 0.0
  private var belowNegatives = 0.0, belowNegativeSquares = 0.0

  mutating func take(score next: Double, positive isPositive: Bool, weight: Double) {
    if next != score {
      close()
      score = next
    }
    if isPositive {
      tiedPositive += weight
      tiedPositives += 1
    } else {
      tiedNegative += weight
      tiedNegatives += 1
    }
  }

  /// All rows of a bin of scores, which tie.
  mutating func take(bin: Double, positives: Double, negatives: Double) {
    close()
    score = bin
    (tiedPositive, tiedPositives) = (positives, positives)
    (tiedNegative, tiedNegatives) = (negatives, negatives)
  }

  private mutating func close() {
    let placement = negative + 0.5 * tiedNegative
    wins += tiedPositive * placement
    positivePlacementSquares += tiedPositives * placement * placement
    let below = positive + 0.5 * tiedPositive
    belowNegatives += tiedNegatives * below
    belowNegativeSquares += tiedNegatives * below * below
    positive += tiedPositive
    negative += tiedNegative
    positives += tiedPositives
    negatives += tiedNegatives
    (tiedPositive, tiedNegative, tiedPositives, tiedNegatives) = (0, 0, 0, 0)
  }

  mutating func statistic(weighted: Bool) -> RankStatistic? {
    close()
    // Weights near the end of the range of numbers have no product.
    let pairs = positive * negative
    guard pairs > 0, pairs.isFinite, wins.isFinite else { return nil }
    let area = wins / pairs
    var variance: Double?
    if !weighted && positives > 1 && negatives > 1 {
      let tenth =
        (positivePlacementSquares / (negatives * negatives) - positives * area * area)
        / (positives - 1)
      let first =
        (belowNegativeSquares / (positives * positives)
          - belowNegatives * belowNegatives / (negatives * positives * positives))
        / (negatives - 1)
      variance = max(0, tenth) / positives + max(0, first) / negatives
    }
    // In bins these are weights, which may be more than an integer holds.
    return RankStatistic(
      area: area, variance: variance, errorBound: 0, positives: Int(min(positives, 0x1p62)),
      negatives: Int(min(negatives, 0x1p62)))
  }
}
