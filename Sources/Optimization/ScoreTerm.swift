/// What is summed over the rows of each cell, weighted: φ(z) of the score z.
public enum ScoreChannel: Sendable, CaseIterable {
  /// φ(z) = z
  case linear
  /// φ(z) = σ(z)
  case probability
  /// φ(z) = log(1 + eᶻ) − y·z
  case loss
}

/// Weighted sums over cells, S[channel][c] = Σ_{i∈c} wᵢ·φ(zᵢ), and over continuous attributes,
/// R[k] = Σᵢ wᵢ·(aᵢₖ − āₖ)·zᵢ. Also the type of a derivative or a direction in that space.
public struct ScoreSums: Sendable, Equatable {
  public var linear: [Double]
  public var probability: [Double]
  public var loss: [Double]
  public var attributes: [Double]

  public init(cells: Int, attributes: Int) {
    linear = Array(repeating: 0, count: cells)
    probability = linear
    loss = linear
    self.attributes = Array(repeating: 0, count: attributes)
  }
}

extension ScoreSums {
  /// The sums of one channel.
  public subscript(channel: ScoreChannel) -> [Double] {
    get {
      switch channel {
      case .linear: linear
      case .probability: probability
      case .loss: loss
      }
    }
    set {
      switch channel {
      case .linear: linear = newValue
      case .probability: probability = newValue
      case .loss: loss = newValue
      }
    }
  }
}

/// A term f(S) of an objective: a smooth function of a few sums over cells. Losses and fairness
/// penalties are of this kind, so the features enter in one place only, the linear objective.
public protocol ScoreTerm: Sendable {
  /// The sums that f reads.
  var channels: Set<ScoreChannel> { get }
  /// Whether f is convex as a function of the model's coefficients.
  var isConvex: Bool { get }

  /// f(S)
  func value(_ sums: ScoreSums) -> Double

  /// Adds factor · ∂f/∂S to `derivative`.
  func addDerivative(_ sums: ScoreSums, factor: Double, to derivative: inout ScoreSums)

  /// Adds factor · (∂²f/∂S²)·direction to `product`.
  func addCurvature(
    _ sums: ScoreSums, along direction: ScoreSums, factor: Double, to product: inout ScoreSums)
}
