import Criteria
import LinearAlgebra

/// Every way to cut one group's scores, with the weight of positives and negatives it selects.
///
/// Cut k selects the rows of the k highest distinct scores: cut 0 nobody, the last one everybody.
/// Rows of weight 0 do not exist here.
public struct ThresholdCurve: Sendable {
  /// Distinct scores, descending, shape `(m)`.
  public private(set) var scores: [Double] = []
  /// Selected weight of positives at each cut, shape `(m + 1)`.
  public private(set) var truePositives: [Double] = [0]
  /// Selected weight of negatives at each cut, shape `(m + 1)`.
  public private(set) var falsePositives: [Double] = [0]

  /// The curve of a group without rows.
  public init() {}

  /// Some of a group's cuts.
  ///
  /// - Parameters:
  ///   - scores: a score for each cut but the first, descending, that separates those whom the cut
  ///     selects from others; shape `(m)`.
  ///   - truePositives: selected weight of positives, that of nobody first, shape `(m + 1)`.
  ///   - falsePositives: the same of negatives.
  public init(scores: [Double], truePositives: [Double], falsePositives: [Double]) {
    precondition(
      truePositives.count == scores.count + 1 && falsePositives.count == scores.count + 1,
      "one count more than scores")
    self.scores = scores
    self.truePositives = truePositives
    self.falsePositives = falsePositives
  }

  /// Cuts 0..<count.
  public var count: Int { truePositives.count }
  public var positives: Double { truePositives[count - 1] }
  public var negatives: Double { falsePositives[count - 1] }
  public var total: Double { positives + negatives }

  public func threshold(_ cut: Int, includingMiddle: Bool = true) -> ScoreThreshold {
    if cut == 0 { return .nobody }
    if cut == scores.count { return .everybody }
    return .between(
      lower: scores[cut], upper: scores[cut - 1], includingMiddle: includingMiddle)
  }

  /// The curves of all groups: one sort of all rows, one walk from the highest score.
  public static func all(_ rows: ScoredRows) -> [ThresholdCurve] {
    let order = rowsSortedByScore(Buffer(rows.scores))
    var curves = [ThresholdCurve](repeating: ThresholdCurve(), count: rows.groups.count)
    for k in stride(from: order.count - 1, through: 0, by: -1) {
      let row = Int(order[k]), weight = rows.weight(row)
      guard weight > 0 else { continue }
      curves[Int(rows.groups.codes[row])].take(
        score: rows.scores[row], positive: rows.labels[row] == 1, weight: weight)
    }
    return curves
  }

  private mutating func take(score: Double, positive: Bool, weight: Double) {
    let last = truePositives.count - 1
    if scores.last == score {
      if positive { truePositives[last] += weight } else { falsePositives[last] += weight }
    } else {
      scores.append(score)
      truePositives.append(truePositives[last] + (positive ? weight : 0))
      falsePositives.append(falsePositives[last] + (positive ? 0 : weight))
    }
  }
}

extension Rate {
  /// The rate of a group that is cut; nil when its denominator is empty.
  func value(_ curve: ThresholdCurve, _ cut: Int) -> Double? {
    value(
      truePositives: curve.truePositives[cut], falsePositives: curve.falsePositives[cut],
      positives: curve.positives, negatives: curve.negatives)
  }
}
