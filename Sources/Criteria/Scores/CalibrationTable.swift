/// How often the label is positive among rows of about one score: a reliability diagram in numbers.
///
/// M. DeGroot, S. Fienberg, *The comparison and evaluation of forecasters*, The Statistician 32,
/// 1983.
public struct CalibrationTable: Sendable, Equatable {
  /// The usual number of bins.
  public static let defaultBins = 10

  public struct Bin: Sendable, Equatable {
    public var weight = 0.0
    public var positive = 0.0
    /// Σ w·s
    public var scores = 0.0

    public var meanScore: Double? { weight > 0 ? scores / weight : nil }
    public var positiveRate: Double? { weight > 0 ? positive / weight : nil }
  }

  /// Bins of equal width between 0 and 1; a score of 1 is in the last.
  public let bins: [Bin]
  /// The expected and the largest error are within this of the exact ones.
  public let errorBound: Double

  /// Scores must lie in 0…1.
  public init(_ scores: SortedScores, bins count: Int = defaultBins) {
    var bins = Array(repeating: Bin(), count: count)
    for i in 0..<scores.count {
      let score = scores.scores[i], weight = scores.weight(i)
      let b = Self.bin(score, of: count)
      bins[b].weight += weight
      bins[b].scores += weight * score
      if scores.labels?[i] == 1 { bins[b].positive += weight }
    }
    self.bins = bins
    errorBound = 0
  }

  /// From a histogram of `points`, whose edges must be edges of the fine bins: the count of bins is
  /// the largest divisor of theirs up to `limit`.
  public init(_ points: ScorePoints, limit: Int = defaultBins) {
    let fine = points.halfWidth > 0 ? Int((0.5 / points.halfWidth).rounded()) : limit
    let count = (1...limit).last { fine % $0 == 0 } ?? 1
    var bins = Array(repeating: Bin(), count: count)
    for i in 0..<points.count {
      let b = Self.bin(points.scores[i], of: count)
      let weight = points.positives[i] + points.negatives[i]
      bins[b].weight += weight
      bins[b].scores += weight * points.scores[i]
      bins[b].positive += points.positives[i]
    }
    self.bins = bins
    errorBound = points.halfWidth
  }

  /// Scores outside of 0…1 are in the outer bins.
  private static func bin(_ score: Double, of count: Int) -> Int {
    score > 0 ? min(count - 1, Int(min(score, 1) * Double(count))) : 0
  }

  private var total: Double { bins.reduce(0) { $0 + $1.weight } }

  /// ECE = Σ_b (W_b / W) |mean label − mean score|.
  ///
  /// M. Naeini, G. Cooper, M. Hauskrecht, *Obtaining well calibrated probabilities using Bayesian
  /// binning*, AAAI 2015.
  public var expectedError: MetricValue {
    guard total > 0 else { return .absent("no rows") }
    return .value(bins.reduce(0) { $0 + abs($1.positive - $1.scores) } / total)
  }

  /// The largest gap of a bin that has rows.
  public var largestError: MetricValue {
    let gaps = bins.filter { $0.weight > 0 }.map { abs($0.positive - $0.scores) / $0.weight }
    return gaps.max().map { .value($0) } ?? .absent("no rows")
  }
}
