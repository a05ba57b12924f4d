import Criteria
import Datasets
import Essentials
import LinearAlgebra
import Mitigation

/// The cuts of one group's scores that may be told, with exact counts at each.
///
/// Between two neighbouring cuts, above the first and below the last, each label's count is 0 or at
/// least the smallest cell that is told. Any choice of such cuts is one again.
public struct ReleasedCurve: Sendable {
  /// Descending; a row is selected where its score is at least the cut. Shape `(m)`.
  public private(set) var cuts: [Double] = []
  /// The same as a curve of weights.
  public private(set) var curve = ThresholdCurve()
  /// Whether every score is a cut.
  public private(set) var isComplete = false
  /// (Σw)²/Σw² of the group's rows: how many equal rows tell as much (Kish).
  public var effectiveRows = 0.0
  /// Positives and negatives at the model's own threshold; nil where they may not be told.
  public var stated: (truePositives: Double, falsePositives: Double)?

  /// - Parameters:
  ///   - counts: the group's curve with a count of 1 for each row.
  ///   - weights: the same with the rows' weights.
  ///   - threshold: where counts are to be exact, if they may be told there.
  package init(
    counts: ThresholdCurve, weights: ThresholdCurve, threshold: Double?, least: Int, most: Int
  ) {
    let anchor = threshold.map { Self.position($0, counts.scores) }
    let released = Self.released(counts, anchor: anchor, least: least)
    let kept = Self.chosen(released, of: weights, anchor: anchor, most: most)
    isComplete = kept.count == counts.scores.count && least <= 1
    let isExact = isComplete
    cuts = kept.map { cut in
      if isExact { return counts.scores[cut - 1] }
      if cut == anchor, let threshold { return threshold }
      let lower = cut < counts.scores.count ? counts.scores[cut] : -.infinity
      return Self.shortest(above: lower, to: counts.scores[cut - 1])
    }
    curve = ThresholdCurve(
      scores: cuts, truePositives: [0] + kept.map { weights.truePositives[$0] },
      falsePositives: [0] + kept.map { weights.falsePositives[$0] })
  }

  /// How many of descending scores are at least a threshold.
  package static func position(_ threshold: Double, _ scores: [Double]) -> Int {
    var low = 0, high = scores.count
    while low < high {
      let middle = (low + high) / 2
      if scores[middle] >= threshold { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The cuts that may be told, the anchor among them where it may; never 0, which selects nobody.
  private static func released(
    _ curve: ThresholdCurve, anchor: Int?, least: Int
  ) -> [Int] {
    let cells = SmallCells(least: least), last = curve.count - 1
    func mayFollow(_ first: Int, _ second: Int) -> Bool {
      cells.isTold(Int(curve.truePositives[second] - curve.truePositives[first]))
        && cells.isTold(Int(curve.falsePositives[second] - curve.falsePositives[first]))
    }
    var ends = [last]
    if let anchor, anchor > 0, anchor < last, mayFollow(0, anchor), mayFollow(anchor, last) {
      ends.insert(anchor, at: 0)
    }
    var kept: [Int] = [], before = 0
    for end in ends where end > 0 {
      for cut in (before + 1)..<(end + 1)
      where mayFollow(kept.last ?? 0, cut) && mayFollow(cut, end) { kept.append(cut) }
      before = end
    }
    return kept
  }

  /// At most so many of the cuts: the ends, the anchor, those on the hull, and others at equal ranks.
  private static func chosen(
    _ released: [Int], of curve: ThresholdCurve, anchor: Int?, most: Int
  ) -> [Int] {
    guard released.count > most else { return released }
    let part = ThresholdCurve(
      scores: released.map { curve.scores[$0 - 1] },
      truePositives: [0] + released.map { curve.truePositives[$0] },
      falsePositives: [0] + released.map { curve.falsePositives[$0] })
    var kept = Set([released[0], released[released.count - 1]])
    if let anchor, released.contains(anchor) { kept.insert(anchor) }
    for place in part.hullCuts.prefix(most / 2) where place > 0 { kept.insert(released[place - 1]) }
    let open = max(most - kept.count, 1)
    for k in 0..<open { kept.insert(released[k * released.count / open]) }
    return kept.sorted()
  }

  /// The number of fewest decimals that separates two scores, so that no cut is a row's own score.
  package static func shortest(above lower: Double, to upper: Double) -> Double {
    for digits in 0...15 {
      let unit = pow(10, Double(digits))
      let cut = (upper * unit).rounded(.down) / unit
      if cut > lower, cut <= upper, cut.isFinite { return cut }
    }
    return upper
  }
}

extension ReleasedCurve {
  /// The threshold of a cut, as rules write it.
  package func threshold(_ cut: Int) -> ScoreThreshold {
    if cut == 0 || cut == cuts.count || isComplete { return curve.threshold(cut) }
    return ScoreThreshold(cuts[cut - 1])
  }

  /// The cut that a threshold makes.
  package func cut(_ threshold: ScoreThreshold) -> Int {
    threshold.cut.map { Self.position($0, cuts) } ?? 0
  }
}

/// The curves of a model's scores in every group of a partition.
package struct CurveSet: Sendable {
  /// In the order of the partition's listed groups; nil where a group is withheld, or has no rows.
  package var groups: [ReleasedCurve?]

  package init(
    _ scores: [Double], of model: ExploredModel, _ table: ExploredTable, _ partition: Partition,
    _ settings: ExplorationSettings
  ) throws {
    let weights = try ThresholdCurve.all(
      Self.rows(scores, table, partition, weights: table.weights))
    let counts =
      table.weights == nil
      ? weights
      : try ThresholdCurve.all(
        Self.rows(scores, table, partition, weights: table.weights?.map { $0 > 0 ? 1 : 0 }))
    let told = partition.withheld.count { $0 == nil }
    let most = max(256, min(settings.mostCutsOfGroup, settings.mostCuts / max(told, 1)))
    let effective = Self.effectiveRows(table, partition)
    let stated = StatedCounts(model, table, partition, least: settings.leastCell)
    groups = partition.listed.enumerated().map { k, group in
      guard partition.withheld[k] == nil, counts[group].count > 1 else { return nil }
      let threshold = stated.counts[k] == nil ? nil : model.threshold
      var curve = ReleasedCurve(
        counts: counts[group], weights: weights[group], threshold: threshold,
        least: settings.leastCell, most: most)
      curve.effectiveRows = effective[group]
      return curve
    }
  }

  static func rows(
    _ scores: [Double], _ table: ExploredTable, _ partition: Partition, weights: [Double]?
  ) throws(DataError) -> ScoredRows {
    var rows = try ScoredRows(
      scores: scores, labels: table.labels ?? Buffer(zeroed: table.rows),
      attributes: partition.attributes, weights: weights, source: table.source)
    rows.unknown = table.unknown
    return rows
  }

  private static func effectiveRows(_ table: ExploredTable, _ partition: Partition) -> [Double] {
    var sums = [(Double, Double)](repeating: (0, 0), count: partition.groups.count)
    for row in 0..<table.rows {
      let weight = table.weights?[row] ?? 1
      sums[partition.groups[row]].0 += weight
      sums[partition.groups[row]].1 += weight * weight
    }
    return sums.map { $0.1 > 0 ? $0.0 * $0.0 / $0.1 : 0 }
  }
}
