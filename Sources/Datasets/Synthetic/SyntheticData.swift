import Essentials
import LinearAlgebra

/// Synthetic rows with a known bias: a recipe from which any block of rows can be made by itself.
///
/// Row i: a group g with probability ∝ 2^{−g·skew}; z ~ N(0, I_d) with one common factor, so that any
/// two coordinates correlate by `correlation`; features x = H·D·z + shift·g/(G−1)·1, where D has
/// geometric entries from 1 to κ^{−½} and H is a product of two reflections, so that the covariance
/// of x, and of x standardized, has condition number of the order of κ; categorical columns whose
/// levels each move the logit; label y ~ Bernoulli(σ(m_g + β·z + Σ effects)) with m_g such that the
/// base rates go from `baseRate + baseRateGap/2` in the first group to `baseRate − baseRateGap/2` in
/// the last; at last y is flipped with probability `labelNoise`.
///
/// The base rates are met to about 0.01: m = logit(p)·√(1 + π·s²/8) approximates the mean of a
/// logistic function of a normal number (MacKay, *The evidence framework applied to classification
/// networks*, 1992).
public struct SyntheticData: Codable, Sendable, Equatable {
  public var rows: Int
  /// Numeric columns d.
  public var features: Int
  public var categorical: Int
  /// Levels of each categorical column.
  public var levels: Int
  public var groups: Int
  /// 0: groups of one size; 1: each group has half the share of the one before.
  public var skew: Double
  public var baseRate: Double
  public var baseRateGap: Double
  public var labelNoise: Double
  public var correlation: Double
  public var condition: Double
  /// How far the features of the last group are moved from those of the first.
  public var groupShift: Double
  public var seed: UInt64

  public init(
    rows: Int, features: Int = 10, categorical: Int = 0, levels: Int = 8, groups: Int = 2,
    skew: Double = 1, baseRate: Double = 0.4, baseRateGap: Double = 0.2, labelNoise: Double = 0.05,
    correlation: Double = 0, condition: Double = 1, groupShift: Double = 0.5, seed: UInt64 = 0
  ) throws(DataError) {
    func check(
      _ holds: Bool, _ option: String, _ value: some Any, _ reason: Phrase
    ) throws(DataError) {
      if !holds { throw .option(option, value: "\(value)", reason) }
    }
    try check(rows >= 1, "rows", rows, "at least one row is needed")
    try check(rows <= Self.mostRows, "rows", rows, "must be at most \(Self.mostRows)")
    for (option, columns) in [("features", features), ("categorical", categorical)] {
      try check(
        columns <= Self.mostColumns, option, columns, "must be at most \(Self.mostColumns)")
    }
    try check(
      features >= 0 && categorical >= 0 && features + categorical >= 1,
      "features", features, "at least one column is needed")
    try check((1...60_000).contains(levels), "levels", levels, "must be between 1 and 60000")
    try check((1...1_000).contains(groups), "groups", groups, "must be between 1 and 1000")
    try check(
      baseRate - abs(baseRateGap) / 2 > 0 && baseRate + abs(baseRateGap) / 2 < 1,
      "base_rate_gap", baseRateGap, "base rates must stay between 0 and 1")
    try check(
      (0...0.5).contains(labelNoise), "label_noise", labelNoise, "must be between 0 and 0.5")
    try check(
      (0..<1).contains(correlation), "correlation", correlation, "must be at least 0 and below 1")
    try check(condition >= 1, "condition", condition, "must be at least 1")
    try check(skew >= 0, "skew", skew, "must be at least 0")
    self.rows = rows
    self.features = features
    self.categorical = categorical
    self.levels = levels
    self.groups = groups
    self.skew = skew
    self.baseRate = baseRate
    self.baseRateGap = baseRateGap
    self.labelNoise = labelNoise
    self.correlation = correlation
    self.condition = condition
    self.groupShift = groupShift
    self.seed = seed
  }

  /// Numbers of rows and columns stay numbers when they are multiplied.
  private static let mostRows = 1_000_000_000_000
  private static let mostColumns = 1_000_000

  /// Rows made together; a block is a function of the recipe and its number alone.
  public static let blockRows = 4_096
  public var blocks: Int { (rows + Self.blockRows - 1) / Self.blockRows }

  /// The rows of one block.
  public struct Block: Sendable {
    public var rows: Int
    /// Shape `(rows, features)`, row-major.
    public var x: [Float]
    /// Shape `(rows, categorical)`, row-major.
    public var codes: [UInt16]
    public var groups: [UInt16]
    public var labels: [UInt8]
  }

