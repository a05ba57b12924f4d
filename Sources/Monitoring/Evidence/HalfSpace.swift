import Essentials

/// Rates with Σ aᵍθᵍ ≤ b.
struct HalfSpace: Sendable, Equatable, Codable {
  var coefficients: [Double]
  var bound: Double

  func value(_ rates: [Double]) -> Double {
    var sum = CompensatedSum()
    for (a, rate) in zip(coefficients, rates) { sum.add(a * rate) }
    return sum.value
  }

  /// The point that minimizes Σ nᵍ KL(θ̆ᵍ‖θᵍ): with the multiplier λ of the bound, θᵍ is the root in (0, 1) of
  /// kθ² − (1 + k)θ + θ̆ = 0, k = λaᵍ/nᵍ, and λ is where the bound is met.
  ///
  /// A group without rows is where it helps the bound most.
  func projection(of alternative: [Double], rows: [Double]) -> Projection {
    var rates = alternative
    for g in rates.indices where rows[g] == 0 { rates[g] = coefficients[g] > 0 ? 0 : 1 }
    guard value(rates) > bound else { return Projection(rates: alternative, slack: 0) }
    var high = 1.0
    while value(moved(alternative, rows, high).rates) > bound && high < 1e300 { high *= 4 }
    let multiplier = BracketedRoot.rising(from: 0, to: high) { multiplier in
      let (rates, slope) = moved(alternative, rows, multiplier)
      return (bound - value(rates), -slope)
    }
    rates = moved(alternative, rows, multiplier).rates
    return Projection(
      rates: rates, slack: slack(alternative, rows, at: rates, multiplier: multiplier))
  }

  /// The rates at a multiplier, and the slope of Σ aᵍθᵍ there.
  private func moved(
    _ alternative: [Double], _ rows: [Double], _ multiplier: Double
  ) -> (rates: [Double], slope: Double) {
    var slope = 0.0
    let rates = alternative.indices.map { g -> Double in
      let a = coefficients[g]
      guard rows[g] > 0 else { return a > 0 ? 0 : 1 }
      let k = multiplier * a / rows[g], b = 1 + k
      let root = (b * b - 4 * k * alternative[g]).squareRoot()
      let rate = b > 0 ? 2 * alternative[g] / (b + root) : (b - root) / (2 * k)
      slope -= a * a / rows[g] * rate * (1 - rate) / root
      return rate
    }
    return (rates, slope)
  }

  /// Weak duality: over the half-space in [0, 1]ᴳ, Σ sᵍθᵍ ≤ λb + Σ max(0, sᵍ − λaᵍ) for every λ ≥ 0.
  private func slack(
    _ alternative: [Double], _ rows: [Double], at rates: [Double], multiplier: Double
  ) -> Double {
    var sum = CompensatedSum()
    sum.add(multiplier * (bound - value(rates)))
    for g in rates.indices {
      let slope = rows[g] == 0 ? 0 : -ConvexNull.pull(rows[g], alternative[g], rates[g]).0
      let rest = slope - multiplier * coefficients[g]
      sum.add(max(0, rest))
      sum.add(-rest * rates[g])
    }
    return max(0, sum.value)
  }
}
