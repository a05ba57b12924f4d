/// The point of a null that explains a tick best in the place of an alternative, and by how much it
/// misses being the best.
///
/// θ° minimizes Σ nᵍ KL(θ̆ᵍ‖θᵍ) over Θ₀. With slopes sᵍ = nᵍ(θ̆ᵍ − θ°ᵍ)/(θ°ᵍ(1 − θ°ᵍ)), the slack is an upper
/// bound of max over θ in Θ₀ of Σ sᵍ(θᵍ − θ°ᵍ): 0 at the exact minimum, and about 10⁻¹⁴ of the rows for a
/// root in floating point.
struct Projection: Equatable {
  var rates: [Double]
  var slack: Double
}

extension ConvexNull {
  /// Rates stay this far from 0 and 1, where evidence would be infinite.
  static let edge = 1e-9

  static func inside(_ rate: Double) -> Double { min(1 - edge, max(edge, rate)) }

  /// The derivative of n KL(θ̆‖θ) in θ, and the second one.
  static func pull(_ rows: Double, _ alternative: Double, _ rate: Double) -> (Double, Double) {
    let spread = rate * (1 - rate)
    return (
      rows * (rate - alternative) / spread,
      rows * (rate * rate - 2 * alternative * rate + alternative) / (spread * spread)
    )
  }

  /// - Parameters:
  ///   - alternative: strictly between 0 and 1.
  ///   - rows: of each group; a group without rows has no part in it.
  func projection(of alternative: [Double], rows: [Double]) -> Projection {
    switch self {
    case .difference(let bound):
      Band(scale: 1, width: bound).projection(of: alternative, rows: rows)
    case .ratio(let bound):
      Band(scale: bound, width: 0).projection(of: alternative, rows: rows)
    case .each(let range):
      Projection(
        rates: alternative.map { Self.inside(min(range.high, max(range.low, $0))) }, slack: 0)
    case .ranges(let ranges):
      Projection(
        rates: zip(alternative, ranges).map { Self.inside(min($1.high, max($1.low, $0))) },
        slack: 0)
    case .halfSpace(let coefficients, let bound):
      HalfSpace(coefficients: coefficients, bound: bound).projection(of: alternative, rows: rows)
    case .blocks(let blocks): Self.joined(blocks, alternative, rows)
    }
  }

  private static func joined(
    _ blocks: [Block], _ alternative: [Double], _ rows: [Double]
  ) -> Projection {
    var whole = Projection(rates: [], slack: 0), start = 0
    for block in blocks {
      let part = start..<start + block.groups
      let found = block.null.projection(
        of: Array(alternative[part]), rows: Array(rows[part]))
      whole.rates += found.rates
      whole.slack += found.slack
      start = part.upperBound
    }
    return whole
  }
}
