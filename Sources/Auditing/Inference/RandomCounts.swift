import Datasets
import Essentials

/// Random counts with exactly the distribution that is asked for, whatever their size.
enum RandomCounts {
  /// Below this mean, inversion from 0 is faster than rejection.
  static let inversionMean = 10.0

  /// A binomial count of n trials with chance p.
  ///
  /// W. Hörmann, *The generation of binomial random variates*, Journal of Statistical Computation and
  /// Simulation 46, 1993, algorithm BTRS; inversion where the mean is small.
  static func binomial(
    _ n: Double, _ p: Double, using random: inout CounterRandom
  ) -> Double {
    guard n > 0, p > 0 else { return 0 }
    guard p < 1 else { return n }
    if p > 0.5 { return n - binomial(n, 1 - p, using: &random) }
    if n * p < inversionMean { return smallBinomial(n, p, using: &random) }
    let q = 1 - p, deviation = (n * p * q).squareRoot()
    let b = 1.15 + 2.53 * deviation, a = -0.0873 + 0.0248 * b + 0.01 * p
    let center = n * p + 0.5, box = 0.92 - 4.2 / b, alpha = (2.83 + 5.1 / b) * deviation
    let mode = ((n + 1) * p).rounded(.down)
    var top: Double?
    while true {
      let u = random.uniform() - 0.5, v = random.uniform(), us = 0.5 - abs(u)
      let k = ((2 * a / us + b) * u + center).rounded(.down)
      if us >= 0.07 && v <= box { return k }
      guard k >= 0, k <= n, us > 0 else { continue }
      if top == nil {
        top = SpecialFunctions.logBinomial(mode, of: n, chance: p, complement: q)
      }
      let density = SpecialFunctions.logBinomial(k, of: n, chance: p, complement: q)
      if log(v * alpha / (a / (us * us) + b)) <= density - top! { return k }
    }
  }

  private static func smallBinomial(
    _ n: Double, _ p: Double, using random: inout CounterRandom
  ) -> Double {
    let odds = p / (1 - p)
    var u = random.uniform(), term = exp(n * log1p(-p)), k = 0.0
    while u > term && k < n {
      u -= term
      k += 1
      term *= odds * (n - k + 1) / k
      if term < Double.leastNormalMagnitude { break }
    }
    return k
  }

  /// A Poisson count.
  ///
  /// W. Hörmann, *The transformed rejection method for generating Poisson random variables*,
  /// Insurance: Mathematics and Economics 12, 1993, algorithm PTRS.
  static func poisson(_ mean: Double, using random: inout CounterRandom) -> Double {
    guard mean > 0 else { return 0 }
    if mean < inversionMean {
      var u = random.uniform(), term = exp(-mean), k = 0.0
      while u > term {
        u -= term
        k += 1
        term *= mean / k
        if term < Double.leastNormalMagnitude { break }
      }
      return k
    }
    let b = 0.931 + 2.53 * mean.squareRoot(), a = -0.059 + 0.02483 * b
    let inverse = 1.1239 + 1.1328 / (b - 3.4), box = 0.9277 - 3.6224 / (b - 2)
    while true {
      let u = random.uniform() - 0.5, v = random.uniform(), us = 0.5 - abs(u)
      let k = ((2 * a / us + b) * u + mean + 0.43).rounded(.down)
      if us >= 0.07 && v <= box { return k }
      guard k >= 0, us > 0, us >= 0.013 || v <= us else { continue }
      if log(v * inverse / (a / (us * us) + b)) <= SpecialFunctions.logPoisson(k, mean: mean) {
        return k
      }
    }
  }

  /// The number of marked among `drawn` of `total` with `marked` marked: inversion that walks away
  /// from the mode on both sides, about a standard deviation of steps.
  static func hypergeometric(
    drawn: Int, marked: Int, total: Int, using random: inout CounterRandom
  ) -> Int {
    let low = max(0, drawn + marked - total), high = min(drawn, marked)
    guard low < high else { return low }
    let mode = Hypergeometric(drawn: drawn, marked: marked, total: total).mode
    let top = SpecialFunctions.hypergeometric(mode, drawn: drawn, marked: marked, total: total)
    let law = Hypergeometric(drawn: drawn, marked: marked, total: total)
    var u = random.uniform() - top
    var down = mode, up = mode, left = top, right = top
    while u > 0 {
      if down > low {
        left /= law.ratio(down - 1)
        down -= 1
        u -= left
        if u <= 0 { return down }
      }
      if up < high {
        right *= law.ratio(up)
        up += 1
        u -= right
        if u <= 0 { return up }
      }
      if down == low && up == high { return mode }
    }
    return mode
  }

  /// Shares `count` things among cells whose chances are proportional to `weights`, into `into`:
  /// conditional binomials, so the sum is always `count`.
  static func multinomial(
    _ count: Double, weights: [Double], total: Double, into cells: inout [Double],
    using random: inout CounterRandom
  ) {
    var left = count, rest = total
    for cell in weights.indices {
      guard left > 0, weights[cell] > 0 else {
        cells[cell] = 0
        continue
      }
      // Rounding may leave a little of the total after the last cell that has weight.
      let chance = min(1, weights[cell] / rest)
      let drawn = binomial(left, chance, using: &random)
      cells[cell] = drawn
      left -= drawn
      rest = max(0, rest - weights[cell])
    }
    if left > 0, let last = weights.lastIndex(where: { $0 > 0 }) { cells[last] += left }
  }
}

/// The hypergeometric law of marked among drawn: its mode and the ratios of its probabilities.
struct Hypergeometric {
  let drawn: Int
  let marked: Int
  let total: Int

  var low: Int { max(0, drawn + marked - total) }
  var high: Int { min(drawn, marked) }
  var mode: Int {
    let value = (Double(drawn) + 1) * (Double(marked) + 1) / (Double(total) + 2)
    return min(high, max(low, Int(value)))
  }

  /// P(k + 1) / P(k).
  func ratio(_ k: Int) -> Double {
    Double(marked - k) * Double(drawn - k)
      / (Double(k + 1) * Double(total - marked - drawn + k + 1))
  }

  func logProbability(_ k: Int) -> Double {
    SpecialFunctions.logHypergeometric(k, drawn: drawn, marked: marked, total: total)
  }
}
