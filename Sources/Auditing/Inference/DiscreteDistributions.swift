import Essentials

/// Probabilities of counts, in logarithms: they hold where the probabilities themselves are below
/// the smallest number.
///
/// C. Loader, *Fast and accurate computation of binomial probabilities*, 2000.
extension SpecialFunctions {
  /// ln P(X = k) for a binomial X of n trials with chance p; counts may be weights, so they are
  /// real.
  public static func logBinomial(_ k: Double, of n: Double, chance p: Double) -> Double {
    logBinomial(k, of: n, chance: p, complement: 1 - p)
  }

  static func logBinomial(
    _ k: Double, of n: Double, chance p: Double, complement q: Double
  ) -> Double {
    guard k >= 0 && k <= n else { return -.infinity }
    if p == 0 { return k == 0 ? 0 : -.infinity }
    if q == 0 { return k == n ? 0 : -.infinity }
    if n == 0 { return 0 }
    if k == 0 { return n * (p < 0.5 ? log1p(-p) : log(q)) }
    if k == n { return n * (q < 0.5 ? log1p(-q) : log(p)) }
    return stirlingError(n) - stirlingError(k) - stirlingError(n - k) - deviance(k, n * p)
      - deviance(n - k, n * q) - 0.5 * (log(2 * Double.pi * k) + log1p(-k / n))
  }

  /// ln P(X = k) for a Poisson X of the given mean.
  static func logPoisson(_ k: Double, mean: Double) -> Double {
    guard k >= 0 else { return -.infinity }
    guard k > 0 else { return -mean }
    guard mean > 0 else { return -.infinity }
    return -stirlingError(k) - deviance(k, mean) - 0.5 * log(2 * Double.pi * k)
  }

  /// ln P(X = k) for a hypergeometric X: k marked among `drawn` of `total` with `marked` marked.
  static func logHypergeometric(_ k: Int, drawn: Int, marked: Int, total: Int) -> Double {
    guard k >= max(0, drawn + marked - total) && k <= min(drawn, marked) else { return -.infinity }
    guard drawn > 0 && drawn < total else { return 0 }
    let p = Double(drawn) / Double(total), q = Double(total - drawn) / Double(total)
    return logBinomial(Double(k), of: Double(marked), chance: p, complement: q)
      + logBinomial(
        Double(drawn - k), of: Double(total - marked), chance: p, complement: q)
      - logBinomial(Double(drawn), of: Double(total), chance: p, complement: q)
  }

  /// P(X = k) for a hypergeometric X: k marked among `drawn` of `total` with `marked` marked.
  public static func hypergeometric(_ k: Int, drawn: Int, marked: Int, total: Int) -> Double {
    exp(logHypergeometric(k, drawn: drawn, marked: marked, total: total))
  }

  /// ψ(x), the derivative of ln Γ, for x > 0: recurrence, then the asymptotic series.
  static func digamma(_ x: Double) -> Double {
    precondition(x > 0, "ψ is taken at positive numbers")
    var x = x, sum = 0.0
    while x < 10 {
      sum -= 1 / x
      x += 1
    }
    let s = 1 / (x * x)
    let tail =
      s * (1.0 / 12 - s * (1.0 / 120 - s * (1.0 / 252 - s * (1.0 / 240 - s * (1.0 / 132)))))
    return sum + log(x) - 0.5 / x - tail
  }

  /// The x with P(X ≤ x) = p for a χ² variable, by bisection to the last bits.
  public static func chiSquaredQuantile(_ p: Double, degrees: Int) -> Double {
    precondition(p >= 0 && p < 1 && degrees > 0, "a quantile is of a chance below 1")
    guard p > 0 else { return 0 }
    var high = Double(degrees) + 10
    while 1 - chiSquaredTail(high, degrees: degrees) < p { high *= 2 }
    var low = 0.0
    while true {
      let middle = 0.5 * (low + high)
      if middle <= low || middle >= high { return middle }
      if 1 - chiSquaredTail(middle, degrees: degrees) < p { low = middle } else { high = middle }
    }
  }

  /// P(max Zᵢ − min Zᵢ ≤ q) for k independent standard normals: k ∫ φ(z) [Φ(z) − Φ(z − q)]^{k−1} dz.
  ///
  /// The trapezoid rule, which converges faster than any power for such an integrand.
  public static func studentizedRange(_ q: Double, groups k: Int) -> Double {
    precondition(k >= 2, "a range needs two groups")
    guard q > 0 else { return 0 }
    var sum = 0.0
    for i in 0...rangeSteps {
      let z = -rangeLimit + (2 * rangeLimit + q) * Double(i) / Double(rangeSteps)
      let inside = normalCDF(z) - normalCDF(z - q)
      guard inside > 0 else { continue }
      sum += exp(-0.5 * z * z + Double(k - 1) * log(inside))
    }
    let step = (2 * rangeLimit + q) / Double(rangeSteps)
    return min(1, Double(k) * sum * step / (2 * Double.pi).squareRoot())
  }

  private static let rangeLimit = 9.0
  private static let rangeSteps = 300

  /// The q with P(range of k standard normals ≤ q) = p.
  public static func studentizedRangeQuantile(_ p: Double, groups k: Int) -> Double {
    var low = 0.0, high = 4.0
    while studentizedRange(high, groups: k) < p && high < 60 { high *= 1.5 }
    for _ in 0..<60 {
      let middle = 0.5 * (low + high)
      if studentizedRange(middle, groups: k) < p { low = middle } else { high = middle }
    }
    return 0.5 * (low + high)
  }
}
