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
  /// DeLong's variance; nil with weights, from a histogram, or with fewer than two of a label.
  public let variance: Double?
  /// The area is within this of the exact one: 0 from sorted scores, half the share of pairs that
  /// fall into one bin from a histogram.
  public let errorBound: Double
  public let positives: Int
  public let negatives: Int

  public init(
    area: Double, variance: Double?, errorBound: Double, positives: Int, negatives: Int
  ) {
    self.area = area
    self.variance = variance
    self.errorBound = errorBound
    self.positives = positives
    self.negatives = negatives
  }

  /// The area from the histogram of a tally; nil when there is none, or a label is missing.
  public init?(histogramOf tally: Tally) {
    guard let histogram = tally.scores?.histogram, !histogram.isEmpty else { return nil }
    let bins = histogram.count / 2
    var below = 0.0, wins = 0.0, together = 0.0, positive = 0.0
    for b in 0..<bins {
      let n = histogram[b], p = histogram[bins + b]
      wins += p * (below + 0.5 * n)
      together += p * n
      below += n
      positive += p
    }
    guard below > 0, positive > 0 else { return nil }
    self.init(
      area: wins / (below * positive), variance: nil,
      errorBound: 0.5 * together / (below * positive),
      positives: tally.rowCount(of: .positives), negatives: tally.rowCount(of: .negatives))
  }

  /// The exact statistic of each group, nil where a label is missing.
  ///
  /// - Parameters:
  ///   - order: the rows sorted by score, from `rowsSortedByScore`; one sort serves every cross.
  public static func exact(
    of groups: GroupIndex, scores: Buffer<Double>, labels: Buffer<UInt8>,
    weights: Buffer<Double>?, order: Buffer<UInt32>
  ) -> [RankStatistic?] {
    var sums = Array(repeating: PlacementSums(), count: groups.count)
    for k in 0..<order.count {
      let row = Int(order[k])
      sums[groups[row]].take(
        score: scores[row], positive: labels[row] == 1, weight: weights?[row] ?? 1)
    }
    return sums.map { sums in
      var sums = sums
      return sums.statistic(weighted: weights != nil)
    }
  }
}

/// Sums over the placements of one group, fed in order of the scores.
///
/// A positive's placement is the weight of negatives below it plus half of those that tie; those of
/// the negatives follow from the same walk with the positives below.
private struct PlacementSums {
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
    guard positive > 0, negative > 0 else { return nil }
    let area = wins / (positive * negative)
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
    return RankStatistic(
      area: area, variance: variance, errorBound: 0, positives: Int(positives),
      negatives: Int(negatives))
  }
}
