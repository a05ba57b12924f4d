import Essentials

/// The thresholds behind a rule of steps, group by group: what its functions are sums of.
///
/// A function says what happens to a score. Which two thresholds were mixed, and at what rate, can
/// be read only here once one of them has weight 0.
public struct ThresholdMixtures: Sendable, Equatable, Codable {
  /// Shape `(G)`.
  public var groups: [ThresholdOptimizer.Interpolation]
  /// The rate that was made alike, of each group, shape `(G)`.
  public var rates: [Double]
  /// The objective there, or the true positive rate under equalized odds.
  public var reached: Double

  public init(groups: [ThresholdOptimizer.Interpolation], rates: [Double], reached: Double) {
    self.groups = groups
    self.rates = rates
    self.reached = reached
  }
}

/// `weights`, `cuts` and `below` are of both thresholds.
extension ThresholdOptimizer.Interpolation: Codable {
  private enum Key: String, CodingKey { case weights, cuts, below, ignored, constant }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode([firstWeight, secondWeight], forKey: .weights)
    try container.encode([first, second], forKey: .cuts)
    try container.encode([firstIsBelow, secondIsBelow], forKey: .below)
    try container.encode(ignored, forKey: .ignored)
    try container.encode(constant, forKey: .constant)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let weights = try container.decode([Double].self, forKey: .weights)
    let cuts = try container.decode([ScoreThreshold].self, forKey: .cuts)
    let below = try container.decode([Bool].self, forKey: .below)
    guard [weights.count, cuts.count, below.count] == [2, 2, 2] else {
      throw JSONFault("'weights', 'cuts' and 'below' are not of two thresholds")
    }
    self.init(
      firstWeight: weights[0], first: cuts[0], firstIsBelow: below[0],
      secondWeight: weights[1], second: cuts[1], secondIsBelow: below[1],
      ignored: try container.decode(Double.self, forKey: .ignored),
      constant: try container.decode(Double.self, forKey: .constant))
  }
}
