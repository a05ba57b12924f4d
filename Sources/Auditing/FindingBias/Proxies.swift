import Criteria
import Datasets
import Essentials
import LinearAlgebra
import Models
import RowSums

/// How well the features tell a sensitive attribute: leaving the attribute out of a model does not take
/// out what its proxies carry.
///
/// Each feature alone: Cramér's V, corrected for bias, of a category; the correlation ratio η of a number
/// (√ of the share of its variance between groups) with the area under the ROC curve of the best told
/// group. All features together: the area of a logistic regression of each group against the rest, on rows
/// it was not fitted to.
///
/// H. Cramér, *Mathematical Methods of Statistics*, 1946, §21.9; W. Bergsma, *A bias-correction for
/// Cramér's V and Tschuprow's T*, Journal of the Korean Statistical Society 42, 2013.
public struct Proxies: Sendable {
  /// One feature and one attribute.
  public struct Feature: Sendable, Equatable, Codable {
    public var name: String
    public var measure: String
    /// Between 0, tells nothing, and 1, tells all.
    public var strength: Double
    /// The area for the group that the feature tells best, at least ½; numbers only.
    public var area: Double?
    public var group: String?
    public var pValue: Double
    public var test: String

    enum CodingKeys: String, CodingKey {
      case name, measure, strength, area, group
      case pValue = "p_value"
      case test
    }
  }

  /// How well all features together tell a group from the rest.
  public struct Joint: Sendable, Equatable, Codable {
    public var group: String
    /// Out of fold; nil with a reason.
    public var area: Double?
    public var reason: String?
  }

  /// What was found of one attribute.
  public struct Finding: Sendable, Equatable, Codable {
    public var attribute: String
    public var rows: Int
    /// The strongest first.
    public var features: [Feature]
    public var strongest: String?
    public var joint: [Joint]
    public var folds: Int
    /// Rows that the joint fits used.
    public var jointRows: Int

    enum CodingKeys: String, CodingKey {
      case attribute, rows, features, strongest, joint, folds
      case jointRows = "joint_rows"
    }
  }

  /// Folds of the cross-validation.
  public static let folds = 5
  /// More rows than this tell nothing new about an area; an even sample of them is taken.
  public static let maximumJointRows = 200_000
  /// A little penalty keeps groups that are told perfectly from infinite coefficients.
  static let penalty = 1e-4
  /// A group with fewer rows has no area worth giving.
  static let smallestGroup = 10

  public var seed: UInt64
  public var pool: WorkerPool

  public init(seed: UInt64 = 0, pool: WorkerPool = .default) {
    self.seed = seed
    self.pool = pool
  }

