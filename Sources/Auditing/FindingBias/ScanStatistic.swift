import Essentials

/// How surprising it is that a subset's outcomes lie above, or below, what was expected of them.
///
/// With y observed and p expected, each is a log-likelihood ratio of "the subset's expectations are
/// moved by θ" against "they are right", summed over rows and maximized over θ:
///
/// - `bernoulli`: odds times e^θ: Yθ − Σ ln(1 − p + p e^θ)
/// - `poisson`: rates times e^θ: Yθ + P(1 − e^θ), P = Σp
/// - `gaussian`: means times 1 + θ with one variance σ²: [Σyp·θ − Σp²(θ + ½θ²)]/σ²
/// - `berk_jones`: `bernoulli` against one chance for all rows: n·KL(Y/n ‖ α)
///
/// All are concave in θ and add up over rows, which is what makes the subset scan exact.
/// Z. Zhang, D. Neill, *Identifying significant predictive bias in classifiers*, FATML 2016;
/// D. Neill, *Fast subset scan for spatial pattern detection*, JRSS B 74, 2012.
public enum ScanStatistic: String, Sendable, Codable, CaseIterable {
  case bernoulli, poisson, gaussian
  case berkJones = "berk_jones"

  /// θ is sought up to here: e^40 times the odds is every odds a count can tell from infinity.
  static let limit = 40.0
  /// Steps that reach the last bits from any bracket.
  static let steps = 200
  /// A bracket this narrow, relative to its end, is a root.
  static let tolerance = 1e-13
}

/// The sums of a set of rows that its statistic depends on.
package struct ScanSums: Sendable, Equatable {
  var rows = 0.0
  var observed = 0.0
  var expected = 0.0
  /// Σ y p and Σ p², for the Gaussian statistic.
  var product = 0.0
  var square = 0.0
  /// Rows at each level of the expectation, for the Bernoulli statistic.
  var levels: [Double]

  package static func += (left: inout ScanSums, right: ScanSums) { left.add(right, 1) }
  package static func -= (left: inout ScanSums, right: ScanSums) { left.add(right, -1) }

  private mutating func add(_ other: ScanSums, _ sign: Double) {
    rows += sign * other.rows
    observed += sign * other.observed
    expected += sign * other.expected
    product += sign * other.product
    square += sign * other.square
    for l in levels.indices { levels[l] += sign * other.levels[l] }
  }
}

/// A statistic with what it needs besides the sums: the levels of the expectation, and σ².
package struct ScanModel: Sendable {
  let statistic: ScanStatistic
  /// +1 looks for more than expected, −1 for less.
  let direction: Double
  let levels: [Double]
  let variance: Double

  package init(
    statistic: ScanStatistic, direction: Double, levels: [Double], variance: Double
  ) {
    self.statistic = statistic
    self.direction = direction
    self.levels = levels
    self.variance = variance
  }

  /// The log-likelihood ratio at a θ of the direction's size.
  package func value(_ sums: ScanSums, at size: Double) -> Double {
    let theta = direction * size
    switch statistic {
    case .bernoulli, .berkJones:
      var value = sums.observed * theta
      let growth = expm1(theta), decline = expm1(-theta)
      for (l, p) in levels.enumerated() where sums.levels[l] > 0 {
        // ln(1 − p + p e^θ), from the side where nothing cancels.
        let term = p < 0.5 ? log1p(p * growth) : theta + log1p((1 - p) * decline)
        value -= sums.levels[l] * term
      }
      return value
    case .poisson: return sums.observed * theta - sums.expected * expm1(theta)
    case .gaussian:
      return (sums.product * theta - sums.square * (theta + 0.5 * theta * theta)) / variance
    }
  }

  /// The derivative with respect to the size of θ; it falls with the size.
  func slope(_ sums: ScanSums, at size: Double) -> Double {
    let theta = direction * size
    switch statistic {
    case .bernoulli, .berkJones:
      var slope = sums.observed
      for (l, p) in levels.enumerated() where sums.levels[l] > 0 {
        // p e^θ/(1 − p + p e^θ), without overflow.
        slope -= sums.levels[l] * (p > 0 ? 1 / (1 + (1 - p) / p * exp(-theta)) : 0)
      }
      return direction * slope
    case .poisson: return direction * (sums.observed - sums.expected * exp(theta))
    case .gaussian:
      return direction * (sums.product - sums.square * (1 + theta)) / variance
    }
  }

  /// The size of θ with the largest value, and that value: 0 where the rows are on the other side.
  package func maximum(_ sums: ScanSums) -> (size: Double, value: Double) {
    guard slope(sums, at: 0) > 0 else { return (0, 0) }
    let end = statistic == .gaussian && direction < 0 ? 1.0 : ScanStatistic.limit
    if statistic == .poisson && sums.observed > 0 && sums.expected > 0 {
      let size = min(end, max(0, direction * log(sums.observed / sums.expected)))
      return (size, max(0, value(sums, at: size)))
    }
    guard slope(sums, at: end) < 0 else { return (end, max(0, value(sums, at: end))) }
    let size = root(between: 0, and: end) { slope(sums, at: $0) }
    return (size, max(0, value(sums, at: size)))
  }

  /// The sizes of θ between which the value is above a penalty; nil when it is nowhere.
  func rangeAbove(_ penalty: Double, _ sums: ScanSums) -> ClosedRange<Double>? {
    let peak = maximum(sums)
    guard peak.value > penalty else { return nil }
    let end = statistic == .gaussian && direction < 0 ? 1.0 : ScanStatistic.limit
    let low =
      penalty > 0 ? root(between: 0, and: peak.size) { penalty - value(sums, at: $0) } : 0
    let high =
      value(sums, at: end) > penalty
      ? end : root(between: peak.size, and: end) { value(sums, at: $0) - penalty }
    return min(low, high)...max(low, high)
  }

  /// Where a function that is positive at `low` and negative at `high` crosses 0, to the last bits.
  ///
  /// The Illinois variant of the false position, with a halving (of the logarithm, where ends are far
  /// apart) whenever it would creep, so that small roots are as exact as large ones.
  private func root(
    between low: Double, and high: Double, _ function: (Double) -> Double
  ) -> Double {
    var low = low, high = high, atLow = function(low), atHigh = function(high)
    var side = 0, creeps = 0
    for _ in 0..<ScanStatistic.steps {
      guard high - low > ScanStatistic.tolerance * high else { break }
      let halving =
        low > 0 && high > 4 * low ? (low * high).squareRoot() : 0.5 * (low + high)
      let secant = low + (high - low) * atLow / (atLow - atHigh)
      let isSecant = creeps < 3 && secant > low && secant < high
      let middle = isSecant ? secant : halving
      if middle <= low || middle >= high { break }
      let width = high - low, value = function(middle)
      if value > 0 {
        (low, atLow) = (middle, value)
        if side == 1 { atHigh *= 0.5 }
        side = 1
      } else {
        (high, atHigh) = (middle, value)
        if side == -1 { atLow *= 0.5 }
        side = -1
        if value == 0 { return middle }
      }
      creeps = high - low > 0.5 * width && isSecant ? creeps + 1 : 0
    }
    return 0.5 * (low + high)
  }
}
