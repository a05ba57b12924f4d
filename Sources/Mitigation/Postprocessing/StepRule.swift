import Essentials

/// A piecewise constant function of the score: `values[j]` where j cuts are at or below the score.
public struct StepFunction: Sendable, Equatable {
  /// Ascending, shape `(m)`.
  public let cuts: [Double]
  /// Shape `(m + 1)`.
  public let values: [Double]

  /// A mixture of steps up at thresholds.
  public struct Step: Sendable {
    public var weight: Double
    public var threshold: ScoreThreshold
    /// True for 1[score < cut] instead of 1[score ≥ cut].
    public var isBelow: Bool

    public init(_ weight: Double, _ threshold: ScoreThreshold, isBelow: Bool = false) {
      self.weight = weight
      self.threshold = threshold
      self.isBelow = isBelow
    }
  }

  /// A probability this close to 0 or 1 is one of them: weights that add up to 1 do so in rounding.
  static let certainty = 1e-12

  public init(cuts: [Double], values: [Double]) {
    precondition(values.count == cuts.count + 1, "a value on either side of each cut")
    self.cuts = cuts
    self.values = values
  }

  /// constant + Σ weight·step, clipped to [0, 1].
  public init(constant: Double = 0, _ steps: [Step]) {
    let cuts = Set(steps.compactMap(\.threshold.cut).filter { $0 > -.infinity }).sorted()
    let values = (0...cuts.count).map { segment in
      let score = segment == 0 ? -Double.infinity : cuts[segment - 1]
      let sum = steps.reduce(constant) { sum, step in
        step.threshold.selects(score) != step.isBelow ? sum + step.weight : sum
      }
      return Self.snapped(sum)
    }
    self.init(cuts: cuts, values: values)
  }

  static func snapped(_ probability: Double) -> Double {
    probability < certainty ? 0 : probability > 1 - certainty ? 1 : probability
  }

  public func callAsFunction(_ score: Double) -> Double {
    var low = 0, high = cuts.count
    while low < high {
      let middle = (low + high) / 2
      if cuts[middle] <= score { low = middle + 1 } else { high = middle }
    }
    return values[low]
  }
}

extension StepFunction: Codable {
  private enum Key: String, CodingKey { case cuts, values }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(cuts.map { ScoreThreshold($0) }, forKey: .cuts)
    try container.encode(values, forKey: .values)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let cuts = try container.decode([ScoreThreshold].self, forKey: .cuts).compactMap(\.cut)
    let values = try container.decode([Double].self, forKey: .values)
    guard values.count == cuts.count + 1, zip(cuts, cuts.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw JSONFault("'cuts' do not ascend, or 'values' are not one more")
    }
    self.init(cuts: cuts, values: values)
  }
}

/// A step function of the score for each group.
public struct StepRule: DecisionRule, Equatable {
  public static let kind = "steps"

  public let meaning: RuleMeaning
  /// Shape `(G)`.
  public let functions: [StepFunction]
  /// The thresholds that the functions mix, of rules that draw between two.
  public let mixtures: ThresholdMixtures?

  public init(
    meaning: RuleMeaning, functions: [StepFunction], mixtures: ThresholdMixtures? = nil
  ) {
    self.meaning = meaning
    self.functions = functions
    self.mixtures = mixtures
  }

  public var usesGroups: Bool { functions.count > 1 }
  public var groupCount: Int { functions.count }

  public func values(scores: [Double], groups: [Int]) -> [Double] {
    zip(scores, groups).map { functions[$1]($0) }
  }
}
