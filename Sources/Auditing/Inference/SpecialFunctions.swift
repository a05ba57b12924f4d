import Essentials

/// The special functions that intervals and tests need, to about 1e-13 relative.
///
/// Prefactors are written with Stirling errors and deviances, so that nothing cancels when counts
/// are in the millions. C. Loader, *Fast and accurate computation of binomial probabilities*, 2000.
/// An argument outside of a function's domain gives NaN: statistics of numbers near the end of the
/// floating-point range may be NaN or infinite.
public enum SpecialFunctions {
  /// Continued fractions and series stop when a term changes nothing at this scale.
  static let relativeTolerance = 0x1p-52
  /// More terms than any argument needs that a count below 10^12 can give.
  static let maximumTerms = 10_000_000
  /// Lentz's stand-in for a zero denominator.
  static let tiny = 1e-300

  /// P(Z ≤ z) for a standard normal Z.
  public static func normalCDF(_ z: Double) -> Double { 0.5 * erfc(-z * 0.5.squareRoot()) }

  /// The z with P(Z ≤ z) = p, for 0 < p < 1; ∓∞ at 0 and 1.
  ///
  /// A rational start (Abramowitz and Stegun 26.2.23), then Halley steps on erf in the middle and on
  /// erfc in the tails.
  public static func normalQuantile(_ p: Double) -> Double {
    guard p >= 0 && p <= 1 else { return .nan }
    guard p > 0 else { return -.infinity }
    guard p < 1 else { return .infinity }
    guard p != 0.5 else { return 0 }
    let tail = min(p, 1 - p)
    let t = (-2 * log(tail)).squareRoot()
    var x =
      t - (2.515517 + t * (0.802853 + t * 0.010328))
      / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)))
    for _ in 0..<4 {
      let density = exp(-0.5 * x * x) / (2 * Double.pi).squareRoot()
      guard density > 0 else { break }
      let miss =
        tail > 0.25
        ? 0.5 * erf(x * 0.5.squareRoot()) - (0.5 - tail)
        : tail - 0.5 * erfc(x * 0.5.squareRoot())
      let step = miss / density
      x -= step / (1 + 0.5 * x * step)
    }
    return p < 0.5 ? -x : x
  }

  /// ln n! − [½ ln(2πn) + n ln n − n]: the error of Stirling's formula, n > 0.
  static func stirlingError(_ n: Double) -> Double {
    guard n < 16 else {
      let s = 1 / (n * n)
      return
        (1.0 / 12
        - s
        * (1.0 / 360
          - s
          * (1.0 / 1260
            - s * (1.0 / 1680 - s * (1.0 / 1188 - s * (691.0 / 360_360 - s / 156))))))
        / n
    }
    return lgamma(n + 1) - 0.5 * log(2 * Double.pi * n) - n * log(n) + n
  }

  /// x ln(x/m) + m − x without cancellation; x ≥ 0, m > 0.
  static func deviance(_ x: Double, _ m: Double) -> Double {
    guard x > 0 else { return m }
    let gap = x - m
    guard abs(gap) < 0.1 * (x + m) else { return x * log(x / m) - gap }
    let v = gap / (x + m)
    var sum = gap * v, term = 2 * x * v
    var j = 1.0
    while true {
      term *= v * v
      let next = sum + term / (2 * j + 1)
      if next == sum { return sum }
      sum = next
      j += 1
    }
  }

  /// x^a (1 − x)^b Γ(a + b) / (Γ(a) Γ(b)), for a, b > 0 and 0 < x < 1.
  static func betaPrefactor(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Double {
    let n = a + b
    let exponent =
      stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n * x)
      - deviance(b, n * y)
    return exp(exponent) * (a * b / (2 * Double.pi * n)).squareRoot()
  }

  /// The regularized incomplete beta function I_x(a, b), for a, b > 0.
  ///
  /// The continued fraction of DLMF 8.17.22 by Lentz's method, on the side where it converges fast.
  public static func incompleteBeta(_ a: Double, _ b: Double, _ x: Double) -> Double {
    incompleteBeta(a, b, x, complement: 1 - x)
  }

  /// I_x(a, b) where the caller knows y = 1 − x more exactly than the subtraction gives it.
  static func incompleteBeta(
    _ a: Double, _ b: Double, _ x: Double, complement y: Double
  ) -> Double {
    guard a > 0 && b > 0 && a + b < .infinity && !x.isNaN else { return .nan }
    guard x > 0 else { return 0 }
    guard y > 0 else { return 1 }
    if x > (a + 1) / (a + b + 2) { return 1 - lowerBeta(b, a, y, x) }
    return lowerBeta(a, b, x, y)
  }

  private static func lowerBeta(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Double {
    var c = 1.0, d = 1 - (a + b) * x / (a + 1)
    if abs(d) < tiny { d = tiny }
    d = 1 / d
    var fraction = d
    for m in 1..<maximumTerms {
      let k = Double(m)
      let even = k * (b - k) * x / ((a + 2 * k - 1) * (a + 2 * k))
      d = 1 + even * d
      c = 1 + even / c
      if abs(d) < tiny { d = tiny }
      if abs(c) < tiny { c = tiny }
      d = 1 / d
      fraction *= d * c
      let odd = -(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 2 * k + 1))
      d = 1 + odd * d
      c = 1 + odd / c
      if abs(d) < tiny { d = tiny }
      if abs(c) < tiny { c = tiny }
      d = 1 / d
      fraction *= d * c
      if abs(d * c - 1) <= relativeTolerance { break }
    }
    return betaPrefactor(a, b, x, y) * fraction / a
  }

  /// The x with I_x(a, b) = p: bisection, then the last bits by halving.
  public static func betaQuantile(_ p: Double, _ a: Double, _ b: Double) -> Double {
    guard a > 0 && b > 0 && a + b < .infinity && !p.isNaN else { return .nan }
    guard p > 0 else { return 0 }
    guard p < 1 else { return 1 }
    var low = 0.0, high = 1.0
    while true {
      let middle = low > 0 && high / low > 4 ? (low * high).squareRoot() : 0.5 * (low + high)
      if middle <= low || middle >= high || high < tiny { return middle }
      if incompleteBeta(a, b, middle) < p { low = middle } else { high = middle }
    }
  }

  /// Q(a, x) = Γ(a, x)/Γ(a), the upper regularized incomplete gamma function, a > 0, x ≥ 0.
  public static func upperGamma(_ a: Double, _ x: Double) -> Double {
    guard a > 0 && a < .infinity && x >= 0 else { return .nan }
    guard x > 0 else { return 1 }
    guard x < .infinity else { return 0 }
    // x^a e^{-x} / Γ(a)
    let prefactor =
      exp(-stirlingError(a) - deviance(a, x)) * (a / (2 * Double.pi)).squareRoot()
    if x < a + 1 {
      var term = 1 / a, sum = term
      for k in 1..<maximumTerms {
        term *= x / (a + Double(k))
        sum += term
        if term <= sum * relativeTolerance { break }
      }
      return 1 - prefactor * sum
    }
    var b = x + 1 - a, c = 1 / tiny, d = 1 / b
    var fraction = d
    for k in 1..<maximumTerms {
      let step = -Double(k) * (Double(k) - a)
      b += 2
      d = step * d + b
      c = b + step / c
      if abs(d) < tiny { d = tiny }
      if abs(c) < tiny { c = tiny }
      d = 1 / d
      fraction *= d * c
      if abs(d * c - 1) <= relativeTolerance { break }
    }
    return prefactor * fraction
  }

  /// P(X > x) for a χ² variable with the given degrees of freedom.
  public static func chiSquaredTail(_ x: Double, degrees: Int) -> Double {
    upperGamma(0.5 * Double(degrees), 0.5 * max(0, x))
  }
}
