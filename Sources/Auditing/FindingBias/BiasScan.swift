import Datasets
import Essentials
import LinearAlgebra

/// Finds the subgroup, of all that choose some values of each attribute, whose outcomes differ most
/// from what was expected of them.
///
/// The score of a subgroup is its log-likelihood ratio (`ScanStatistic`) minus `penalty` for each value
/// chosen of an attribute of which not all are chosen. With the other attributes fixed, the best of all
/// 2^k − 1 choices of one attribute's values is found exactly: at the best θ a value belongs to it
/// if and only if its own part is above the penalty, which holds on an interval of θ, so the ends of the
/// k intervals cut θ into at most 2k + 1 pieces, each with one candidate. Attributes take turns until
/// none improves; `restarts` random starts guard against local optima.
///
/// The p-value is of the largest score: (b + 1)/(m + 1) over data drawn from the expectations and scanned
/// alike, so having searched is paid for.
///
/// Z. Zhang, D. Neill, FATML 2016; S. Speakman et al., *Penalized fast subset scanning*, Journal of
/// Computational and Graphical Statistics 25, 2016.
public struct BiasScan: Sendable {
  public enum Direction: String, Sendable, Codable, CaseIterable {
    /// More was observed than expected.
    case above
    case below
  }

  public var statistic: ScanStatistic
  public var direction: Direction
  public var penalty: Double
  public var restarts: Int
  /// Null data sets for the p-value; 0 for none.
  public var replicates: Int
  public var seed: UInt64
  public var pool: WorkerPool

  public static let defaultRestarts = 10
  public static let defaultReplicates = 99
  /// Scores closer than this are one score: rounding must not send the search in circles.
  static let improvement = 1e-9

  public init(
    statistic: ScanStatistic = .bernoulli, direction: Direction = .above, penalty: Double = 0,
    restarts: Int = defaultRestarts, replicates: Int = defaultReplicates, seed: UInt64 = 0,
    pool: WorkerPool = .default
  ) {
    precondition(penalty >= 0 && restarts >= 1 && replicates >= 0, "options of a scan")
    self.statistic = statistic
    self.direction = direction
    self.penalty = penalty
    self.restarts = restarts
    self.replicates = replicates
    self.seed = seed
    self.pool = pool
  }

  /// Scans rows.
  ///
  /// - Parameters:
  ///   - observed: shape `(n)`: labels, decisions, counts or values.
  ///   - expected: shape `(n)`: probabilities, rates or means; nil means the mean of the observed, and
  ///     so does the Berk–Jones statistic.
  ///   - chosen: rows that count, such as those with a negative label for false positives.
  /// - Returns: nil when no row counts or nothing varies.
  public func run(
    _ attributes: [GroupIndex], observed: [Double], expected: [Double]? = nil,
    weights: Buffer<Double>? = nil, chosen: (Int) -> Bool = { _ in true }
  ) -> BiasFinding? {
    precondition(attributes.allSatisfy { $0.rows == observed.count }, "a value for each row")
    var sum = 0.0, total = 0.0
    for i in observed.indices where chosen(i) {
      sum += (weights?[i] ?? 1) * observed[i]
      total += weights?[i] ?? 1
    }
    guard total > 0 else { return nil }
    let isConstant = expected == nil || statistic == .berkJones
    let mean = sum / total
    let table = ScanTable(
      attributes: attributes, observed: { observed[$0] },
      expected: { isConstant ? mean : expected![$0] }, weights: weights, chosen: chosen)
    var variance = 0.0
    for i in observed.indices where chosen(i) {
      let gap = observed[i] - (isConstant ? mean : expected![i])
      variance += (weights?[i] ?? 1) * gap * gap / total
    }
    guard variance > 0 else { return nil }
    return run(table, variance: variance, isConstant: isConstant)
  }

  func run(_ table: ScanTable, variance: Double, isConstant: Bool) -> BiasFinding {
    let search = ScanSearch(scan: self, table: table, variance: variance)
    let best = search.best(seed: seed)
    var pValue: Double?
    if replicates > 0 {
      let scores = Slots<Double>(repeating: 0, count: replicates)
      pool.forEach(replicates) { replicate in
        let null = drawn(table, variance, isConstant, replicate)
        scores[replicate] =
          ScanSearch(scan: self, table: null, variance: variance).best(
            seed: seed
          ).score
      }
      let extreme = scores.array.count { $0 >= best.score - Self.improvement }
      pValue =
        ProportionTests.permutationResult(extreme: extreme, replicates: replicates).pValue
    }
    return finding(best, table, pValue)
  }

  /// The same cells with outcomes drawn from their expectations.
  private func drawn(
    _ table: ScanTable, _ variance: Double, _ isConstant: Bool, _ replicate: Int
  ) -> ScanTable {
    var random = CounterRandom(seed: seed, stream: UInt64(replicate) + 1)
    var null = table
    for cell in 0..<table.count {
      let n = table.rows[cell], p = table.levels[table.level[cell]]
      switch statistic {
      case .bernoulli, .berkJones:
        null.observed[cell] = RandomCounts.binomial(n.rounded(), p, using: &random)
        if n.rounded() > 0 { null.observed[cell] *= n / n.rounded() }
      case .poisson: null.observed[cell] = RandomCounts.poisson(n * p, using: &random)
      case .gaussian:
        null.observed[cell] = n * p + (n * variance).squareRoot() * random.normal()
      }
    }
    if isConstant {
      // The mean was estimated from the data, so it is from these.
      let total = table.rows.reduce(0, +), mean = null.observed.reduce(0, +) / total
      null.levels = null.levels.map { _ in mean }
    }
    return null
  }

  private func finding(
    _ best: ScanSearch.State, _ table: ScanTable, _ pValue: Double?
  ) -> BiasFinding {
    let sums = table.sums { best.contains($0, table) }
    var subset: [BiasFinding.Choice] = []
    for (a, attribute) in table.attributes.enumerated() where !best.isWhole(a) {
      func names(_ isChosen: Bool) -> [String] {
        attribute.names.indices.filter { best.chosen[a][$0] == isChosen }.map {
          attribute.names[$0]
        }
      }
      subset.append(
        BiasFinding.Choice(
          attribute: attribute.attribute, values: names(true), excluded: names(false)))
    }
    return BiasFinding(
      statistic: statistic, direction: direction, score: best.score, penalty: penalty,
      subset: subset, rows: sums.rows,
      observed: sums.rows > 0 ? sums.observed / sums.rows : nil,
      expected: sums.rows > 0 ? sums.expected / sums.rows : nil, pValue: pValue,
      replicates: replicates)
  }
}

/// What a bias scan found: the subgroup, how large it is and how sure that it differs.
public struct BiasFinding: Sendable, Equatable, Codable {
  /// Some values of an attribute; attributes of which all are chosen are left out.
  public struct Choice: Sendable, Equatable, Codable {
    public var attribute: String
    public var values: [String]
    /// The values that were not chosen.
    public var excluded: [String]

    /// The shorter way to say which values are chosen: those, or that all others are.
    public var isAllBut: Bool { excluded.count < values.count }
  }

  public var statistic: ScanStatistic
  public var direction: BiasScan.Direction
  public var score: Double
  public var penalty: Double
  public var subset: [Choice]
  /// Effective rows of the subgroup.
  public var rows: Double
  public var observed: Double?
  public var expected: Double?
  public var pValue: Double?
  public var replicates: Int

  enum CodingKeys: String, CodingKey {
    case statistic, direction, score, penalty, subset, rows, observed, expected, replicates
    case pValue = "p_value"
  }
}
