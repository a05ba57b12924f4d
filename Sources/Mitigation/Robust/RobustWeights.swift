import LinearAlgebra

/// Which reweightings of the rows a robust mean is the largest over.
///
/// Weights r of the rows are at least 0 with weighted mean 1. Either set covers every part of the
/// rows whose share is at least α, known or not: the loss of the worst such part is at most the
/// robust mean.
public enum RobustSet: Sendable, Equatable {
  /// mean r² ≤ C²: a χ² ball, whose robust mean is min_η η + C·√mean (ℓ − η)₊².
  case chiSquare(c: Double)
  /// r ≤ 1/α: the mean of the worst share α (conditional value at risk).
  case worstShare(Double)

  /// The χ² ball that covers all parts of a share: as r = 1/α on the part has mean r² = 1/α, C² = 1/α.
  public static func covering(_ share: Double) -> RobustSet {
    .chiSquare(c: (1 / share).squareRoot())
  }

  /// The ball as published: C² = 2(1/α − 1)² + 1 (Hashimoto et al., ICML 2018, section 4).
  public static func published(_ share: Double) -> RobustSet {
    let apart = 1 / share - 1
    return .chiSquare(c: (2 * apart * apart + 1).squareRoot())
  }
}

/// The worst reweighting of given losses: what it makes of their mean, and its weights.
package struct RobustWeights {
  package var value: Double
  /// r of each row, shape `(n)`.
  package var weights: [Double]

  static let roundLimit = 200
  /// Weights are found when their mean is 1 to within this.
  static let tolerance = 1e-13
  /// Rows are summed in blocks of this many, in order, so that the threads do not matter.
  static let block = 8_192
}

