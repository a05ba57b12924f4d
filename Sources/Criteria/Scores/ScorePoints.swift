import Essentials

/// The distinct scores of a group in ascending order, each with the weight of its positives and of
/// its negatives.
public struct ScorePoints: Sendable {
  public var scores: [Double] = []
  public var positives: [Double] = []
  public var negatives: [Double] = []
  /// A score stands for others at most this far away: 0 from every score, half a bin from bins.
  public var halfWidth = 0.0

  public var count: Int { scores.count }
  public var totalPositive: Double { positives.reduce(0, +) }
  public var totalNegative: Double { negatives.reduce(0, +) }

  /// Rows of no weight are left out. Without labels all rows count as negatives.
  public init(_ sorted: SortedScores) {
    for i in 0..<sorted.count {
      let score = sorted.scores[i], weight = sorted.weight(i)
      guard weight > 0 else { continue }
      if score != scores.last {
        scores.append(score)
        positives.append(0)
        negatives.append(0)
      }
      if sorted.labels?[i] == 1 {
        positives[scores.count - 1] += weight
      } else {
        negatives[scores.count - 1] += weight
      }
    }
  }

  /// The middles of the bins of a histogram between 0 and 1: label 0 first, then label 1.
  public init(histogram: [Double]) {
    let bins = histogram.count / 2
    halfWidth = 0.5 / Double(bins)
    for b in 0..<bins where histogram[b] > 0 || histogram[bins + b] > 0 {
      scores.append((Double(b) + 0.5) / Double(bins))
      negatives.append(histogram[b])
      positives.append(histogram[bins + b])
    }
  }

  /// Runs of neighbours joined at their weighted mean score, so that few points are left.
  func coarse(_ limit: Int) -> ScorePoints {
    guard count > limit else { return self }
    var result = self
    result.scores = []
    result.positives = []
    result.negatives = []
    let run = (count + limit - 1) / limit
    var start = 0
    while start < count {
      let range = start..<min(count, start + run)
      let positive = positives[range].reduce(0, +), negative = negatives[range].reduce(0, +)
      let sum = range.reduce(0) { $0 + scores[$1] * (positives[$1] + negatives[$1]) }
      result.scores.append(sum / (positive + negative))
      result.positives.append(positive)
      result.negatives.append(negative)
      start += run
    }
    return result
  }
}

extension SortedScores {
  /// −E[Y ln S + (1 − Y) ln(1 − S)] in nats; absent when a label has probability 0.
  func logLoss() -> MetricValue {
    guard let labels, totalWeight > 0 else { return .absent("no rows") }
    var sum = 0.0
    for i in 0..<count where weight(i) > 0 {
      let probability = labels[i] == 1 ? scores[i] : 1 - scores[i]
      guard probability > 0 else {
        return .absent("unbounded: a label has a predicted probability of 0")
      }
      sum -= weight(i) * log(probability)
    }
    return .value(sum / totalWeight)
  }
}