  public func block(_ index: Int) -> Block {
    SyntheticMaker(self).block(index)
  }
}

/// What is the same for all rows of a recipe.
struct SyntheticMaker {
  private let recipe: SyntheticData
  private let shares: [Double]
  private let intercepts: [Double]
  private let coefficients: [Double]
  private let scales: [Double]
  private let reflections: [[Double]]
  private let effects: [Double]

  /// The spread of the logit before groups: classes overlap, as in real tables.
  private static let logitSpread = 1.5
  private static let effectSpread = 0.5

  init(_ recipe: SyntheticData) {
    self.recipe = recipe
    let d = recipe.features
    var random = CounterRandom(seed: recipe.seed, stream: .max)
    func direction() -> [Double] {
      let raw = (0..<d).map { _ in random.normal() }
      let norm = raw.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return raw.map { $0 / max(norm, .leastNormalMagnitude) }
    }
    reflections = [direction(), direction()]
    coefficients = direction().map { $0 * Self.logitSpread }
    effects = (0..<recipe.categorical * recipe.levels).map { _ in
      random.normal() * Self.effectSpread / Double(max(1, recipe.categorical)).squareRoot()
    }
    scales = (0..<d).map { j in
      d > 1 ? pow(recipe.condition, -0.5 * Double(j) / Double(d - 1)) : 1
    }
    let weights = (0..<recipe.groups).map { exp2(-Double($0) * recipe.skew) }
    let total = weights.reduce(0, +)
    var sum = 0.0
    shares = weights.map {
      sum += $0 / total
      return sum
    }
    let common = coefficients.reduce(0, +)
    let variance =
      (1 - recipe.correlation) * coefficients.reduce(0) { $0 + $1 * $1 }
      + recipe.correlation * common * common
      + (recipe.categorical > 0 ? Self.effectSpread * Self.effectSpread : 0)
    let stretch = (1 + Double.pi * variance / 8).squareRoot()
    intercepts = (0..<recipe.groups).map { g in
      let place = recipe.groups > 1 ? Double(g) / Double(recipe.groups - 1) : 0.5
      let rate = recipe.baseRate + recipe.baseRateGap * (0.5 - place)
      return log(rate / (1 - rate)) * stretch
    }
  }

  func block(_ index: Int) -> SyntheticData.Block {
    let size = SyntheticData.blockRows
    let count = min(size, recipe.rows - index * size)
    precondition(count > 0, "block out of range")
    var random = CounterRandom(seed: recipe.seed, stream: UInt64(index))
    var block = SyntheticData.Block(
      rows: count, x: [Float](repeating: 0, count: count * recipe.features),
      codes: [UInt16](repeating: 0, count: count * recipe.categorical),
      groups: [UInt16](repeating: 0, count: count), labels: [UInt8](repeating: 0, count: count))
    var z = [Double](repeating: 0, count: recipe.features)
    for i in 0..<count {
      let draw = random.uniform()
      let group = min(shares.firstIndex { draw < $0 } ?? recipe.groups - 1, recipe.groups - 1)
      var logit = intercepts[group] + features(&z, &random, group, &block, row: i)
      for j in 0..<recipe.categorical {
        let level = Int(random.uniform() * Double(recipe.levels))
        block.codes[i * recipe.categorical + j] = UInt16(level)
        logit += effects[j * recipe.levels + level]
      }
      let label = random.uniform() < 1 / (1 + exp(-logit))
      let flipped = random.uniform() < recipe.labelNoise
      block.groups[i] = UInt16(group)
      block.labels[i] = label != flipped ? 1 : 0
    }
    return block
  }

  /// Makes one row's features and returns β·z.
  private func features(
    _ z: inout [Double], _ random: inout CounterRandom, _ group: Int,
    _ block: inout SyntheticData.Block, row: Int
  ) -> Double {
    let d = recipe.features
    let common = recipe.correlation > 0 ? random.normal() * recipe.correlation.squareRoot() : 0
    let own = (1 - recipe.correlation).squareRoot()
    var logit = 0.0
    for j in 0..<d {
      let value = common + own * random.normal()
      logit += coefficients[j] * value
      z[j] = value * scales[j]
    }
    if recipe.condition > 1 {
      for v in reflections {
        var along = 0.0
        for j in 0..<d { along += v[j] * z[j] }
        for j in 0..<d { z[j] -= 2 * along * v[j] }
      }
    }
    let place = recipe.groups > 1 ? Double(group) / Double(recipe.groups - 1) : 0
    for j in 0..<d { block.x[row * d + j] = Float(z[j] + recipe.groupShift * place) }
    return logit
  }
}