  /// Looks at each attribute of the rows, whose features must not hold the attributes themselves.
  ///
  /// - Parameter controls: attributes that are not looked at.
  public func find<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, leavingOut controls: [String] = []
  ) throws -> [Finding] {
    let numbers = data.encoder.numeric.enumerated().map { j, column in
      (name: column.name, values: (0..<data.rows).map { Double(data.features.dense[$0, j]) })
    }
    let categoryNames =
      data.encoder.categorical.map(\.name)
      + data.encoder.numeric.filter(\.hasMissing).map { "\($0.name) is missing" }
    return try data.attributes.filter { !controls.contains($0.attribute) }.map { attribute in
      let tests = Slots<Feature?>(
        repeating: nil, count: numbers.count + data.features.categorical.count)
      pool.forEach(tests.count) { place in
        tests[place] =
          place < numbers.count
          ? Self.number(numbers[place].name, numbers[place].values, attribute)
          : Self.category(
            categoryNames[place - numbers.count],
            data.features.categorical[place - numbers.count], attribute)
      }
      let features = tests.array.compactMap(\.self).sorted {
        ($1.strength, $0.name) < ($0.strength, $1.name)
      }
      let sample = Self.sample(data.rows)
      return Finding(
        attribute: attribute.attribute, rows: data.rows, features: features,
        strongest: features.first { $0.strength > 0 }?.name,
        joint: try joint(data, attribute, rows: sample), folds: Self.folds, jointRows: sample.count)
    }
  }

  /// Every k-th row, so that at most the limit remain.
  private static func sample(_ rows: Int) -> [Int] {
    let step = (rows + maximumJointRows - 1) / maximumJointRows
    return step <= 1 ? Array(0..<rows) : Array(stride(from: 0, to: rows, by: step))
  }

  static func category(
    _ name: String, _ column: CodeColumn, _ attribute: GroupIndex
  ) -> Feature {
    var table = [Double](repeating: 0, count: column.levels * attribute.count)
    for i in 0..<attribute.rows {
      table[Int(column.codes[i]) * attribute.count + attribute[i]] += 1
    }
    let n = Double(attribute.rows), groups = attribute.count
    var levelTotals = [Double](repeating: 0, count: column.levels)
    var groupTotals = [Double](repeating: 0, count: groups)
    for l in 0..<column.levels {
      for g in 0..<groups {
        levelTotals[l] += table[l * groups + g]
        groupTotals[g] += table[l * groups + g]
      }
    }
    var statistic = 0.0
    for l in 0..<column.levels where levelTotals[l] > 0 {
      for g in 0..<groups where groupTotals[g] > 0 {
        let expected = levelTotals[l] * groupTotals[g] / n
        let gap = table[l * groups + g] - expected
        statistic += gap * gap / expected
      }
    }
    let r = Double(levelTotals.count { $0 > 0 }), c = Double(groupTotals.count { $0 > 0 })
    guard r > 1, c > 1, n > 1 else {
      return Feature(
        name: name, measure: "cramers_v", strength: 0, pValue: 1, test: "chi_squared")
    }
    let association = max(0, statistic / n - (r - 1) * (c - 1) / (n - 1))
    let rows = r - (r - 1) * (r - 1) / (n - 1), columns = c - (c - 1) * (c - 1) / (n - 1)
    let smaller = min(rows - 1, columns - 1)
    let result = TestResult(
      pValue: SpecialFunctions.chiSquaredTail(statistic, degrees: Int((r - 1) * (c - 1))),
      test: "chi_squared")
    return Feature(
      name: name, measure: "cramers_v",
      strength: smaller > 0 ? min(1, (association / smaller).squareRoot()) : 0,
      pValue: result.pValue, test: result.test)
  }

  static func number(
    _ name: String, _ values: [Double], _ attribute: GroupIndex
  ) -> Feature {
    let n = Double(values.count), groups = attribute.count
    let mean = values.reduce(0, +) / max(1, n)
    var sums = [Double](repeating: 0, count: groups), counts = sums
    var total = 0.0
    for (i, value) in values.enumerated() {
      let gap = value - mean
      sums[attribute[i]] += gap
      counts[attribute[i]] += 1
      total += gap * gap
    }
    let between = (0..<groups).reduce(0) {
      counts[$1] > 0 ? $0 + sums[$1] * sums[$1] / counts[$1] : $0
    }
    let ranks = RankSums(values, attribute)
    let areas = (0..<groups).map { ranks.area(of: $0) }
    let best = areas.indices.filter { areas[$0] != nil }.max {
      abs(areas[$0]! - 0.5) < abs(areas[$1]! - 0.5)
    }
    return Feature(
      name: name, measure: "correlation_ratio",
      strength: total > 0 ? min(1, (between / total).squareRoot()) : 0,
      area: best.map { max(areas[$0]!, 1 - areas[$0]!) }, group: best.map { attribute.names[$0] },
      pValue: ranks.kruskalWallis.pValue, test: ranks.kruskalWallis.test)
  }

  /// Out-of-fold areas of a logistic regression of each group against the rest.
  private func joint<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, _ attribute: GroupIndex, rows: [Int]
  ) throws -> [Joint] {
    guard data.features.columns > 0 else {
      return attribute.names.map { Joint(group: $0, reason: "no features") }
    }
    var random = CounterRandom(seed: seed, stream: 0)
    let fold = rows.map { _ in Int(random.uniform() * Double(Self.folds)) }
    let parts = (0..<Self.folds).map { k in
      (
        train: rows.indices.filter { fold[$0] != k }.map { rows[$0] },
        held: rows.indices.filter { fold[$0] == k }.map { rows[$0] }
      )
    }
    var sums = [[Double]](
      repeating: [Double](repeating: 0, count: data.rows), count: attribute.count)
    let groups = (0..<attribute.count).filter { g in
      rows.count { attribute[$0] == g } >= Self.smallestGroup
    }
    // Of two groups one tells the other.
    let fitted = attribute.count == 2 ? Array(groups.prefix(1)) : groups
    for (train, held) in parts where !train.isEmpty && !held.isEmpty {
      let features = data.features.selecting(train), others = data.features.selecting(held)
      for g in fitted {
        let labels = Buffer(train.map { UInt8(attribute[$0] == g ? 1 : 0) })
        let fit = try LogisticRegression(l2: Self.penalty, certifies: false, pool: pool).fit(
          ScoreRows(features: features, labels: labels))
        // Probabilities, so that folds are on one scale.
        let scores = fit.model.probabilities(others, pool: pool)
        for (score, row) in zip(scores, held) { sums[g][row] = score }
      }
    }
    return attribute.names.indices.map { g in
      let source = fitted.contains(g) ? g : (attribute.count == 2 ? fitted.first : nil)
      guard let source else {
        return Joint(
          group: attribute.names[g], reason: "fewer than \(Self.smallestGroup) rows")
      }
      return Joint(
        group: attribute.names[g],
        area: Self.area(rows.map { sums[source][$0] }, of: source, attribute, rows))
    }
  }

  /// How well scores tell a group from the rest, shape of both `(rows)`.
  private static func area(
    _ scores: [Double], of group: Int, _ attribute: GroupIndex, _ rows: [Int]
  ) -> Double? {
    let chosen = GroupIndex(
      attribute: "", codes: Buffer(rows.map { UInt16(attribute[$0] == group ? 1 : 0) }),
      names: ["rest", "group"])
    return RankSums(scores, chosen).area(of: 1)
  }
}

