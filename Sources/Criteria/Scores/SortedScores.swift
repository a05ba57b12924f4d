import Datasets
import LinearAlgebra

/// The scores of one group in ascending order, with labels and weights: what everything that needs
/// the order of scores is computed from.
public struct SortedScores: Sendable {
  /// Shape `(n)`, ascending.
  public let scores: Buffer<Double>
  /// Shape `(n)`, 0 or 1; nil when the truth is not known.
  public let labels: Buffer<UInt8>?
  /// Shape `(n)`; nil means 1 for each row.
  public let weights: Buffer<Double>?

  public var count: Int { scores.count }
  public var totalWeight: Double {
    weights.map { $0.array.reduce(0, +) } ?? Double(count)
  }
  /// Whether all scores lie in 0…1.
  public var areProbabilities: Bool {
    count == 0 || (scores[0] >= 0 && scores[count - 1] <= 1)
  }

  public init(scores: Buffer<Double>, labels: Buffer<UInt8>?, weights: Buffer<Double>?) {
    precondition(labels == nil || labels!.count == scores.count, "a label for each score")
    precondition(weights == nil || weights!.count == scores.count, "a weight for each score")
    self.scores = scores
    self.labels = labels
    self.weights = weights
  }

  /// Sorts; ties keep their order. Scores must be finite.
  public init(sorting scores: [Double], labels: [UInt8]? = nil, weights: [Double]? = nil) {
    let order = rowsSortedByScore(Buffer(scores)).array.map(Int.init)
    self.init(
      scores: Buffer(order.map { scores[$0] }),
      labels: labels.map { labels in Buffer(order.map { labels[$0] }) },
      weights: weights.map { weights in Buffer(order.map { weights[$0] }) })
  }

  @inlinable func weight(_ i: Int) -> Double { weights?[i] ?? 1 }

  /// How positives rank against negatives; nil where a label is missing.
  public func rank() -> RankStatistic? {
    guard let labels else { return nil }
    var sums = PlacementSums()
    for i in 0..<count {
      sums.take(score: scores[i], positive: labels[i] == 1, weight: weight(i))
    }
    return sums.statistic(weighted: weights != nil)
  }
}

/// The sorted scores of all groups of an attribute or a cross, from one sort of all rows.
public struct GroupedScores: Sendable {
  /// Groups that one task looks at, when there are many.
  static let groupsPerTask = 64
  public let groups: [SortedScores]

  /// - Parameters:
  ///   - codes: the group of each row, below `count`.
  ///   - order: the rows sorted by score, from `rowsSortedByScore`; one sort serves every cross.
  public init(
    codes: Buffer<UInt32>, count: Int, scores: Buffer<Double>, labels: Buffer<UInt8>?,
    weights: Buffer<Double>?, order: Buffer<UInt32>
  ) {
    let n = order.count
    precondition(codes.count == n && scores.count == n, "a group and a score for each row")
    var starts = Array(repeating: 0, count: count + 1)
    for i in 0..<n { starts[Int(codes[i]) + 1] += 1 }
    for g in 0..<count { starts[g + 1] += starts[g] }
    var next = starts
    let sorted = Buffer<Double>(uninitialized: n)
    let sortedLabels = labels.map { _ in Buffer<UInt8>(uninitialized: n) }
    let sortedWeights = weights.map { _ in Buffer<Double>(uninitialized: n) }
    for k in 0..<n {
      let row = Int(order[k]), group = Int(codes[row])
      let place = next[group]
      next[group] += 1
      sorted[place] = scores[row]
      if let labels { sortedLabels![place] = labels[row] }
      if let weights { sortedWeights![place] = weights[row] }
    }
    groups = (0..<count).map { g in
      let range = starts[g]..<starts[g + 1]
      return SortedScores(
        scores: sorted.slice(range), labels: sortedLabels?.slice(range),
        weights: sortedWeights?.slice(range))
    }
  }

  /// A function of each group, on several threads.
  public func map<Value: Sendable>(
    pool: WorkerPool = .default, _ function: @Sendable (SortedScores) -> Value
  ) -> [Value] {
    let size = groups.count > Self.groupsPerTask * pool.threads ? Self.groupsPerTask : 1
    var values: [Value] = []
    values.reserveCapacity(groups.count)
    pool.orderedReduce(
      (groups.count + size - 1) / size, makePartial: { [Value]() },
      body: { chunk, partial in
        let range = chunk * size..<min(groups.count, (chunk + 1) * size)
        partial = range.map { function(groups[$0]) }
      }, merge: { values += $0 })
    return values
  }
}

/// What is known of the scores of a group besides its tally.
public struct ScoreProfile: Sendable, Equatable {
  public var ranks: RankStatistic?
  public var calibration: CalibrationTable?
  /// Cox's calibration slope and intercept, or why there are none.
  public var recalibration: Recalibration
  public var logLoss: MetricValue

  /// From all scores of a group: exact.
  public init(_ scores: SortedScores) {
    ranks = scores.rank()
    if scores.areProbabilities && scores.labels != nil {
      calibration = CalibrationTable(scores)
      recalibration = Recalibration(scores)
      logLoss = scores.logLoss()
    } else {
      let reason = scores.labels == nil ? "no labels" : Self.notProbabilities
      recalibration = Recalibration(absent: reason)
      logLoss = .absent(reason)
    }
  }

  /// When only the ranks are known.
  public init(ranks: RankStatistic?) {
    self.ranks = ranks
    recalibration = Recalibration(absent: "needs the scores of every row")
    logLoss = .absent("needs the scores of every row")
  }

  /// From the histogram of a tally, with bounds on the error; nil when it has none.
  public init?(histogramOf tally: Tally, areProbabilities: Bool) {
    guard let scores = tally.scores, !scores.histogram.isEmpty else { return nil }
    ranks = RankStatistic(histogramOf: tally)
    let points = ScorePoints(histogram: scores.histogram)
    if areProbabilities {
      calibration = CalibrationTable(points)
      recalibration = Recalibration(points)
    } else {
      recalibration = Recalibration(absent: Self.notProbabilities)
    }
    logLoss = .absent("needs every score: a histogram does not have them")
  }

  public static let notProbabilities = "scores lie outside 0…1: they are not probabilities"
}