/// Losses with their rows' weights, and sums over those above a level.
package struct WeightedLosses: Sendable {
  package let losses: [Double]
  /// s, shape `(n)`; nil means 1 each.
  package let sampleWeights: [Double]?
  package let total: Double
  let pool: WorkerPool

  package init(
    losses: [Double], sampleWeights: [Double]?, total: Double, pool: WorkerPool = .default
  ) {
    precondition(sampleWeights?.count ?? losses.count == losses.count, "a weight for each loss")
    self.losses = losses
    self.sampleWeights = sampleWeights
    self.total = total
    self.pool = pool
  }

  func weight(_ i: Int) -> Double { sampleWeights?[i] ?? 1 }

  /// Σ s·f(i, ℓ) of several functions at once, in the order of the rows' blocks.
  func sums(_ count: Int, _ add: @Sendable (Int, Double, inout [Double]) -> Void) -> [Double] {
    let n = losses.count, size = RobustWeights.block
    var result = [Double](repeating: 0, count: count)
    pool.orderedReduce(
      (n + size - 1) / size, makePartial: { [Double](repeating: 0, count: count) },
      body: { block, partial in
        for k in 0..<count { partial[k] = 0 }
        for i in block * size..<min(n, (block + 1) * size) { add(i, weight(i), &partial) }
      },
      merge: { partial in for k in 0..<count { result[k] += partial[k] } })
    return result
  }

  var mean: Double { sums(1) { i, s, sum in sum[0] += s * losses[i] }[0] / total }

  /// The largest loss of a row with weight.
  var largest: Double {
    losses.indices.reduce(-.infinity) { weight($1) > 0 ? max($0, losses[$1]) : $0 }
  }

  /// sup {mean r·ℓ : mean r = 1, mean r² ≤ C²}, by the active rows {ℓ > η}.
  ///
  /// With share p, mean m and variance v of the active rows, mean r = 1 and mean r² = C² for
  /// r ∝ (ℓ − η)₊ give η = m − √(v/(C²p − 1)); each η is above the last, and sets its active rows.
  package func chiSquare(c: Double) -> RobustWeights {
    guard c * c > 1 + 1e-12, losses.count > 0 else {
      return RobustWeights(value: mean, weights: Array(repeating: 1, count: losses.count))
    }
    var eta = -Double.infinity
    for _ in 0..<RobustWeights.roundLimit {
      let level = eta
      let centre = level.isFinite ? level : mean
      let s = sums(3) { i, s, sum in
        guard losses[i] > level else { return }
        let d = losses[i] - centre
        sum[0] += s
        sum[1] += s * d
        sum[2] += s * d * d
      }
      let p = s[0] / total
      guard s[0] > 0 else { break }
      let m = s[1] / s[0], v = max(0, s[2] / s[0] - m * m)
      if v == 0 { return concentrated() }
      guard c * c * p > 1 + 1e-12 else { break }
      let next = centre + m - (v / (c * c * p - 1)).squareRoot()
      if next <= eta || !(next - eta > 1e-15 * max(1, abs(next))) { break }
      eta = next
    }
    let level = eta
    let s = sums(1) { i, s, sum in sum[0] += s * max(0, losses[i] - level) }
    guard s[0] > 0 else { return concentrated() }
    let scale = total / s[0]
    let weights = losses.map { max(0, $0 - level) * scale }
    let value = sums(1) { i, s, sum in sum[0] += s * weights[i] * losses[i] }[0] / total
    return RobustWeights(value: value, weights: weights)
  }

  /// All weight on the largest losses.
  private func concentrated() -> RobustWeights {
    let top = largest
    let mass = sums(1) { i, s, sum in sum[0] += losses[i] >= top ? s : 0 }[0]
    return RobustWeights(
      value: top, weights: losses.map { $0 >= top && mass > 0 ? total / mass : 0 })
  }

  /// sup {mean r·ℓ − ½μ·mean (r − r′)² : mean r = 1, 0 ≤ r ≤ 1/α}: r = clip(r′ + (ℓ − η)/μ).
  ///
  /// - Parameters:
  ///   - centre: r′; nil means 1 each.
  ///   - smoothing: μ > 0.
  package func worstShare(_ share: Double, centre: [Double]?, smoothing: Double) -> RobustWeights {
    let top = 1 / share
    @Sendable func weight(_ i: Int, _ eta: Double) -> Double {
      min(max((centre?[i] ?? 1) + (losses[i] - eta) / smoothing, 0), top)
    }
    var low = (losses.min() ?? 0) - smoothing * top, high = (losses.max() ?? 0) + smoothing * top
    var eta = 0.5 * (low + high)
    for _ in 0..<RobustWeights.roundLimit {
      let at = eta
      let s = sums(2) { i, s, sum in
        let r = weight(i, at)
        sum[0] += s * r
        if r > 0 && r < top { sum[1] += s }
      }
      let excess = s[0] / total - 1
      if abs(excess) <= RobustWeights.tolerance { break }
      if excess > 0 { low = eta } else { high = eta }
      // Newton's step where some rows move with η, else the middle of the bracket.
      let step = s[1] > 0 ? eta + excess * smoothing * total / s[1] : .nan
      let next = step > low && step < high ? step : 0.5 * (low + high)
      if next == eta { break }
      eta = next
    }
    let weights = losses.indices.map { weight($0, eta) }
    let value =
      sums(1) { i, s, sum in
        let d = weights[i] - (centre?[i] ?? 1)
        sum[0] += s * (weights[i] * losses[i] - 0.5 * smoothing * d * d)
      }[0] / total
    return RobustWeights(value: value, weights: weights)
  }

  /// sup {mean r·ℓ − ½μ·mean (r − r′)² : mean r = 1, mean r² ≤ C², r ≥ 0}: with a = μ·r′ + ℓ the
  /// nearest weights to a/μ of mean 1 where they are in the ball, else its worst weights for a.
  ///
  /// - Parameter centre: r′; nil means 1 each.
  package func chiSquare(c: Double, centre: [Double]?, smoothing: Double) -> RobustWeights {
    let pulled = WeightedLosses(
      losses: losses.indices.map { losses[$0] + smoothing * (centre?[$0] ?? 1) },
      sampleWeights: sampleWeights, total: total, pool: pool)
    let near = pulled.nearest(smoothing)
    let square = sums(1) { i, s, sum in sum[0] += s * near[i] * near[i] }[0] / total
    let found = square > c * c ? pulled.chiSquare(c: c).weights : near
    let value =
      sums(1) { i, s, sum in
        let d = found[i] - (centre?[i] ?? 1)
        sum[0] += s * (found[i] * losses[i] - 0.5 * smoothing * d * d)
      }[0] / total
    return RobustWeights(value: value, weights: found)
  }

  /// (ℓ − η)₊/μ with mean 1: η rises by Newton steps, each on the rows above the last.
  private func nearest(_ smoothing: Double) -> [Double] {
    var eta = -Double.infinity
    for _ in 0..<RobustWeights.roundLimit {
      let level = eta
      let s = sums(2) { i, s, sum in
        guard losses[i] > level else { return }
        sum[0] += s
        sum[1] += s * losses[i]
      }
      guard s[0] > 0 else { break }
      let next = (s[1] - smoothing * total) / s[0]
      if next <= eta || !(next - eta > 1e-15 * max(1, abs(next))) { break }
      eta = next
    }
    let level = eta
    let sum = sums(1) { i, s, sum in sum[0] += s * max(0, losses[i] - level) }[0]
    return losses.map { max(0, $0 - level) * (sum > 0 ? total / sum : 0) }
  }

  /// The mean of the worst share α, exactly: sorted, the last row counted in part.
  package func worstShareMean(_ share: Double) -> Double {
    let order = losses.indices.sorted { losses[$0] > losses[$1] }
    var left = share * total, sum = 0.0
    for i in order where left > 0 {
      let taken = min(weight(i), left)
      sum += taken * losses[i]
      left -= taken
    }
    return sum / (share * total)
  }
}