/// Sums of mid-ranks by group, and what follows from them.
struct RankSums {
  private let sums: [Double]
  private let counts: [Double]
  private let ties: Double

  init(_ values: [Double], _ groups: GroupIndex) {
    var sums = [Double](repeating: 0, count: groups.count), counts = sums
    var ties = 0.0
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    var start = 0
    while start < order.count {
      var end = start
      while end < order.count && values[order[end]] == values[order[start]] { end += 1 }
      let rank = 0.5 * Double(start + end + 1), size = Double(end - start)
      ties += size * size * size - size
      for place in start..<end {
        sums[groups[order[place]]] += rank
        counts[groups[order[place]]] += 1
      }
      start = end
    }
    (self.sums, self.counts, self.ties) = (sums, counts, ties)
  }

  private var total: Double { counts.reduce(0, +) }

  /// The chance that a value of the group is above one of the rest, ties one half; nil when either is
  /// empty.
  func area(of group: Int) -> Double? {
    let m = counts[group], rest = total - m
    guard m > 0, rest > 0 else { return nil }
    return (sums[group] - 0.5 * m * (m + 1)) / (m * rest)
  }

  /// W. Kruskal, W. Wallis, *Use of ranks in one-criterion variance analysis*, JASA 47, 1952.
  var kruskalWallis: TestResult {
    let n = total, used = counts.count { $0 > 0 }
    let correction = 1 - ties / (n * n * n - n)
    guard used > 1, n > 1, correction > 0 else {
      return TestResult(pValue: 1, test: "kruskal_wallis")
    }
    let square = zip(sums, counts).reduce(0) { $1.1 > 0 ? $0 + $1.0 * $1.0 / $1.1 : $0 }
    let statistic = (12 / (n * (n + 1)) * square - 3 * (n + 1)) / correction
    return TestResult(
      pValue: SpecialFunctions.chiSquaredTail(max(0, statistic), degrees: used - 1),
      test: "kruskal_wallis")
  }
}
