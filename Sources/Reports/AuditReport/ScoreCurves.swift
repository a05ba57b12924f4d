import Auditing
import Criteria

/// Curves read from a tally's histogram of scores.
enum ScoreCurves {
  /// Tenths of the scores: what reliability diagrams usually have.
  static let calibrationBins = 10

  /// (false positive rate, true positive rate) from (0, 0) to (1, 1); empty without both labels.
  static func roc(_ tally: Tally) -> [(x: Double, y: Double)] {
    guard let histogram = tally.scores?.histogram, !histogram.isEmpty else { return [] }
    let bins = histogram.count / 2
    let negatives = histogram[..<bins].reduce(0, +), positives = histogram[bins...].reduce(0, +)
    guard negatives > 0, positives > 0 else { return [] }
    var points: [(x: Double, y: Double)] = [(0, 0)]
    var falseOnes = 0.0, trueOnes = 0.0
    for b in stride(from: bins - 1, through: 0, by: -1) {
      guard histogram[b] > 0 || histogram[bins + b] > 0 else { continue }
      falseOnes += histogram[b]
      trueOnes += histogram[bins + b]
      points.append((falseOnes / negatives, trueOnes / positives))
    }
    return points
  }

  /// A tenth of the scores with its rows.
  struct CalibrationBin {
    /// The first score of the tenth.
    var start: Double
    /// The mean score as far as the histogram tells it.
    var score: Double
    var positive: Double
    var weight: Double
    /// Wilson's limits of the share of positives; under weights of Kish's effective rows.
    var interval: Interval

    var rate: Double { positive / weight }
    var end: Double { start + 1 / Double(ScoreCurves.calibrationBins) }
  }

  /// The share of positives of each tenth of the scores that has rows.
  static func calibration(_ tally: Tally, confidence: Double) -> [CalibrationBin] {
    guard let histogram = tally.scores?.histogram, !histogram.isEmpty else { return [] }
    let bins = histogram.count / 2
    guard tally.weight(of: .positives) > 0, tally.weight(of: .negatives) > 0 else { return [] }
    var sums = Array(repeating: (score: 0.0, positive: 0.0, weight: 0.0), count: calibrationBins)
    for b in 0..<bins {
      let weight = histogram[b] + histogram[bins + b]
      guard weight > 0 else { continue }
      let place = b * calibrationBins / bins
      sums[place].score += weight * (Double(b) + 0.5) / Double(bins)
      sums[place].positive += histogram[bins + b]
      sums[place].weight += weight
    }
    // A histogram has no squares of weights: a tenth's rows weigh as unevenly as the group's.
    let effective = tally.effectiveCount(of: .all) / tally.totalWeight
    return sums.enumerated().filter { $0.element.weight > 0 }.map { place, sum in
      let trials = effective * sum.weight
      return CalibrationBin(
        start: Double(place) / Double(calibrationBins), score: sum.score / sum.weight,
        positive: sum.positive, weight: sum.weight,
        interval: ProportionInterval.wilson(
          Proportion(successes: trials * min(1, sum.positive / sum.weight), trials: trials),
          confidence: confidence))
    }
  }
}
