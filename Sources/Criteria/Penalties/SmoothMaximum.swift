import Essentials
import Optimization

/// The smoothed largest of some groups' mean losses, (1/t)·log(Σ_g π_g·e^{t·(L_g − c_g)}), which is
/// between max_g (L_g − c_g + log(π_g)/t) and max_g (L_g − c_g). Convex, as log-sum-exp is
/// increasing and each L_g convex.
///
/// Its derivative by L_g is the share λ_g = π_g·e^{t·(L_g − c_g)}/Σ: where it is least, so is
/// Σ_g λ_g·L_g, and λ_g as the next π make the exponential method of multipliers
/// (Tseng and Bertsekas, On the convergence of the exponential multiplier method for convex
/// programming, Mathematical Programming 1993).
public struct SmoothMaximum: ScoreTerm {
  /// t where nobody asks for another: the smoothed maximum is low by log(G)/t at most, 0.014 for
  /// two groups.
  public static let defaultSharpness = 50.0

  public struct Group: Sendable {
    public var cells: [Int]
    /// The weight that the mean is taken over, above 0.
    public var weight: Double

    public init(cells: [Int], weight: Double) {
      self.cells = cells
      self.weight = weight
    }
  }

  public let groups: [Group]
  /// t > 0.
  public let sharpness: Double
  /// π, at least 0 and adding up to 1, shape `(groups)`.
  public let priors: [Double]
  /// c, shape `(groups)`.
  public let offsets: [Double]

  /// - Parameters:
  ///   - priors: nil means 1/G each.
  ///   - offsets: nil means 0 each.
  public init(
    groups: [Group], sharpness: Double = Self.defaultSharpness, priors: [Double]? = nil,
    offsets: [Double]? = nil
  ) {
    precondition(sharpness > 0, "a smoothed maximum needs a sharpness above 0")
    self.groups = groups
    self.sharpness = sharpness
    self.priors =
      priors ?? Array(repeating: 1 / Double(max(1, groups.count)), count: groups.count)
    self.offsets = offsets ?? Array(repeating: 0, count: groups.count)
    precondition(
      self.priors.count == groups.count && self.offsets.count == groups.count,
      "a prior and an offset for each group")
  }

  public var channels: Set<ScoreChannel> { [.loss] }
  public var isConvex: Bool { true }

  /// L_g, shape `(groups)`.
  public func means(_ sums: ScoreSums) -> [Double] {
    groups.map { group in group.cells.reduce(0) { $0 + sums.loss[$1] } / group.weight }
  }

  /// λ_g, shape `(groups)`.
  public func shares(_ sums: ScoreSums) -> [Double] { powers(means(sums)).shares }

  /// The largest L_g − c_g, Σ, and each group's share of it.
  private func powers(_ means: [Double]) -> (largest: Double, sum: Double, shares: [Double]) {
    let gaps = zip(means, offsets).map { $0 - $1 }
    let largest = gaps.max() ?? 0
    let powers = zip(gaps, priors).map { $1 * exp(sharpness * ($0 - largest)) }
    let sum = powers.reduce(0, +)
    return (largest, sum, powers.map { sum > 0 ? $0 / sum : 0 })
  }

  public func value(_ sums: ScoreSums) -> Double {
    guard !groups.isEmpty else { return 0 }
    let all = powers(means(sums))
    return all.largest + log(all.sum) / sharpness
  }

  public func addDerivative(_ sums: ScoreSums, factor: Double, to derivative: inout ScoreSums) {
    for (group, share) in zip(groups, shares(sums)) {
      for c in group.cells { derivative.loss[c] += factor * share / group.weight }
    }
  }

  public func addCurvature(
    _ sums: ScoreSums, along direction: ScoreSums, factor: Double, to product: inout ScoreSums
  ) {
    let shares = shares(sums), moves = means(direction)
    let mean = zip(shares, moves).reduce(0) { $0 + $1.0 * $1.1 }
    for ((group, share), move) in zip(zip(groups, shares), moves) {
      let slope = factor * sharpness * share * (move - mean) / group.weight
      for c in group.cells { product.loss[c] += slope }
    }
  }
}
